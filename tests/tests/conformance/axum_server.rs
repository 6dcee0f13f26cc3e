//! axum: handlers with extractors, behind layers.

use crate::gates::{self, ANONYMOUS, Gates, User, name};
use axum::{
    Router,
    routing::{MethodRouter, any},
};
use poolgate_issuer::HttpRoute;
use poolgate_tower::{BearerAuthLayer, Claims, Optional, RequireLayer, Verified};
use std::net::SocketAddr;
use tokio::net::TcpListener;

pub(crate) async fn start(gates: &Gates) -> SocketAddr {
    let app = HttpRoute::ALL
        .iter()
        .fold(Router::new(), |app, route| app.route(route.path(), guarded(gates, *route)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

fn guarded(gates: &Gates, route: HttpRoute) -> MethodRouter {
    let handler = match gates::requirement(route) {
        Some(requirement) => handler(route).layer(RequireLayer::new(requirement)),
        None => handler(route),
    };
    match gates.gate(route) {
        Some(gate) => handler.layer(BearerAuthLayer::new(gate)),
        None => handler,
    }
}

fn handler(route: HttpRoute) -> MethodRouter {
    match route {
        HttpRoute::Claims => any(claims),
        route if gates::serves_anonymous(route) => any(optional),
        _ => any(verified),
    }
}

async fn verified(Verified(token): Verified) -> String {
    name(&token)
}

async fn claims(Claims(user): Claims<User>) -> String {
    user.username
}

async fn optional(Optional(token): Optional<Verified>) -> String {
    token.map_or_else(|| ANONYMOUS.to_owned(), |Verified(token)| name(&token))
}
