//! The layer among others, and what it says to the operator.

use crate::{send, serve};
use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::{any_service, get},
};
use http::{HeaderValue, Request, header};
use poolgate::{AccessClaims, Requirement};
use poolgate_tests::{Log, World, answers::ORIGIN, tricks};
use poolgate_tower::{
    BearerAuthLayer, Claims, Optional, Rejection, RequireLayer, Verified, verified,
};
use std::convert::Infallible;
use tower::service_fn;
use tower_http::cors::{AllowHeaders, CorsLayer};

/// A service without axum's extractors.
async fn service<B>(request: Request<B>) -> Result<Response, Infallible> {
    let found = verified(request.extensions()).map(|_| "reached").map_err(Rejection::from);
    Ok(found.into_response())
}

#[tokio::test]
async fn who_asks_without_the_layer_is_told_its_name_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let require = RequireLayer::new(Requirement::group("Admins"));
    for (what, handler) in [
        ("Verified", get(|_: Verified| async { "reached" })),
        ("Claims", get(|_: Claims<AccessClaims>| async { "reached" })),
        ("Optional", get(|_: Optional<Verified>| async { "reached" })),
        ("Optional of claims", get(|_: Optional<Claims<AccessClaims>>| async { "reached" })),
        ("Option", get(|_: Option<Verified>| async { "reached" })),
        ("Option of claims", get(|_: Option<Claims<AccessClaims>>| async { "reached" })),
        ("Result", get(async |found: Result<Verified, Rejection>| found.map(|_| "reached"))),
        ("RequireLayer", get(|| async { "reached" }).layer(require)),
        ("verified", any_service(service_fn(service))),
    ] {
        log.clear();
        let reply = send(&Router::new().route("/", handler), "/", &["Bearer a.b.c"]).await;
        assert_eq!((reply.status, &*reply.body), (500, r#"{"error":"server_error"}"#), "{what}");
        let text = log.text();
        assert!(text.contains("ERROR") && text.contains("`BearerAuthLayer`"), "{what}: {text}");
    }
}

#[tokio::test]
async fn only_a_cors_layer_outside_answers_a_preflight() {
    let world = World::start().await;
    let gate = || BearerAuthLayer::new(world.verifier());
    let cors = || {
        let layer = CorsLayer::new().allow_origin(HeaderValue::from_static(ORIGIN));
        layer.allow_headers(AllowHeaders::list([header::AUTHORIZATION]))
    };
    let app = || Router::new().route("/", get(|_: Verified| async { "reached" }));
    let outside = serve(app().layer(gate()).layer(cors())).await;
    let inside = serve(app().layer(cors()).layer(gate())).await;
    tricks::only_cors_outside_of_a_gate_answers_a_preflight(outside, inside, &world).await;
}
