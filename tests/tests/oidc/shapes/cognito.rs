//! The other kind of policy, beside which the rest has to stand.

use super::Shape;
use poolgate::{Policy, TokenUse};
use poolgate_issuer::TestIssuer;
use serde_json::json;

pub(super) fn cognito(signer: TestIssuer) -> Shape {
    Shape {
        name: "Cognito",
        policy: || Policy::cognito("eu-west-1_AbCdEf123", "web", TokenUse::Access),
        issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
        jwks_uri: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123/.well-known/jwks.json",
        has_discovery: false,
        has_alg: true,
        typ: None,
        user: json!({
            "sub": "0b1c",
            "token_use": "access",
            "client_id": "web",
            "username": "alice",
            "cognito:groups": ["admin"],
            "scope": "read:orders",
        }),
        machine: None,
        other_kind: Some(json!({
            "sub": "0b1c",
            "token_use": "id",
            "aud": "web",
            "cognito:username": "alice",
            "cognito:groups": ["admin"],
        })),
        signer,
    }
}
