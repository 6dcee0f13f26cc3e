//! Requests that are spelled in odd ways, over sockets.

use crate::{Reply, reply, serve};
use axum::{Router, body::Body, routing};
use http::{HeaderValue, Request, header};
use poolgate::Requirement;
use poolgate_tests::{
    World,
    tricks::{self, ME, OPEN, SECRET},
};
use poolgate_tower::{BearerAuthLayer, RequireLayer, Verified};
use proptest::prelude::*;
use tower::Layer;
use tower_http::normalize_path::NormalizePathLayer;

/// The gate is around some routes, and all others are open.
fn in_part(world: &World) -> Router {
    let secret = || routing::any(|_: Verified| async { SECRET });
    let admin = Router::new()
        .route("/admin", secret())
        .route("/admin/", secret())
        .route("/admin/{*rest}", secret())
        .layer(RequireLayer::new(Requirement::group("Admins")));
    let gated = admin
        .route("/me", routing::any(|_: Verified| async { ME }))
        .layer(BearerAuthLayer::new(world.verifier()));
    let open = || routing::any(|| async { OPEN });
    gated.route("/", open()).route("/{*rest}", open())
}

#[tokio::test]
async fn no_target_leads_around_the_layer() {
    let world = World::start().await;
    tricks::no_target_leads_around_a_gate(serve(in_part(&world)).await, &world).await;
}

/// A layer that tidies paths up works outside of the router, so before any route is found.
#[tokio::test]
async fn no_target_leads_around_the_layer_when_paths_are_tidied_up() {
    let world = World::start().await;
    let app = NormalizePathLayer::trim_trailing_slash().layer(in_part(&world));
    tricks::no_target_leads_around_a_gate(serve(app).await, &world).await;
}

#[tokio::test]
async fn no_target_leads_past_a_layer_around_everything() {
    let world = World::start().await;
    let open = || routing::any(|| async { OPEN });
    let app =
        Router::new().route("/", open()).route("/{*rest}", open()).fallback(|| async { OPEN });
    let app = app.layer(BearerAuthLayer::new(world.verifier()));
    tricks::no_target_leads_past_a_gate_around_everything(serve(app).await).await;
}

#[tokio::test]
async fn no_method_leads_around_the_layer() {
    let world = World::start().await;
    tricks::no_method_leads_around_a_gate(serve(in_part(&world)).await).await;
}

#[tokio::test]
async fn no_header_leads_around_the_layer() {
    let world = World::start().await;
    tricks::no_header_leads_around_a_gate(serve(in_part(&world)).await, &world).await;
}

#[tokio::test]
async fn no_spelling_of_authorization_is_repaired() {
    let world = World::start().await;
    tricks::no_spelling_of_authorization_is_repaired(serve(in_part(&world)).await, &world).await;
}

/// What there is to say to somebody without a good token: the status, the challenge and the word in the body.
const WORDS: [(u16, &str, &str); 3] = [
    (401, "Bearer", "unauthorized"),
    (400, r#"Bearer error="invalid_request""#, "invalid_request"),
    (401, r#"Bearer error="invalid_token""#, "invalid_token"),
];

fn is_one_of_three(reply: &Reply) -> bool {
    let is = |(status, challenge, word): (u16, &str, &str)| {
        let body = format!(r#"{{"error":"{word}"}}"#);
        (reply.status, reply.header("www-authenticate"), &*reply.body)
            == (status, Some(challenge), &*body)
    };
    WORDS.into_iter().any(is)
}

#[test]
fn whatever_is_sent_the_answer_is_one_of_three() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let world = World::offline();
    let app = Router::new().fallback(|_: Verified| async { ME });
    let app = app.layer(BearerAuthLayer::new(world.verifier_with_keys()));
    let prefixes = prop::sample::select(vec![
        "",
        "Bearer ",
        "bearer ",
        "BEARER",
        "Basic ",
        "Basic a, Bearer ",
    ]);
    let bytes = prop::collection::vec(any::<u8>(), 0..40);
    proptest!(|(prefix in prefixes, bytes in bytes, is_text in any::<bool>())| {
        let text = |byte: &u8| if is_text { b' ' + byte % 95 } else { *byte };
        let value = [prefix.as_bytes(), &bytes.iter().map(text).collect::<Vec<_>>()].concat();
        let Ok(value) = HeaderValue::from_bytes(&value) else { return Ok(()) };
        let request = Request::get("/").header(header::AUTHORIZATION, value);
        let reply = runtime.block_on(reply(&app, request.body(Body::empty()).unwrap()));
        prop_assert!(is_one_of_three(&reply), "{} {}", reply.status, reply.body);
    });
}
