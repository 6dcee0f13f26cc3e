//! A function for AWS Lambda behind the gate, called through an HTTP API of API Gateway or by its
//! function URL.
//!
//! ```console
//! cargo run --example lambda --features lambda -- --check # runs it under a stand-in of Lambda
//! ```
//!
//! This file without the check is what one deploys. `USER_POOL_ID` and `CLIENT_ID` say whose tokens
//! the function takes.

mod calls;
mod function;

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
    let verifier = Verifier::new(policy()?)?;
    // While Lambda starts the function, so that no caller waits for the keys.
    if let Err(error) = verifier.warm_up().await {
        eprintln!("keys could not be fetched yet: {error}");
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
