//! Limits around the layer and inside of it, and clients who go away while their token is verified.

use crate::{bearer, serve};
use axum::{
    Router, body::Body, error_handling::HandleErrorLayer, response::Response, routing::get,
};
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use poolgate::Requirement;
use poolgate_issuer::Fault;
use poolgate_tests::{
    World,
    held::Held,
    raw::{Call, Client, eventually, patiently},
};
use poolgate_tower::{BearerAuthLayer, RequireLayer, Verified};
use std::{convert::Infallible, net::SocketAddr, time::Duration};
use tokio::runtime::Handle;
use tower::{
    BoxError, Service, ServiceBuilder, ServiceExt, timeout::TimeoutLayer, util::BoxCloneSyncService,
};

/// Who reads a verified token, as a service that says how it went.
type Name = BoxCloneSyncService<Request<Body>, StatusCode, BoxError>;

async fn name(request: Request<Body>) -> Result<Response, Infallible> {
    let name = poolgate_tower::verified(request.extensions()).ok().and_then(|it| it.username());
    Ok(Response::new(Body::from(name.unwrap_or_default().to_owned())))
}

/// A verifier whose answers are held, with its keys at hand.
async fn held(world: &World) -> (BearerAuthLayer, Held) {
    let held = Held::default();
    let verifier = world.builder().check(held.check()).build().unwrap();
    verifier.warm_up().await.unwrap();
    (BearerAuthLayer::new(verifier), held)
}

fn request(world: &World) -> Request<Body> {
    let token = world.issuer.access_token().username("alice").sign();
    Request::get("/").header(header::AUTHORIZATION, bearer(&token)).body(Body::empty()).unwrap()
}

/// Two at a time: whoever gives up in the middle of a verification makes room.
async fn who_gives_up_makes_room(service: Name, held: Held, world: &World) {
    let call = || tokio::spawn(service.clone().oneshot(request(world)));
    let (first, second) = (call(), call());
    held.until(2).await;
    let (third, fourth) = (call(), call());
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    held.until(2).await;
    second.abort();
    assert!(second.await.unwrap_err().is_cancelled());
    held.until(2).await;
    held.let_go(2);
    for last in [third, fourth] {
        assert_eq!(patiently(last).await.unwrap().unwrap(), 200);
    }
    assert_eq!(held.inside(), 0);
}

fn boxed<S, B>(service: S) -> Name
where
    S: Service<Request<Body>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S: Service<Request<Body>, Error: Into<BoxError>, Future: Send>,
{
    BoxCloneSyncService::new(service.map_response(|it| it.status()).map_err(Into::into))
}

#[tokio::test]
async fn who_gives_up_under_a_limit_makes_room() {
    let world = World::start().await;
    let (gate, held) = held(&world).await;
    let outside = ServiceBuilder::new().concurrency_limit(2).layer(gate.clone());
    who_gives_up_makes_room(boxed(outside.service_fn(name)), held.clone(), &world).await;
    let inside = ServiceBuilder::new().layer(gate.clone()).concurrency_limit(2);
    who_gives_up_makes_room(boxed(inside.service_fn(name)), held.clone(), &world).await;
    let buffered = ServiceBuilder::new().buffer(8).concurrency_limit(2).layer(gate);
    who_gives_up_makes_room(boxed(buffered.service_fn(name)), held, &world).await;
}

/// A service that is ready keeps its place in the limit until it is called (docs of `Service::poll_ready`).
#[tokio::test]
async fn who_is_refused_keeps_no_place_in_a_limit() {
    let world = World::start().await;
    let gate = BearerAuthLayer::new(world.verifier());
    let group = RequireLayer::new(Requirement::group("Admins"));
    let limited = ServiceBuilder::new().layer(gate.clone()).concurrency_limit(1);
    let asking = ServiceBuilder::new().layer(gate).layer(group).concurrency_limit(1);
    for (service, refused, status) in [
        (boxed(limited.service_fn(name)), Request::new(Body::empty()), 401),
        (boxed(asking.service_fn(name)), request(&world), 403),
    ] {
        let (mut one, other) = (service.clone(), service);
        assert_eq!(one.ready().await.unwrap().call(refused).await.unwrap(), status);
        let token = world.issuer.access_token().group("Admins").sign();
        let admin = Request::get("/").header(header::AUTHORIZATION, bearer(&token));
        let admin = other.oneshot(admin.body(Body::empty()).unwrap());
        assert_eq!(patiently(admin).await.unwrap(), 200, "while the other is still there");
        drop(one);
    }
}

fn app() -> Router {
    let name = async |Verified(token): Verified| token.username().unwrap_or_default().to_owned();
    Router::new().route("/", get(name))
}

fn with_timeout(app: Router) -> Router {
    let late = HandleErrorLayer::new(|_: BoxError| async { StatusCode::GATEWAY_TIMEOUT });
    let timeout = TimeoutLayer::new(Duration::from_secs(1));
    app.layer(ServiceBuilder::new().layer(late).layer(timeout))
}

#[tokio::test]
async fn a_timeout_ends_a_verification_and_nothing_else() {
    let world = World::start().await;
    let (gate, held) = held(&world).await;
    let app = with_timeout(app().layer(gate));
    tokio::time::pause();
    for _ in 0..3 {
        let response = app.clone().oneshot(request(&world)).await.unwrap();
        assert_eq!((response.status(), held.inside()), (StatusCode::GATEWAY_TIMEOUT, 0));
    }
    held.let_go(1);
    let response = app.oneshot(request(&world)).await.unwrap();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "alice");
}

#[tokio::test]
async fn a_timeout_inside_counts_for_the_handler_alone() {
    let world = World::start().await;
    let (gate, held) = held(&world).await;
    let app = with_timeout(app()).layer(gate);
    tokio::time::pause();
    let call = tokio::spawn(app.oneshot(request(&world)));
    held.until(1).await;
    tokio::time::advance(Duration::from_secs(5)).await;
    held.let_go(1);
    assert_eq!(call.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_timeout_while_keys_are_fetched_costs_the_next_one_nothing() {
    let world = World::start().await;
    world.issuer.fail_jwks(Fault::Hang);
    let app = with_timeout(app().layer(BearerAuthLayer::new(world.verifier())));
    tokio::time::pause();
    let response = app.clone().oneshot(request(&world)).await.unwrap();
    assert_eq!(response.status(), StatusCode::GATEWAY_TIMEOUT);
    tokio::time::resume();
    world.issuer.heal_jwks();
    assert_eq!(app.oneshot(request(&world)).await.unwrap().status(), 200);
    assert_eq!(world.issuer.jwks_fetches(), 1, "the fetch went on without whoever began it");
}

/// Clients that have sent a request and wait.
async fn clients(count: usize, address: SocketAddr, world: &World) -> Vec<Client> {
    let token = world.issuer.access_token().username("alice").sign();
    let mut clients = Vec::new();
    for _ in 0..count {
        let mut client = Client::connect(address).await;
        client.send(Call::get("/").token(&*token).bytes()).await;
        clients.push(client);
    }
    clients
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

#[tokio::test]
async fn clients_who_go_away_during_a_check_leave_nothing_behind() {
    let world = World::start().await;
    let held = Held::default();
    let verifier = world.builder().check(held.check()).build().unwrap();
    let address = serve(app().layer(BearerAuthLayer::new(verifier.clone()))).await;
    let before = tasks();
    verifier.warm_up().await.unwrap();
    let gone = clients(20, address, &world).await;
    held.until(20).await;
    drop(gone);
    held.until(0).await;
    eventually(|| tasks() == before).await;
    let mut client = clients(1, address, &world).await.remove(0);
    held.let_go(1);
    assert_eq!(client.reply().await.unwrap().text(), "alice");
}

#[tokio::test]
async fn clients_who_go_away_during_a_fetch_leave_nothing_behind() {
    let world = World::start().await;
    world.issuer.fail_jwks(Fault::Hang);
    let address = serve(app().layer(BearerAuthLayer::new(world.verifier()))).await;
    let before = tasks();
    let gone = clients(20, address, &world).await;
    patiently(world.issuer.wait_for_fetches(1)).await;
    drop(gone);
    world.issuer.heal_jwks();
    eventually(|| tasks() == before).await;
    let mut client = clients(1, address, &world).await.remove(0);
    assert_eq!(client.reply().await.unwrap().text(), "alice");
    assert_eq!(world.issuer.jwks_fetches(), 1, "the fetch went on without whoever began it");
}
