//! What a request asks for: the pool in its path, and its body.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, Path},
    http::{Request, request::Parts},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::answer::Refused;
use crate::{host::Host, issuer::TestIssuer};

/// The pool that the path names.
pub(super) struct Control(pub(super) TestIssuer);

impl FromRequestParts<Arc<Host>> for Control {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, host: &Arc<Host>) -> Result<Self, Refused> {
        let path = Path::<HashMap<String, String>>::from_request_parts(parts, host).await;
        let path = path.map_err(|rejection| Refused::bad("path", rejection.body_text()))?;
        let id = path.get("pool").map(String::as_str).unwrap_or_default();
        let pool = host.pool(id).map_err(Refused::by_pool("pool"))?;
        Ok(Self(TestIssuer::inside(host, pool)))
    }
}

/// The body in JSON, whatever its content type says. None at all is `{}`.
pub(super) struct Order<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Host>> for Order<T> {
    type Rejection = Refused;

    async fn from_request(request: Request<Body>, host: &Arc<Host>) -> Result<Self, Refused> {
        let body = Bytes::from_request(request, host).await;
        let body = body.map_err(|rejection| Refused::bad("body", rejection.body_text()))?;
        parse(if body.is_empty() { b"{}" } else { &body }).map(Self)
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    // Or serde takes an array for the fields of a struct in their order.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(Refused::bad("body", "expected a JSON object"));
    }
    let mut parser = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut parser).map_err(|error| {
        let reason = error.inner().to_string();
        match error.path().to_string() {
            whole if whole == "." || whole == "?" => Refused::bad("body", reason),
            place => Refused::bad(place, without_position(&reason)),
        }
    })?;
    parser.end().map_err(|error| Refused::bad("body", error.to_string()))?;
    Ok(value)
}

/// The place says more than the column of a text that a program has written.
fn without_position(reason: &str) -> &str {
    reason.rsplit_once(" at line ").map_or(reason, |(reason, _)| reason)
}

/// The body of an operation that takes none: what it does not understand, it must not pass over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// Does what takes a while, such as making an RSA key, beside the server's only thread.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(work).await;
    done.expect("the work does not panic")
}
