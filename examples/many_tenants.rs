//! One API for many tenants, each with a user pool of its own, found while the service runs.
//!
//! The verifier is built without any pool. When a token names an issuer that it has not seen, it
//! asks the directory, remembers the answer for a while, and holds the token to that tenant's rules
//! and keys. A tenant that signs up later needs no restart.
//!
//! ```console
//! cargo run --features many_tenants --example many_tenants            # serves until Ctrl-C
//! cargo run --features many_tenants --example many_tenants -- --check # makes the same calls itself
//! ```

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use poolgate::{Policy, PolicyLookup, TokenUse, Verifier};
use poolgate_examples::Call;
use poolgate_issuer::TestIssuer;
use poolgate_tower::{BearerAuthLayer, Verified};
use reqwest::Method;
use std::{
    collections::HashMap,
    process::ExitCode,
    sync::{Arc, PoisonError, RwLock},
};

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let (acme, globex) = (TestIssuer::start().await, TestIssuer::start().await);
    let newcomer = TestIssuer::start().await;
    let directory = Directory::default();
    directory.add(&acme, "acme");
    directory.add(&globex, "globex");

    let verifier = Verifier::builder(lookup(directory.clone())).build()?;
    let app = api(verifier, Arc::new(SignUp { directory, newcomer: newcomer.clone() }));
    poolgate_examples::run(app, &calls(&acme, &globex, &newcomer)).await
}

/// Asks the directory about an issuer. Its text comes from a token that nobody has verified, so it
/// is compared with what the directory knows, and used for nothing else.
fn lookup(directory: Directory) -> PolicyLookup {
    PolicyLookup::new(move |issuer| {
        let directory = directory.clone();
        async move {
            let Some(tenant) = directory.find(&issuer).await else { return Ok(None) };
            // A real pool needs the first line alone; the second points at the test issuer's keys.
            let policy = Policy::cognito(&*tenant.pool, &*tenant.client, TokenUse::Access)?
                .jwks_url(tenant.jwks_url)?;
            Ok(Some(policy))
        }
    })
}

/// Who has signed up. In a real service this is a table of a database.
#[derive(Clone, Default)]
struct Directory(Arc<RwLock<HashMap<String, Tenant>>>);

#[derive(Clone)]
struct Tenant {
    name: &'static str,
    pool: String,
    client: String,
    jwks_url: String,
}

impl Directory {
    fn add(&self, pool: &TestIssuer, name: &'static str) {
        let tenant = Tenant {
            name,
            pool: pool.user_pool_id().to_owned(),
            client: pool.client_id().to_owned(),
            jwks_url: pool.jwks_url().to_owned(),
        };
        let mut tenants = self.0.write().unwrap_or_else(PoisonError::into_inner);
        tenants.insert(pool.issuer().to_owned(), tenant);
    }

    async fn find(&self, issuer: &str) -> Option<Tenant> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned()
    }
}

struct SignUp {
    directory: Directory,
    newcomer: TestIssuer,
}

fn api(verifier: Verifier, sign_up: Arc<SignUp>) -> Router {
    Router::new()
        .route("/orders", get(orders))
        .layer(BearerAuthLayer::new(verifier))
        // Behind the layer's back, for everybody.
        .route("/sign-up", post(initech_signs_up))
        .with_state(sign_up)
}

/// The tenant is that of the verified issuer: no header and no claim of the user's own says it.
async fn orders(State(state): State<Arc<SignUp>>, Verified(token): Verified) -> String {
    let tenant = state.directory.find(token.issuer()).await;
    let name = tenant.map_or("nobody", |tenant| tenant.name);
    format!("The orders of {name}, for {}\n", token.username().unwrap_or("a machine"))
}

async fn initech_signs_up(State(state): State<Arc<SignUp>>) -> StatusCode {
    state.directory.add(&state.newcomer, "initech");
    StatusCode::NO_CONTENT
}

fn calls(acme: &TestIssuer, globex: &TestIssuer, initech: &TestIssuer) -> Vec<Call> {
    let stranger = TestIssuer::builder().offline();
    let orders =
        |status, what: &str, token: String| Call::get(status, what, "/orders").bearer(&token);
    let of = |pool: &TestIssuer, name: &str| pool.access_token().username(name).sign();
    vec![
        Call::get(401, "nobody signed in", "/orders"),
        orders(200, "ann of acme", of(acme, "ann")).saying("The orders of acme, for ann"),
        orders(200, "gus of globex", of(globex, "gus")).saying("The orders of globex, for gus"),
        orders(401, "somebody of a pool that nobody knows", of(&stranger, "sue")),
        orders(
            401,
            "acme's token, signed with a key of globex",
            acme.access_token().signed_by(globex).sign(),
        ),
        orders(
            401,
            "a token of globex that names acme as its issuer",
            globex.access_token().claim("iss", acme.issuer()).sign(),
        ),
        orders(
            401,
            "an issuer that is none",
            acme.access_token().claim("iss", "http://169.254.169.254/").sign(),
        ),
        Call::new(Method::POST, 204, "initech signs up", "/sign-up"),
        orders(200, "ian of initech", of(initech, "ian")).saying("The orders of initech, for ian"),
    ]
}
