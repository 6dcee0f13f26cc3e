//! Auth0, in both profiles of its access tokens.

use super::Shape;
use poolgate::Policy;
use poolgate_issuer::TestIssuer;
use serde_json::json;

pub(super) fn auth0(signer: TestIssuer) -> Shape {
    Shape {
        name: "Auth0",
        policy: || {
            Policy::auth0("shop.eu.auth0.com", "https://orders.example")?
                .groups_claim("permissions")
        },
        issuer: "https://shop.eu.auth0.com/",
        jwks_uri: "https://shop.eu.auth0.com/.well-known/jwks.json",
        has_discovery: true,
        has_alg: true,
        typ: Some("JWT"),
        user: json!({
            "sub": "auth0|65f1c2",
            "aud": ["https://orders.example", "https://shop.eu.auth0.com/userinfo"],
            "azp": "web",
            "scope": "openid read:orders",
            "permissions": ["admin"],
        }),
        machine: Some(json!({
            "sub": "robot@clients",
            "aud": "https://orders.example",
            "gty": "client-credentials",
            "azp": "robot",
            "scope": "read:orders",
        })),
        other_kind: Some(json!({
            "sub": "auth0|65f1c2",
            "aud": "web",
            "sid": "s-1",
            "nonce": "n-1",
            "nickname": "alice",
            "email": "alice@shop.example",
            "email_verified": true,
        })),
        signer,
    }
}

pub(super) fn auth0_rfc_9068(signer: TestIssuer) -> Shape {
    let issuer = "https://login.shop.example/";
    Shape {
        name: "Auth0 by RFC 9068",
        policy: || {
            Policy::auth0("login.shop.example", "https://orders.example")?
                .groups_claim("https://shop.example/roles")
        },
        issuer,
        jwks_uri: "https://login.shop.example/.well-known/jwks.json",
        typ: Some("at+jwt"),
        user: json!({
            "sub": "auth0|65f1c2",
            "aud": ["https://orders.example", "https://login.shop.example/userinfo"],
            "client_id": "web",
            "jti": "73WakrfVbNJBaAmhQtEeDv",
            "scope": "openid read:orders",
            "https://shop.example/roles": ["admin"],
        }),
        machine: Some(json!({
            "sub": "robot@clients",
            "aud": "https://orders.example",
            "client_id": "robot",
            "jti": "83WakrfVbNJBaAmhQtEeDv",
            "scope": "read:orders",
        })),
        // Its header would say JWT: see `an_id_token_is_no_access_token`.
        other_kind: None,
        ..auth0(signer)
    }
}
