//! Refusals behind the middleware, and what their heads say.

use crate::{Server, bearer, call};
use actix_web::{
    App, Error, HttpResponse, ResponseError,
    body::MessageBody,
    dev::{Service, ServiceRequest, ServiceResponse},
    error::ErrorInternalServerError,
    http::{StatusCode, header},
    middleware::{Compress, Next, from_fn},
    test::{TestRequest, init_service},
    web::{self, ServiceConfig},
};
use poolgate::{ErrorBody, Gate, Requirement};
use poolgate_actix::{
    BearerAuth, Claims, Rejection, Require, Verified, metadata_resource, verified,
};
use poolgate_tests::{World, answers, whole};
use serde::Deserialize;

/// Claims that no token has.
#[derive(Deserialize)]
struct Odd {
    #[serde(rename = "username")]
    _username: u32,
}

async fn done(_: Verified) -> &'static str {
    "done"
}

async fn odd_claims(_: Claims<Odd>) -> &'static str {
    "done"
}

/// A handler that asks for more than it was given.
async fn handler(Verified(token): Verified) -> Result<&'static str, Rejection> {
    token.require(&admins())?;
    Ok("done")
}

/// A middleware that does, and returns an error instead of a response.
async fn service(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let token = verified(request.request()).map_err(Rejection::from)?;
    token.require(&admins()).map_err(Rejection::from)?;
    next.call(request).await
}

fn admins() -> Requirement {
    Requirement::group("Admins")
}

/// Everybody who can refuse.
fn refusing(config: &mut ServiceConfig) {
    let require = |requirement| web::get().to(done).wrap(Require::new(requirement));
    config
        .route("/verified", web::get().to(done))
        .route("/odd-claims", web::get().to(odd_claims))
        .route("/group", require(admins()))
        .route("/scope", require(Requirement::scope("orders/read")))
        .route("/handler", web::get().to(handler))
        .route("/service", web::get().to(done).wrap(from_fn(service)));
}

#[actix_web::test]
async fn refusals_behind_the_middleware_are_answered_as_its_gate_says() {
    let world = World::start().await;
    let gate = answers::dressed(world.verifier());
    let optional =
        [BearerAuth::new(gate.clone().optional()), BearerAuth::new(gate.clone()).optional()];
    for optional in optional {
        let required = BearerAuth::new(gate.clone());
        let server = Server::start(1, move || {
            let scope = |path| web::scope(path).configure(refusing);
            let required = scope("/required").wrap(required.clone());
            App::new().service(required).service(scope("/optional").wrap(optional.clone()))
        });
        answers::refusals_behind_a_gate_are_answered_as_it_says(server.address, &world).await;
    }
}

#[actix_web::test]
async fn the_inner_of_two_middlewares_answers_for_what_is_behind_it() {
    let world = World::start().await;
    let outer = answers::dressed_otherwise(world.verifier()).optional();
    let plain = Gate::new(world.verifier());
    let cookie = answers::with_cookie(world.verifier());
    let realm = plain.clone().realm("inner").unwrap();
    let server = Server::start(1, move || {
        let behind = |gate: &Gate| web::get().to(handler).wrap(BearerAuth::new(gate.clone()));
        App::new()
            .route("/none", web::get().to(handler))
            .route("/plain", behind(&plain))
            .route("/cookie", behind(&cookie))
            .route("/realm", behind(&realm))
            .wrap(BearerAuth::new(outer.clone()))
    });
    answers::an_inner_gate_answers_for_what_is_behind_it(server.address, &world).await;
}

/// The same where the refusal is an error that nobody has made a response of.
#[actix_web::test]
async fn the_inner_of_two_middlewares_answers_for_errors_behind_it() {
    let world = World::start().await;
    let outer = answers::dressed_otherwise(world.verifier()).optional();
    let plain = Gate::new(world.verifier());
    let realm = plain.clone().realm("inner").unwrap();
    let cookie = answers::with_cookie(world.verifier());
    let server = Server::start(1, move || {
        let refused = || web::get().to(done).wrap(from_fn(service));
        let behind = |gate: &Gate| refused().wrap(BearerAuth::new(gate.clone()));
        App::new()
            .route("/none", refused())
            .route("/plain", behind(&plain))
            .route("/cookie", behind(&cookie))
            .route("/realm", behind(&realm))
            .wrap(BearerAuth::new(outer.clone()))
    });
    answers::an_inner_gate_answers_for_what_is_behind_it(server.address, &world).await;
}

async fn varies() -> HttpResponse {
    HttpResponse::Ok().insert_header((header::VARY, "accept-language")).body("ok")
}

/// A middleware that fails without a response.
async fn fail(
    _: ServiceRequest,
    _: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    Err(ErrorInternalServerError("failed"))
}

#[actix_web::test]
async fn every_answer_behind_a_cookie_says_so() {
    let world = World::start().await;
    let gate = answers::with_cookie(world.verifier());
    let server = Server::start(1, move || {
        let app = App::new()
            .service(web::resource("/").route(web::get().to(done)).route(web::head().to(done)))
            .route("/varies", web::get().to(varies))
            .route("/group", web::get().to(done).wrap(Require::new(admins())))
            .route("/error", web::get().to(done).wrap(from_fn(fail)));
        app.wrap(BearerAuth::new(gate.clone()))
    });
    whole::every_answer_varies_with_the_cookie(server.address, &world).await;
}

/// A refusal that has a length already.
async fn with_length(token: Verified) -> HttpResponse {
    let rejection = handler(token).await.unwrap_err();
    let mut response = rejection.error_response();
    response.headers_mut().insert(header::CONTENT_LENGTH, header::HeaderValue::from_static("30"));
    response
}

#[actix_web::test]
async fn a_rewritten_answer_is_whole() {
    let world = World::start().await;
    let gate = answers::dressed(world.verifier());
    let server = Server::start(1, move || {
        App::new()
            .route("/long", web::get().to(|| async { "long ".repeat(1_000) }))
            .route("/short", web::get().to(|| async { "short" }))
            .route("/handler", web::route().to(handler))
            .route("/sized", web::route().to(with_length))
            .wrap(Compress::default())
            .wrap(BearerAuth::new(gate.clone()))
    });
    whole::a_rewritten_answer_is_whole(server.address, &world).await;
}

/// actix-web writes the right length in any case; other middleware reads what is in the head.
#[actix_web::test]
async fn a_rewritten_answer_has_no_length_of_another() {
    let world = World::start().await;
    let gate = answers::dressed(world.verifier());
    let app = App::new().route("/", web::get().to(with_length)).wrap(BearerAuth::new(gate));
    let token = bearer(&world.issuer.access_token().sign());
    let request = TestRequest::get().insert_header((header::AUTHORIZATION, token)).to_request();
    let response = init_service(app).await.call(request).await.unwrap();
    assert_eq!(response.headers().get(header::CONTENT_LENGTH), None);
}

#[actix_web::test]
async fn metadata_are_served_outside_of_the_middleware() {
    let world = World::start().await;
    let gate = answers::dressed(world.verifier());
    let server = Server::start(1, move || {
        let gated = web::scope("").wrap(BearerAuth::new(gate.clone()));
        App::new().service(metadata_resource(&answers::metadata())).service(gated)
    });
    whole::metadata_are_served_to_everybody(server.address).await;
}

#[actix_web::test]
async fn metadata_are_where_they_say() {
    for metadata in whole::odd_resources() {
        let served = metadata.clone();
        let server = Server::start(1, move || App::new().service(metadata_resource(&served)));
        whole::metadata_are_where_they_say(server.address, &metadata).await;
    }
}

#[actix_web::test]
async fn an_empty_refusal_is_an_answer() {
    let world = World::start().await;
    let gate = Gate::new(world.verifier()).error_body(|_| ErrorBody::empty());
    let server = Server::start(1, move || {
        App::new().route("/", web::to(handler)).wrap(BearerAuth::new(gate.clone()))
    });
    whole::an_empty_refusal_is_an_answer(server.address).await;
}

/// A handler may hide that there is something to be forbidden, whatever the settings of the gate.
#[actix_web::test]
async fn a_status_that_a_handler_chose_instead_stays() {
    let world = World::start().await;
    let hiding = async |token: Verified| match handler(token).await {
        Ok(done) => HttpResponse::Ok().body(done),
        Err(rejection) => {
            let mut response = rejection.error_response();
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    };
    let token = bearer(&world.issuer.access_token().sign());
    for gate in [world.verifier().into(), answers::dressed(world.verifier())] {
        let app = App::new().route("/", web::get().to(hiding)).wrap(BearerAuth::new(gate));
        assert_eq!(call(&init_service(app).await, "GET", "/", Some(&token)).await.status, 404);
    }
}
