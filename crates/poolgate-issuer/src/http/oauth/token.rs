//! `POST /oauth2/token`.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, Response, StatusCode},
};
use serde_json::{Map, Value, json};

use super::{
    client::{self, ClientRefusal},
    form::Form,
    json,
    parameters::Parameters,
};
use crate::{
    Flow,
    config::{AppClient, InvalidScope},
    grant::TokenSet,
    host::Host,
    pool::Pool,
    refusal::Refusal,
    sessions::CodeRefusal,
};

pub(super) async fn token(
    State(host): State<Arc<Host>>,
    headers: HeaderMap,
    Form(form): Form,
) -> Response<Body> {
    match grant(&host, &headers, &form) {
        Ok(tokens) => json(StatusCode::OK, &body(tokens)),
        Err(error) => error.into_answer(),
    }
}

fn grant(host: &Host, headers: &HeaderMap, form: &Parameters) -> Result<TokenSet, Error> {
    let grant_type = form.first("grant_type").ok_or(Error::new("invalid_request"))?;
    let (pool, client) = client::authenticate(host, headers, form)?;
    match grant_type {
        "authorization_code" => authorization_code(pool, client, form),
        "refresh_token" => refresh_token(pool, client, form),
        "client_credentials" => client_credentials(pool, client, form),
        _ => Err(Error::new("unsupported_grant_type")),
    }
}

fn authorization_code(
    pool: &Pool,
    client: &AppClient,
    form: &Parameters,
) -> Result<TokenSet, Error> {
    ensure(client.allows(Flow::Code))?;
    let code = required(form, "code")?;
    let redirect_uri = required(form, "redirect_uri")?;
    let verifier = form.first("code_verifier");
    let grant = pool.redeem_code(code, &client.id, redirect_uri, verifier)?;
    Ok(pool.tokens(grant)?)
}

/// A client that rotates may do so here, though it may not with `InitiateAuth`.
fn refresh_token(pool: &Pool, client: &AppClient, form: &Parameters) -> Result<TokenSet, Error> {
    ensure(client.allows(Flow::RefreshToken) || client.rotates())?;
    Ok(pool.refresh(client, required(form, "refresh_token")?)?)
}

fn client_credentials(
    pool: &Pool,
    client: &AppClient,
    form: &Parameters,
) -> Result<TokenSet, Error> {
    ensure(client.allows(Flow::ClientCredentials))?;
    let scopes = pool.config.machine_scopes(client, form.first("scope"))?;
    Ok(pool.client_credentials(client, &scopes)?)
}

fn ensure(is_allowed: bool) -> Result<(), Error> {
    if is_allowed { Ok(()) } else { Err(Error::new("unauthorized_client")) }
}

fn required<'a>(form: &'a Parameters, name: &str) -> Result<&'a str, Error> {
    form.first(name).ok_or(Error::new("invalid_request"))
}

fn body(tokens: TokenSet) -> Value {
    let mut body = Map::new();
    let own = [
        ("id_token", tokens.id_token),
        ("access_token", Some(tokens.access_token)),
        ("refresh_token", tokens.refresh_token),
    ];
    let given = own.into_iter().filter_map(|(name, token)| Some((name.to_owned(), token?.into())));
    body.extend(given);
    body.insert("expires_in".to_owned(), tokens.expires_in.into());
    body.insert("token_type".to_owned(), "Bearer".into());
    body.into()
}

/// As Cognito tells it: with the code alone, but for a hook of the test's own.
struct Error {
    code: &'static str,
    description: Option<String>,
}

impl Error {
    const fn new(code: &'static str) -> Self {
        Self { code, description: None }
    }

    fn into_answer(self) -> Response<Body> {
        let mut body = json!({"error": self.code});
        if let Some(description) = self.description {
            body["error_description"] = description.into();
        }
        json(StatusCode::BAD_REQUEST, &body)
    }
}

impl From<ClientRefusal> for Error {
    fn from(refusal: ClientRefusal) -> Self {
        Self::new(match refusal {
            ClientRefusal::Malformed => "invalid_request",
            ClientRefusal::Unknown => "invalid_client",
        })
    }
}

impl From<CodeRefusal> for Error {
    fn from(_: CodeRefusal) -> Self {
        Self::new("invalid_grant")
    }
}

impl From<InvalidScope> for Error {
    fn from(_: InvalidScope) -> Self {
        Self::new("invalid_scope")
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::InvalidTrigger(reason) => {
                Self { code: "invalid_request", description: Some(reason) }
            }
            _ => Self::new("invalid_grant"),
        }
    }
}
