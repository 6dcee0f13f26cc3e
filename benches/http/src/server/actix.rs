//! actix-web 4: bare, with a middleware that only inserts an extension, and with poolgate's.

use super::{ANY_PORT, HELLO, TIMES, announce};
use crate::{
    check_time::{self, Stamp},
    given::Given,
};
use actix_web::{
    App, Error, HttpMessage, HttpRequest, HttpServer,
    body::MessageBody,
    dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse},
    rt::System,
    web,
};
use poolgate_actix::{BearerAuth, Verified};
use std::sync::Arc;

pub fn bare() {
    serve(|| App::new().route("/", web::get().to(|| async { HELLO })));
}

/// As much as a middleware has to do that hands something to handlers.
pub fn no_op(is_timed: bool) {
    let app = || {
        let marker = Arc::<str>::from("marker");
        let app = App::new().route("/", web::get().to(marked)).route(TIMES, web::get().to(times));
        app.wrap_fn(move |request, service| {
            request.extensions_mut().insert(Arc::clone(&marker));
            service.call(request)
        })
    };
    if is_timed { serve(move || stamped(app())) } else { serve(app) }
}

pub fn poolgate(given: &Given, is_timed: bool) {
    let verifier = given.verifier();
    let app = move || {
        let app = App::new().route("/", web::get().to(verified)).route(TIMES, web::get().to(times));
        app.wrap(BearerAuth::new(verifier.clone()))
    };
    if is_timed { serve(move || stamped(app())) } else { serve(app) }
}

async fn marked(request: HttpRequest) -> &'static str {
    assert!(request.extensions().contains::<Arc<str>>());
    hello(&request)
}

async fn verified(_: Verified, request: HttpRequest) -> &'static str {
    hello(&request)
}

fn hello(request: &HttpRequest) -> &'static str {
    if let Some(stamp) = request.extensions().get::<Stamp>() {
        stamp.record();
    }
    HELLO
}

async fn times() -> String {
    check_time::take_median()
}

fn stamped<T, B>(app: App<T>) -> App<impl Middleware<B>>
where
    T: Middleware<B>,
    B: MessageBody + 'static,
{
    app.wrap_fn(|request, service| {
        request.extensions_mut().insert(Stamp::now());
        service.call(request)
    })
}

fn serve<T, B>(app: impl Fn() -> App<T> + Send + Clone + 'static)
where
    T: Middleware<B> + 'static,
    B: MessageBody + 'static,
{
    System::new().block_on(async {
        let server = HttpServer::new(app).workers(1).bind(ANY_PORT).expect("a port is free");
        announce(server.addrs()[0]);
        server.run().await.expect("it serves until it is killed");
    });
}

/// What an `App` is made of.
trait Middleware<B>:
    ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<B>,
        Error = Error,
        InitError = (),
    >
{
}

impl<T, B> Middleware<B> for T where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        >
{
}
