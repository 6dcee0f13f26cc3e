//! Layers that stand in the wrong place, and routes that came too late.

use crate::{bearer, call};
use axum::{
    Router,
    handler::Handler,
    middleware::{Next, from_extractor, from_fn},
    routing::{MethodRouter, any, delete, get, post},
};
use http::Request;
use poolgate::{AccessClaims, Requirement};
use poolgate_tests::World;
use poolgate_tower::{BearerAuthLayer, Claims, RequireLayer, Verified};
use tower::ServiceBuilder;

async fn claims(Claims(claims): Claims<AccessClaims>) -> String {
    claims.username.unwrap_or_default()
}

/// A request, what answers it without a token and what with an admin's, and the router.
type Case = (&'static str, &'static str, [u16; 2], Router);

const BEHIND: [u16; 2] = [401, 200];
const BESIDE: [u16; 2] = [500, 500];

async fn are(cases: impl IntoIterator<Item = Case>, world: &World) {
    let token = bearer(&world.issuer.access_token().username("alice").group("Admins").sign());
    for (what, request, expected, app) in cases {
        let (method, path) = request.split_once(' ').unwrap();
        for (status, authorization) in expected.into_iter().zip([&[][..], &[&*token]]) {
            let reply = call(&app, method, path, authorization).await;
            assert_eq!(reply.status, status, "{what}, {authorization:?}: {}", reply.body);
            assert!(status != 500 || reply.body == r#"{"error":"server_error"}"#, "{what}");
        }
    }
}

fn at(path: &str) -> Router {
    Router::new().route(path, get(claims))
}

fn nested_service() -> Router {
    Router::new().nest_service("/n", at("/a"))
}

#[tokio::test]
async fn routes_that_are_not_behind_the_layer_read_no_claims() {
    let world = World::start().await;
    let gate = || BearerAuthLayer::new(world.verifier());
    let gated = || at("/").layer(gate());
    let nested = |router| at("/").nest("/n", router);
    let cases = [
        ("a route", "GET /", BEHIND, gated()),
        ("HEAD of its GET", "HEAD /", BEHIND, gated()),
        ("a method that it has not", "PUT /", [401, 405], gated()),
        ("OPTIONS, which it has not", "OPTIONS /", [401, 405], gated()),
        ("on a route layer", "PUT /", [401, 405], at("/").route_layer(gate())),
        ("any method", "PUT /", BEHIND, Router::new().route("/", any(claims)).layer(gate())),
        ("a late route", "GET /late", BESIDE, gated().route("/late", get(claims))),
        ("the route before it", "GET /", BEHIND, gated().route("/late", get(claims))),
        ("a late method", "POST /", BESIDE, gated().route("/", post(claims))),
        ("merged before", "GET /a", BEHIND, at("/").merge(at("/a")).layer(gate())),
        ("merged after", "GET /a", BESIDE, gated().merge(at("/a"))),
        ("merged into a bare one", "GET /a", BESIDE, at("/a").merge(gated())),
        ("merged into a bare one, itself", "GET /", BEHIND, at("/a").merge(gated())),
        ("nested before", "GET /n/a", BEHIND, nested(at("/a")).layer(gate())),
        ("nested after", "GET /n/a", BESIDE, gated().nest("/n", at("/a"))),
        ("nested with its layer", "GET /n/a", BEHIND, nested(at("/a").layer(gate()))),
        ("around what is nested with it", "GET /", BESIDE, nested(at("/a").layer(gate()))),
        ("a nested service", "GET /n/a", BEHIND, nested_service().layer(gate())),
        ("a late nested service", "GET /n/a", BESIDE, gated().merge(nested_service())),
    ];
    are(cases, &world).await;
}

#[tokio::test]
async fn methods_that_are_not_behind_the_layer_read_no_claims() {
    let world = World::start().await;
    let gate = || BearerAuthLayer::new(world.verifier());
    let of = |methods: MethodRouter| Router::new().route("/", methods);
    let others = || delete(claims).fallback(claims);
    let cases = [
        ("a handler", "GET /", BEHIND, of(get(claims.layer(gate())))),
        ("a method", "GET /", BEHIND, of(get(claims).layer(gate()))),
        ("HEAD of GET", "HEAD /", BEHIND, of(get(claims).layer(gate()))),
        ("beside a handler", "POST /", BESIDE, of(get(claims.layer(gate())).post(claims))),
        ("a late method", "POST /", BESIDE, of(get(claims).layer(gate()).post(claims))),
        ("a fallback", "GET /", BEHIND, of(others().layer(gate()))),
        ("a late fallback", "GET /", BESIDE, of(delete(claims).layer(gate()).fallback(claims))),
        ("a fallback and a route layer", "GET /", BESIDE, of(others().route_layer(gate()))),
    ];
    are(cases, &world).await;
}

#[tokio::test]
async fn fallbacks_that_are_not_behind_the_layer_read_no_claims() {
    let world = World::start().await;
    let gate = || BearerAuthLayer::new(world.verifier());
    let gated = || at("/").layer(gate());
    let with_fallback = || at("/").fallback(claims);
    let nested = |router: Router| Router::new().nest("/n", router);
    let no_method = || at("/").method_not_allowed_fallback(claims);
    let cases = [
        ("none", "GET /x", [401, 404], gated()),
        ("none, and a route layer", "GET /x", [404, 404], at("/").route_layer(gate())),
        ("one", "GET /x", BEHIND, with_fallback().layer(gate())),
        ("a late one", "GET /x", BESIDE, gated().fallback(claims)),
        ("one and a route layer", "GET /x", BESIDE, with_fallback().route_layer(gate())),
        ("a merged one", "GET /x", BESIDE, gated().merge(Router::new().fallback(claims))),
        ("a service", "GET /x", BEHIND, at("/").fallback_service(at("/x")).layer(gate())),
        ("a nested one", "GET /n/x", BEHIND, nested(with_fallback()).layer(gate())),
        ("a late one for nested", "GET /n/x", BESIDE, nested(gated()).fallback(claims)),
        ("for methods", "PUT /", BEHIND, no_method().layer(gate())),
        ("a late one for methods", "PUT /", BESIDE, gated().method_not_allowed_fallback(claims)),
    ];
    are(cases, &world).await;
}

#[tokio::test]
async fn the_last_layer_is_the_outermost_and_has_to_be_the_gate() {
    let world = World::start().await;
    let gate = || BearerAuthLayer::new(world.verifier());
    let group = || RequireLayer::new(Requirement::group("Admins"));
    let asks = || from_extractor::<Verified>();
    let looks =
        || from_fn(async |_: Verified, request: Request<_>, next: Next| next.run(request).await);
    let open = || Router::new().route("/", get(|| async { "open" }));
    let gate_first = ServiceBuilder::new().layer(gate()).layer(group());
    let gate_last = ServiceBuilder::new().layer(group()).layer(gate());
    let cases = [
        ("a requirement inside", "GET /", BEHIND, open().layer(group()).layer(gate())),
        ("a requirement outside", "GET /", BESIDE, open().layer(gate()).layer(group())),
        ("a requirement alone", "GET /", BESIDE, open().layer(group())),
        ("the gate first in a builder", "GET /", BEHIND, open().layer(gate_first)),
        ("the gate last in a builder", "GET /", BESIDE, open().layer(gate_last)),
        ("an extractor inside", "GET /", BEHIND, open().layer(asks()).layer(gate())),
        ("in an optional one", "GET /", BEHIND, open().layer(asks()).layer(gate().optional())),
        ("an extractor outside", "GET /", BESIDE, open().layer(gate()).layer(asks())),
        ("a middleware inside", "GET /", BEHIND, open().layer(looks()).layer(gate())),
        ("a middleware outside", "GET /", BESIDE, open().layer(gate()).layer(looks())),
        ("two gates", "GET /", BEHIND, open().layer(gate()).layer(gate().optional())),
    ];
    are(cases, &world).await;
}
