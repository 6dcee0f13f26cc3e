//! Claims of your own: what a pre token generation trigger adds, read into a struct.
//!
//! From version 2 of its event on, the trigger can answer with claims for the access token, of any
//! JSON type:
//!
//! ```json
//! {
//!   "claimsAndScopeOverrideDetails": {
//!     "accessTokenGeneration": {
//!       "claimsToAddOrOverride": {
//!         "https://example.com/tenant": "acme",
//!         "permissions": ["invoices:read"],
//!         "custom:seats": "12"
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! A verified token whose claims do not fit the struct gets a 403: it is genuine, but nobody has
//! said what its holder may do here. The claim that does not fit is in the log, its value is not.
//!
//! ```console
//! cargo run --example custom_claims            # serves until Ctrl-C
//! cargo run --example custom_claims -- --check # makes the same calls itself and exits
//! ```

use axum::{Router, extract::Path, routing::get};
use poolgate::{Error, Policy, TokenUse, Verifier};
use poolgate_examples::Call;
use poolgate_issuer::{TestIssuer, TokenBuilder};
use poolgate_tower::{BearerAuthLayer, Claims, Rejection};
use serde::{Deserialize, Deserializer, de};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let issuer = TestIssuer::start().await;
    // A real pool needs the first line alone; the second points at the test issuer's keys.
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
        .jwks_url(issuer.jwks_url())?;
    let app = api(Verifier::new(policy)?);

    let mut calls = calls_that_fit(&issuer);
    calls.extend(calls_that_do_not_fit(&issuer));
    poolgate_examples::run(app, &calls).await
}

fn api(verifier: Verifier) -> Router {
    Router::new()
        .route("/me", get(me))
        .route("/tenants/{tenant}/invoices", get(invoices))
        .layer(BearerAuthLayer::new(verifier))
}

/// A member of a tenant.
#[derive(Deserialize)]
struct Member {
    username: String,
    /// Claims that are not in the standards are named by a URL, so that nobody else means them.
    #[serde(rename = "https://example.com/tenant")]
    tenant: String,
    /// Without the claim, there are none.
    #[serde(default)]
    permissions: Vec<String>,
    /// Cognito writes custom attributes as strings, those of type Number too.
    #[serde(rename = "custom:seats", default, deserialize_with = "number")]
    seats: Option<u32>,
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(de::Error::custom)
}

async fn me(Claims(member): Claims<Member>) -> String {
    let seats = member.seats.unwrap_or(1);
    format!("{} of {}, which has seats for {seats}\n", member.username, member.tenant)
}

/// What the path names is the caller's wish; what the token names is what counts.
async fn invoices(
    Claims(member): Claims<Member>,
    Path(tenant): Path<String>,
) -> Result<String, Rejection> {
    let may_read = member.permissions.iter().any(|permission| permission == "invoices:read");
    if tenant != member.tenant || !may_read {
        return Err(Error::Forbidden.into());
    }
    Ok(format!("No invoices for {tenant} yet\n"))
}

fn calls_that_fit(issuer: &TestIssuer) -> Vec<Call> {
    let acme = "/tenants/acme/invoices";
    let alice = acme_token(issuer, "alice").claim("permissions", vec!["invoices:read"]).sign();
    let bob = acme_token(issuer, "bob").sign();
    let carol = acme_token(issuer, "carol").claim("custom:seats", "12").sign();
    vec![
        Call::get(401, "nobody signed in", "/me"),
        Call::get(200, "bob, whose tenant has no seats set", "/me")
            .bearer(&bob)
            .saying("bob of acme, which has seats for 1"),
        Call::get(200, "carol, whose tenant has", "/me").bearer(&carol).saying("seats for 12"),
        Call::get(200, "alice, who may read invoices", acme).bearer(&alice),
        Call::get(403, "bob, who may not", acme).bearer(&bob),
        Call::get(403, "alice at another tenant's", "/tenants/other/invoices").bearer(&alice),
    ]
}

fn calls_that_do_not_fit(issuer: &TestIssuer) -> Vec<Call> {
    let acme = acme_token(issuer, "dave");
    let misfit = |what, token: TokenBuilder| Call::get(403, what, "/me").bearer(&token.sign());
    vec![
        misfit("a user whom the trigger has not seen", issuer.access_token().username("dave")),
        misfit("a machine, which has no username", issuer.client_credentials_token()),
        misfit("a tenant that is a number", acme.clone().claim("https://example.com/tenant", 7)),
        misfit("one permission in place of a list", acme.clone().claim("permissions", "all")),
        misfit("seats that are no number", acme.claim("custom:seats", "a dozen")),
    ]
}

fn acme_token(issuer: &TestIssuer, username: &str) -> TokenBuilder {
    issuer.access_token().username(username).claim("https://example.com/tenant", "acme")
}
