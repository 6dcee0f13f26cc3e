//! A WebSocket that lives no longer than its token.
//!
//! The gate sees the request that opens a connection, and nothing after it. So the handler keeps
//! the token, and closes the connection when the token expires: with the code 1008, "policy
//! violation" (RFC 6455 §7.4.1), whatever the client is doing.
//!
//! A page cannot give a WebSocket a header, but the browser sends cookies along: whichever page
//! asks for it. So the token may also be in a cookie, and then counts only if the request's
//! `Origin`, which no page can choose, is the one of our own pages.
//!
//! ```console
//! cargo run --features websocket --example websocket            # serves until Ctrl-C
//! cargo run --features websocket --example websocket -- --check # connects itself and exits
//! ```

mod connections;

use axum::{
    Router,
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    response::Response,
    routing::get,
};
use poolgate::{ConfigError, Gate, Policy, Source, TokenUse, VerifiedToken, Verifier};
use poolgate_examples::{exit_code, is_check, serve};
use poolgate_issuer::TestIssuer;
use poolgate_tower::{BearerAuthLayer, Verified};
use std::{error::Error, process::ExitCode, time::Duration};
use tokio::time::timeout;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let issuer = TestIssuer::start().await;
    // A real pool needs the first line alone; the second points at the test issuer's keys.
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
        .jwks_url(issuer.jwks_url())?
        // The issuer runs on this machine, so there is no other clock to be lenient with.
        .leeway(Duration::ZERO)?;
    let server = serve(api(Verifier::new(policy)?)?).await?;
    if is_check() {
        return Ok(exit_code(connections::check(&issuer, server).await?));
    }
    connections::show(&issuer, server);
    tokio::signal::ctrl_c().await?;
    Ok(ExitCode::SUCCESS)
}

fn api(verifier: Verifier) -> Result<Router, ConfigError> {
    let sources = [Source::authorization(), Source::cookie([OUR_PAGES])?];
    let gate = Gate::new(verifier).sources(sources)?;
    Ok(Router::new().route("/echo", get(open)).layer(BearerAuthLayer::new(gate)))
}

async fn open(Verified(token): Verified, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| serve_until_expiry(socket, token))
}

async fn serve_until_expiry(mut socket: WebSocket, token: VerifiedToken) {
    // The deadline ends the conversation from outside: a loop that looked at the clock between two
    // messages would wait for ever for a client that neither sends nor reads any.
    let has_expired = tokio::select! {
        () = token.deadline() => true,
        () = converse(&mut socket, &token) => false,
    };
    if has_expired {
        // A client that answers late is not waited for either.
        let _ = timeout(PATIENCE, close(socket)).await;
    }
}

/// Says everything back, until the client has nothing more to say.
async fn converse(socket: &mut WebSocket, token: &VerifiedToken) {
    let name = token.username().unwrap_or("a machine");
    while let Some(Ok(message)) = socket.recv().await {
        // What is no text is a ping or a close, which axum answers itself, or of no interest.
        let Message::Text(text) = message else { continue };
        let echo = format!("{name} said: {text}");
        if socket.send(Message::text(echo)).await.is_err() {
            return;
        }
    }
}

/// Says why, and reads until the client has closed its side, lest the reason gets lost.
async fn close(mut socket: WebSocket) {
    let frame = CloseFrame { code: close_code::POLICY, reason: "the token has expired".into() };
    let _ = socket.send(Message::Close(Some(frame))).await;
    while let Some(Ok(_)) = socket.recv().await {}
}

/// The origin whose pages may connect with the cookie. The cookie needs https, so in production
/// something in front of this server has to speak it.
const OUR_PAGES: &str = "https://app.example.com";

const PATIENCE: Duration = Duration::from_secs(5);
