//! What the table of HTTP cases (suite `conformance`) cannot say: axum's other ways to ask, and layers around layers.

use crate::{Reply, bearer, send};
use axum::{Router, body::Body, routing::get};
use http::{Request, header};
use poolgate::{AccessClaims, Requirement, TokenUse, VerifiedToken, Verifier};
use poolgate_tests::World;
use poolgate_tower::{BearerAuthLayer, Claims, Optional, Rejection, RequireLayer, Verified};
use serde::Deserialize;

#[derive(Deserialize)]
struct Odd {
    #[serde(rename = "username")]
    _username: u32,
}

/// Handlers that ask for something, and one that does not.
fn routes() -> Router {
    let admins = RequireLayer::new(Requirement::group("Admins"));
    Router::new()
        .route("/open", get(|| async { "open" }))
        .route("/verified", get(|Verified(token): Verified| async move { name(&token) }))
        .route("/claims", get(|Claims(claims): Claims<AccessClaims>| async move { claims.iss }))
        .route("/odd", get(|_: Claims<Odd>| async { "odd" }))
        .route("/group", get(|| async { "group" }).layer(admins))
        .route("/optional", get(|Optional(token): Optional<Verified>| async { maybe(token) }))
        .route("/option", get(|token: Option<Verified>| async { maybe(token) }))
        .route(
            "/optional-claims",
            get(|Optional(claims): Optional<Claims<AccessClaims>>| async move {
                claims.map_or_else(|| "none".to_owned(), |Claims(claims)| claims.client_id)
            }),
        )
        .route("/optional-odd", get(|_: Optional<Claims<Odd>>| async { "none" }))
}

const ASKING: [&str; 4] = ["/verified", "/claims", "/odd", "/group"];
const OPTIONAL: [&str; 4] = ["/optional", "/option", "/optional-claims", "/optional-odd"];

fn name(token: &VerifiedToken) -> String {
    token.username().unwrap_or("client").to_owned()
}

fn maybe(token: Option<Verified>) -> String {
    token.map_or_else(|| "none".to_owned(), |Verified(token)| name(&token))
}

fn required(world: &World) -> Router {
    routes().layer(BearerAuthLayer::new(world.verifier()))
}

fn optional(world: &World) -> Router {
    routes().layer(BearerAuthLayer::new(world.verifier()).optional())
}

#[track_caller]
fn is(reply: &Reply, status: u16, challenge: Option<&str>, what: &str) {
    assert_eq!(reply.status, status, "{what}: {}", reply.body);
    assert_eq!(reply.header("www-authenticate"), challenge, "{what}");
}

const INVALID_TOKEN: Option<&str> = Some(r#"Bearer error="invalid_token""#);
const INSUFFICIENT: Option<&str> = Some(r#"Bearer error="insufficient_scope""#);

#[tokio::test]
async fn without_a_credential_nobody_passes_a_required_layer_and_everybody_an_optional_one() {
    let world = World::start().await;
    for path in ASKING.iter().chain(&OPTIONAL).chain(&["/open"]) {
        is(&send(&required(&world), path, &[]).await, 401, Some("Bearer"), path);
    }
    let app = optional(&world);
    for path in ASKING {
        is(&send(&app, path, &[]).await, 401, Some("Bearer"), path);
    }
    for path in OPTIONAL {
        assert_eq!(send(&app, path, &[]).await.body, "none", "{path}");
    }
    assert_eq!(send(&app, "/open", &[]).await.body, "open");
}

#[tokio::test]
async fn a_valid_token() {
    let world = World::start().await;
    let value = bearer(&world.issuer.access_token().username("alice").group("Admins").sign());
    for app in [required(&world), optional(&world)] {
        for (path, body) in [
            ("/open", "open"),
            ("/verified", "alice"),
            ("/claims", world.issuer.issuer()),
            ("/optional", "alice"),
            ("/option", "alice"),
            ("/optional-claims", world.issuer.client_id()),
            ("/group", "group"),
        ] {
            assert_eq!(send(&app, path, &[&value]).await.body, body, "{path}");
        }
        for path in ["/odd", "/optional-odd"] {
            is(&send(&app, path, &[&value]).await, 403, None, "claims that do not fit");
        }
    }
}

#[tokio::test]
async fn an_invalid_token_is_never_anonymous() {
    let world = World::start().await;
    for token in [world.issuer.access_token().expired().sign(), "garbage".to_owned()] {
        for app in [required(&world), optional(&world)] {
            for path in ASKING.iter().chain(&OPTIONAL).chain(&["/open"]) {
                is(&send(&app, path, &[&bearer(&token)]).await, 401, INVALID_TOKEN, path);
            }
        }
    }
}

#[tokio::test]
async fn whoever_asks_without_a_layer_fails_closed() {
    let world = World::start().await;
    let value = bearer(&world.issuer.access_token().sign());
    for path in ASKING.iter().chain(&OPTIONAL) {
        for authorization in [&[][..], &[&*value]] {
            is(&send(&routes(), path, authorization).await, 500, None, path);
        }
    }
    let late = Router::new().layer(BearerAuthLayer::new(world.verifier())).merge(routes());
    is(&send(&late, "/verified", &[&value]).await, 500, None, "routes after the layer");
}

#[tokio::test]
async fn the_inner_of_two_layers_decides_about_its_routes() {
    let (world, other) = (World::start().await, World::start().await);
    let inner = routes().layer(BearerAuthLayer::new(world.verifier()));
    let app = inner.layer(BearerAuthLayer::new(other.verifier()).optional());
    let of_other = bearer(&other.issuer.access_token().sign());
    is(&send(&app, "/verified", &[&of_other]).await, 401, INVALID_TOKEN, "outer token");
    is(&send(&app, "/verified", &[]).await, 401, Some("Bearer"), "anonymous outside");
}

#[tokio::test]
async fn what_an_outer_layer_found_is_replaced() {
    let world = World::start().await;
    let layer = BearerAuthLayer::new(world.verifier()).optional();
    let drop_header = axum::middleware::map_request(|mut request: Request<Body>| async {
        request.headers_mut().remove(header::AUTHORIZATION);
        request
    });
    let app = routes().layer(layer.clone()).layer(drop_header).layer(layer);
    let value = bearer(&world.issuer.access_token().username("alice").sign());
    assert_eq!(send(&app, "/optional", &[&value]).await.body, "none");
}

#[tokio::test]
async fn a_handler_can_ask_for_more_and_answer_alike() {
    let world = World::start().await;
    let delete = |Verified(token): Verified| async move {
        token.require(&Requirement::group("Admins")).map(|()| "gone").map_err(Rejection::from)
    };
    let app = Router::new().route("/", get(delete)).layer(BearerAuthLayer::new(world.verifier()));
    let value = bearer(&world.issuer.access_token().sign());
    is(&send(&app, "/", &[&value]).await, 403, INSUFFICIENT, "no group");
    let value = bearer(&world.issuer.access_token().group("Admins").sign());
    assert_eq!(send(&app, "/", &[&value]).await.body, "gone");
}

#[tokio::test]
async fn two_pools_in_one_verifier() {
    let (world, other) = (World::start().await, World::start().await);
    let policies = world.builder().policy(other.policy(TokenUse::Access));
    let verifier: Verifier = policies.build().unwrap();
    let app = routes().layer(BearerAuthLayer::new(verifier));
    for world in [&world, &other] {
        let value = bearer(&world.issuer.access_token().sign());
        let reply = send(&app, "/claims", &[&value]).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, world.issuer.issuer()));
    }
    let crossed = world.issuer.access_token().signed_by(&other.issuer).sign();
    is(&send(&app, "/claims", &[&bearer(&crossed)]).await, 401, INVALID_TOKEN, "crossed");
}
