//! Others on axum 0.8, with the backend they ship.

use super::{HELLO, axum_08, block_on};
use crate::given::Given;
use axum::{Extension, Router, body::Body, routing::get};
use axum_jwt_auth::{Decoder, LocalDecoder};
use jsonwebtoken_10::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use std::sync::Arc;
use tower_oauth2_resource_server::{
    server::OAuth2ResourceServer, tenant::TenantConfiguration, validation::ClaimsValidationSpec,
};

/// The claims that the rules look at.
#[derive(Clone, Debug, Deserialize)]
pub struct Claims {
    #[serde(rename = "sub")]
    _sub: String,
    token_use: String,
    client_id: String,
    #[serde(rename = "cognito:groups", default)]
    _groups: Vec<String>,
}

impl Claims {
    pub fn is_of(&self, client_id: &str) -> bool {
        self.token_use == "access" && self.client_id == client_id
    }
}

pub fn axum_jwt_auth(given: &Given) {
    let jwk = serde_json::from_value(given.jwk.clone()).expect("it is a JWK");
    let key = DecodingKey::from_jwk(&jwk).expect("the issuer's keys are good");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[&given.issuer]);
    validation.set_audience(&[&given.client_id]);
    validation.validate_aud = false;
    let decoder = LocalDecoder::new(vec![key], validation).expect("the settings are good");
    let decoder: Decoder<Claims> = Arc::new(decoder);
    let client_id = given.client_id.clone();
    let hello = |user: axum_jwt_auth::Claims<Claims>| async move {
        assert!(user.claims.is_of(&client_id));
        HELLO
    };
    axum_08::serve(Router::new().route("/", get(hello)).with_state(decoder));
}

pub fn tower_oauth2(given: &Given) {
    let rules = ClaimsValidationSpec::new().exp(true).iss(&given.issuer);
    let tenant = TenantConfiguration::static_builder(&*given.jwks).claims_validation(rules);
    let tenant = tenant.build().expect("the settings are good");
    let builder = OAuth2ResourceServer::<Claims>::builder().add_tenant(tenant);
    let server = block_on(builder.build()).expect("the settings are good");
    let client_id = given.client_id.clone();
    let hello = |Extension(claims): Extension<Claims>| async move {
        assert!(claims.is_of(&client_id));
        HELLO
    };
    axum_08::serve(Router::new().route("/", get(hello)).layer(server.into_layer::<Body>()));
}
