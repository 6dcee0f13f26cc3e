//! Lets only requests with a valid bearer token through.

use crate::{ResponseFuture, head::Head, outcome::leave};
use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
};
use poolgate::{Gate, Look};
use std::{
    future::{Ready, ready},
    rc::Rc,
    task::{Context, Poll},
};

/// Verifies the bearer token of each request, and leaves the outcome for whoever asks.
///
/// Wrap it around an `App`, a scope, a resource or a route. It answers itself, so that what is
/// wrapped outside of it (CORS, logs) sees every refusal. All workers share the keys of one
/// verifier.
///
/// ```
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use actix_web::{App, http::header::AUTHORIZATION, test, web};
/// use poolgate::{Policy, Requirement, TokenUse, Verifier};
/// use poolgate_actix::{BearerAuth, Claims, Require, Verified};
/// use poolgate_issuer::TestIssuer;
///
/// #[derive(serde::Deserialize)]
/// struct User {
///     username: String,
/// }
///
/// async fn me(Claims(user): Claims<User>) -> String {
///     user.username
/// }
///
/// async fn admin(Verified(token): Verified) -> String {
///     token.groups().join(", ")
/// }
///
/// let issuer = TestIssuer::start().await;
/// let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
///     .jwks_url(issuer.jwks_url())?;
/// let admins = Require::new(Requirement::group("Admins"));
/// let app = App::new()
///     .wrap(BearerAuth::new(Verifier::new(policy)?))
///     .route("/me", web::get().to(me))
///     .service(web::resource("/admin").wrap(admins).get(admin));
/// let app = test::init_service(app).await;
///
/// let token = issuer.access_token().username("bob").sign();
/// for (path, expected) in [("/me", 200), ("/admin", 403)] {
///     let request = test::TestRequest::with_uri(path)
///         .insert_header((AUTHORIZATION, format!("Bearer {token}")))
///         .to_request();
///     assert_eq!(test::call_service(&app, request).await.status(), expected, "{path}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct BearerAuth {
    gate: Gate,
}

impl BearerAuth {
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

impl<S, B> Transform<S, ServiceRequest> for BearerAuth
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = BearerAuthService<S>;
    type InitError = ();
    type Future = Ready<Result<BearerAuthService<S>, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(BearerAuthService { inner: Rc::new(inner), gate: self.gate.clone() }))
    }
}

/// The service of [`BearerAuth`].
#[derive(Debug)]
pub struct BearerAuthService<S> {
    inner: Rc<S>,
    gate: Gate,
}

impl<S, B> Service<ServiceRequest> for BearerAuthService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = ResponseFuture<S>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let future = match self.gate.look(&Head(&request)) {
            Look::Done(Ok(outcome)) => {
                leave(&request, outcome);
                ResponseFuture::inner(self.inner.call(request))
            }
            Look::Done(Err(error)) => ResponseFuture::refused(request, error),
            Look::Waiting(outcome) => {
                ResponseFuture::waiting(outcome, Rc::clone(&self.inner), request)
            }
        };
        future.behind(&self.gate)
    }
}
