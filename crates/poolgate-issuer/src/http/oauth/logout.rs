//! `GET /logout`: ends the browser's sign-in, in one of Cognito's two ways.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderMap, Response},
};

use super::{
    authorization::{Authorization, Refused},
    callback::redirect,
    cookie,
    parameters::Parameters,
};
use crate::{host::Host, pool::Pool};

pub(super) async fn logout(
    State(host): State<Arc<Host>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    match target(&host, &parameters) {
        Ok((pool, url)) => leave(pool, &url, &headers),
        Err(refused) => refused.into_answer(),
    }
}

/// Where to go: a sign-out URL of the client, or the sign-in page again.
fn target<'a>(
    host: &'a Host,
    parameters: &'a Parameters,
) -> Result<(&'a Arc<Pool>, String), Refused> {
    let Some(url) = parameters.first("logout_uri") else {
        return to_sign_in(host, parameters);
    };
    let client_id = parameters.first("client_id").unwrap_or_default();
    let (pool, client) = host.client(client_id).map_err(|it| Refused::no_client(&it))?;
    if !client.has_logout(url) {
        let reason = format!("{url} is not a sign-out URL of the client {client_id}.");
        return Err(Refused::here("redirect_mismatch", reason));
    }
    Ok((pool, url.to_owned()))
}

fn to_sign_in<'a>(
    host: &'a Host,
    parameters: &'a Parameters,
) -> Result<(&'a Arc<Pool>, String), Refused> {
    if parameters.first("redirect_uri").is_none() {
        let reason = "A sign-out needs client_id and logout_uri, or client_id, redirect_uri and \
                      response_type. Cognito does not know post_logout_redirect_uri and id_token_hint.";
        return Err(Refused::here("invalid_request", reason.to_owned()));
    }
    let request = Authorization::parse(host, parameters)?;
    Ok((request.pool, format!("/login?{}", request.query)))
}

fn leave(pool: &Pool, url: &str, headers: &HeaderMap) -> Response<Body> {
    if let Some(value) = cookie::read(pool, headers) {
        pool.close_login(value);
    }
    let mut answer = redirect(url);
    cookie::remove(&mut answer, pool);
    answer
}
