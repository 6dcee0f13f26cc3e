//! `GET /oauth2/authorize`: on with who is signed in, or to the sign-in page.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderMap, Response},
};

use super::{
    authorization::Authorization, callback::redirect, parameters::Parameters, prompt::Prompt,
};
use crate::host::Host;

pub(super) async fn authorize(
    State(host): State<Arc<Host>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    let request = match Authorization::parse(&host, &parameters) {
        Ok(request) => request,
        Err(refused) => return refused.into_answer(),
    };
    match (request.login(&headers), request.prompt) {
        (Some(login), Prompt::IfNeeded | Prompt::Never) => request.finish(&login),
        (None, Prompt::Never) => {
            request.callback.error("login_required", "Nobody is signed in with this browser")
        }
        _ => redirect(&format!("/login?{}", request.query)),
    }
}
