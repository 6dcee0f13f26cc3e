//! The rules for tokens of a user pool.

use super::{Policy, Rules, Verdict};
use crate::{
    ClientIds, ConfigError, Error, TokenUse, UserPoolId, claims::Claims, key_source::KeySource,
    url::is_issuer,
};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct CognitoRules {
    pool: UserPoolId,
    clients: ClientIds,
    token_uses: Vec<TokenUse>,
    issuer: Option<String>,
    resources: Vec<String>,
}

/// # Amazon Cognito
impl Policy {
    /// Tokens of one user pool, issued to these app clients, of this use.
    ///
    /// Both issuers of the pool are known, `cognito-idp` and `issuer-cognito-idp`; the keys of the
    /// second are fetched only when a token names it. The use is [`TokenUse::Access`],
    /// [`TokenUse::Id`] or, as an array, both.
    ///
    /// # Errors
    /// [`ConfigError`] if the pool ID is malformed, or no client or no use is given.
    pub fn cognito<P>(
        pool: P,
        clients: impl Into<ClientIds>,
        token_use: impl AsRef<[TokenUse]>,
    ) -> Result<Self, ConfigError>
    where
        P: TryInto<UserPoolId>,
        ConfigError: From<P::Error>,
    {
        let (pool, clients) = (pool.try_into()?, clients.into());
        clients.check()?;
        let token_uses = token_use.as_ref().to_vec();
        if token_uses.is_empty() {
            return Err(ConfigError::TokenUse);
        }
        let resources = Vec::new();
        let rules = CognitoRules { pool, clients, token_uses, issuer: None, resources };
        Ok(Self::new(Rules::Cognito(rules)))
    }

    /// Takes this issuer in place of the pool's two, for emulators and other partitions.
    ///
    /// `iss` must equal it byte by byte. Unless a [`jwks_url`](Self::jwks_url) is given, keys come
    /// from `/.well-known/jwks.json` below it. Keys of a test issuer are then accepted.
    ///
    /// # Errors
    /// [`ConfigError::Issuer`] if it is not an https URL, or an http URL of this machine.
    pub fn issuer(self, issuer: impl Into<String>) -> Result<Self, ConfigError> {
        let issuer = issuer.into();
        if !is_issuer(&issuer) {
            return Err(ConfigError::Issuer { value: issuer });
        }
        let policy = Self { allow_test_keys: true, ..self };
        policy.with_cognito_rules("issuer", "the issuer as an argument of Policy::oidc", |rules| {
            Ok(CognitoRules { issuer: Some(issuer), ..rules })
        })
    }

    /// Asks of every access token that its `aud` names one of these resources (RFC 8707), which
    /// Cognito writes into tokens with resource binding.
    ///
    /// Without this an access token needs no `aud`, and one that has it must name a client of the
    /// policy (RFC 7519 §4.1.3). Cognito binds no token of a client's own to a resource, so with
    /// this all machine-to-machine tokens are refused.
    ///
    /// # Errors
    /// [`ConfigError::Resource`] if there are none, one is empty, or the policy takes no access
    /// tokens.
    pub fn resources<S: Into<String>>(
        self,
        resources: impl IntoIterator<Item = S>,
    ) -> Result<Self, ConfigError> {
        let resources: Vec<String> = resources.into_iter().map(Into::into).collect();
        let is_empty = resources.is_empty() || resources.iter().any(String::is_empty);
        self.with_cognito_rules("resources", "them among the audiences of Policy::oidc", |rules| {
            match is_empty || !rules.token_uses.contains(&TokenUse::Access) {
                true => Err(ConfigError::Resource),
                false => Ok(CognitoRules { resources, ..rules }),
            }
        })
    }

    fn with_cognito_rules(
        self,
        name: &'static str,
        expected: &'static str,
        change: impl FnOnce(CognitoRules) -> Result<CognitoRules, ConfigError>,
    ) -> Result<Self, ConfigError> {
        match self.rules {
            Rules::Cognito(rules) => Ok(Self { rules: Rules::Cognito(change(rules)?), ..self }),
            Rules::Oidc(_) => Err(ConfigError::Setting { name, expected }),
        }
    }
}

impl CognitoRules {
    pub(super) fn issuers(&self) -> Vec<(String, KeySource)> {
        let issuers = match &self.issuer {
            Some(issuer) => vec![issuer.clone()],
            None => vec![self.pool.issuer(), self.pool.updated_issuer()],
        };
        let with_keys = |issuer: String| {
            let url = format!("{}/.well-known/jwks.json", issuer.trim_end_matches('/'));
            (issuer, KeySource::Jwks { url })
        };
        issuers.into_iter().map(with_keys).collect()
    }

    /// Cognito writes `scope` as one text.
    pub(super) fn check_form(claims: &Claims) -> Result<(), Error> {
        if claims.has_scope_array() {
            return Err(Error::InvalidClaim { claim: "scope" });
        }
        Ok(())
    }

    /// Token use, then client or audience.
    pub(super) fn check(&self, claims: &Claims) -> Result<Verdict, Error> {
        let token_use = self.check_token_use(claims)?;
        match token_use {
            TokenUse::Access => self.check_client(claims)?,
            TokenUse::Id => self.check_id_audience(claims)?,
        }
        Ok(verdict(claims, token_use))
    }

    fn check_token_use(&self, claims: &Claims) -> Result<TokenUse, Error> {
        let token_use = claims.token_use().ok_or(Error::MissingClaim { claim: "token_use" })?;
        let found = TokenUse::from_claim(token_use);
        let taken = found.filter(|token_use| self.token_uses.contains(token_use));
        taken.ok_or(Error::InvalidTokenUse { found })
    }

    /// An access token names its client, and in `aud` at most who is meant here (RFC 7519 §4.1.3,
    /// RFC 8707 §2).
    fn check_client(&self, claims: &Claims) -> Result<(), Error> {
        let client = claims.client_id().ok_or(Error::MissingClaim { claim: "client_id" })?;
        if !self.clients.contains(client) {
            return Err(Error::InvalidClient);
        }
        let is_meant = |audience: &str| match self.resources.is_empty() {
            true => !self.clients.is_any() && self.clients.contains(audience),
            false => self.resources.iter().any(|resource| resource == audience),
        };
        match claims.aud().map(|mut audiences| audiences.any(is_meant)) {
            Some(true) => Ok(()),
            Some(false) => Err(Error::InvalidAudience),
            None if self.resources.is_empty() => Ok(()),
            None => Err(Error::MissingClaim { claim: "aud" }),
        }
    }

    /// An ID token is for one client alone (OpenID Connect Core 1.0 §3.1.3.7).
    fn check_id_audience(&self, claims: &Claims) -> Result<(), Error> {
        let mut audiences = claims.aud().ok_or(Error::MissingClaim { claim: "aud" })?;
        match (audiences.next(), audiences.next()) {
            (Some(client), None) if self.clients.contains(client) => Ok(()),
            _ => Err(Error::InvalidAudience),
        }
    }
}

/// Whom a token of this use speaks for. A client got it for itself if it is an access token that
/// names no user.
pub(crate) fn verdict(claims: &Claims, token_use: TokenUse) -> Verdict {
    let is_client = token_use == TokenUse::Access && claims.username().is_none();
    Verdict {
        token_use: Some(token_use),
        is_client,
        client_id: match token_use {
            TokenUse::Access => claims.client_id_text(),
            TokenUse::Id => claims.first_audience_text(),
        },
        // RFC 9700 §4.15: a client must never be mistaken for a user with groups.
        groups: if is_client { Vec::new() } else { claims.groups() },
        scopes: claims.scopes().unwrap_or_default(),
    }
}
