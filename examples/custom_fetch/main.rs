//! Keys that poolgate does not fetch itself: over another HTTP client, or from a file.
//!
//! One API stands there three times: its keys come over ureq, from a file, and from a file that is
//! not there.
//!
//! ```console
//! cargo run --example custom_fetch --features custom_fetch            # serves until Ctrl-C
//! cargo run --example custom_fetch --features custom_fetch -- --check # makes the same calls itself
//! ```

mod file_fetch;
mod ureq_fetch;

use axum::{Router, routing::get};
use file_fetch::FileFetch;
use poolgate::{ConfigError, Fetch, Policy, TokenUse, Verifier};
use poolgate_examples::Call;
use poolgate_issuer::TestIssuer;
use poolgate_tower::{BearerAuthLayer, Verified};
use std::{env, error::Error, fs, path::Path, process, process::ExitCode};
use ureq_fetch::UreqFetch;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let folder = env::temp_dir().join(format!("poolgate-custom-fetch-{}", process::id()));
    fs::create_dir(&folder)?;
    let outcome = run(&folder).await;
    fs::remove_dir_all(&folder)?;
    outcome
}

async fn run(folder: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let issuer = TestIssuer::start().await;
    let file = folder.join("jwks.json");
    fs::write(&file, issuer.jwks_json())?;

    let url = issuer.jwks_url();
    let app = Router::new()
        .nest("/ureq", api(&issuer, UreqFetch::new())?)
        .nest("/file", api(&issuer, FileFetch::new(url, file))?)
        .nest("/no_file", api(&issuer, FileFetch::new(url, folder.join("none.json")))?);

    let mut calls = calls(&issuer, "/ureq");
    calls.extend(self::calls(&issuer, "/file"));
    let alice = issuer.access_token().username("alice").sign();
    calls.push(Call::get(503, "alice, where nobody finds the keys", "/no_file").bearer(&alice));
    poolgate_examples::run(app, &calls).await
}

fn api(issuer: &TestIssuer, fetch: impl Fetch) -> Result<Router, ConfigError> {
    // A real pool needs the first line alone; the second points at the test issuer's keys.
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
        .jwks_url(issuer.jwks_url())?;
    let verifier = Verifier::builder(policy).fetch(fetch).build()?;
    Ok(Router::new().route("/", get(orders)).layer(BearerAuthLayer::new(verifier)))
}

async fn orders(Verified(token): Verified) -> String {
    format!("Two orders, for {}\n", token.username().unwrap_or("a machine"))
}

fn calls(issuer: &TestIssuer, path: &str) -> Vec<Call> {
    let alice = issuer.access_token().username("alice");
    let forger = TestIssuer::builder().user_pool_id(issuer.user_pool_id()).offline();
    let forged = alice.clone().signed_by(&forger).sign();
    vec![
        Call::get(401, "nobody signed in", path),
        Call::get(200, "alice", path).bearer(&alice.sign()),
        Call::get(401, "a forged token", path).bearer(&forged),
    ]
}
