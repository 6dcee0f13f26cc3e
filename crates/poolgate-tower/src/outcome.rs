//! What the layer found, on its way to whoever asks.

use http::Extensions;
use poolgate::{Error, VerifiedToken};

/// What the layer found in a request. Private, so that nobody else can put one there.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Verified(VerifiedToken),
    /// No credential was sent, and the layer lets such requests through.
    Anonymous,
}

impl Outcome {
    /// Finds what the layer has left.
    pub(crate) fn of(extensions: &Extensions) -> Result<&Self, Error> {
        extensions.get().ok_or_else(|| {
            tracing::error!(
                "a handler asks for a token: is `BearerAuthLayer` installed around it?"
            );
            Error::MiddlewareMissing
        })
    }
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
    match Outcome::of(extensions)? {
        Outcome::Verified(token) => Ok(token),
        Outcome::Anonymous => Err(Error::MissingToken),
    }
}
