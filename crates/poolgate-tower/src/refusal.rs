//! An error becomes an answer. What it says is decided in the core; here it is only copied.

use crate::ResponseBody;
use http::{HeaderValue, Response, StatusCode, header};
use poolgate::Error;

/// The answer that the layers give to this error: status, challenge, `Retry-After`,
/// `Cache-Control: no-store` and a small JSON body.
///
/// For services that find the error themselves. Handlers of axum return a
/// [`Rejection`](crate::Rejection).
///
/// ```
/// let response = poolgate_tower::refusal::<String>(&poolgate::Error::InsufficientGroup);
/// assert_eq!(response.status(), 403);
/// assert_eq!(response.headers()["www-authenticate"], r#"Bearer error="insufficient_scope""#);
/// ```
pub fn refusal<B>(error: &Error) -> Response<ResponseBody<B>> {
    tracing::debug!(code = error.code(), status = error.status(), "request refused");
    let mut response = Response::new(ResponseBody::refusal(error.body()));
    *response.status_mut() =
        StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let challenge = error.challenge().map(|challenge| HeaderValue::from_str(&challenge));
    if let Some(Ok(challenge)) = challenge {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = error.retry_after() {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
