//! Connections that last, behind the layer; and how long they may.

use crate::serve;
use axum::{
    Router,
    body::Body,
    extract::ws::{self, Message, WebSocketUpgrade},
    response::Response,
    routing::{any, get, post},
};
use futures_util::FutureExt;
use poolgate::VerifiedToken;
use poolgate_tests::{
    World, answers,
    raw::patiently,
    streams::{self, Today},
};
use poolgate_tower::{BearerAuthLayer, Verified};
use std::time::{Duration, SystemTime};
use tokio::time::timeout;

async fn socket(Verified(token): Verified, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(|socket| answer(socket, token))
}

/// Answers every message until the token has expired.
async fn answer(mut socket: ws::WebSocket, token: VerifiedToken) {
    let deadline = token.deadline();
    tokio::pin!(deadline);
    loop {
        let message = tokio::select! {
            () = &mut deadline => break,
            message = socket.recv() => message,
        };
        let Some(Ok(Message::Text(text))) = message else { break };
        let answer = format!("{}: {text}", token.username().unwrap_or_default());
        if socket.send(Message::Text(answer.into())).await.is_err() {
            break;
        }
    }
    let _ = socket.send(Message::Close(None)).await;
}

async fn name(Verified(token): Verified) -> String {
    token.username().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn bodies_stream_both_ways() {
    let world = World::start().await;
    let echo = async |_: Verified, body: Body| Body::from_stream(body.into_data_stream());
    let app =
        Router::new().route("/echo", post(echo)).layer(BearerAuthLayer::new(world.verifier()));
    streams::bodies_stream_both_ways(serve(app).await, &world).await;
}

#[tokio::test]
async fn the_body_of_a_refused_request_is_no_request() {
    let world = World::start().await;
    let app = Router::new().route("/name", get(name)).fallback(any(name));
    let app = app.layer(BearerAuthLayer::new(world.verifier()));
    streams::the_body_of_a_refused_request_is_no_request(serve(app).await, &world).await;
}

#[tokio::test]
async fn web_sockets_open_with_a_token_of_a_listed_page() {
    let world = World::start().await;
    let gate = answers::with_cookie(world.verifier());
    let app = Router::new().route("/socket", any(socket)).layer(BearerAuthLayer::new(gate));
    streams::web_sockets_open_with_a_token_of_a_listed_page(serve(app).await, &world).await;
}

#[tokio::test]
async fn a_web_socket_ends_with_its_token() {
    let today = Today::start().await;
    let gate = BearerAuthLayer::new(today.verifier(Duration::ZERO));
    let app = Router::new().route("/socket", any(socket)).layer(gate);
    streams::a_web_socket_ends_with_its_token(serve(app).await, &today).await;
}

#[tokio::test]
async fn a_deadline_comes_when_the_token_has_expired_and_not_before() {
    let today = Today::start().await;
    let (token, expires_at) = today.expiring(0.4);
    let token = today.verifier(Duration::ZERO).verify(&token).await.unwrap();
    patiently(token.deadline()).await;
    assert!(SystemTime::now() >= expires_at);
}

#[tokio::test]
async fn the_deadline_of_an_expired_token_is_over_once_nobody_would_accept_it() {
    let today = Today::start().await;
    let (token, _) = today.expiring(-2.0);
    for (leeway, is_over) in [(Duration::ZERO, Some(())), (Duration::from_secs(300), None)] {
        let token = today.verifier(leeway).verify(&token).await.unwrap();
        assert_eq!(token.deadline().now_or_never(), is_over, "{leeway:?}");
    }
}

/// With tokio's time paused, ten minutes are over at once; the deadline goes by the clock of the machine all the same.
#[tokio::test]
async fn a_deadline_in_an_hour_does_not_come_in_ten_minutes() {
    let today = Today::start().await;
    let (token, _) = today.expiring(3_600.0);
    let token = today.verifier(Duration::ZERO).verify(&token).await.unwrap();
    tokio::time::pause();
    assert!(timeout(Duration::from_secs(600), token.deadline()).await.is_err());
}
