//! axum 0.7 behind jwt-authorizer.

use axum_07::{Router, routing::get};
use jwt_authorizer::{IntoLayer, JwtAuthorizer, JwtClaims, Validation};

#[derive(Clone, serde::Deserialize)]
struct User {
    sub: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example";
    let validation = Validation::new().iss(&[issuer]);
    let authorizer = JwtAuthorizer::<User>::from_oidc(issuer).validation(validation).build();
    let app = Router::new().route("/", get(|JwtClaims(user): JwtClaims<User>| async { user.sub }));
    let app = app.layer([authorizer.await?].into_layer());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum_07::serve(listener, app).await?)
}
