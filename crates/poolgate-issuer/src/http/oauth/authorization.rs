//! What a client asks of the authorize endpoint, once it may ask that.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderMap, Response},
};

use super::{callback::Callback, cookie, page, parameters::Parameters, prompt::Prompt};
use crate::{
    Flow,
    config::{AppClient, callback_url_refusal},
    grant::{Grant, Login},
    host::Host,
    pool::Pool,
    refusal::Refusal,
};

pub(super) struct Authorization<'a> {
    pub(super) pool: &'a Arc<Pool>,
    pub(super) client: &'a AppClient,
    pub(super) callback: Callback,
    pub(super) prompt: Prompt,
    pub(super) login_hint: Option<&'a str>,
    /// All of it, for the next page.
    pub(super) query: String,
    scopes: Vec<String>,
    nonce: Option<String>,
    resource: Option<String>,
    code_challenge: Option<&'a str>,
    max_age: Option<u64>,
}

/// Why a sign-in cannot start.
pub(super) enum Refused {
    /// Whoever sent this browser is not known: it goes nowhere.
    Here { error: &'static str, reason: String },
    /// The client gets to know.
    Back { callback: Callback, error: &'static str, reason: &'static str },
}

impl Refused {
    pub(super) fn here(error: &'static str, reason: String) -> Self {
        Self::Here { error, reason }
    }

    pub(super) fn no_client(refusal: &Refusal) -> Self {
        Self::here("invalid_client", refusal.message().into_owned())
    }

    pub(super) fn into_answer(self) -> Response<Body> {
        match self {
            Self::Here { error, reason } => page::error(error, &reason),
            Self::Back { callback, error, reason } => callback.error(error, reason),
        }
    }
}

impl<'a> Authorization<'a> {
    pub(super) fn parse(host: &'a Host, parameters: &'a Parameters) -> Result<Self, Refused> {
        let (pool, client, callback) = sender(host, parameters)?;
        let request = Request { parameters, callback: &callback };
        request.ensure_once()?;
        request.ensure_own_users()?;
        request.ensure_flow(client)?;
        Ok(Self {
            pool,
            client,
            prompt: request.prompt()?,
            login_hint: parameters.first("login_hint"),
            query: parameters.to_query(),
            scopes: request.scopes(pool, client)?,
            nonce: parameters.first("nonce").map(str::to_owned),
            resource: request.resource()?,
            code_challenge: request.code_challenge()?,
            max_age: request.max_age()?,
            callback,
        })
    }

    /// Who is signed in with this browser, if that is good enough for this request.
    pub(super) fn login(&self, headers: &HeaderMap) -> Option<Login> {
        if self.prompt == Prompt::SignIn {
            return None;
        }
        let login = self.pool.login(self.client, cookie::read(self.pool, headers)?)?;
        let age = self.pool.clock.unix_seconds().saturating_sub(login.auth_time);
        self.max_age.is_none_or(|most| age < most).then_some(login)
    }

    /// Back to the client with what it asked for.
    pub(super) fn finish(&self, login: &Login) -> Response<Body> {
        let grant = Grant::oauth(login, self.scopes.clone())
            .nonce(self.nonce.clone())
            .resource(self.resource.clone());
        if self.callback.in_fragment {
            return self.finish_with_tokens(grant);
        }
        let redirect_uri = &self.callback.redirect_uri;
        let code = self.pool.issue_code(grant, redirect_uri, self.code_challenge);
        self.callback.answer(&[("code", &code)])
    }

    fn finish_with_tokens(&self, grant: Grant) -> Response<Body> {
        let tokens = match self.pool.tokens_without_refresh(grant) {
            Ok(tokens) => tokens,
            Err(refusal) => return self.callback.error("server_error", &refusal.message()),
        };
        let expires_in = tokens.expires_in.to_string();
        let id_token = tokens.id_token.iter().map(|token| ("id_token", token.as_str()));
        let others = [
            ("access_token", tokens.access_token.as_str()),
            ("token_type", "Bearer"),
            ("expires_in", &expires_in),
        ];
        self.callback.answer(&id_token.chain(others).collect::<Vec<_>>())
    }
}

/// The client, and a callback URL of its own.
fn sender<'a>(
    host: &'a Host,
    parameters: &Parameters,
) -> Result<(&'a Arc<Pool>, &'a AppClient, Callback), Refused> {
    let client_id = required(parameters, "client_id")?;
    let redirect_uri = required(parameters, "redirect_uri")?;
    let (pool, client) = host.client(client_id).map_err(|it| Refused::no_client(&it))?;
    if !client.has_callback(redirect_uri) {
        let reason = format!("{redirect_uri} is not a callback URL of the client {client_id}.");
        return Err(Refused::here("redirect_mismatch", reason));
    }
    let callback = Callback {
        redirect_uri: redirect_uri.to_owned(),
        state: parameters.first("state").map(str::to_owned),
        in_fragment: parameters.first("response_type") == Some("token"),
    };
    Ok((pool, client, callback))
}

fn required<'a>(parameters: &'a Parameters, name: &str) -> Result<&'a str, Refused> {
    let reason = match parameters.only(name) {
        Ok(Some(value)) => return Ok(value),
        Ok(None) => format!("The parameter {name} is missing."),
        Err(_) => format!("The parameter {name} is there more than once."),
    };
    Err(Refused::here("invalid_request", reason))
}

/// The checks whose failure the client gets to know.
struct Request<'a, 'c> {
    parameters: &'a Parameters,
    callback: &'c Callback,
}

impl<'a> Request<'a, '_> {
    fn ensure_once(&self) -> Result<(), Refused> {
        let once = self.parameters.ensure_once();
        once.map_err(|_| self.invalid("A parameter is there more than once"))
    }

    /// Sign-in at another identity provider is not there, and a request for it must not lead elsewhere unnoticed.
    fn ensure_own_users(&self) -> Result<(), Refused> {
        let provider = self.parameters.first("identity_provider");
        let is_own = provider.is_none_or(|name| name == "COGNITO");
        if !is_own || self.parameters.first("idp_identifier").is_some() {
            return Err(self.invalid(
                "This test issuer has no identity providers: pick the federated user on the sign-in page",
            ));
        }
        Ok(())
    }

    fn ensure_flow(&self, client: &AppClient) -> Result<(), Refused> {
        let flow = match self.parameters.first("response_type") {
            Some("code") => Flow::Code,
            Some("token") => Flow::Implicit,
            _ => return Err(self.invalid("response_type is neither code nor token")),
        };
        if client.allows(flow) {
            return Ok(());
        }
        Err(self.refused("unauthorized_client", "The client may not use this response_type"))
    }

    fn prompt(&self) -> Result<Prompt, Refused> {
        let prompt = Prompt::parse(self.parameters.first("prompt"));
        prompt.ok_or_else(|| {
            self.invalid("prompt is none alone, or of login, select_account and consent")
        })
    }

    fn scopes(&self, pool: &Pool, client: &AppClient) -> Result<Vec<String>, Refused> {
        let scopes = pool.config.user_scopes(client, self.parameters.first("scope"));
        scopes.map_err(|_| {
            self.refused(
                "invalid_scope",
                "A scope is not the client's, or email, phone or profile came without openid",
            )
        })
    }

    fn resource(&self) -> Result<Option<String>, Refused> {
        let resource = self.parameters.first("resource");
        if resource.and_then(callback_url_refusal).is_some() {
            return Err(self.invalid(
                "resource is an https URL, one of localhost, or of an app's scheme, without fragment",
            ));
        }
        Ok(resource.map(str::to_owned))
    }

    fn code_challenge(&self) -> Result<Option<&'a str>, Refused> {
        let challenge = self.parameters.first("code_challenge");
        match (challenge, self.parameters.first("code_challenge_method")) {
            (None, None) => Ok(None),
            (Some(challenge), Some("S256")) if is_s256(challenge) => Ok(Some(challenge)),
            (Some(_), Some("S256")) => {
                Err(self.invalid("code_challenge is not the base64url of a SHA-256"))
            }
            (Some(_), _) => Err(self.invalid("code_challenge_method must be S256")),
            (None, Some(_)) => Err(self.invalid("code_challenge is missing")),
        }
    }

    fn max_age(&self) -> Result<Option<u64>, Refused> {
        let seconds = self.parameters.first("max_age").map(str::parse);
        seconds.transpose().map_err(|_| self.invalid("max_age is not a number of seconds"))
    }

    fn invalid(&self, reason: &'static str) -> Refused {
        self.refused("invalid_request", reason)
    }

    fn refused(&self, error: &'static str, reason: &'static str) -> Refused {
        Refused::Back { callback: self.callback.clone(), error, reason }
    }
}

fn is_s256(challenge: &str) -> bool {
    let is_base64url = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    challenge.len() == 43 && challenge.chars().all(is_base64url)
}
