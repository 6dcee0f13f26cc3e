//! `POST /oauth2/revoke` (RFC 7009), for refresh tokens.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, Response, StatusCode},
    response::IntoResponse,
};
use serde_json::json;

use super::{
    client::{self, ClientRefusal},
    form::Form,
    json,
    parameters::Parameters,
};
use crate::{host::Host, refusal::Refusal};

pub(super) async fn revoke(
    State(host): State<Arc<Host>>,
    headers: HeaderMap,
    Form(form): Form,
) -> Response<Body> {
    match ended(&host, &headers, &form) {
        Ok(()) => StatusCode::OK.into_response(),
        Err((status, error)) => json(status, &json!({"error": error})),
    }
}

fn ended(
    host: &Host,
    headers: &HeaderMap,
    form: &Parameters,
) -> Result<(), (StatusCode, &'static str)> {
    let token = form.first("token").ok_or(INVALID_REQUEST)?;
    let (pool, client) = client::authenticate(host, headers, form).map_err(|it| match it {
        ClientRefusal::Malformed => INVALID_REQUEST,
        ClientRefusal::Unknown => (StatusCode::UNAUTHORIZED, "invalid_client"),
    })?;
    pool.revoke(client, token).map_err(|refusal| match refusal {
        Refusal::UnsupportedTokenType => (StatusCode::BAD_REQUEST, "unsupported_token_type"),
        _ => INVALID_REQUEST,
    })
}

const INVALID_REQUEST: (StatusCode, &str) = (StatusCode::BAD_REQUEST, "invalid_request");
