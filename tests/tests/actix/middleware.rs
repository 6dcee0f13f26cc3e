//! The gate among other middleware, and what it leaves with a request.

use crate::{Server, bearer, call};
use actix_cors::Cors;
use actix_web::{
    App, Error, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::{Logger, Next, from_fn},
    test::init_service,
    web,
};
use futures_util::future::join_all;
use poolgate::{AccessClaims, Requirement};
use poolgate_actix::{BearerAuth, Claims, Optional, Rejection, Require, Verified, verified};
use poolgate_tests::{Log, World, answers::ORIGIN, raw::Call, tricks};
use std::sync::mpsc;

async fn name(Optional(token): Optional<Verified>) -> String {
    token.map_or_else(
        || "none".to_owned(),
        |Verified(token)| token.username().unwrap_or_default().to_owned(),
    )
}

async fn open() -> &'static str {
    "open"
}

/// Everything that is logged by this thread while the guard lives.
fn listen() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    (log, tracing::subscriber::set_default(subscriber))
}

#[actix_web::test]
async fn who_asks_without_the_middleware_is_told_its_name_in_the_log() {
    let (log, _guard) = listen();
    let by_hand = async |request: HttpRequest| -> Result<HttpResponse, Rejection> {
        verified(&request)?;
        Ok(HttpResponse::Ok().finish())
    };
    let result = async |found: Result<Verified, Rejection>| found.map(|_| HttpResponse::Ok());
    let require = web::to(open).wrap(Require::new(Requirement::group("Admins")));
    let app = App::new()
        .route("/Verified", web::to(async |_: Verified| "reached"))
        .route("/Claims", web::to(async |_: Claims<AccessClaims>| "reached"))
        .route("/Optional", web::to(name))
        .route("/Optional-claims", web::to(async |_: Optional<Claims<AccessClaims>>| "reached"))
        .route("/Result", web::to(result))
        .route("/Require", require)
        .route("/verified", web::to(by_hand));
    let app = init_service(app).await;
    for path in [
        "/Verified",
        "/Claims",
        "/Optional",
        "/Optional-claims",
        "/Result",
        "/Require",
        "/verified",
    ] {
        log.clear();
        let reply = call(&app, "GET", path, Some("Bearer a.b.c")).await;
        assert_eq!((reply.status, &*reply.body), (500, r#"{"error":"server_error"}"#), "{path}");
        is_told(&log, path);
    }
}

/// actix-web's own `Option` makes `None` of every error, so the handler is reached, without claims; that the
/// middleware is missing can be read in the log, and nowhere else.
#[actix_web::test]
async fn an_option_of_actix_hides_a_missing_middleware_but_not_from_the_log() {
    let (log, _guard) = listen();
    let app = App::new()
        .route("/Verified", web::to(async |it: Option<Verified>| is_some(it.is_some())))
        .route("/Claims", web::to(async |it: Option<Claims<AccessClaims>>| is_some(it.is_some())));
    let app = init_service(app).await;
    for path in ["/Verified", "/Claims"] {
        log.clear();
        let reply = call(&app, "GET", path, Some("Bearer a.b.c")).await;
        assert_eq!((reply.status, &*reply.body), (200, "none"), "{path}");
        is_told(&log, path);
    }
}

fn is_some(is_some: bool) -> &'static str {
    if is_some { "some" } else { "none" }
}

#[track_caller]
fn is_told(log: &Log, what: &str) {
    let text = log.text();
    assert!(text.contains("ERROR") && text.contains("`BearerAuth`"), "{what}: {text}");
}

#[actix_web::test]
async fn only_cors_outside_answers_a_preflight() {
    let world = World::start().await;
    let cors = || {
        Cors::default()
            .allowed_origin(ORIGIN)
            .allowed_header(header::AUTHORIZATION)
            .allowed_methods(["GET"])
    };
    let verifier = world.verifier();
    let gate = move || BearerAuth::new(verifier.clone());
    let gate_too = gate.clone();
    let app = || App::new().route("/", web::get().to(name));
    let outside = Server::start(1, move || app().wrap(gate()).wrap(cors()));
    let inside = Server::start(1, move || app().wrap(cors()).wrap(gate_too()));
    tricks::only_cors_outside_of_a_gate_answers_a_preflight(
        outside.address,
        inside.address,
        &world,
    )
    .await;
}

#[actix_web::test]
async fn a_logger_outside_sees_the_refusal_and_one_inside_does_not() {
    let world = World::start().await;
    let logger = |told: mpsc::Sender<u16>| {
        let tell = move |response: &ServiceResponse| {
            let _ = told.send(response.status().as_u16());
            String::new()
        };
        Logger::new("%{STATUS}xo").custom_response_replace("STATUS", tell)
    };
    let ((outer, outside), (inner, inside)) = (mpsc::channel(), mpsc::channel());
    let app = App::new().route("/", web::get().to(name));
    let gated = app.wrap(logger(inner)).wrap(BearerAuth::new(world.verifier()));
    let app = init_service(gated.wrap(logger(outer))).await;
    let token = bearer(&world.issuer.access_token().sign());
    for (authorization, status) in [(None, 401), (Some("Bearer a.b.c"), 401), (Some(&*token), 200)]
    {
        assert_eq!(call(&app, "GET", "/", authorization).await.status, status);
    }
    assert_eq!(outside.try_iter().collect::<Vec<_>>(), [401, 401, 200]);
    assert_eq!(inside.try_iter().collect::<Vec<_>>(), [200]);
}

/// A middleware that takes the credential away.
async fn forget(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    request.headers_mut().remove(header::AUTHORIZATION);
    next.call(request).await
}

#[actix_web::test]
async fn what_an_outer_middleware_found_is_replaced() {
    let world = World::start().await;
    let gate = || BearerAuth::new(world.verifier()).optional();
    let app = App::new().route("/", web::get().to(name));
    let app = init_service(app.wrap(gate()).wrap(from_fn(forget)).wrap(gate())).await;
    let token = bearer(&world.issuer.access_token().username("alice").sign());
    assert_eq!(call(&app, "GET", "/", Some(&token)).await.body, "none");
}

#[actix_web::test]
async fn the_inner_of_two_middlewares_decides() {
    let (world, other) = (World::start().await, World::start().await);
    let inner = BearerAuth::new(world.verifier());
    let outer = BearerAuth::new(other.verifier()).optional();
    let app = App::new().route("/", web::get().to(name)).wrap(inner).wrap(outer);
    let app = init_service(app).await;
    let of_outer = bearer(&other.issuer.access_token().sign());
    assert_eq!(call(&app, "GET", "/", Some(&of_outer)).await.status, 401, "a token of the outer");
    assert_eq!(call(&app, "GET", "/", None).await.status, 401, "anonymous outside");
}

/// actix-web makes requests in the objects that others have left.
#[actix_web::test]
async fn what_a_request_was_left_with_ends_with_it() {
    let world = World::start().await;
    let gate = BearerAuth::new(world.verifier());
    let required = web::get().to(name).wrap(gate.clone());
    let app = App::new()
        .route("/required", required)
        .route("/optional", web::get().to(name).wrap(gate.optional()))
        .route("/bare", web::get().to(name));
    let app = init_service(app).await;
    let token = bearer(&world.issuer.access_token().username("alice").sign());
    for _ in 0..3 {
        assert_eq!(call(&app, "GET", "/required", Some(&token)).await.body, "alice");
        assert_eq!(call(&app, "GET", "/optional", None).await.body, "none");
        assert_eq!(call(&app, "GET", "/required", None).await.status, 401);
        assert_eq!(call(&app, "GET", "/bare", Some(&token)).await.status, 500);
    }
}

#[actix_web::test]
async fn workers_share_the_keys_of_one_verifier() {
    let world = World::start().await;
    let verifier = world.verifier();
    let server = Server::start(4, move || {
        App::new().route("/", web::get().to(name)).wrap(BearerAuth::new(verifier.clone()))
    });
    let token = world.issuer.access_token().username("alice").sign();
    let calls = (0..40).map(|_| async {
        let reply = Call::get("/").token(&*token).send(server.address).await;
        assert_eq!(reply.unwrap().text(), "alice");
    });
    join_all(calls).await;
    assert_eq!(world.issuer.jwks_fetches(), 1);
}
