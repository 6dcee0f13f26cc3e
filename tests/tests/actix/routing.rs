//! Middleware that stands in the wrong place, and services that are outside of it.

use crate::{bearer, call};
use actix_web::{
    App, Error, Scope,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    guard,
    middleware::{Condition, Next, from_fn},
    test::init_service,
    web::{self, ServiceConfig},
};
use poolgate::{AccessClaims, Requirement};
use poolgate_actix::{BearerAuth, Claims, Rejection, Require, verified};
use poolgate_tests::World;

async fn claims(Claims(claims): Claims<AccessClaims>) -> String {
    claims.username.unwrap_or_default()
}

/// What answers without a token, and what with an admin's.
const BEHIND: [u16; 2] = [401, 200];
const BESIDE: [u16; 2] = [500, 500];

/// Who asks an app.
struct Asker {
    gate: BearerAuth,
    token: String,
    _world: World,
}

impl Asker {
    async fn new() -> Self {
        let world = World::start().await;
        let token = world.issuer.access_token().username("alice").group("Admins").sign();
        let gate = BearerAuth::new(world.verifier());
        Self { gate, token: bearer(&token), _world: world }
    }

    async fn is<T, B>(&self, expected: [u16; 2], request: &str, what: &str, app: App<T>)
    where
        T: ServiceFactory<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
        T: ServiceFactory<ServiceRequest, Config = (), InitError = (), Future: 'static>,
        B: MessageBody + 'static,
    {
        let app = init_service(app).await;
        let (method, path) = request.split_once(' ').unwrap();
        for (status, authorization) in expected.into_iter().zip([None, Some(&*self.token)]) {
            let reply = call(&app, method, path, authorization).await;
            assert_eq!(reply.status, status, "{what}, {authorization:?}: {}", reply.body);
            assert!(status != 500 || reply.body == r#"{"error":"server_error"}"#, "{what}");
        }
    }
}

fn at(path: &str) -> Scope {
    web::scope(path).route("/a", web::get().to(claims))
}

#[actix_web::test]
async fn whoever_is_not_behind_the_middleware_reads_no_claims() {
    let it = Asker::new().await;
    let gate = || it.gate.clone();
    let route = || web::get().to(claims);
    let app = || App::new().route("/", route());
    let resource = || web::resource("/").get(claims);
    let with = |resource| App::new().service(resource);
    it.is(BEHIND, "GET /", "an app", app().wrap(gate())).await;
    it.is(BEHIND, "GET /", "a route after it", App::new().wrap(gate()).route("/", route())).await;
    it.is(BEHIND, "GET /", "a route", App::new().route("/", route().wrap(gate()))).await;
    let beside = with(resource().route(web::post().to(claims).wrap(gate())));
    it.is(BESIDE, "GET /", "beside a route", beside).await;
    let resource_alone = App::new().service(resource().wrap(gate()));
    it.is(BEHIND, "GET /", "a resource", resource_alone).await;
    let guarded = App::new().service(resource().guard(guard::Get()).wrap(gate()));
    it.is(BEHIND, "GET /", "a resource with a guard", guarded).await;
    let other = App::new().service(resource().wrap(gate())).route("/b", route());
    it.is(BESIDE, "GET /b", "beside a resource", other).await;
    it.is(BEHIND, "GET /s/a", "a scope", app().service(at("/s").wrap(gate()))).await;
    it.is(BESIDE, "GET /", "beside a scope", app().service(at("/s").wrap(gate()))).await;
    let inner = App::new().service(web::scope("/s").wrap(gate()).service(at("/t")));
    it.is(BEHIND, "GET /s/t/a", "a scope in a scope", inner).await;
    let outer = App::new().service(at("/s").service(at("/t").wrap(gate())));
    it.is(BESIDE, "GET /s/a", "around a scope", outer).await;
    let configure = |config: &mut ServiceConfig| {
        config.service(at("/s").wrap(gate())).service(at("/t"));
    };
    it.is(BEHIND, "GET /s/a", "configured", App::new().configure(configure)).await;
    it.is(BESIDE, "GET /t/a", "configured beside", App::new().configure(configure)).await;
    it.is(BEHIND, "GET /t/a", "configured inside", App::new().wrap(gate()).configure(configure))
        .await;
}

#[actix_web::test]
async fn what_no_service_answers_is_behind_what_is_around_it() {
    let it = Asker::new().await;
    let gate = || it.gate.clone();
    let app = || App::new().route("/", web::get().to(claims));
    let scope = || at("/s").wrap(gate());
    it.is([401, 404], "GET /x", "nothing, in an app", app().wrap(gate())).await;
    it.is([404, 404], "GET /x", "nothing, beside a scope", app().service(scope())).await;
    it.is([401, 404], "GET /s/x", "nothing, in a scope", app().service(scope())).await;
    it.is([401, 404], "PUT /", "no such method", app().wrap(gate())).await;
    it.is([401, 404], "OPTIONS /", "OPTIONS", app().wrap(gate())).await;
    it.is([401, 404], "HEAD /", "HEAD, which is not GET", app().wrap(gate())).await;
    let resource = web::resource("/r").get(claims).wrap(gate());
    it.is([401, 405], "PUT /r", "no such method of a resource", app().service(resource)).await;

    let default = || web::to(claims);
    it.is(BEHIND, "GET /x", "an app's", app().default_service(default()).wrap(gate())).await;
    let beside = app().service(scope()).default_service(default());
    it.is(BESIDE, "GET /x", "an app's, beside a scope", beside).await;
    let inherited = app().service(scope()).default_service(default());
    it.is(BEHIND, "GET /s/x", "an app's, for a scope", inherited).await;
    let of_scope = app().service(scope().default_service(default()));
    it.is(BEHIND, "GET /s/x", "a scope's", of_scope).await;
    let bare = app().service(at("/s").default_service(default()).service(at("/t").wrap(gate())));
    it.is(BESIDE, "GET /s/x", "a scope's, around another", bare).await;
    let resource = web::resource("/r").get(claims).default_service(default()).wrap(gate());
    it.is(BEHIND, "PUT /r", "a resource's", app().service(resource)).await;
}

/// A middleware that asks.
async fn ask(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    verified(request.request()).map_err(Rejection::from)?;
    next.call(request).await
}

/// The same with an extractor.
async fn extract(
    _: Claims<AccessClaims>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    next.call(request).await
}

#[actix_web::test]
async fn the_last_wrap_is_the_outermost_and_has_to_be_the_gate() {
    let it = Asker::new().await;
    let gate = || it.gate.clone();
    let group = || Require::new(Requirement::group("Admins"));
    let app = || App::new().route("/", web::get().to(|| async { "open" }));
    it.is(BEHIND, "GET /", "a requirement inside", app().wrap(group()).wrap(gate())).await;
    it.is(BESIDE, "GET /", "a requirement outside", app().wrap(gate()).wrap(group())).await;
    it.is(BESIDE, "GET /", "a requirement alone", app().wrap(group())).await;
    it.is(BEHIND, "GET /", "a middleware inside", app().wrap(from_fn(ask)).wrap(gate())).await;
    it.is(BESIDE, "GET /", "a middleware outside", app().wrap(gate()).wrap(from_fn(ask))).await;
    let optional = || gate().optional();
    it.is(BEHIND, "GET /", "in an optional one", app().wrap(from_fn(ask)).wrap(optional())).await;
    it.is(BEHIND, "GET /", "an extractor inside", app().wrap(from_fn(extract)).wrap(gate())).await;
    it.is(BESIDE, "GET /", "an extractor outside", app().wrap(gate()).wrap(from_fn(extract))).await;
    it.is(BEHIND, "GET /", "two gates", app().wrap(gate()).wrap(optional())).await;
    let off = app().wrap(group()).wrap(Condition::new(false, gate()));
    it.is(BESIDE, "GET /", "switched off", off).await;
}
