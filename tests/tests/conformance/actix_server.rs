//! actix-web: handlers with extractors, behind middleware. It runs in a thread of its own, as its runtime is one.

use crate::gates::{self, ANONYMOUS, Gates, User, name};
use actix_web::{
    App, HttpServer,
    rt::System,
    web::{self, ServiceConfig},
};
use poolgate_actix::{BearerAuth, Claims, Optional, Require, Verified};
use poolgate_issuer::HttpRoute;
use std::{net::SocketAddr, thread};
use tokio::sync::oneshot;

pub(crate) async fn start(gates: &Gates) -> SocketAddr {
    let (gates, (told, address)) = (gates.clone(), oneshot::channel());
    thread::spawn(move || {
        System::new().block_on(async move {
            let app = move || App::new().configure(|config| configure(config, &gates));
            let server = HttpServer::new(app).workers(1).disable_signals();
            let server = server.bind("127.0.0.1:0").unwrap();
            told.send(server.addrs()[0]).unwrap();
            server.run().await
        })
    });
    address.await.unwrap()
}

fn configure(config: &mut ServiceConfig, gates: &Gates) {
    for route in HttpRoute::ALL {
        let resource = web::resource(route.path()).route(handler(*route));
        match (gates.gate(*route).map(BearerAuth::new), gates::requirement(*route)) {
            (None, _) => config.service(resource),
            (Some(gate), None) => config.service(resource.wrap(gate)),
            (Some(gate), Some(requirement)) => {
                config.service(resource.wrap(Require::new(requirement)).wrap(gate))
            }
        };
    }
}

fn handler(route: HttpRoute) -> actix_web::Route {
    match route {
        HttpRoute::Claims => web::route().to(claims),
        route if gates::serves_anonymous(route) => web::route().to(optional),
        _ => web::route().to(verified),
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
