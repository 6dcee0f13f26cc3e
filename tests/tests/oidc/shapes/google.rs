//! Google and Firebase, which share a host for keys.

use super::Shape;
use poolgate::Policy;
use poolgate_issuer::TestIssuer;
use poolgate_tests::START;
use serde_json::json;

pub(super) fn google(signer: TestIssuer) -> Shape {
    Shape {
        name: "Google",
        policy: || Policy::google("web"),
        issuer: "https://accounts.google.com",
        jwks_uri: "https://www.googleapis.com/oauth2/v3/certs",
        has_discovery: true,
        has_alg: true,
        typ: Some("JWT"),
        user: json!({
            "azp": "web",
            "aud": "web",
            "sub": "110169484474386276334",
            "hd": "shop.example",
            "email": "alice@shop.example",
            "email_verified": true,
            "at_hash": "wO8RFBfx0lPrn9xgLYBRvA",
            "nonce": "n-1",
        }),
        machine: None,
        other_kind: None,
        signer,
    }
}

pub(super) fn firebase(signer: TestIssuer) -> Shape {
    Shape {
        name: "Firebase",
        policy: || Policy::firebase("shop-1a2b3"),
        issuer: "https://securetoken.google.com/shop-1a2b3",
        jwks_uri: "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
        has_discovery: true,
        has_alg: true,
        typ: Some("JWT"),
        user: json!({
            "aud": "shop-1a2b3",
            "auth_time": START - 60,
            "user_id": "yT3kPq",
            "sub": "yT3kPq",
            "email": "alice@shop.example",
            "email_verified": true,
            "firebase": {
                "identities": { "email": ["alice@shop.example"] },
                "sign_in_provider": "password",
            },
        }),
        machine: None,
        // Nothing else is known to be signed there, so this is what it would lack.
        other_kind: Some(json!({ "aud": "shop-1a2b3", "sub": "yT3kPq" })),
        signer,
    }
}
