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

use crate::{ResponseBody, ResponseFuture, future::Verification, outcome::Outcome};
use http::{HeaderMap, HeaderValue, Request, Response, header::AUTHORIZATION};
use poolgate::{Error, VerifiedToken, Verifier, bearer};
use std::{
    mem,
    task::{Context, Poll},
};
use tower_layer::Layer;
use tower_service::Service;

/// Puts [`BearerAuth`] in front of a service.
///
/// In axum, add it with `Router::layer` after the routes: a route that is added later is not
/// behind it, and a handler there that asks for a token answers 500.
///
#[doc = include_str!("bearer_auth_example.md")]
#[derive(Clone, Debug)]
pub struct BearerAuthLayer {
    verifier: Verifier,
    is_optional: bool,
}

impl BearerAuthLayer {
    /// Lets only requests with a valid token through.
    #[must_use]
    pub const fn new(verifier: Verifier) -> Self {
        Self { verifier, is_optional: false }
    }

    /// Also lets requests without any credential through, as anonymous ones.
    ///
    /// A credential that is not valid is refused all the same. What a handler asks for decides
    /// whether it serves anonymous requests.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { is_optional: true, ..self }
    }
}

impl<S> Layer<S> for BearerAuthLayer {
    type Service = BearerAuth<S>;

    fn layer(&self, inner: S) -> BearerAuth<S> {
        BearerAuth { inner, layer: self.clone() }
    }
}

/// Verifies the bearer token of each request, and leaves the outcome for whoever asks.
#[derive(Clone, Debug)]
pub struct BearerAuth<S> {
    inner: S,
    layer: BearerAuthLayer,
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

    fn look(&self, headers: &HeaderMap) -> Look {
        let token = match bearer(headers.get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes)) {
            Ok(token) => token,
            Err(Error::MissingToken) if self.layer.is_optional => return Look::Anonymous,
            Err(error) => return Look::Refused(error),
        };
        match self.layer.verifier.verify_cached(token) {
            Some(Ok(token)) => Look::Verified(token),
            Some(Err(error)) => Look::Refused(error),
            None => {
                let (verifier, token) = (self.layer.verifier.clone(), token.to_owned());
                Look::Unclear(Box::pin(async move { verifier.verify(&token).await }))
            }
        }
    }
}

/// What can be said about a request at once.
enum Look {
    Verified(VerifiedToken),
    Anonymous,
    Refused(Error),
    Unclear(Verification),
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

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let outcome = match self.look(request.headers()) {
            Look::Verified(token) => Outcome::Verified(token),
            Look::Anonymous => Outcome::Anonymous,
            Look::Refused(error) => return ResponseFuture::refused(error),
            Look::Unclear(verification) => {
                // The service that was made ready is the one to call; its clone is not ready yet
                // (docs of `tower::Service`, "Be careful when cloning inner services").
                let clone = self.inner.clone();
                let ready = mem::replace(&mut self.inner, clone);
                return ResponseFuture::waiting(verification, ready, request);
            }
        };
        request.extensions_mut().insert(outcome);
        ResponseFuture::inner(self.inner.call(request))
    }
}
