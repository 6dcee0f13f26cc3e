//! `orders.proto` in Rust, written by hand, so that nobody needs `protoc` to build the example.
//!
//! In a service of your own, `tonic-prost-build` writes all of this: the messages, the trait, the
//! server and the client.

use http::uri::PathAndQuery;
use prost::Message;
use std::{
    convert::Infallible,
    future::{Future, ready},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tonic::{
    Request, Response, Status, body::Body, client, server, server::NamedService, transport::Channel,
};
use tonic_prost::ProstCodec;
use tower::{Service, service_fn};

const LIST: &str = "/shop.Orders/List";
const CANCEL: &str = "/shop.Orders/Cancel";

#[derive(Clone, PartialEq, Message)]
pub(crate) struct ListRequest {}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct ListReply {
    #[prost(string, repeated, tag = "1")]
    pub(crate) orders: Vec<String>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct CancelRequest {
    #[prost(string, tag = "1")]
    pub(crate) order: String,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct CancelReply {
    #[prost(string, tag = "1")]
    pub(crate) note: String,
}

/// The methods of the service.
pub(crate) trait Orders: Send + Sync + 'static {
    fn list(
        &self,
        request: Request<ListRequest>,
    ) -> impl Future<Output = Result<Response<ListReply>, Status>> + Send;

    fn cancel(
        &self,
        request: Request<CancelRequest>,
    ) -> impl Future<Output = Result<Response<CancelReply>, Status>> + Send;
}

/// Calls the method that a request names.
pub(crate) struct OrdersServer<T>(Arc<T>);

impl<T> OrdersServer<T> {
    pub(crate) fn new(orders: T) -> Self {
        Self(Arc::new(orders))
    }
}

impl<T> Clone for OrdersServer<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> NamedService for OrdersServer<T> {
    const NAME: &'static str = "shop.Orders";
}

impl<T: Orders> Service<http::Request<Body>> for OrdersServer<T> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = HttpFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> HttpFuture {
        let orders = Arc::clone(&self.0);
        match request.uri().path() {
            LIST => answer(request, move |message| {
                let orders = Arc::clone(&orders);
                async move { orders.list(message).await }
            }),
            CANCEL => answer(request, move |message| {
                let orders = Arc::clone(&orders);
                async move { orders.cancel(message).await }
            }),
            _ => Box::pin(ready(Ok(Status::unimplemented("no such method").into_http()))),
        }
    }
}

type HttpFuture = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

/// Reads the message, calls the method and writes its reply.
fn answer<Q, A, F>(
    request: http::Request<Body>,
    method: impl FnMut(Request<Q>) -> F + Send + 'static,
) -> HttpFuture
where
    Q: Message + Default + 'static,
    A: Message + 'static,
    F: Future<Output = Result<Response<A>, Status>> + Send + 'static,
{
    let mut grpc = server::Grpc::new(ProstCodec::<A, Q>::new());
    Box::pin(async move { Ok(grpc.unary(service_fn(method), request).await) })
}

/// Calls the service from elsewhere.
pub(crate) struct OrdersClient(client::Grpc<Channel>);

impl OrdersClient {
    pub(crate) fn new(channel: Channel) -> Self {
        Self(client::Grpc::new(channel))
    }

    pub(crate) async fn list(
        &mut self,
        request: Request<ListRequest>,
    ) -> Result<Response<ListReply>, Status> {
        self.ask(LIST, request).await
    }

    pub(crate) async fn cancel(
        &mut self,
        request: Request<CancelRequest>,
    ) -> Result<Response<CancelReply>, Status> {
        self.ask(CANCEL, request).await
    }

    async fn ask<Q, A>(
        &mut self,
        path: &'static str,
        request: Request<Q>,
    ) -> Result<Response<A>, Status>
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        self.0.ready().await.map_err(|error| Status::from_error(error.into()))?;
        let codec = ProstCodec::<Q, A>::new();
        self.0.unary(request, PathAndQuery::from_static(path), codec).await
    }
}
