//! Connections that last, behind the middleware.

use crate::Server;
use actix_web::{App, Error, HttpRequest, HttpResponse, rt, web};
use actix_ws::Message;
use poolgate_actix::{BearerAuth, Verified};
use poolgate_tests::{
    World, answers,
    streams::{self, Today},
};
use std::time::Duration;

/// Answers every message until the token has expired.
async fn socket(
    Verified(token): Verified,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let (response, mut session, mut messages) = actix_ws::handle(&request, body)?;
    rt::spawn(async move {
        let deadline = token.deadline();
        tokio::pin!(deadline);
        loop {
            let message = tokio::select! {
                () = &mut deadline => break,
                message = messages.recv() => message,
            };
            let Some(Ok(Message::Text(text))) = message else { break };
            let answer = format!("{}: {text}", token.username().unwrap_or_default());
            if session.text(answer).await.is_err() {
                return;
            }
        }
        let _ = session.close(None).await;
    });
    Ok(response)
}

async fn echo(_: Verified, body: web::Payload) -> HttpResponse {
    HttpResponse::Ok().streaming(body)
}

async fn name(Verified(token): Verified) -> String {
    token.username().unwrap_or_default().to_owned()
}

#[actix_web::test]
async fn bodies_stream_both_ways() {
    let world = World::start().await;
    let verifier = world.verifier();
    let server = Server::start(1, move || {
        App::new().route("/echo", web::post().to(echo)).wrap(BearerAuth::new(verifier.clone()))
    });
    streams::bodies_stream_both_ways(server.address, &world).await;
}

#[actix_web::test]
async fn the_body_of_a_refused_request_is_no_request() {
    let world = World::start().await;
    let verifier = world.verifier();
    let server = Server::start(1, move || {
        App::new().default_service(web::to(name)).wrap(BearerAuth::new(verifier.clone()))
    });
    streams::the_body_of_a_refused_request_is_no_request(server.address, &world).await;
}

#[actix_web::test]
async fn web_sockets_open_with_a_token_of_a_listed_page() {
    let world = World::start().await;
    let gate = answers::with_cookie(world.verifier());
    let server = Server::start(1, move || {
        App::new().route("/socket", web::get().to(socket)).wrap(BearerAuth::new(gate.clone()))
    });
    streams::web_sockets_open_with_a_token_of_a_listed_page(server.address, &world).await;
}

#[actix_web::test]
async fn a_web_socket_ends_with_its_token() {
    let today = Today::start().await;
    let verifier = today.verifier(Duration::ZERO);
    let server = Server::start(1, move || {
        App::new().route("/socket", web::get().to(socket)).wrap(BearerAuth::new(verifier.clone()))
    });
    streams::a_web_socket_ends_with_its_token(server.address, &today).await;
}
