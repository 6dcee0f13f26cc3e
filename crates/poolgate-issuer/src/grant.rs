//! What a sign-in may have, and the tokens that it gets.

use crate::config::SDK_SCOPE;

/// A user who signed in, for one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) username: String,
    pub(crate) sub: String,
    pub(crate) client_id: String,
    pub(crate) auth_time: u64,
}

/// What the tokens of a sign-in are to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) username: String,
    pub(crate) client_id: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) auth_time: u64,
    pub(crate) nonce: Option<String>,
    /// The API that the access token is bound to (RFC 8707).
    pub(crate) resource: Option<String>,
    pub(crate) origin: Origin,
}

/// By which way the user signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Sdk,
    OAuth,
}

impl Grant {
    /// Of an SDK sign-in: the user's own calls of the API and nothing else.
    pub(crate) fn sdk(login: &Login) -> Self {
        Self { origin: Origin::Sdk, ..Self::oauth(login, vec![SDK_SCOPE.to_owned()]) }
    }

    pub(crate) fn oauth(login: &Login, scopes: Vec<String>) -> Self {
        Self {
            username: login.username.clone(),
            client_id: login.client_id.clone(),
            scopes,
            auth_time: login.auth_time,
            nonce: None,
            resource: None,
            origin: Origin::OAuth,
        }
    }

    pub(crate) fn nonce(self, nonce: Option<String>) -> Self {
        Self { nonce, ..self }
    }

    pub(crate) fn resource(self, resource: Option<String>) -> Self {
        Self { resource, ..self }
    }

    /// OpenID Connect wants `openid` for it, and an SDK always gets it.
    pub(crate) fn has_id_token(&self) -> bool {
        self.origin == Origin::Sdk || self.scopes.iter().any(|scope| scope == "openid")
    }
}

/// The answer to a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenSet {
    pub(crate) access_token: String,
    pub(crate) id_token: Option<String>,
    pub(crate) refresh_token: Option<String>,
    /// Of the access token, in seconds.
    pub(crate) expires_in: u64,
}
