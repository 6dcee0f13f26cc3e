//! An error becomes an answer. What it says is decided in the core; here it is only copied.

use crate::ResponseBody;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use poolgate::{Answer, Error, Gate};
use std::mem;

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
    let mut response = Response::new(());
    response.extensions_mut().insert(Refused { error: error.clone(), is_final: false });
    write(response, Answer::refusing(error))
}

/// The last words of a gate about a response: what was refused behind it is answered as it says.
pub(crate) fn finish<B>(
    gate: Option<&Gate>,
    mut response: Response<ResponseBody<B>>,
) -> Response<ResponseBody<B>> {
    let Some(gate) = gate else { return response };
    if let Some(error) = response.extensions_mut().get_mut().and_then(Refused::error_once) {
        response = write(response, gate.answer(&error));
    }
    if let Some(vary) = gate.vary() {
        response.headers_mut().append(header::VARY, HeaderValue::from_static(vary));
    }
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
    response.extensions().get().map(|refused: &Refused| &refused.error)
}

/// A refusal, on its way out through the layers.
#[derive(Clone)]
struct Refused {
    error: Error,
    is_final: bool,
}

impl Refused {
    /// The error, for the innermost gate: those outside of it leave its answer as it is.
    fn error_once(&mut self) -> Option<Error> {
        (!mem::replace(&mut self.is_final, true)).then(|| self.error.clone())
    }
}

fn write<A, B>(response: Response<A>, answer: Answer) -> Response<ResponseBody<B>> {
    let (mut parts, _) = response.into_parts();
    parts.status =
        StatusCode::from_u16(answer.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for name in OF_A_BODY {
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

/// What is told of a body, and no longer holds when another takes its place.
const OF_A_BODY: [HeaderName; 4] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::TRANSFER_ENCODING,
];
