//! Two user pools in front of one API: customers, and staff who may do more.
//!
//! One verifier knows both pools. The issuer of a token chooses whose keys, clients and rules it is
//! held to, so that nothing of one pool is good for the other.
//!
//! ```console
//! cargo run --example several_pools            # serves until Ctrl-C
//! cargo run --example several_pools -- --check # makes the same calls itself and exits
//! ```

use axum::{Router, routing::get};
use poolgate::{ConfigError, Policy, Requirement, TokenUse, VerifiedToken, Verifier};
use poolgate_examples::Call;
use poolgate_issuer::TestIssuer;
use poolgate_tower::{BearerAuthLayer, RequireLayer, Verified};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let (customers, staff) = (TestIssuer::start().await, TestIssuer::start().await);
    let verifier = Verifier::builder(policy(&customers)?).policy(policy(&staff)?).build()?;
    let app = api(verifier, staff.user_pool_id())?;

    let mut calls = calls_of_both(&customers, &staff);
    calls.extend(calls_that_cross(&customers, &staff));
    poolgate_examples::run(app, &calls).await
}

fn policy(pool: &TestIssuer) -> Result<Policy, ConfigError> {
    // A real pool needs the first line alone; the second points at the test issuer's keys.
    Policy::cognito(pool.user_pool_id(), pool.client_id(), TokenUse::Access)?
        .jwks_url(pool.jwks_url())
}

/// The API: one route for both pools, one for the staff, one for a group of the staff.
///
/// A group alone is not enough: whoever runs the customers' pool may name a group there as they
/// like.
fn api(verifier: Verifier, staff: &str) -> Result<Router, ConfigError> {
    let staff = Requirement::user_pool(staff)?;
    let finance = Requirement::all_of([staff.clone(), Requirement::group("Finance")])?;
    Ok(Router::new()
        .route("/books", get(books))
        .route("/stock", get(stock).layer(RequireLayer::new(staff)))
        .route("/refunds", get(refunds).layer(RequireLayer::new(finance)))
        .layer(BearerAuthLayer::new(verifier)))
}

async fn books(Verified(token): Verified) -> String {
    format!("Two books, for {}\n", name(&token))
}

async fn stock(Verified(token): Verified) -> String {
    format!("One of each, for {} of the staff\n", name(&token))
}

async fn refunds(Verified(token): Verified) -> String {
    format!("No refunds yet, for {} of finance\n", name(&token))
}

fn name(token: &VerifiedToken) -> &str {
    token.username().unwrap_or("a machine")
}

fn calls_of_both(customers: &TestIssuer, staff: &TestIssuer) -> Vec<Call> {
    let carol = customers.access_token().username("carol");
    let sam = staff.access_token().username("sam");
    let fay = staff.access_token().username("fay").group("Finance").sign();
    let impostor = carol.clone().group("Finance").sign();
    let (carol, sam) = (carol.sign(), sam.sign());
    vec![
        Call::get(401, "nobody signed in", "/books"),
        Call::get(200, "carol, a customer", "/books").bearer(&carol),
        Call::get(200, "sam of the staff", "/books").bearer(&sam),
        Call::get(403, "carol looks at the stock", "/stock").bearer(&carol),
        Call::get(200, "sam looks at the stock", "/stock").bearer(&sam),
        Call::get(403, "sam, who is not in Finance", "/refunds").bearer(&sam),
        Call::get(200, "fay, who is", "/refunds").bearer(&fay),
        Call::get(403, "carol, in a group Finance of the customers' pool", "/refunds")
            .bearer(&impostor),
    ]
}

/// Tokens that mix two pools. Each would be good if only one thing about it were looked at.
fn calls_that_cross(customers: &TestIssuer, staff: &TestIssuer) -> Vec<Call> {
    let third = TestIssuer::builder().offline();
    let crossed = |what, token: String| Call::get(401, what, "/books").bearer(&token);
    vec![
        crossed(
            "a token of the staff, signed with a key of the customers",
            staff.access_token().signed_by(customers).sign(),
        ),
        crossed(
            "a token of the customers, signed with a key of the staff",
            customers.access_token().signed_by(staff).sign(),
        ),
        crossed(
            "a customer's token that names the staff's pool as its issuer",
            customers.access_token().claim("iss", staff.issuer()).sign(),
        ),
        crossed(
            "a customer's token that names the app client of the staff",
            customers.access_token().client_id(staff.client_id()).sign(),
        ),
        crossed("a token of a third pool", third.access_token().sign()),
    ]
}
