//! What the middleware found, on its way to whoever asks.

use actix_web::{HttpMessage, HttpRequest, dev::ServiceRequest};
use poolgate::{Error, Outcome, VerifiedToken};

/// What the middleware found in a request. Private, so that nobody else can put one there.
#[derive(Clone)]
struct Found(Outcome);

/// Leaves the outcome with the request, in place of any older one.
pub(crate) fn leave(request: &ServiceRequest, outcome: Outcome) {
    request.extensions_mut().insert(Found(outcome));
}

/// Finds what the middleware has left.
pub(crate) fn outcome(request: &HttpRequest) -> Result<Outcome, Error> {
    let found = request.extensions().get().map(|Found(outcome)| outcome.clone());
    found.ok_or_else(|| {
        tracing::error!("a handler asks for a token: is `BearerAuth` wrapped around it?");
        Error::MiddlewareMissing
    })
}

/// The verified token of a request that has passed [`BearerAuth`](crate::BearerAuth).
///
/// For middleware and services; handlers ask for [`Verified`](crate::Verified).
///
/// # Errors
/// [`Error::MissingToken`] if the gate is optional and no token was sent;
/// [`Error::MiddlewareMissing`] if there is no gate.
///
/// ```
/// let request = actix_web::test::TestRequest::default().to_http_request();
/// let token = poolgate_actix::verified(&request);
/// assert_eq!(token.unwrap_err(), poolgate::Error::MiddlewareMissing);
/// ```
pub fn verified(request: &HttpRequest) -> Result<VerifiedToken, Error> {
    outcome(request)?.verified().cloned()
}
