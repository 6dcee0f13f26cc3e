//! A protected resource that says who gives out its tokens (RFC 9728), as servers of the Model
//! Context Protocol do.
//!
//! A client that knows nothing but the URL finds the rest: the refusal names a metadata document,
//! the document names the issuer, and the issuer describes itself. With `--check`, the program
//! plays such a client.
//!
//! The service takes only tokens that were issued for it (RFC 8707): in Cognito, a client asks for
//! one with the parameter `resource`.
//!
//! ```console
//! cargo run --example resource_metadata            # serves until Ctrl-C
//! cargo run --example resource_metadata -- --check # finds its way itself and exits
//! ```

use axum::{Router, http::header::CONTENT_TYPE, response::IntoResponse, routing::post};
use poolgate::{
    ConfigError, ErrorBody, Gate, Policy, Requirement, ResourceMetadata, TokenUse, Verifier,
};
use poolgate_examples::{Call, check, exit_code, is_check, show};
use poolgate_issuer::TestIssuer;
use poolgate_tower::{BearerAuthLayer, MetadataService, RequireLayer};
use reqwest::{Client, Method, Response, header::WWW_AUTHENTICATE};
use serde::{Deserialize, de::DeserializeOwned};
use std::{error::Error, process::ExitCode};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    // Reachable under its own `iss`, as a real pool is.
    let issuer = TestIssuer::builder().self_issuer().start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    // The URL that clients know; in production that of whatever stands in front of this server.
    let resource = format!("http://{server}/mcp");
    let app = api(verifier(&issuer, &resource)?, &metadata(&issuer, &resource)?)?;
    tokio::spawn(axum::serve(listener, app).into_future());

    let calls = calls(&issuer, &resource);
    if is_check() {
        let is_answered = check(server, &calls).await?;
        let is_found = finds_its_way(&issuer, &resource).await?;
        return Ok(exit_code(is_answered && is_found));
    }
    show(server, &calls);
    tokio::signal::ctrl_c().await?;
    Ok(ExitCode::SUCCESS)
}

fn verifier(issuer: &TestIssuer, resource: &str) -> Result<Verifier, ConfigError> {
    // A real pool needs no `issuer`: it is known from the pool's ID.
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
        .issuer(issuer.issuer())?
        .resources([resource])?;
    Verifier::new(policy)
}

fn metadata(issuer: &TestIssuer, resource: &str) -> Result<ResourceMetadata, ConfigError> {
    Ok(ResourceMetadata::new(resource, [issuer.issuer()])?.scopes([SCOPE]).name("Tools"))
}

fn api(verifier: Verifier, metadata: &ResourceMetadata) -> Result<Router, ConfigError> {
    let gate = Gate::new(verifier)
        .realm("tools")?
        .resource_metadata(metadata)
        .error_body(ErrorBody::problem_details);
    let protected = Router::new()
        .route("/mcp", post(pong).layer(RequireLayer::new(Requirement::scope(SCOPE))))
        .layer(BearerAuthLayer::new(gate));
    // Outside the gate: who reads the metadata has no token yet.
    let metadata = Router::new().route_service(&metadata.path(), MetadataService::new(metadata));
    Ok(protected.merge(metadata))
}

/// The answer to a ping, in place of a whole server.
async fn pong() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], r#"{"jsonrpc":"2.0","id":1,"result":{}}"#)
}

fn calls(issuer: &TestIssuer, resource: &str) -> Vec<Call> {
    let token = issuer.access_token().username("alice").audience(resource);
    let good = token.clone().scope(SCOPE).sign();
    let elsewhere = token.clone().scope(SCOPE).audience("https://other.example/mcp").sign();
    let ping = |status, what| Call::new(Method::POST, status, what, "/mcp");
    let metadata = "/.well-known/oauth-protected-resource/mcp";
    vec![
        ping(401, "nobody signed in").saying(r#""status":401"#),
        Call::get(200, "anyone reads the metadata", metadata).saying("authorization_servers"),
        ping(403, "alice, without the scope").bearer(&token.sign()).saying(r#""status":403"#),
        ping(401, "alice, with a token for another resource").bearer(&elsewhere),
        ping(200, "alice, with the scope").bearer(&good),
    ]
}

/// What a client reads of the metadata of a resource (RFC 9728 §2).
#[derive(Deserialize)]
struct Metadata {
    resource: String,
    authorization_servers: Vec<String>,
    scopes_supported: Vec<String>,
}

/// What a client reads of an issuer's description of itself (OpenID Connect Discovery §3).
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
}

/// Plays a client that knows the URL of the resource, and nothing else.
async fn finds_its_way(issuer: &TestIssuer, resource: &str) -> Result<bool, Box<dyn Error>> {
    let client = Client::builder().no_proxy().build()?;
    let refusal = client.post(resource).send().await?;
    println!("{}, refused: {}", refusal.status(), challenge(&refusal)?);

    let url = parameter(challenge(&refusal)?, "resource_metadata").ok_or("no metadata named")?;
    let metadata: Metadata = read(&client, url).await?;
    // Else one service could send its clients away with tokens for another (RFC 9728 §3.3).
    let is_ours = report("the metadata are of", &metadata.resource, resource);

    let server = metadata.authorization_servers.first().ok_or("no authorization server named")?;
    let url = format!("{server}/.well-known/openid-configuration");
    let discovery: Discovery = read(&client, &url).await?;
    let is_itself = report("the description is of", &discovery.issuer, server);
    println!("here a user would sign in: {}", discovery.authorization_endpoint);

    // What would come of it: a token for the resource, with the scopes that the metadata name.
    let token = issuer.access_token().username("alice").audience(metadata.resource);
    let token = token.scopes(metadata.scopes_supported).sign();
    let answer = client.post(resource).bearer_auth(token).send().await?;
    let is_let_in = report("with a token", answer.status().as_str(), "200");
    Ok(is_ours && is_itself && is_let_in)
}

fn challenge(response: &Response) -> Result<&str, Box<dyn Error>> {
    let challenge = response.headers().get(WWW_AUTHENTICATE).ok_or("no challenge")?;
    Ok(challenge.to_str()?)
}

/// A quoted parameter of a challenge. Enough for this server; in general, use a parser.
fn parameter<'c>(challenge: &'c str, name: &str) -> Option<&'c str> {
    let (_, rest) = challenge.split_once(&format!(r#"{name}=""#))?;
    Some(rest.split_once('"')?.0)
}

async fn read<T: DeserializeOwned>(client: &Client, url: &str) -> Result<T, Box<dyn Error>> {
    let response = client.get(url).send().await?.error_for_status()?;
    Ok(serde_json::from_str(&response.text().await?)?)
}

fn report(what: &str, found: &str, expected: &str) -> bool {
    let verdict = if found == expected { "as expected" } else { "NOT AS EXPECTED" };
    println!("{verdict}: {what} {found}");
    found == expected
}

const SCOPE: &str = "tools/call";
