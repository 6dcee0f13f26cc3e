//! An API for people who sign in with Keycloak, or with any other OpenID provider.
//!
//! The provider is the test issuer in a mode where its name is its address, so that keys are found
//! by discovery, as they would be with the real one; its tokens are given the claims that Keycloak
//! writes.
//!
//! ```console
//! cargo run --example oidc            # serves until Ctrl-C
//! cargo run --example oidc -- --check # makes the same calls itself and exits
//! ```

use axum::{Router, routing::get};
use poolgate::{ConfigError, Policy, Principal, Requirement, TokenKind, Verifier};
use poolgate_examples::Call;
use poolgate_issuer::{TestIssuer, TokenBuilder};
use poolgate_tower::{BearerAuthLayer, RequireLayer, Verified};
use serde_json::json;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let realm = TestIssuer::builder().self_issuer().start().await;
    let verifier = Verifier::new(policy(realm.issuer())?)?;
    poolgate_examples::run(api(verifier), &calls(&realm)).await
}

/// `Policy::keycloak(issuer, AUDIENCE)` is this in one line.
///
/// A provider signs ID tokens with the same keys, so the kind of token has to be said: Keycloak
/// writes `Bearer` into the `typ` of an access token's claims. Its realm roles are the groups.
fn policy(issuer: &str) -> Result<Policy, ConfigError> {
    let kind = TokenKind::claim("typ", "Bearer");
    let policy = Policy::oidc(issuer, AUDIENCE, kind)?.groups_claim(["realm_access", "roles"])?;
    // For a test issuer alone.
    Ok(policy.allow_test_keys())
}

fn api(verifier: Verifier) -> Router {
    let reads = RequireLayer::new(Requirement::scope("read:orders"));
    let admin = RequireLayer::new(Requirement::group("admin"));
    Router::new()
        .route("/orders", get(orders).layer(reads))
        .route("/admin", get(administrate).layer(admin))
        .layer(BearerAuthLayer::new(verifier))
}

async fn orders(Verified(token): Verified) -> String {
    match token.principal() {
        Principal::User { subject } => format!("No orders of {subject}\n"),
        Principal::Client { client_id } => format!("No orders for the machine {client_id}\n"),
    }
}

async fn administrate(Verified(token): Verified) -> String {
    format!("{:?} may do this\n", token.groups())
}

fn calls(realm: &TestIssuer) -> Vec<Call> {
    let other = TestIssuer::builder().offline();
    let alice = access_token(realm, &["admin"]);
    let bob = access_token(realm, &[]);
    let robot = bob.clone().subject("robot").claim("azp", "robot");
    let orders = |status, what, token: &TokenBuilder| {
        Call::get(status, what, "/orders").bearer(&token.sign())
    };
    vec![
        Call::get(401, "nobody signed in", "/orders"),
        orders(200, "alice, whose keys are found by discovery", &alice),
        orders(200, "a machine, whose subject is its client ID", &robot).saying("machine robot"),
        Call::get(200, "alice has the role", "/admin").bearer(&alice.sign()),
        Call::get(403, "bob has not", "/admin").bearer(&bob.sign()),
        orders(401, "an ID token", &alice.clone().claim("typ", "ID")),
        orders(401, "a token for another API", &alice.clone().audience("billing-api")),
        orders(
            401,
            "a slash more in the issuer",
            &alice.clone().claim("iss", format!("{}/", realm.issuer())),
        ),
        orders(401, "a key of another realm", &alice.clone().signed_by(&other)),
        orders(
            401,
            "a role that is no list, as nobody should write it",
            &alice.claim("realm_access", json!({ "roles": "admin" })),
        ),
    ]
}

/// What Keycloak puts into an access token, as far as this API looks.
fn access_token(realm: &TestIssuer, roles: &[&str]) -> TokenBuilder {
    realm
        .access_token()
        .header("typ", "JWT")
        .audience(vec![AUDIENCE, "account"])
        .scopes(["openid", "read:orders"])
        .without_claim("client_id")
        .claim("azp", "web")
        .claim("typ", "Bearer")
        .claim("realm_access", json!({ "roles": roles }))
}

const AUDIENCE: &str = "orders-api";
