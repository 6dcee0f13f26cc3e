//! The servers, each with one thread. All answer the same text at `/`.

mod actix;
mod axum_07;
mod axum_08;
mod peers;

use crate::given::Given;
use std::{future::Future, io::Write, net::SocketAddr};

/// Somebody to measure.
pub struct Entry {
    pub name: &'static str,
    /// The same framework without any layer.
    pub bare: &'static str,
    serve: fn(&Given, bool),
}

pub const ENTRIES: [Entry; 10] = [
    Entry { name: AXUM, bare: AXUM, serve: |_, _| axum_08::bare() },
    Entry { name: AXUM_NO_OP, bare: AXUM, serve: |_, is_timed| axum_08::no_op(is_timed) },
    Entry { name: AXUM_POOLGATE, bare: AXUM, serve: axum_08::poolgate },
    Entry { name: AXUM_JWT_AUTH, bare: AXUM, serve: |given, _| peers::axum_jwt_auth(given) },
    Entry { name: TOWER_OAUTH2, bare: AXUM, serve: |given, _| peers::tower_oauth2(given) },
    Entry { name: AXUM_07, bare: AXUM_07, serve: |_, _| axum_07::bare() },
    Entry { name: JWT_AUTHORIZER, bare: AXUM_07, serve: |given, _| axum_07::jwt_authorizer(given) },
    Entry { name: ACTIX, bare: ACTIX, serve: |_, _| actix::bare() },
    Entry { name: ACTIX_NO_OP, bare: ACTIX, serve: |_, is_timed| actix::no_op(is_timed) },
    Entry { name: ACTIX_POOLGATE, bare: ACTIX, serve: actix::poolgate },
];

pub const AXUM: &str = "axum 0.8, bare";
pub const AXUM_NO_OP: &str = "axum 0.8, no-op layer";
pub const AXUM_POOLGATE: &str = "axum 0.8, poolgate";
pub const AXUM_JWT_AUTH: &str = "axum-jwt-auth 0.7";
pub const TOWER_OAUTH2: &str = "tower-oauth2-resource-server 0.12";
pub const AXUM_07: &str = "axum 0.7, bare";
pub const JWT_AUTHORIZER: &str = "jwt-authorizer 0.15 (axum 0.7)";
pub const ACTIX: &str = "actix-web 4, bare";
pub const ACTIX_NO_OP: &str = "actix-web 4, no-op layer";
pub const ACTIX_POOLGATE: &str = "actix-web 4, poolgate";

/// Those that can also be asked at [`TIMES`] how long requests took to their handler, each with the
/// one that does nothing.
pub const TIMED: [(&str, &str); 2] = [(AXUM_POOLGATE, AXUM_NO_OP), (ACTIX_POOLGATE, ACTIX_NO_OP)];

pub const TIMES: &str = "/times";

const HELLO: &str = "Hello, world!";

/// Serves until the process is killed. A stamp costs time, so requests get one only if asked for.
pub fn serve(name: &str, is_timed: bool) {
    let entry = ENTRIES.iter().find(|entry| entry.name == name).expect("the runner knows us");
    (entry.serve)(&Given::from_env(), is_timed);
}

/// Tells the runner where to find the server.
fn announce(address: SocketAddr) {
    println!("{}", address.port());
    std::io::stdout().flush().expect("the runner listens");
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("the system can run a tokio runtime").block_on(future)
}

const ANY_PORT: (&str, u16) = ("127.0.0.1", 0);
