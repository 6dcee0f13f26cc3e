//! A user pool and a protected API in one process, with `curl` lines to paste.
//!
//! ```console
//! cargo run --example quickstart            # serves until Ctrl-C
//! cargo run --example quickstart -- --check # makes the same calls itself and exits
//! ```

mod calls;

use axum::{Router, routing::get};
use calls::Call;
use poolgate::{Policy, Requirement, TokenUse, Verifier};
use poolgate_issuer::TestIssuer;
use poolgate_tower::{BearerAuthLayer, Claims, RequireLayer, Verified};
use serde::Deserialize;
use std::process::ExitCode;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let issuer = TestIssuer::start().await;
    // A real pool needs the first line alone; the second points at the test issuer's keys.
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
        .jwks_url(issuer.jwks_url())?;
    let app = api(Verifier::new(policy)?);

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let calls = calls::all(&format!("http://{}", listener.local_addr()?), &issuer);
    let server = axum::serve(listener, app);

    if std::env::args().any(|argument| argument == "--check") {
        tokio::spawn(server.into_future());
        return Ok(if make(&calls).await? { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    show(&calls);
    server.with_graceful_shutdown(ctrl_c()).await?;
    Ok(ExitCode::SUCCESS)
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

fn show(calls: &[Call]) {
    for call in calls {
        println!("# {} -> {}\n{}\n", call.what, call.expected, call.curl());
    }
    println!("# Serving until Ctrl-C. The tokens are good for an hour.");
}

/// Makes the calls, prints what came back, and says whether all of it was expected.
async fn make(calls: &[Call]) -> Result<bool, reqwest::Error> {
    let client = reqwest::Client::new();
    let mut as_expected = 0;
    for call in calls {
        let response = call.request(&client).send().await?;
        let status = response.status().as_u16();
        let challenge = response.headers().get("www-authenticate").cloned();
        let verdict = if status == call.expected { "as expected" } else { "NOT AS EXPECTED" };
        println!("{status} {verdict}: {} ({})", call.what, call.path);
        if let Some(challenge) = challenge {
            println!("    {}", challenge.to_str().unwrap_or_default());
        }
        println!("    {}", response.text().await?.trim_end());
        as_expected += usize::from(status == call.expected);
    }
    println!("{as_expected} of {} calls answered as expected", calls.len());
    Ok(as_expected == calls.len())
}

async fn ctrl_c() {
    // Without a signal handler the process ends at once, which is as good.
    let _ = tokio::signal::ctrl_c().await;
}
