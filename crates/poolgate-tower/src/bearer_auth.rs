//! Lets only requests with a valid bearer token through.
//!
//! ```
//! use http::{Request, Response, header::AUTHORIZATION};
//! use poolgate::{Policy, TokenUse, Verifier};
//! use poolgate_issuer::TestIssuer;
//! use poolgate_tower::{BearerAuthLayer, verified};
//! use std::convert::Infallible;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! async fn greet(request: Request<()>) -> Result<Response<String>, Infallible> {
//!     let name = verified(request.extensions()).ok().and_then(|token| token.username());
//!     Ok(Response::new(format!("Hello, {}", name.unwrap_or("machine"))))
//! }
//!
//! let issuer = TestIssuer::start().await;
//! let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
//!     .jwks_url(issuer.jwks_url())?;
//! let service = BearerAuthLayer::new(Verifier::new(policy)?).layer(service_fn(greet));
//!
//! let response = service.clone().oneshot(Request::new(())).await?;
//! assert_eq!(response.status(), 401);
//! assert_eq!(response.headers()["www-authenticate"], "Bearer");
//!
//! let token = issuer.access_token().username("alice").sign();
//! let request = Request::builder().header(AUTHORIZATION, format!("Bearer {token}")).body(())?;
//! assert_eq!(service.oneshot(request).await?.status(), 200);
//! # Ok(())
//! # }
//! ```

use crate::{ResponseBody, ResponseFuture, head::Head, outcome};
use http::{Request, Response};
use poolgate::{Gate, Look};
use std::{
    mem,
    task::{Context, Poll},
};
use tower_layer::Layer;
use tower_service::Service;

/// Puts [`BearerAuth`] in front of a service.
///
/// In axum, add it with `Router::layer` after the routes: a route that is added later is not
/// behind it, and a handler there that asks for a token answers 500. Give the router its
/// `fallback` before the layer, so that unknown paths answer 401 too and tell nobody which exist,
/// however routers are merged.
///
#[doc = include_str!("bearer_auth_example.md")]
#[derive(Clone, Debug)]
pub struct BearerAuthLayer {
    gate: Gate,
}

impl BearerAuthLayer {
    /// Lets only requests through that the gate lets through. A [`Verifier`](poolgate::Verifier)
    /// is a gate without settings.
    #[must_use]
    pub fn new(gate: impl Into<Gate>) -> Self {
        Self { gate: gate.into() }
    }

    /// Also lets requests without any credential through: [`Gate::optional`].
    #[must_use]
    pub fn optional(self) -> Self {
        Self { gate: self.gate.optional() }
    }
}

impl<S> Layer<S> for BearerAuthLayer {
    type Service = BearerAuth<S>;

    fn layer(&self, inner: S) -> BearerAuth<S> {
        BearerAuth { inner, gate: self.gate.clone() }
    }
}

/// Verifies the bearer token of each request, and leaves the outcome for whoever asks.
#[derive(Clone, Debug)]
pub struct BearerAuth<S> {
    inner: S,
    gate: Gate,
}

impl<S> BearerAuth<S> {
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

impl<S, B, ResBody> Service<Request<B>> for BearerAuth<S>
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
        match self.gate.look(&Head(&request)) {
            Look::Done(Ok(outcome)) => {
                let inner = self.inner.call(outcome::with(request, outcome));
                ResponseFuture::inner(inner).behind(&self.gate)
            }
            Look::Done(Err(error)) => {
                // A service that is ready and never called keeps its place, in a limit perhaps.
                self.inner = self.inner.clone();
                ResponseFuture::refused(error).behind(&self.gate)
            }
            Look::Waiting(outcome) => {
                // The service that was made ready is the one to call; its clone is not ready yet
                // (docs of `tower::Service`, "Be careful when cloning inner services").
                let clone = self.inner.clone();
                let ready = mem::replace(&mut self.inner, clone);
                ResponseFuture::waiting(outcome, ready, request).behind(&self.gate)
            }
        }
    }
}
