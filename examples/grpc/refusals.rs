//! Refusals in gRPC's words.

use http::HeaderMap;
use poolgate::Error;
use poolgate_tower::{ResponseBody, refusal};
use tonic::{Code, Status, body::Body, metadata::MetadataMap};

/// Makes a gRPC status of a refusal of the layer, and lets every other response through.
///
/// The layer answers in HTTP, with a JSON body. Some clients make a gRPC code of the HTTP status;
/// tonic's takes the body for a message, fails to read it, and reports `Internal`.
pub(crate) fn in_grpc(response: http::Response<ResponseBody<Body>>) -> http::Response<Body> {
    if response.status().is_success() {
        return response.map(Body::new);
    }
    status_of(response.status(), response.headers()).into_http()
}

/// The status of an error that a method finds: what the layer would have answered.
pub(crate) fn status(error: &Error) -> Status {
    let refusal = refusal::<Body>(error);
    status_of(refusal.status(), refusal.headers())
}

/// The headers go along as metadata: the challenge, and `Retry-After`.
fn status_of(status: http::StatusCode, headers: &HeaderMap) -> Status {
    let code = match status.as_u16() {
        400 | 401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        503 => Code::Unavailable,
        _ => Code::Internal,
    };
    let message = status.canonical_reason().unwrap_or_default();
    Status::with_metadata(code, message, MetadataMap::from_headers(headers.clone()))
}
