//! An API on actix-web, behind the gate. It runs in a thread of its own, as its runtime is one.

use actix_web::{App, HttpServer, rt::System, web};
use poolgate::{Requirement, Verifier};
use poolgate_actix::{BearerAuth, Require, Verified};
use std::{net::SocketAddr, thread};
use tokio::sync::oneshot;

/// One route for whoever is signed in, and one for a group.
pub(crate) async fn start(verifier: Verifier) -> SocketAddr {
    let (told, address) = oneshot::channel();
    thread::spawn(move || {
        System::new().block_on(async move {
            let app = move || {
                let admins = Require::new(Requirement::group("Admins"));
                App::new()
                    .service(web::resource("/admin").wrap(admins).to(me))
                    .route("/me", web::route().to(me))
                    .wrap(BearerAuth::new(verifier.clone()))
            };
            let server = HttpServer::new(app).workers(1).disable_signals();
            let server = server.bind("127.0.0.1:0").unwrap();
            told.send(server.addrs()[0]).unwrap();
            server.run().await
        })
    });
    address.await.unwrap()
}

async fn me(Verified(token): Verified) -> String {
    format!("Hello, {}\n", token.username().unwrap_or("machine"))
}
