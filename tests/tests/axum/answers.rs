//! Refusals behind the layer, and what their heads say.

use crate::{bearer, send, serve};
use axum::{
    Router,
    body::Body,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{Request, StatusCode, header};
use poolgate::{ErrorBody, Gate, Requirement};
use poolgate_tests::{World, answers, whole};
use poolgate_tower::{
    BearerAuthLayer, Claims, MetadataService, Rejection, RequireLayer, ResponseBody, Verified,
    refusal, verified,
};
use serde::Deserialize;
use std::convert::Infallible;
use tower::{Layer, service_fn, util::MapResponseLayer};
use tower_http::compression::{CompressionLayer, predicate::SizeAbove};

/// Claims that no token has.
#[derive(Deserialize)]
struct Odd {
    #[serde(rename = "username")]
    _username: u32,
}

/// A handler that asks for more than it was given.
async fn handler(Verified(token): Verified) -> Result<&'static str, Rejection> {
    token.require(&admins())?;
    Ok("done")
}

/// The same without axum's extractors.
async fn service(request: Request<Body>) -> Result<Response, Infallible> {
    let found = verified(request.extensions()).and_then(|token| token.require(&admins()));
    Ok(match found {
        Ok(()) => "done".into_response(),
        Err(error) => refusal::<Body>(&error).into_response(),
    })
}

fn admins() -> Requirement {
    Requirement::group("Admins")
}

/// Everybody who can refuse.
fn refusing() -> Router {
    let require = |requirement| get(|| async { "done" }).layer(RequireLayer::new(requirement));
    Router::new()
        .route("/verified", get(|_: Verified| async { "done" }))
        .route("/odd-claims", get(|_: Claims<Odd>| async { "done" }))
        .route("/group", require(admins()))
        .route("/scope", require(Requirement::scope("orders/read")))
        .route("/handler", get(handler))
        .route_service("/service", service_fn(service))
}

fn behind(app: Router, gate: Gate) -> Router {
    app.layer(BearerAuthLayer::new(gate))
}

#[tokio::test]
async fn refusals_behind_the_layer_are_answered_as_its_gate_says() {
    let world = World::start().await;
    let gate = answers::dressed(world.verifier());
    let by_layer = BearerAuthLayer::new(gate.clone()).optional();
    for optional in [behind(refusing(), gate.clone().optional()), refusing().layer(by_layer)] {
        let required = behind(refusing(), gate.clone());
        let app = Router::new().nest("/required", required).nest("/optional", optional);
        answers::refusals_behind_a_gate_are_answered_as_it_says(serve(app).await, &world).await;
    }
}

#[tokio::test]
async fn the_inner_of_two_layers_answers_for_what_is_behind_it() {
    let world = World::start().await;
    let asking = |path| Router::new().route(path, get(handler));
    let inner = |path, gate| behind(asking(path), gate);
    let app = asking("/none")
        .merge(inner("/plain", world.verifier().into()))
        .merge(inner("/cookie", answers::with_cookie(world.verifier())))
        .merge(inner("/realm", Gate::new(world.verifier()).realm("inner").unwrap()));
    let outer = answers::dressed_otherwise(world.verifier()).optional();
    answers::an_inner_gate_answers_for_what_is_behind_it(serve(behind(app, outer)).await, &world)
        .await;
}

#[tokio::test]
async fn every_answer_behind_a_cookie_says_so() {
    let world = World::start().await;
    let varies = || async { ([(header::VARY, "accept-language")], "ok") };
    let app = Router::new()
        .route("/", get(|| async { "ok" }))
        .route("/varies", get(varies))
        .route("/group", get(|| async { "ok" }).layer(RequireLayer::new(admins())))
        .route("/error", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }));
    let gate = answers::with_cookie(world.verifier());
    whole::every_answer_varies_with_the_cookie(serve(behind(app, gate)).await, &world).await;
}

/// Routers give a body of known length a `Content-Length`: here one inside of the layer.
fn with_length() -> Router {
    Router::new().route("/", get(handler))
}

#[tokio::test]
async fn a_rewritten_answer_is_whole() {
    let world = World::start().await;
    let compression = || CompressionLayer::new().compress_when(SizeAbove::new(0));
    let app = Router::new()
        .route("/long", get(|| async { "long ".repeat(1_000) }))
        .route("/short", get(|| async { "short" }))
        .route("/handler", get(handler))
        .nest_service("/sized", with_length())
        .layer(compression());
    let gate = answers::dressed(world.verifier());
    // Around the whole router, there is no route outside of the layer to mend its answers.
    let to_body =
        MapResponseLayer::new(|response: Response<ResponseBody<_>>| response.map(Body::new));
    let whole = (to_body, BearerAuthLayer::new(gate.clone())).layer(app.clone());
    let whole = serve(whole).await;
    for address in [serve(behind(app, gate)).await, whole] {
        whole::a_rewritten_answer_is_whole(address, &world).await;
    }
}

#[tokio::test]
async fn metadata_are_served_outside_of_the_layer() {
    let world = World::start().await;
    let metadata = answers::metadata();
    let app = Router::new().fallback(|_: Verified| async {});
    let app = behind(app, answers::dressed(world.verifier()))
        .route_service(&metadata.path(), MetadataService::new(&metadata));
    whole::metadata_are_served_to_everybody(serve(app).await).await;
}

#[tokio::test]
async fn metadata_are_where_they_say() {
    for metadata in whole::odd_resources() {
        let service = MetadataService::new(&metadata);
        let app = Router::new().route_service(&metadata.path(), service);
        whole::metadata_are_where_they_say(serve(app).await, &metadata).await;
    }
}

#[tokio::test]
async fn an_empty_refusal_is_an_answer() {
    let world = World::start().await;
    let gate = Gate::new(world.verifier()).error_body(|_| ErrorBody::empty());
    let app = behind(Router::new().route("/", get(handler)), gate);
    whole::an_empty_refusal_is_an_answer(serve(app).await).await;
}

/// A handler may hide that there is something to be forbidden, whatever the settings of the gate.
#[tokio::test]
async fn a_status_that_a_handler_chose_instead_stays() {
    let world = World::start().await;
    let hiding = async |Verified(token): Verified| match token.require(&admins()) {
        Ok(()) => "done".into_response(),
        Err(error) => (StatusCode::NOT_FOUND, Rejection::from(error)).into_response(),
    };
    let token = bearer(&world.issuer.access_token().sign());
    for gate in [world.verifier().into(), answers::dressed(world.verifier())] {
        let app = behind(Router::new().route("/", get(hiding)), gate);
        assert_eq!(send(&app, "/", &[&token]).await.status, 404);
    }
}
