//! Lets only tokens through that fulfil a requirement.

use crate::{ResponseBody, ResponseFuture, outcome::verified};
use http::{Request, Response};
use poolgate::Requirement;
use std::{
    sync::Arc,
    task::{Context, Poll},
};
use tower_layer::Layer;
use tower_service::Service;

/// Puts [`Require`] in front of a service that is behind a
/// [`BearerAuthLayer`](crate::BearerAuthLayer).
///
/// In axum it belongs around one handler, a route, or a router. `get(show).layer(..)` is around
/// every method that was added before; for one method alone, put it around the handler:
///
/// ```
/// # #[cfg(feature = "axum")] {
/// use axum::{Router, handler::Handler, routing::get};
/// use poolgate::Requirement;
/// use poolgate_tower::RequireLayer;
///
/// async fn show() -> &'static str { "an order" }
/// async fn remove() -> &'static str { "gone" }
/// async fn report() -> &'static str { "for Admins" }
///
/// let admins = RequireLayer::new(Requirement::group("Admins"));
/// let app: Router = Router::new()
///     .route("/orders", get(show).delete(remove.layer(admins.clone())))
///     .route("/report", get(report).layer(admins));
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RequireLayer {
    requirement: Arc<Requirement>,
}

impl RequireLayer {
    /// Asks this of each request's token.
    #[must_use]
    pub fn new(requirement: Requirement) -> Self {
        Self { requirement: Arc::new(requirement) }
    }
}

impl<S> Layer<S> for RequireLayer {
    type Service = Require<S>;

    fn layer(&self, inner: S) -> Require<S> {
        Require { inner, requirement: Arc::clone(&self.requirement) }
    }
}

/// Answers 403 to a token that does not fulfil the requirement, 401 to a request without one.
#[derive(Clone, Debug)]
pub struct Require<S> {
    inner: S,
    requirement: Arc<Requirement>,
}

impl<S> Require<S> {
    /// The service inside.
    pub const fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service inside.
    pub const fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The service inside.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B, ResBody> Service<Request<B>> for Require<S>
where
    S: Service<Request<B>, Response = Response<ResBody>> + Clone,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let token = verified(request.extensions());
        match token.and_then(|token| token.require(&self.requirement)) {
            Ok(()) => ResponseFuture::inner(self.inner.call(request)),
            Err(error) => {
                // A service that is ready and never called keeps its place, in a limit perhaps.
                self.inner = self.inner.clone();
                ResponseFuture::refused(error)
            }
        }
    }
}
