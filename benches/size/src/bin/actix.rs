//! actix-web alone.

use actix_web::{App, HttpServer, web};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let server = HttpServer::new(|| App::new().route("/", web::get().to(async || "Hello, world!")));
    server.bind("127.0.0.1:3000")?.run().await
}
