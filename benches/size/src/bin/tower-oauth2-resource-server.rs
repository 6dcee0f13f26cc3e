//! axum behind tower-oauth2-resource-server.

use axum::{Extension, Router, body::Body, routing::get};
use tower_oauth2_resource_server::{server::OAuth2ResourceServer, tenant::TenantConfiguration};

#[derive(Clone, serde::Deserialize)]
struct User {
    sub: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example";
    let tenant = TenantConfiguration::builder(issuer).audiences(&["1example23456789"]).build();
    let server = OAuth2ResourceServer::<User>::builder().add_tenant(tenant.await?).build().await?;
    let app = Router::new().route("/", get(async |Extension(user): Extension<User>| user.sub));
    let app = app.layer(server.into_layer::<Body>());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, app).await?)
}
