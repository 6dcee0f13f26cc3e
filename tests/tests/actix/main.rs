//! The middleware and the extractors of actix-web, from request to answer.

mod answers;
mod limits;
mod load;
mod middleware;
mod routing;
mod shapes;
mod spelling;
mod streams;

use actix_http::Request;
use actix_web::{
    App, Error, HttpResponse, HttpServer,
    body::{MessageBody, to_bytes},
    dev::{ServerHandle, Service, ServiceFactory, ServiceRequest, ServiceResponse},
    http::Method,
    test::TestRequest,
};
use std::net::SocketAddr;

/// What came back.
struct Reply {
    status: u16,
    body: String,
}

/// Sends a request to a service of this thread. What the service makes of it, the server sends; so it does with an
/// error that no middleware has made a response of.
async fn call<S, B>(app: &S, method: &str, path: &str, authorization: Option<&str>) -> Reply
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let request = TestRequest::with_uri(path).method(method);
    let add = |request: TestRequest, value| request.insert_header(("authorization", value));
    let request = authorization.into_iter().fold(request, add).to_request();
    let response = match app.call(request).await {
        Ok(response) => response.into_parts().1.map_into_left_body(),
        Err(error) => HttpResponse::from_error(error).map_into_right_body(),
    };
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body()).await.ok().unwrap();
    Reply { status, body: String::from_utf8(body.to_vec()).unwrap() }
}

/// Serves at a port of this machine, until it is dropped.
struct Server {
    address: SocketAddr,
    handle: ServerHandle,
}

impl Server {
    fn start<F, T, B>(workers: usize, app: F) -> Self
    where
        F: Fn() -> App<T> + Clone + Send + 'static,
        T: ServiceFactory<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
        T: ServiceFactory<ServiceRequest, Config = (), InitError = (), Future: 'static>,
        B: MessageBody + 'static,
    {
        // A request ends with its client; actix-web would go on for clients that read on after they have closed.
        let server = HttpServer::new(app).h1_allow_half_closed(false);
        let server = server.workers(workers).disable_signals().bind(("127.0.0.1", 0)).unwrap();
        let address = server.addrs()[0];
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { address, handle }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}
