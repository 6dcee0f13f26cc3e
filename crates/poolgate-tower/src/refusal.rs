//! An error becomes an answer. What it says is decided in the core; here it is only copied.

use crate::ResponseBody;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use poolgate::{Answer, Error, Gate};

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
    tracing::debug!(code = error.code(), status = error.status(), "request refused");
    let mut response = Response::new(());
    response.extensions_mut().insert(Refused(error.clone()));
    write(response, Answer::from(error))
}

/// The last words of a gate about a response: what was refused behind it is answered as it says.
pub(crate) fn finish<B>(
    gate: Option<&Gate>,
    mut response: Response<ResponseBody<B>>,
) -> Response<ResponseBody<B>> {
    let Some(gate) = gate else { return response };
    if gate.has_own_answers() {
        if let Some(Refused(error)) = response.extensions_mut().remove() {
            response = write(response, gate.answer(&error));
        }
    }
    if let Some(vary) = gate.vary() {
        response.headers_mut().append(header::VARY, HeaderValue::from_static(vary));
    }
    response
}

/// A refusal, on its way out through the layers.
#[derive(Clone)]
struct Refused(Error);

fn write<A, B>(response: Response<A>, answer: Answer) -> Response<ResponseBody<B>> {
    let (mut parts, _) = response.into_parts();
    parts.status =
        StatusCode::from_u16(answer.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // They told of the body that is replaced.
    for name in [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::TRANSFER_ENCODING] {
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
