//! The truth table: what is sent, who asks, what comes back.

use crate::{Reply, bearer, send};
use axum::{Router, body::Body, routing::get};
use http::{Request, header};
use poolgate::{AccessClaims, Requirement, TokenUse, Verifier};
use poolgate_issuer::Fault;
use poolgate_tests::World;
use poolgate_tower::{BearerAuthLayer, Claims, Optional, Rejection, RequireLayer, Verified};
use serde::Deserialize;

#[derive(Deserialize)]
struct Odd {
    #[serde(rename = "username")]
    _username: u32,
}

/// A handler for every way to ask.
fn routes() -> Router {
    let require = |requirement| RequireLayer::new(requirement);
    let name = |token: &poolgate::VerifiedToken| token.username().unwrap_or("client").to_owned();
    Router::new()
        .route("/open", get(|| async { "open" }))
        .route("/verified", get(move |Verified(token): Verified| async move { name(&token) }))
        .route("/claims", get(|Claims(claims): Claims<AccessClaims>| async move { claims.iss }))
        .route("/odd", get(|_: Claims<Odd>| async { "odd" }))
        .route(
            "/optional",
            get(move |Optional(token): Optional<Verified>| async move {
                token.map_or_else(|| "none".to_owned(), |Verified(token)| name(&token))
            }),
        )
        .route(
            "/option",
            get(move |token: Option<Verified>| async move {
                token.map_or_else(|| "none".to_owned(), |Verified(token)| name(&token))
            }),
        )
        .route(
            "/optional-claims",
            get(|Optional(claims): Optional<Claims<AccessClaims>>| async move {
                claims.map_or_else(|| "none".to_owned(), |Claims(claims)| claims.client_id)
            }),
        )
        .route("/group", get(|| async { "group" }).layer(require(Requirement::group("Admins"))))
        .route("/scope", get(|| async { "scope" }).layer(require(Requirement::scope("a/read"))))
}

const ASKING: [&str; 5] = ["/verified", "/claims", "/odd", "/group", "/scope"];
const OPTIONAL: [&str; 3] = ["/optional", "/option", "/optional-claims"];

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
    if status >= 400 {
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{what}");
        assert_eq!(reply.header("content-type"), Some("application/json"), "{what}");
    }
}

const INVALID_TOKEN: Option<&str> = Some(r#"Bearer error="invalid_token""#);
const INVALID_REQUEST: Option<&str> = Some(r#"Bearer error="invalid_request""#);
const INSUFFICIENT: Option<&str> = Some(r#"Bearer error="insufficient_scope""#);

#[tokio::test]
async fn no_credential_or_another_scheme() {
    let world = World::start().await;
    for authorization in [&[][..], &["Basic YTpi"], &["DPoP a.b.c"]] {
        for path in ASKING.iter().chain(&OPTIONAL).chain(&["/open"]) {
            let reply = send(&required(&world), path, authorization).await;
            is(&reply, 401, Some("Bearer"), path);
            assert_eq!(reply.body, r#"{"error":"unauthorized"}"#);
        }
        let app = optional(&world);
        for path in ASKING {
            is(&send(&app, path, authorization).await, 401, Some("Bearer"), path);
        }
        for path in OPTIONAL {
            let reply = send(&app, path, authorization).await;
            is(&reply, 200, None, path);
            assert_eq!(reply.body, "none");
        }
        assert_eq!(send(&app, "/open", authorization).await.body, "open");
    }
}

#[tokio::test]
async fn a_valid_token() {
    let world = World::start().await;
    let token = world.issuer.access_token().username("alice").group("Admins").scope("a/read");
    let value = bearer(&token.sign());
    for app in [required(&world), optional(&world)] {
        for (path, body) in [
            ("/open", "open"),
            ("/verified", "alice"),
            ("/claims", world.issuer.issuer()),
            ("/optional", "alice"),
            ("/option", "alice"),
            ("/optional-claims", world.issuer.client_id()),
            ("/group", "group"),
            ("/scope", "scope"),
        ] {
            let reply = send(&app, path, &[&value]).await;
            is(&reply, 200, None, path);
            assert_eq!(reply.body, body, "{path}");
        }
        let reply = send(&app, "/odd", &[&value]).await;
        is(&reply, 403, None, "claims that do not fit");
        assert_eq!(reply.body, r#"{"error":"forbidden"}"#);
    }
}

#[tokio::test]
async fn a_valid_token_that_lacks_a_group_or_a_scope() {
    let world = World::start().await;
    let value = bearer(&world.issuer.access_token().group("Basic").scope("b/read").sign());
    for app in [required(&world), optional(&world)] {
        is(&send(&app, "/group", &[&value]).await, 403, INSUFFICIENT, "group");
        let reply = send(&app, "/scope", &[&value]).await;
        let challenge = r#"Bearer error="insufficient_scope", scope="a/read""#;
        is(&reply, 403, Some(challenge), "scope");
    }
}

#[tokio::test]
async fn an_invalid_token_is_never_anonymous() {
    let world = World::start().await;
    let token = world.issuer.access_token();
    let tokens = [
        token.clone().expired().sign(),
        token.clone().kid("unknown").sign(),
        token.clone().claim("iss", "https://evil.example").sign(),
        token.clone().header("alg", "none").sign(),
        world.issuer.id_token().sign(),
        "garbage".to_owned(),
        format!("{}x", token.sign()),
    ];
    for app in [required(&world), optional(&world)] {
        for token in &tokens {
            for path in ASKING.iter().chain(&OPTIONAL).chain(&["/open"]) {
                let reply = send(&app, path, &[&bearer(token)]).await;
                is(&reply, 401, INVALID_TOKEN, path);
                assert_eq!(reply.body, r#"{"error":"invalid_token"}"#);
            }
        }
    }
}

#[tokio::test]
async fn two_credentials_or_a_malformed_one() {
    let world = World::start().await;
    let value = bearer(&world.issuer.access_token().sign());
    let with_space = format!("{value} ");
    for app in [required(&world), optional(&world)] {
        for authorization in [
            &[&*value, &*value][..],
            &[&*value, "Basic YTpi"],
            &["Basic YTpi", &*value],
            &["Bearer"],
            &["Bearer a b"],
            &["Basic YTpi, Bearer a.b.c"],
            &[&*with_space],
        ] {
            let reply = send(&app, "/optional", authorization).await;
            is(&reply, 400, INVALID_REQUEST, authorization[0]);
        }
    }
}

#[tokio::test]
async fn keys_that_are_unavailable() {
    let world = World::start().await;
    world.issuer.fail_jwks(Fault::Status(500));
    let value = bearer(&world.issuer.access_token().sign());
    for app in [required(&world), optional(&world)] {
        for path in ["/open", "/optional", "/verified"] {
            let reply = send(&app, path, &[&value]).await;
            is(&reply, 503, None, path);
            assert_eq!(reply.header("retry-after"), Some("1"));
            assert_eq!(reply.body, r#"{"error":"temporarily_unavailable"}"#);
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
