//! The tower layer and the extractors of axum, from request to answer.

mod answers;
mod limits;
mod load;
mod middleware;
mod routing;
mod service;
mod shapes;
mod spelling;
mod streams;
mod truth;

use axum::{Router, ServiceExt as _, body::Body, response::Response};
use http::{HeaderMap, Request, header};
use http_body_util::BodyExt;
use std::{convert::Infallible, net::SocketAddr};
use tokio::net::TcpListener;
use tower::{Service, ServiceExt};

/// What came back.
struct Reply {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// Sends a request with these values of `Authorization`.
async fn send(app: &Router, path: &str, authorization: &[&str]) -> Reply {
    call(app, "GET", path, authorization).await
}

async fn call(app: &Router, method: &str, path: &str, authorization: &[&str]) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    for value in authorization {
        request = request.header(header::AUTHORIZATION, *value);
    }
    reply(app, request.body(Body::empty()).unwrap()).await
}

async fn reply(app: &Router, request: Request<Body>) -> Reply {
    let response = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let body = String::from_utf8(bytes.to_vec()).unwrap();
    Reply { status: parts.status.as_u16(), headers: parts.headers, body }
}

/// Serves a router, or what is around one, at a port of this machine until the test ends.
async fn serve<S>(app: S) -> SocketAddr
where
    S: Service<Request<Body>, Response = Response, Error = Infallible, Future: Send>,
    S: Clone + Send + Sync + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app.into_make_service()).await });
    address
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}
