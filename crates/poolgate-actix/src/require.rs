//! Lets only tokens through that fulfil a requirement.

use crate::{ResponseFuture, outcome::verified};
use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
};
use poolgate::Requirement;
use std::{
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
};

/// Answers 403 to a token that does not fulfil the requirement, 401 to a request without one.
///
/// Wrap it around a scope, a resource or a route that is inside a
/// [`BearerAuth`](crate::BearerAuth).
///
/// ```
/// use actix_web::{HttpResponse, web};
/// use poolgate::Requirement;
/// use poolgate_actix::Require;
///
/// fn configure(config: &mut web::ServiceConfig) {
///     let admins = Require::new(Requirement::group("Admins"));
///     config.service(
///         web::resource("/orders")
///             .route(web::get().to(HttpResponse::Ok))
///             .route(web::delete().to(HttpResponse::NoContent).wrap(admins)),
///     );
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Require {
    requirement: Arc<Requirement>,
}

impl Require {
    /// Asks this of each request's token.
    #[must_use]
    pub fn new(requirement: Requirement) -> Self {
        Self { requirement: Arc::new(requirement) }
    }
}

impl<S, B> Transform<S, ServiceRequest> for Require
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = RequireService<S>;
    type InitError = ();
    type Future = Ready<Result<RequireService<S>, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(RequireService { inner, requirement: Arc::clone(&self.requirement) }))
    }
}

/// The service of [`Require`].
#[derive(Debug)]
pub struct RequireService<S> {
    inner: S,
    requirement: Arc<Requirement>,
}

impl<S, B> Service<ServiceRequest> for RequireService<S>
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
        let token = verified(request.request());
        match token.and_then(|token| token.require(&self.requirement)) {
            Ok(()) => ResponseFuture::inner(self.inner.call(request)),
            Err(error) => ResponseFuture::refused(request, error),
        }
    }
}
