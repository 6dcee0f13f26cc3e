//! An orders API: who may call what depends on groups, on scopes, and on the order.
//!
//! One rule for each route and method, a nested router with a rule of its own, and a rule that only
//! the handler can know. Tokens of users and of machines. The whole API, and the calls that prove
//! it, are described in `src/orders.rs`.
//!
//! ```console
//! cargo run --example groups_and_scopes            # serves until Ctrl-C
//! cargo run --example groups_and_scopes -- --check # makes the same calls itself and exits
//! ```

use axum::{
    Router,
    extract::Path,
    handler::Handler,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use poolgate::{ConfigError, Policy, Requirement, TokenUse, Verifier};
use poolgate_examples::orders;
use poolgate_issuer::TestIssuer;
use poolgate_tower::{BearerAuthLayer, Rejection, RequireLayer, Verified};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let issuer = TestIssuer::start().await;
    // A real pool needs the first line alone; the second points at the test issuer's keys.
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
        .jwks_url(issuer.jwks_url())?;
    let app = api(Verifier::new(policy)?)?;
    poolgate_examples::run(app, &orders::calls(&issuer)).await
}

fn api(verifier: Verifier) -> Result<Router, ConfigError> {
    let readers = RequireLayer::new(Requirement::scope("orders/read"));
    let deleters = RequireLayer::new(deleters()?);
    let protected = Router::new()
        .route("/orders", get(list.layer(readers.clone())))
        // Each layer is around one handler, so that GET and DELETE ask for different things.
        .route("/orders/{id}", get(show.layer(readers)).delete(remove.layer(deleters)))
        .nest("/reports", reports())
        .layer(BearerAuthLayer::new(verifier));
    Ok(Router::new().route("/health", get(|| async { "well\n" })).merge(protected))
}

fn deleters() -> Result<Requirement, ConfigError> {
    Requirement::any_of([
        Requirement::group("Admins"),
        Requirement::all_of([Requirement::group("Basic"), Requirement::scope("orders/write")])?,
    ])
}

/// What is below `/reports`, with one rule for all of it.
fn reports() -> Router {
    Router::new()
        .route("/sales", get(|| async { "1,250\n" }))
        .route("/stock", get(|| async { "none left\n" }))
        .layer(RequireLayer::new(Requirement::group("Auditors")))
}

async fn list(Verified(token): Verified) -> String {
    // A machine's token names no user.
    let who = token.username().unwrap_or("a machine");
    format!("orders 1 and 2, for {who}\n")
}

async fn show(Path(id): Path<u32>) -> Response {
    match orders::total(id) {
        Some(total) => format!("order {id}: {total}\n").into_response(),
        None => no_such_order(),
    }
}

/// Whoever gets here may delete orders; a large one takes an admin.
async fn remove(Verified(token): Verified, Path(id): Path<u32>) -> Result<Response, Rejection> {
    let Some(total) = orders::total(id) else {
        return Ok(no_such_order());
    };
    if total >= orders::LARGE {
        token.require(&Requirement::group("Admins"))?;
    }
    Ok(format!("order {id} would be gone\n").into_response())
}

fn no_such_order() -> Response {
    (StatusCode::NOT_FOUND, "no such order\n").into_response()
}
