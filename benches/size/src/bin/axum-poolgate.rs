//! axum behind poolgate.

use axum::{Router, routing::get};
use poolgate::{Policy, TokenUse, Verifier};
use poolgate_tower::{BearerAuthLayer, Verified};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let policy = Policy::cognito("eu-west-1_Example", "1example23456789", TokenUse::Access)?;
    let app = Router::new().route("/", get(async |_: Verified| "Hello, world!"));
    let app = app.layer(BearerAuthLayer::new(Verifier::new(policy)?));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, app).await?)
}
