//! A realm of Keycloak.

use super::Shape;
use poolgate::Policy;
use poolgate_issuer::TestIssuer;
use poolgate_tests::START;
use serde_json::json;

pub(super) fn keycloak(signer: TestIssuer) -> Shape {
    Shape {
        name: "Keycloak",
        policy: || Policy::keycloak("https://sso.shop.example/realms/shop", "orders"),
        issuer: "https://sso.shop.example/realms/shop",
        jwks_uri: "https://sso.shop.example/realms/shop/protocol/openid-connect/certs",
        has_discovery: true,
        has_alg: true,
        typ: Some("JWT"),
        user: json!({
            "auth_time": START - 60,
            "jti": "onrtac:0a5c",
            "aud": ["orders", "account"],
            "sub": "f3b1e7c2-5f0e-4f3f-8a57-2b8a0d3c1e11",
            "typ": "Bearer",
            "azp": "web",
            "sid": "s-1",
            "acr": "1",
            "allowed-origins": ["https://shop.example"],
            "realm_access": { "roles": ["offline_access", "admin"] },
            "resource_access": { "account": { "roles": ["view-profile"] } },
            "scope": "openid read:orders",
            "email_verified": true,
            "preferred_username": "alice",
        }),
        machine: Some(json!({
            "jti": "trrtcc:0a5d",
            "aud": ["orders", "account"],
            "sub": "a3b1e7c2-5f0e-4f3f-8a57-2b8a0d3c1e11",
            "typ": "Bearer",
            "azp": "robot",
            "acr": "1",
            "realm_access": { "roles": ["default-roles-shop"] },
            "scope": "read:orders",
            "clientHost": "192.0.2.7",
            "preferred_username": "service-account-robot",
            "clientAddress": "192.0.2.7",
            "client_id": "robot",
        })),
        other_kind: Some(json!({
            "auth_time": START - 60,
            "jti": "id:0a5e",
            "aud": "web",
            "sub": "f3b1e7c2-5f0e-4f3f-8a57-2b8a0d3c1e11",
            "typ": "ID",
            "azp": "web",
            "nonce": "n-1",
            "sid": "s-1",
            "at_hash": "wO8RFBfx0lPrn9xgLYBRvA",
            "acr": "1",
            "realm_access": { "roles": ["admin"] },
            "preferred_username": "alice",
        })),
        signer,
    }
}
