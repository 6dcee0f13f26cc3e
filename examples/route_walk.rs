//! Is every route behind the gate? The routes are a list, so a program can try them all.
//!
//! The walk takes every route with every method, and paths that are spelled in odd ways, all without
//! a token. Whatever the list does not call public has to answer 401. Over a service with a common
//! mistake, a route that was added after the gate, the same walk finds that route. The router is
//! made from the list too, so that there is no route beside it.
//!
//! ```console
//! cargo run --example route_walk            # serves until Ctrl-C
//! cargo run --example route_walk -- --check # walks and exits
//! ```

use axum::{
    Router,
    http::StatusCode,
    routing::{MethodRouter, get},
};
use poolgate::{Policy, TokenUse, Verifier};
use poolgate_examples::{Call, check, exit_code, is_check, serve, show};
use poolgate_issuer::TestIssuer;
use poolgate_tower::BearerAuthLayer;
use std::{error::Error, net::SocketAddr, process::ExitCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let issuer = TestIssuer::start().await;
    // A real pool needs the first line alone; the second points at the test issuer's keys.
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
        .jwks_url(issuer.jwks_url())?;
    let verifier = Verifier::new(policy)?;

    let server = serve(api(routes(), verifier.clone())).await?;
    if is_check() {
        let with_token = check(server, &calls_with_token(&issuer)).await?;
        let careless = serve(careless_api(routes(), verifier)).await?;
        let is_good = is_closed(server).await? && is_found_out(careless).await?;
        println!("the walk went {}", if is_good { "as expected" } else { "WRONG" });
        return Ok(exit_code(is_good && with_token));
    }
    show_walk(server);
    show(server, &calls_with_token(&issuer));
    tokio::signal::ctrl_c().await?;
    Ok(ExitCode::SUCCESS)
}

/// A route, and a path that leads there.
struct Route {
    pattern: &'static str,
    path: &'static str,
    handlers: MethodRouter,
    is_public: bool,
}

fn routes() -> Vec<Route> {
    let public = |pattern, path, handlers| Route { pattern, path, handlers, is_public: true };
    let protected = |pattern, path, handlers| Route { pattern, path, handlers, is_public: false };
    // None of these handlers asks for a token: the gate is all that stands in front of them.
    vec![
        public("/health", "/health", get("well\n")),
        protected("/orders", "/orders", get("orders\n").post("added\n")),
        protected("/orders/{id}", "/orders/7", get("order\n").delete("gone\n")),
        protected("/files/{*path}", "/files/a/b.txt", get("file\n")),
        protected("/exports", "/exports", get("everything\n")),
    ]
}

/// The gate is around the protected routes, and around the answer to what is no route at all.
fn api(routes: Vec<Route>, verifier: Verifier) -> Router {
    let (public, protected): (Vec<_>, Vec<_>) =
        routes.into_iter().partition(|route| route.is_public);
    let protected = router(protected).fallback(StatusCode::NOT_FOUND);
    protected.layer(BearerAuthLayer::new(verifier)).merge(router(public))
}

/// The mistake: the last route is added after the gate, and so stands in front of it.
fn careless_api(mut routes: Vec<Route>, verifier: Verifier) -> Router {
    let late = routes.split_off(routes.len() - 1);
    api(routes, verifier).merge(router(late))
}

fn router(routes: Vec<Route>) -> Router {
    let add = |router: Router, route: Route| router.route(route.pattern, route.handlers);
    routes.into_iter().fold(Router::new(), add)
}

/// A request without a token.
struct Step {
    method: &'static str,
    path: &'static str,
    is_public: bool,
}

impl Step {
    /// Sends the path as it is spelled: most clients tidy it up first.
    async fn take(&self, server: SocketAddr) -> Result<u16, Box<dyn Error>> {
        let (method, path) = (self.method, self.path);
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n");
        let mut stream = TcpStream::connect(server).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer.split(' ').nth(1).ok_or("no answer")?.parse()?)
    }
}

/// Every route with every method, then the odd paths.
fn walk() -> Vec<Step> {
    let mut steps = Vec::new();
    for Route { path, is_public, .. } in routes() {
        steps.extend(METHODS.map(|method| Step { method, path, is_public }));
    }
    steps.extend(ODD_PATHS.map(|path| Step { method: "GET", path, is_public: false }));
    steps
}

/// Whether the walk meets a 401 wherever the list does not say public, and only there.
async fn is_closed(server: SocketAddr) -> Result<bool, Box<dyn Error>> {
    let mut is_closed = true;
    for step in walk() {
        let status = step.take(server).await?;
        let is_expected = (status == 401) != step.is_public;
        let verdict = if is_expected { "as expected" } else { "NOT AS EXPECTED" };
        println!("{status} {verdict}: {} {}", step.method, step.path);
        is_closed &= is_expected;
    }
    Ok(is_closed)
}

/// Whether the walk finds the late route, with every method, and nothing else.
async fn is_found_out(careless: SocketAddr) -> Result<bool, Box<dyn Error>> {
    let mut found = Vec::new();
    for step in walk().into_iter().filter(|step| !step.is_public) {
        let status = step.take(careless).await?;
        if status != 401 {
            println!("{status} found in the careless service: {} {}", step.method, step.path);
            found.push((step.method, step.path));
        }
    }
    Ok(found == METHODS.map(|method| (method, "/exports")))
}

fn show_walk(server: SocketAddr) {
    for Step { method, path, is_public } in walk() {
        if method == "GET" {
            let answer = if is_public { "no 401" } else { "401" };
            println!("# {path} -> {answer}");
            println!("curl -i --request-target '{path}' http://{server}\n");
        }
    }
}

/// A gate that lets nobody in would pass the walk, too.
fn calls_with_token(issuer: &TestIssuer) -> Vec<Call> {
    let token = issuer.access_token().sign();
    let call = |route: Route| Call::get(200, "with a token", route.path).bearer(&token);
    routes().into_iter().map(call).collect()
}

const METHODS: [&str; 9] =
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"];

/// None of these is a public route, however a proxy or a file system might read it.
const ODD_PATHS: [&str; 17] = [
    "/",
    "/nowhere",
    "/orders/",
    "//orders",
    "/./orders",
    "/ORDERS",
    "/%6frders",
    "/orders%2f7",
    "/orders;health",
    "/health/../orders",
    "/health/%2e%2e/orders",
    "/health/..%2forders",
    "/orders/../health",
    "/files/%2e%2e%2fhealth",
    "/health/",
    "/health%00",
    "http://health.example/orders",
];
