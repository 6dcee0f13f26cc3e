//! The layer as a well-behaved tower service.

use crate::bearer;
use axum::{
    Router,
    body::{Body, Bytes},
    routing::post,
};
use futures_util::stream;
use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody};
use poolgate::VerifiedToken;
use poolgate_issuer::Fault;
use poolgate_tests::World;
use poolgate_tower::{BearerAuthLayer, Verified, verified};
use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
    time::Duration,
};
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

/// A service that refuses to be called before it said that it is ready, as the contract of tower
/// allows; so does each of its clones.
struct Strict {
    is_ready: bool,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self { is_ready: false }
    }
}

impl<B> Service<Request<B>> for Strict {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        assert!(std::mem::take(&mut self.is_ready), "called without being ready");
        let name = verified(request.extensions()).ok().and_then(VerifiedToken::username);
        ready(Ok(Response::new(name.unwrap_or("nobody").to_owned())))
    }
}

async fn call<S: Service<Request<()>, Error: std::fmt::Debug>>(
    service: &mut S,
    token: &str,
) -> S::Response {
    service.ready().await.unwrap().call(request(token)).await.unwrap()
}

fn request(token: &str) -> Request<()> {
    Request::builder().header(header::AUTHORIZATION, bearer(token)).body(()).unwrap()
}

#[tokio::test]
async fn the_service_that_was_made_ready_is_the_one_called() {
    let world = World::start().await;
    let token = world.issuer.access_token().username("alice").sign();
    let mut service = BearerAuthLayer::new(world.verifier()).layer(Strict { is_ready: false });
    for what in ["keys have to be fetched", "keys are at hand", "again"] {
        let body = call(&mut service, &token).await.into_body();
        let body = body.collect().await.unwrap().to_bytes();
        assert_eq!(body, "alice", "{what}");
    }
}

#[tokio::test]
async fn it_works_under_limits_and_buffers() {
    let world = World::start().await;
    let token = world.issuer.access_token().username("alice").sign();
    let layer = BearerAuthLayer::new(world.verifier());
    let limited = ServiceBuilder::new().layer(layer.clone()).concurrency_limit(1);
    let mut service = limited.service(Strict { is_ready: false });
    for _ in 0..3 {
        assert_eq!(call(&mut service, "garbage").await.status(), 401);
        assert_eq!(call(&mut service, &token).await.status(), 200);
    }
    let buffered = ServiceBuilder::new().buffer::<Request<()>>(4).concurrency_limit(1).layer(layer);
    let buffered = buffered.service(Strict { is_ready: false });
    for _ in 0..8 {
        assert_eq!(buffered.clone().oneshot(request(&token)).await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn a_request_waits_for_keys_and_takes_its_body_along() {
    let world = World::start().await;
    world.issuer.fail_jwks_times(1, Fault::Delay(Duration::from_millis(50)));
    let echo = |Verified(token): Verified, body: String| async move {
        format!("{} {body}", token.username().unwrap_or_default())
    };
    let app = Router::new().route("/", post(echo)).layer(BearerAuthLayer::new(world.verifier()));
    let frames = ["a", "b", "c"].map(|text| Ok::<_, Infallible>(Frame::data(Bytes::from(text))));
    let body = Body::new(StreamBody::new(stream::iter(frames)));
    let token = world.issuer.access_token().username("alice").sign();
    let request = Request::post("/").header(header::AUTHORIZATION, bearer(&token));
    let response = app.oneshot(request.body(body).unwrap()).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "alice abc");
}

/// As gRPC ends every answer.
#[tokio::test]
async fn trailers_pass() {
    let world = World::start().await;
    let trailing = |_: Request<()>| async {
        let trailers = HeaderMap::from_iter([(header::ETAG, HeaderValue::from_static("a"))]);
        let frames = [Frame::data(Bytes::from("body")), Frame::trailers(trailers)];
        let body = StreamBody::new(stream::iter(frames.map(Ok::<_, Infallible>)));
        Ok::<_, Infallible>(Response::new(body))
    };
    let token = world.issuer.access_token().sign();
    let service = BearerAuthLayer::new(world.verifier()).layer(service_fn(trailing));
    let response = service.oneshot(request(&token)).await.unwrap();
    let body = response.into_body().collect().await.unwrap();
    assert_eq!(body.trailers().unwrap()[header::ETAG], "a");
    assert_eq!(body.to_bytes(), "body");
}

#[tokio::test]
async fn a_refusal_is_a_whole_answer() {
    let world = World::start().await;
    let inner = service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let service = BearerAuthLayer::new(world.verifier()).layer(inner);
    let body = service.oneshot(Request::new(())).await.unwrap().into_body();
    let hint = http_body::Body::size_hint(&body).exact();
    assert_eq!(hint, Some(24));
    assert_eq!(body.collect().await.unwrap().to_bytes().len(), 24);
}
