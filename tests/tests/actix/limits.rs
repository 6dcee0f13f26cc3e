//! Clients who go away while their token is verified, and middleware that gives up.

use crate::{Server, bearer, call};
use actix_web::{
    App, Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::ErrorGatewayTimeout,
    middleware::{Next, from_fn},
    test::init_service,
    web,
};
use poolgate::Verifier;
use poolgate_actix::{BearerAuth, Verified};
use poolgate_issuer::Fault;
use poolgate_tests::{
    World,
    held::Held,
    raw::{Call, Client, patiently},
};
use std::time::Duration;
use tokio::time::timeout;

async fn username(Verified(token): Verified) -> String {
    token.username().unwrap_or_default().to_owned()
}

/// A server behind this gate, with one worker, so that a request that hangs would hold up all others.
fn server(verifier: Verifier) -> Server {
    Server::start(1, move || {
        App::new().route("/", web::get().to(username)).wrap(BearerAuth::new(verifier.clone()))
    })
}

/// Clients that have sent a request and wait.
async fn clients(count: usize, server: &Server, world: &World) -> Vec<Client> {
    let token = world.issuer.access_token().username("alice").sign();
    let mut clients = Vec::new();
    for _ in 0..count {
        let mut client = Client::connect(server.address).await;
        client.send(Call::get("/").token(&*token).bytes()).await;
        clients.push(client);
    }
    clients
}

#[actix_web::test]
async fn clients_who_go_away_during_a_check_leave_nothing_behind() {
    let world = World::start().await;
    let held = Held::default();
    let verifier = world.builder().check(held.check()).build().unwrap();
    let server = server(verifier);
    let gone = clients(20, &server, &world).await;
    held.until(20).await;
    drop(gone);
    held.until(0).await;
    let mut client = clients(1, &server, &world).await.remove(0);
    held.let_go(1);
    assert_eq!(client.reply().await.unwrap().text(), "alice");
}

/// A middleware that gives up.
async fn hurry(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    match timeout(Duration::from_secs(1), next.call(request)).await {
        Ok(response) => response,
        Err(_) => Err(ErrorGatewayTimeout("too late")),
    }
}

#[actix_web::test]
async fn a_timeout_ends_a_verification_and_nothing_else() {
    let world = World::start().await;
    let held = Held::default();
    let verifier = world.builder().check(held.check()).build().unwrap();
    verifier.warm_up().await.unwrap();
    let app = App::new().route("/", web::get().to(username));
    let app = init_service(app.wrap(BearerAuth::new(verifier)).wrap(from_fn(hurry))).await;
    let token = bearer(&world.issuer.access_token().username("alice").sign());
    tokio::time::pause();
    for _ in 0..3 {
        let reply = call(&app, "GET", "/", Some(&token)).await;
        assert_eq!((reply.status, held.inside()), (504, 0));
    }
    held.let_go(1);
    assert_eq!(call(&app, "GET", "/", Some(&token)).await.body, "alice");
}

#[actix_web::test]
async fn clients_who_go_away_during_a_fetch_leave_nothing_behind() {
    let world = World::start().await;
    world.issuer.fail_jwks(Fault::Hang);
    let server = server(world.verifier());
    let gone = clients(20, &server, &world).await;
    patiently(world.issuer.wait_for_fetches(1)).await;
    drop(gone);
    world.issuer.heal_jwks();
    let mut client = clients(1, &server, &world).await.remove(0);
    assert_eq!(client.reply().await.unwrap().text(), "alice");
    assert_eq!(world.issuer.jwks_fetches(), 1, "the fetch went on without whoever began it");
}
