//! Requests that are spelled in odd ways, over sockets.

use crate::Server;
use actix_web::{
    App, Error,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{NormalizePath, TrailingSlash},
    web,
};
use poolgate::{Requirement, Verifier};
use poolgate_actix::{BearerAuth, Require, Verified};
use poolgate_tests::{
    World,
    tricks::{self, ME, OPEN, SECRET},
};

async fn secret(_: Verified) -> &'static str {
    SECRET
}

async fn me(_: Verified) -> &'static str {
    ME
}

async fn open() -> &'static str {
    OPEN
}

/// The gate is around some routes, and all others are open.
fn in_part(
    verifier: &Verifier,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse,
        Error = Error,
        InitError = (),
        Future: 'static,
    > + use<>,
> {
    let gate = || BearerAuth::new(verifier.clone());
    let admins = || Require::new(Requirement::group("Admins"));
    let admin = || web::to(secret).wrap(admins()).wrap(gate());
    App::new()
        .route("/admin", admin())
        .route("/admin/{rest:.*}", admin())
        .service(web::resource("/me").wrap(gate()).to(me))
        .service(web::resource("/me/").wrap(gate()).to(me))
        .default_service(web::to(open))
}

fn server(world: &World) -> Server {
    let verifier = world.verifier();
    Server::start(1, move || in_part(&verifier))
}

#[actix_web::test]
async fn no_target_leads_around_the_middleware() {
    let world = World::start().await;
    let server = server(&world);
    tricks::no_target_leads_around_a_gate(server.address, &world).await;
}

/// A middleware that tidies paths up works before any route is found.
#[actix_web::test]
async fn no_target_leads_around_the_middleware_when_paths_are_tidied_up() {
    let world = World::start().await;
    let verifier = world.verifier();
    for trailing in [TrailingSlash::Trim, TrailingSlash::Always, TrailingSlash::MergeOnly] {
        let verifier = verifier.clone();
        let server =
            Server::start(1, move || in_part(&verifier).wrap(NormalizePath::new(trailing)));
        tricks::no_target_leads_around_a_gate(server.address, &world).await;
    }
}

#[actix_web::test]
async fn no_target_leads_past_a_middleware_around_everything() {
    let world = World::start().await;
    let verifier = world.verifier();
    let server = Server::start(1, move || {
        let app = App::new().route("/", web::to(open)).route("/{rest:.*}", web::to(open));
        app.default_service(web::to(open)).wrap(BearerAuth::new(verifier.clone()))
    });
    tricks::no_target_leads_past_a_gate_around_everything(server.address).await;
}

#[actix_web::test]
async fn no_method_leads_around_the_middleware() {
    let world = World::start().await;
    tricks::no_method_leads_around_a_gate(server(&world).address).await;
}

#[actix_web::test]
async fn no_header_leads_around_the_middleware() {
    let world = World::start().await;
    let server = server(&world);
    tricks::no_header_leads_around_a_gate(server.address, &world).await;
}

#[actix_web::test]
async fn no_spelling_of_authorization_is_repaired_by_actix() {
    let world = World::start().await;
    let server = server(&world);
    tricks::no_spelling_of_authorization_is_repaired(server.address, &world).await;
}
