//! The API behind actix-web.

use crate::{api::Parts, log::Log};
use actix_cors::Cors;
use actix_web::{
    App, Error, HttpRequest, HttpResponse, HttpServer,
    body::{BoxBody, MessageBody, to_bytes},
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::{Next, from_fn},
    rt::System,
    web::{self, Data, Payload},
};
use poolgate::Requirement;
use poolgate_actix::{BearerAuth, Require, Verified};
use std::net::TcpListener;

/// On a thread of its own, as its futures do not move to another one.
pub(crate) fn serve(listener: TcpListener, parts: Parts) {
    std::thread::spawn(|| System::new().block_on(run(listener, parts)));
}

async fn run(listener: TcpListener, Parts { gate, listed, cookie, log }: Parts) {
    let app = move || {
        let admins = Require::new(Requirement::group("Admins"));
        let calls = web::scope("/{call}")
            .service(web::resource("/me").get(me).post(me))
            .service(web::resource("/admin").wrap(admins).get(me))
            .service(web::resource("/live").get(live))
            .wrap(BearerAuth::new(gate.clone()));
        App::new()
            .app_data(Data::new(log.clone()))
            .app_data(Data::new(cookie.clone()))
            .service(web::resource("/login").get(login))
            .service(calls)
            .wrap(cors(&listed))
            .wrap(from_fn(note))
    };
    let server = HttpServer::new(app).workers(1).disable_signals().listen(listener);
    server.expect("a socket").run().await.expect("a server");
}

fn cors(listed: &str) -> Cors {
    Cors::default()
        .allowed_origin(listed)
        .allowed_methods(["GET", "POST"])
        .allowed_header(header::AUTHORIZATION)
        .expose_headers([header::WWW_AUTHENTICATE])
        .supports_credentials()
}

async fn me(log: Data<Log>, Verified(token): Verified, request: HttpRequest) -> String {
    log.handler(request.path());
    token.username().unwrap_or_default().to_owned()
}

async fn live(
    log: Data<Log>,
    Verified(token): Verified,
    request: HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Error> {
    log.handler(request.path());
    let (response, mut session, _messages) = actix_ws::handle(&request, body)?;
    let name = token.username().unwrap_or_default().to_owned();
    actix_web::rt::spawn(async move { session.text(name).await });
    Ok(response)
}

async fn login(cookie: Data<String>, request: HttpRequest) -> HttpResponse {
    let then = request.query_string().strip_prefix("then=").unwrap_or_default();
    HttpResponse::SeeOther()
        .insert_header((header::SET_COOKIE, cookie.as_str()))
        .insert_header((header::LOCATION, then))
        .finish()
}

async fn note(
    log: Data<Log>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    let (response, body) = if status.is_client_error() || status.is_server_error() {
        read(response).await
    } else {
        (response, String::new())
    };
    log.answer(method.as_str(), &path, status.as_u16(), &body);
    Ok(response)
}

async fn read(response: ServiceResponse) -> (ServiceResponse, String) {
    let (request, response) = response.into_parts();
    let (response, body) = response.into_parts();
    let body = to_bytes(body).await.expect("a body");
    let text = String::from_utf8_lossy(&body).into_owned();
    (ServiceResponse::new(request, response.set_body(body).map_into_boxed_body()), text)
}
