//! Microsoft Entra ID, version 2.0.

use super::Shape;
use poolgate::Policy;
use poolgate_issuer::TestIssuer;
use poolgate_tests::START;
use serde_json::json;

pub(super) fn entra(signer: TestIssuer) -> Shape {
    let tenant = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";
    Shape {
        name: "Entra",
        policy: || {
            let tenant = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";
            Policy::entra(tenant, "6e74172b-be56-4843-9ff4-e66a39bb12e3")
        },
        issuer: "https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0",
        jwks_uri: "https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/discovery/v2.0/keys",
        has_discovery: true,
        has_alg: false,
        typ: Some("JWT"),
        user: json!({
            "ver": "2.0",
            "aud": "6e74172b-be56-4843-9ff4-e66a39bb12e3",
            "nbf": START,
            "aio": "AXQAi/8IAAAA",
            "azp": "web",
            "azpacr": "0",
            "oid": "690222be-ff1a-4d56-abd1-7e4f7d38e474",
            "preferred_username": "alice@shop.example",
            "rh": "I",
            "roles": ["admin"],
            "scp": "read:orders",
            "sub": "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ",
            "tid": tenant,
            "uti": "fqiBqXLPj0eQa82S-IYFAA",
        }),
        machine: Some(json!({
            "ver": "2.0",
            "aud": "6e74172b-be56-4843-9ff4-e66a39bb12e3",
            "nbf": START,
            "aio": "AXQAi/8IAAAA",
            "azp": "robot",
            "azpacr": "1",
            "oid": "7a0222be-ff1a-4d56-abd1-7e4f7d38e474",
            "roles": ["read:orders"],
            "sub": "7a0222be-ff1a-4d56-abd1-7e4f7d38e474",
            "tid": tenant,
        })),
        other_kind: Some(json!({
            "ver": "2.0",
            "aud": "web",
            "nbf": START,
            "name": "Alice",
            "nonce": "n-1",
            "oid": "690222be-ff1a-4d56-abd1-7e4f7d38e474",
            "preferred_username": "alice@shop.example",
            "roles": ["admin"],
            "sub": "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ",
            "tid": tenant,
        })),
        signer,
    }
}
