//! A function for AWS Lambda behind the gate, called through an HTTP API of API Gateway or by its
//! function URL.
//!
//! ```console
//! cargo run --example lambda --features lambda -- --check # runs it under a stand-in of Lambda
//! ```
//!
//! This file and kept_keys.rs without the check are what one deploys. `USER_POOL_ID` and `CLIENT_ID`
//! say whose tokens the function takes, and `KEY_SNAPSHOT` where its instances keep the pool's keys
//! for each other.

mod calls;
mod function;
mod kept_keys;

use lambda_http::{Body, Error, Request, Response};
use poolgate::{Policy, Requirement, TokenUse, Verifier};
use poolgate_tower::{BearerAuthLayer, RequireLayer, verified};
use std::{env, process::ExitCode};
use tower::ServiceBuilder;

#[tokio::main]
async fn main() -> Result<ExitCode, Error> {
    if env::args().any(|argument| argument == "--check") {
        let as_expected = calls::make().await?;
        return Ok(if as_expected { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let verifier = kept_keys::restore(Verifier::builder(policy()?)).build()?;
    // While Lambda starts the function, so that no caller waits for the keys. Nothing is fetched if
    // keys were restored.
    match verifier.warm_up().await {
        Ok(()) => kept_keys::keep(&verifier),
        Err(error) => eprintln!("keys could not be fetched yet: {error}"),
    }
    let function = ServiceBuilder::new()
        .layer(BearerAuthLayer::new(verifier))
        .layer(RequireLayer::new(Requirement::group("Admins")))
        .service_fn(orders);
    lambda_http::run(function).await?;
    Ok(ExitCode::SUCCESS)
}

fn policy() -> Result<Policy, Error> {
    let policy =
        Policy::cognito(&variable("USER_POOL_ID")?, &variable("CLIENT_ID")?, TokenUse::Access)?;
    // Set by the check, which has its keys from the test issuer; a real pool needs no such URL.
    Ok(match env::var("JWKS_URL") {
        Ok(url) => policy.jwks_url(&url)?,
        Err(_) => policy,
    })
}

fn variable(name: &str) -> Result<String, Error> {
    env::var(name).map_err(|error| format!("{name}: {error}").into())
}

/// The function itself: nobody but Admins gets here.
async fn orders(request: Request) -> Result<Response<Body>, Error> {
    let name = verified(request.extensions())?.username().unwrap_or("a machine");
    Ok(Response::new(format!("three orders, for {name}").into()))
}
