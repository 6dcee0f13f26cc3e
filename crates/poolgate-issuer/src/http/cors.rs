//! Cross-origin requests: pages of any origin may read what is not for one browser alone.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};

/// Lets every origin read the answer.
pub(super) async fn open(mut answer: Response<Body>) -> Response<Body> {
    answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}

/// What a browser asks before it sends credentials of a client or a bearer token.
pub(super) async fn preflight() -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}
