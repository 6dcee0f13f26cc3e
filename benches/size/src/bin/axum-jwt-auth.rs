//! axum behind axum-jwt-auth.

use axum::{Router, routing::get};
use axum_jwt_auth::{Claims, Decoder, RemoteJwksDecoder};
use jsonwebtoken_10::{Algorithm, Validation};
use std::sync::Arc;

#[derive(serde::Deserialize)]
struct User {
    sub: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&["https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example"]);
    validation.set_audience(&["1example23456789"]);
    let decoder = RemoteJwksDecoder::builder()
        .jwks_url(
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example/.well-known/jwks.json"
                .to_owned(),
        )
        .validation(validation)
        .build()?;
    decoder.initialize().await?;
    let decoder: Decoder<User> = Arc::new(decoder);
    let app = Router::new().route("/", get(async |user: Claims<User>| user.claims.sub));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, app.with_state(decoder)).await?)
}
