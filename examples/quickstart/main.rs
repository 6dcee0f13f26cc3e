//! A user pool and a protected API in one process, with `curl` lines to paste.
//!
//! ```console
//! cargo run --example quickstart            # serves until Ctrl-C
//! cargo run --example quickstart -- --check # makes the same calls itself and exits
//! ```

#[cfg(test)]
mod attacks;
mod calls;

use axum::{Router, routing::get};
use poolgate::{Policy, Requirement, TokenUse, Verifier};
use poolgate_issuer::TestIssuer;
use poolgate_tower::{BearerAuthLayer, Claims, RequireLayer, Verified};
use serde::Deserialize;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let issuer = TestIssuer::start().await;
    // A real pool needs the first line alone; the second points at the test issuer's keys.
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
        .jwks_url(issuer.jwks_url())?;
    let app = api(Verifier::new(policy)?);
    poolgate_examples::run(app, &calls::all(&issuer)).await
}

/// The API: one route for everybody, one for whoever is signed in, one for a group, one for a scope.
fn api(verifier: Verifier) -> Router {
    let admins = RequireLayer::new(Requirement::group("Admins"));
    let readers = RequireLayer::new(Requirement::scope("orders/read"));
    let protected = Router::new()
        .route("/me", get(me))
        .route("/admin", get(admin).layer(admins))
        .route("/orders", get(orders).layer(readers))
        .layer(BearerAuthLayer::new(verifier));
    Router::new().route("/public", get(|| async { "Hello, stranger\n" })).merge(protected)
}

#[derive(Deserialize)]
struct User {
    sub: String,
    username: String,
}

async fn me(Claims(user): Claims<User>) -> String {
    format!("Hello, {}; your lasting ID is {}\n", user.username, user.sub)
}

async fn admin(Verified(token): Verified) -> String {
    format!("Your groups: {}\n", token.groups().join(", "))
}

async fn orders(Verified(token): Verified) -> String {
    let who = token.username().unwrap_or("a machine");
    format!("Three orders, for {who} with {}\n", token.scopes().join(", "))
}
