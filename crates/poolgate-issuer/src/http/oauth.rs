//! The domain of Cognito: where browsers sign in and clients get tokens.

mod authorization;
mod authorize;
mod callback;
mod client;
mod cookie;
mod form;
mod login;
mod logout;
mod page;
mod parameters;
mod prompt;
mod revoke;
mod token;
mod user_info;

#[cfg(test)]
mod test_browser;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
    middleware::map_response,
    routing::{get, post},
};
use serde_json::Value;

use super::cors;
use crate::{fault_answer, host::Host};

pub(super) fn routes() -> Router<Arc<Host>> {
    for_browsers().merge(for_clients())
}

fn for_browsers() -> Router<Arc<Host>> {
    Router::new()
        .route("/oauth2/authorize", get(authorize::authorize))
        .route("/login", get(login::page).post(login::submit))
        .route("/logout", get(logout::logout))
}

fn for_clients() -> Router<Arc<Host>> {
    let user_info = get(user_info::user_info).post(user_info::user_info);
    Router::new()
        .route("/oauth2/token", post(token::token).options(cors::preflight))
        .route("/oauth2/revoke", post(revoke::revoke).options(cors::preflight))
        .route("/oauth2/userInfo", user_info.options(cors::preflight))
        .layer(map_response(cors::open))
}

/// JSON that no cache keeps.
fn json(status: StatusCode, body: &Value) -> Response<Body> {
    let mut answer = fault_answer::json(body.to_string());
    *answer.status_mut() = status;
    let no_store = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, no_store);
    answer
}
