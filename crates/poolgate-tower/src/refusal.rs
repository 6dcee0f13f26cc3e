//! An error becomes an answer. What it says is decided in the core; here it is only copied.

use crate::ResponseBody;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use poolgate::{Answer, Error, Gate, Refused};

/// The answer to this error: status, challenge, `Retry-After`, `Cache-Control: no-store` and a
/// small JSON body; behind a layer with settings of its own, the layer's answer.
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
    let refused = Refused::new(error.clone());
    let mut response = write(Response::new(()), refused.answer());
    response.extensions_mut().insert(refused);
    response
}

/// Why a response is a refusal, for logs and numbers outside of the layers; `None` if it is none.
///
/// ```
/// use poolgate::Error;
/// use poolgate_tower::{refusal, refused};
///
/// let response = refusal::<String>(&Error::InsufficientGroup);
/// assert_eq!(refused(&response).map(Error::code), Some("insufficient_group"));
/// ```
pub fn refused<B>(response: &Response<B>) -> Option<&Error> {
    response.extensions().get().map(Refused::error)
}

/// What a gate says about everything that comes out from behind it.
pub(crate) fn finish<B>(
    gate: &Gate,
    mut response: Response<ResponseBody<B>>,
) -> Response<ResponseBody<B>> {
    let status = response.status().as_u16();
    let refused = response.extensions_mut().get_mut();
    if let Some(answer) = refused.and_then(|refused| gate.last_word(refused, status)) {
        response = write(response, answer);
    }
    if let Some(Ok(vary)) = gate.vary().map(HeaderValue::from_str) {
        response.headers_mut().append(header::VARY, vary);
    }
    response
}

fn write<A, B>(response: Response<A>, answer: Answer) -> Response<ResponseBody<B>> {
    let (mut parts, _) = response.into_parts();
    parts.status =
        StatusCode::from_u16(answer.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for name in Answer::REPLACED {
        parts.headers.remove(name);
    }
    for (name, value) in answer.headers() {
        // What cannot be sent is left out; the core writes nothing of the kind.
        if let Ok(value) = HeaderValue::from_str(value) {
            parts.headers.insert(HeaderName::from_static(name), value);
        }
    }
    Response::from_parts(parts, ResponseBody::refusal(answer.into_content()))
}
