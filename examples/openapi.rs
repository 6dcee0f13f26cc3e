//! An OpenAPI document that tells clients what the gate asks of them.
//!
//! The document declares one scheme, a bearer token, and each route says whether it asks for it, and
//! for which scopes. The calls are made from the document as it is served, so that it promises what
//! the gate does and nothing else: a route without `security` has to serve everybody, one with
//! `security` nobody without a token, and one with scopes nobody without these.
//!
//! ```console
//! cargo run --features openapi --example openapi            # serves until Ctrl-C
//! cargo run --features openapi --example openapi -- --check # makes the same calls itself and exits
//! ```

#![allow(clippy::exhaustive_structs, reason = "utoipa makes one of each route")]

use axum::{
    Router,
    handler::Handler,
    http::{Method, header::CONTENT_TYPE},
    routing::{delete, get},
};
use poolgate::{Policy, Requirement, TokenUse, Verifier};
use poolgate_examples::{Call, check, exit_code, is_check, serve, show};
use poolgate_issuer::TestIssuer;
use poolgate_tower::{BearerAuthLayer, RequireLayer};
use serde::Deserialize;
use std::{collections::BTreeMap, error::Error, net::SocketAddr, process::ExitCode};
use utoipa::{
    IntoResponses, Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let issuer = TestIssuer::start().await;
    // A real pool needs the first line alone; the second points at the test issuer's keys.
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
        .jwks_url(issuer.jwks_url())?;
    let server = serve(api(Verifier::new(policy)?)?).await?;

    let calls = Document::read(server).await?.calls(&issuer)?;
    if is_check() {
        return Ok(exit_code(check(server, &calls).await?));
    }
    show(server, &calls);
    tokio::signal::ctrl_c().await?;
    Ok(ExitCode::SUCCESS)
}

fn api(verifier: Verifier) -> Result<Router, serde_json::Error> {
    let readers = RequireLayer::new(Requirement::scope("orders/read"));
    let writers = RequireLayer::new(Requirement::scope("orders/write"));
    let document = ApiDoc::openapi().to_json()?;
    let protected = Router::new()
        .route("/me", get(me))
        .route("/orders", get(list.layer(readers)))
        .route("/orders/{id}", delete(remove.layer(writers)))
        .layer(BearerAuthLayer::new(verifier));
    let public = Router::new()
        .route("/health", get(health))
        .route("/openapi.json", get(([(CONTENT_TYPE, "application/json")], document)));
    Ok(protected.merge(public))
}

#[derive(OpenApi)]
#[openapi(paths(health, me, list, remove), modifiers(&UserPool))]
struct ApiDoc;

/// Declares the scheme `cognito`, which the routes name.
struct UserPool;

impl Modify for UserPool {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
        let scheme = SecurityScheme::Http(bearer.build());
        document.components.get_or_insert_default().add_security_scheme("cognito", scheme);
    }
}

/// What the gate answers by itself.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes answers, makes none")]
enum Refusal {
    /// No token was sent, or one that is not valid.
    #[response(status = 401)]
    Unauthorized,
    /// The token lacks a scope.
    #[response(status = 403)]
    Forbidden,
}

#[utoipa::path(get, path = "/health", responses((status = 200, description = "All is well")))]
async fn health() -> &'static str {
    "well\n"
}

/// For whoever has a token.
#[utoipa::path(
    get,
    path = "/me",
    security(("cognito" = [])),
    responses((status = 200, description = "Who you are"), Refusal),
)]
async fn me() -> &'static str {
    "you\n"
}

/// For a scope. OpenAPI 3.1 lets any scheme name what is asked for.
#[utoipa::path(
    get,
    path = "/orders",
    security(("cognito" = ["orders/read"])),
    responses((status = 200, description = "All orders"), Refusal),
)]
async fn list() -> &'static str {
    "orders\n"
}

#[utoipa::path(
    delete,
    path = "/orders/{id}",
    params(("id" = u32, Path)),
    security(("cognito" = ["orders/write"])),
    responses((status = 200, description = "It is gone"), Refusal),
)]
async fn remove() -> &'static str {
    "gone\n"
}

/// The document as a client reads it, as far as it is about tokens.
#[derive(Deserialize)]
struct Document {
    paths: BTreeMap<String, BTreeMap<String, Operation>>,
    components: Components,
}

#[derive(Deserialize)]
struct Components {
    #[serde(rename = "securitySchemes")]
    security_schemes: BTreeMap<String, Scheme>,
}

#[derive(Deserialize)]
struct Scheme {
    #[serde(rename = "type")]
    kind: String,
    scheme: String,
}

#[derive(Deserialize)]
struct Operation {
    #[serde(default)]
    security: Vec<BTreeMap<String, Vec<String>>>,
}

impl Document {
    async fn read(server: SocketAddr) -> Result<Self, Box<dyn Error>> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let response = client.get(format!("http://{server}/openapi.json")).send().await?;
        Ok(serde_json::from_str(&response.text().await?)?)
    }

    /// Calls that hold the service to its document.
    fn calls(&self, issuer: &TestIssuer) -> Result<Vec<Call>, Box<dyn Error>> {
        let scheme = self.components.security_schemes.get("cognito").ok_or("no scheme cognito")?;
        if (scheme.kind.as_str(), scheme.scheme.as_str()) != ("http", "bearer") {
            return Err("the scheme cognito is not a bearer token".into());
        }
        let mut calls = Vec::new();
        for (path, operations) in &self.paths {
            let path = path.replace("{id}", "7");
            for (method, operation) in operations {
                let method = Method::from_bytes(method.to_uppercase().as_bytes())?;
                calls.extend(operation.calls(&method, &path, issuer));
            }
        }
        Ok(calls)
    }
}

impl Operation {
    fn calls(&self, method: &Method, path: &str, issuer: &TestIssuer) -> Vec<Call> {
        let call = |status, what| Call::new(method.clone(), status, what, path);
        let Some(scopes) = self.scopes() else {
            return vec![call(200, "without a token, as the document says")];
        };
        let token = issuer.access_token().scopes(scopes).sign();
        let mut calls = vec![
            call(401, "without the token that the document asks for"),
            call(200, "with what the document asks for").bearer(&token),
        ];
        if !scopes.is_empty() {
            let token = issuer.access_token().sign();
            calls.push(call(403, "without the scope that the document asks for").bearer(&token));
        }
        calls
    }

    /// The scopes that a token needs; none if there need be no token.
    fn scopes(&self) -> Option<&Vec<String>> {
        self.security.iter().find_map(|schemes| schemes.get("cognito"))
    }
}
