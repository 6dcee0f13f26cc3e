//! The API behind axum.

use crate::{api::Parts, log::Log};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State, WebSocketUpgrade},
    http::{StatusCode, Uri, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use poolgate::Requirement;
use poolgate_tower::{BearerAuthLayer, RequireLayer, Verified};
use std::net::TcpListener;
use tower_http::cors::CorsLayer;

pub(crate) fn serve(listener: TcpListener, parts: Parts) {
    listener.set_nonblocking(true).expect("a socket");
    let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
    tokio::spawn(axum::serve(listener, app(parts)).into_future());
}

fn app(Parts { gate, listed, cookie, log }: Parts) -> Router {
    let cors = CorsLayer::new()
        .allow_origin([listed.parse().expect("a value")])
        .allow_credentials(true)
        .allow_headers([header::AUTHORIZATION])
        .expose_headers([header::WWW_AUTHENTICATE]);
    let admins = RequireLayer::new(Requirement::group("Admins"));
    Router::new()
        .route("/{call}/me", get(me).post(me))
        .route("/{call}/admin", get(me).layer(admins))
        .route("/{call}/live", get(live))
        .with_state(log.clone())
        .layer(BearerAuthLayer::new(gate))
        .route("/login", get(|uri: Uri| async move { login(&uri, cookie) }))
        .layer(cors)
        .layer(from_fn_with_state(log, note))
}

async fn me(State(log): State<Log>, Verified(token): Verified, uri: Uri) -> String {
    log.handler(uri.path());
    token.username().unwrap_or_default().to_owned()
}

async fn live(
    State(log): State<Log>,
    Verified(token): Verified,
    uri: Uri,
    upgrade: WebSocketUpgrade,
) -> Response {
    log.handler(uri.path());
    upgrade.on_upgrade(async move |mut socket| {
        let name = token.username().unwrap_or_default();
        let _ = socket.send(name.into()).await;
    })
}

fn login(uri: &Uri, cookie: String) -> impl IntoResponse + use<> {
    let then = uri.query().and_then(|query| query.strip_prefix("then="));
    let then = then.unwrap_or_default().to_owned();
    (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, then)])
}

async fn note(State(log): State<Log>, request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let response = next.run(request).await;
    let status = response.status();
    let (response, body) = if status.is_client_error() || status.is_server_error() {
        read(response).await
    } else {
        (response, String::new())
    };
    log.answer(method.as_str(), uri.path(), status.as_u16(), &body);
    response
}

async fn read(response: Response) -> (Response, String) {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1 << 10).await.expect("a short body");
    let text = String::from_utf8_lossy(&body).into_owned();
    (Response::from_parts(parts, Body::from(body)), text)
}
