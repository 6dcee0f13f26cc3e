//! actix-web behind poolgate.

use actix_web::{App, HttpServer, web};
use poolgate::{Policy, TokenUse, Verifier};
use poolgate_actix::{BearerAuth, Verified};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let policy = Policy::cognito("eu-west-1_Example", "1example23456789", TokenUse::Access)?;
    let verifier = Verifier::new(policy)?;
    let server = HttpServer::new(move || {
        let app = App::new().route("/", web::get().to(async |_: Verified| "Hello, world!"));
        app.wrap(BearerAuth::new(verifier.clone()))
    });
    Ok(server.bind("127.0.0.1:3000")?.run().await?)
}
