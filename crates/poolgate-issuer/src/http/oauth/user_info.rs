//! `/oauth2/userInfo`: the user of an access token, all in texts.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use serde_json::{Map, Value, json};

use super::json;
use crate::{host::Host, refusal::Refusal};

pub(super) async fn user_info(State(host): State<Arc<Host>>, headers: HeaderMap) -> Response<Body> {
    let Some(token) = bearer(&headers) else {
        return refused(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "Bad OAuth2 request at UserInfo Endpoint",
        );
    };
    let reason = match members(&host, token) {
        Ok(members) => return json(StatusCode::OK, &members.into()),
        Err(Refusal::MissingScope) => "Access token does not contain openid scope",
        Err(_) => {
            "Access token is expired, disabled, or deleted, or the user has globally signed out."
        }
    };
    refused(StatusCode::UNAUTHORIZED, "invalid_token", reason)
}

fn members(host: &Host, token: &str) -> Result<Map<String, Value>, Refusal> {
    let pool = host.pool_of_access_token(token)?;
    let owner = pool.user_of_access_token(token, "openid")?;
    let attributes = pool.readable_attributes(&owner, &owner.scopes);
    let names = [("sub", owner.user.sub), ("username", owner.user.username)];
    let names = names.into_iter().map(|(name, value)| (name.to_owned(), value));
    Ok(attributes.into_iter().chain(names).map(|(name, value)| (name, value.into())).collect())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn refused(status: StatusCode, error: &str, description: &str) -> Response<Body> {
    let mut answer = json(status, &json!({"error": error, "error_description": description}));
    let challenge = format!(r#"Bearer error="{error}", error_description="{description}""#);
    let challenge = HeaderValue::from_str(&challenge).expect("the texts above are ASCII");
    answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    answer
}
