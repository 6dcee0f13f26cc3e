//! A plain tower service, without a framework, served by hyper.

use crate::gates::{self, Gates};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use poolgate_issuer::HttpRoute;
use poolgate_tower::{BearerAuthLayer, RequireLayer, refusal};
use std::{collections::HashMap, convert::Infallible, net::SocketAddr, sync::Arc};
use tokio::net::{TcpListener, TcpStream};
use tower::{BoxError, Layer, Service, ServiceExt, service_fn, util::BoxCloneSyncService};

pub(crate) async fn start(gates: &Gates) -> SocketAddr {
    let routes = HttpRoute::ALL.iter().map(|route| {
        let handler = service_fn(async move |request| Ok(handle(*route, &request)));
        (route.path(), guarded(gates, *route, handler))
    });
    let routes: Arc<HashMap<_, _>> = Arc::new(routes.collect());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream, Arc::clone(&routes)));
        }
    });
    address
}

/// A handler in front of which stands what the route asks for, and its gate in front of that.
pub(crate) fn guarded<S, B>(gates: &Gates, route: HttpRoute, handler: S) -> Route<B>
where
    S: Service<Request<B>, Response = Response<BoxBody>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    let service = boxed(handler);
    let service = match gates::requirement(route) {
        Some(requirement) => boxed(RequireLayer::new(requirement).layer(service)),
        None => service,
    };
    match gates.gate(route) {
        Some(gate) => boxed(BearerAuthLayer::new(gate).layer(service)),
        None => service,
    }
}

pub(crate) type Route<B> = BoxCloneSyncService<Request<B>, Response<BoxBody>, Infallible>;

pub(crate) type BoxBody = UnsyncBoxBody<Bytes, BoxError>;

pub(crate) fn box_body(
    body: impl Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
) -> BoxBody {
    body.map_err(Into::into).boxed_unsync()
}

fn boxed<S, B, R>(service: S) -> Route<B>
where
    S: Service<Request<B>, Response = Response<R>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: 'static,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    BoxCloneSyncService::new(service.map_response(|response| response.map(box_body)))
}

fn handle<B>(route: HttpRoute, request: &Request<B>) -> Response<BoxBody> {
    match gates::say(route, request.extensions()) {
        Ok(text) => Response::new(box_body(Full::from(text))),
        Err(error) => refusal::<Full<Bytes>>(&error).map(box_body),
    }
}

async fn serve(stream: TcpStream, routes: Arc<HashMap<&'static str, Route<Incoming>>>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let route = routes.get(request.uri().path()).cloned();
        async move {
            match route {
                Some(route) => route.oneshot(request).await,
                None => Ok(not_found()),
            }
        }
    });
    let service = TowerToHyperService::new(service);
    // A client that is gone is not the server's fault.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

fn not_found() -> Response<BoxBody> {
    let mut response = Response::new(box_body(Full::<Bytes>::default()));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
