//! tonic: a service written by hand whose methods are the routes, each behind its own gate.

use crate::{
    gates::{self, Gates},
    tower_server::{BoxBody, Route, box_body, guarded},
};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use poolgate_issuer::HttpRoute;
use poolgate_tower::refusal;
use std::{
    collections::HashMap,
    convert::Infallible,
    future::{Ready, ready},
    net::SocketAddr,
    sync::Arc,
    task::{Context, Poll},
};
use tonic::{
    Status,
    body::Body,
    server::{Grpc, NamedService, UnaryService},
    transport::{Server, server::TcpIncoming},
};
use tonic_prost::ProstCodec;
use tower::{Service, ServiceExt, service_fn, util::Oneshot};

pub(crate) async fn start(gates: &Gates) -> SocketAddr {
    let methods = HttpRoute::ALL.iter().map(|route| {
        let handler = service_fn(async move |request| Ok(handle(*route, request).await));
        (method(route.path()), guarded(gates, *route, handler))
    });
    let table = Table { methods: Arc::new(methods.collect()) };
    let incoming = TcpIncoming::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let incoming = incoming.with_nodelay(Some(true));
    let address = incoming.local_addr().unwrap();
    let server = Server::builder().http2_max_header_list_size(64 * 1024).add_service(table);
    tokio::spawn(server.serve_with_incoming(incoming));
    address
}

/// The path of a method.
pub(crate) fn method(route: &str) -> String {
    format!("/{}{route}", Table::NAME)
}

/// Answers with the text of the handler, as a message with one string (`google.protobuf.StringValue`).
///
/// A handler of generated code could only return a [`Status`]: HTTP 200 and a code in the trailers.
async fn handle(route: HttpRoute, request: Request<Body>) -> Response<BoxBody> {
    match gates::say(route, request.extensions()) {
        Ok(text) => {
            let mut grpc = Grpc::new(ProstCodec::<String, ()>::default());
            grpc.unary(Say(text), request).await.map(box_body)
        }
        Err(error) => refusal::<Full<Bytes>>(&error).map(box_body),
    }
}

struct Say(String);

impl UnaryService<()> for Say {
    type Response = String;
    type Future = Ready<Result<tonic::Response<String>, Status>>;

    fn call(&mut self, _: tonic::Request<()>) -> Self::Future {
        ready(Ok(tonic::Response::new(self.0.clone())))
    }
}

#[derive(Clone)]
struct Table {
    methods: Arc<HashMap<String, Route<Body>>>,
}

impl NamedService for Table {
    const NAME: &'static str = "poolgate.Table";
}

impl Service<Request<Body>> for Table {
    type Response = Response<BoxBody>;
    type Error = Infallible;
    type Future = Oneshot<Route<Body>, Request<Body>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let route = self.methods.get(request.uri().path()).expect("every case has a route");
        route.clone().oneshot(request)
    }
}
