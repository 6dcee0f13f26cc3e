//! What the layer found, on its way to whoever asks.

use http::{Extensions, Request};
use poolgate::{Error, Outcome, VerifiedToken};

/// What the layer found in a request. Private, so that nobody else can put one there.
#[derive(Clone)]
struct Found(Outcome);

/// Leaves the outcome with the request, in place of any older one.
pub(crate) fn with<B>(mut request: Request<B>, outcome: Outcome) -> Request<B> {
    request.extensions_mut().insert(Found(outcome));
    request
}

/// Finds what the layer has left.
pub(crate) fn outcome(extensions: &Extensions) -> Result<&Outcome, Error> {
    let found = extensions.get().map(|Found(outcome)| outcome);
    found.ok_or_else(|| {
        tracing::error!("a handler asks for a token: is `BearerAuthLayer` installed around it?");
        Error::MiddlewareMissing
    })
}

/// The verified token of a request that has passed [`BearerAuthLayer`](crate::BearerAuthLayer).
///
/// For services without axum's extractors: tonic, hyper, a tower service of your own.
///
/// # Errors
/// [`Error::MissingToken`] if the layer is optional and no token was sent;
/// [`Error::MiddlewareMissing`] if there is no layer.
///
/// ```
/// fn greet(request: &http::Request<()>) -> Result<String, poolgate::Error> {
///     let token = poolgate_tower::verified(request.extensions())?;
///     Ok(format!("Hello, {}", token.username().unwrap_or("machine")))
/// }
/// assert_eq!(greet(&http::Request::new(())), Err(poolgate::Error::MiddlewareMissing));
/// ```
pub fn verified(extensions: &Extensions) -> Result<&VerifiedToken, Error> {
    outcome(extensions)?.verified()
}
