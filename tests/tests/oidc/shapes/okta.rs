//! A custom authorization server of Okta.

use super::Shape;
use poolgate::Policy;
use poolgate_issuer::TestIssuer;
use poolgate_tests::START;
use serde_json::json;

pub(super) fn okta(signer: TestIssuer) -> Shape {
    Shape {
        name: "Okta",
        policy: || Policy::okta("shop.okta.com", "default", "api://orders")?.groups_claim("groups"),
        issuer: "https://shop.okta.com/oauth2/default",
        jwks_uri: "https://shop.okta.com/oauth2/default/v1/keys",
        has_discovery: true,
        has_alg: true,
        typ: None,
        user: json!({
            "ver": 1,
            "jti": "AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE",
            "aud": "api://orders",
            "cid": "web",
            "uid": "00uid4BxXw6I6TV4m0g3",
            "scp": ["openid", "read:orders"],
            "auth_time": START - 60,
            "sub": "alice@shop.example",
            "groups": ["Everyone", "admin"],
        }),
        machine: Some(json!({
            "ver": 1,
            "jti": "AT.1mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE",
            "aud": "api://orders",
            "cid": "robot",
            "scp": ["read:orders"],
            "sub": "robot",
        })),
        other_kind: Some(json!({
            "ver": 1,
            "jti": "ID.4eAWJOCMB3SX8XewDfVR",
            "aud": "web",
            "sub": "00uid4BxXw6I6TV4m0g3",
            "amr": ["pwd"],
            "idp": "00o1",
            "nonce": "n-1",
            "preferred_username": "alice@shop.example",
            "auth_time": START - 60,
            "groups": ["admin"],
        })),
        signer,
    }
}
