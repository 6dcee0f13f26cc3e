//! The service behind poolgate's gate.

use axum::{Router, routing::get};
use poolgate::Verifier;
use poolgate_tower::{BearerAuthLayer, Verified};

/// The API: one route, for whoever is signed in.
pub(crate) fn api(verifier: Verifier) -> Router {
    Router::new().route("/me", get(me)).layer(BearerAuthLayer::new(verifier))
}

async fn me(Verified(token): Verified) -> String {
    format!("Hello, {}\n", token.username().unwrap_or("machine"))
}
