//! A token as a request describes it: the setters of [`TokenBuilder`] by name.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::Refused;
use crate::{Algorithm, TestIssuer, TokenBuilder, kind::Kind};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TokenOrder {
    kind: KindOrder,
    /// A user of the pool.
    user: Option<String>,
    /// Anyone.
    username: Option<String>,
    groups: Option<Vec<String>>,
    scopes: Option<Vec<String>>,
    client_id: Option<String>,
    expires_in_seconds: Option<u64>,
    expired: bool,
    claims: Map<String, Value>,
    without_claims: Vec<String>,
    algorithm: Option<Algorithm>,
    header: Map<String, Value>,
    without_header: Vec<String>,
    forged: bool,
    escaped_slashes: bool,
    raw_header: Option<String>,
    raw_payload: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindOrder {
    #[default]
    Access,
    Id,
    ClientCredentials,
}

impl TokenOrder {
    pub(super) fn builder(self, issuer: TestIssuer) -> Result<TokenBuilder, Refused> {
        self.check()?;
        let forger = self.forged.then(|| self.forger(&issuer));
        let token = self.blank(issuer)?;
        let token = self.with_claims(token);
        let token = self.with_envelope(token);
        Ok(with(token, forger, |token, forger| token.signed_by(&forger)))
    }

    /// What a builder would pass over in silence.
    fn check(&self) -> Result<(), Refused> {
        let refused = |place, reason| Err(Refused::bad(place, reason));
        if self.kind == KindOrder::ClientCredentials {
            for (place, is_set) in [
                ("user", self.user.is_some()),
                ("username", self.username.is_some()),
                ("groups", self.groups.is_some()),
            ] {
                if is_set {
                    return refused(place, "a machine is no user and in no group");
                }
            }
        }
        if self.kind == KindOrder::Id && self.scopes.is_some() {
            return refused("scopes", "ID tokens have no scopes");
        }
        if self.user.is_some() && self.username.is_some() {
            return refused("username", "there is no other name beside a user of the pool");
        }
        Ok(())
    }

    fn blank(&self, issuer: TestIssuer) -> Result<TokenBuilder, Refused> {
        let kind = match self.kind {
            KindOrder::Access => Kind::Access,
            KindOrder::Id => Kind::Id,
            KindOrder::ClientCredentials => Kind::ClientCredentials,
        };
        match &self.user {
            None => Ok(TokenBuilder::new(issuer, kind)),
            Some(name) => {
                let person = issuer.pool.person(name).map_err(Refused::by_pool("user"))?;
                Ok(TokenBuilder::of(issuer, kind, person))
            }
        }
    }

    fn with_claims(&self, token: TokenBuilder) -> TokenBuilder {
        let token = with(token, self.username.as_ref(), TokenBuilder::username);
        let token = with(token, self.groups.as_ref(), TokenBuilder::groups);
        let token = with(token, self.scopes.as_ref(), TokenBuilder::scopes);
        let token = with(token, self.client_id.as_ref(), TokenBuilder::client_id);
        let lifetime = self.expires_in_seconds.map(Duration::from_secs);
        let token = with(token, lifetime, TokenBuilder::expires_in);
        let token = if self.expired { token.expired() } else { token };
        let claims = self.claims.iter();
        let token = claims.fold(token, |token, (name, value)| token.claim(name, value.clone()));
        self.without_claims.iter().fold(token, TokenBuilder::without_claim)
    }

    fn with_envelope(&self, token: TokenBuilder) -> TokenBuilder {
        let token = with(token, self.algorithm, TokenBuilder::algorithm);
        let members = self.header.iter();
        let token = members.fold(token, |token, (name, value)| token.header(name, value.clone()));
        let token = self.without_header.iter().fold(token, TokenBuilder::without_header);
        let token = if self.escaped_slashes { token.escaped_slashes() } else { token };
        let token = with(token, self.raw_header.as_deref(), TokenBuilder::raw_header);
        with(token, self.raw_payload.as_deref(), TokenBuilder::raw_payload)
    }

    /// Somebody else with a key of the same kind.
    fn forger(&self, issuer: &TestIssuer) -> TestIssuer {
        let own = issuer.pool.keys.algorithm();
        TestIssuer::builder().algorithm(self.algorithm.unwrap_or(own)).offline()
    }
}

fn with<T>(
    token: TokenBuilder,
    value: Option<T>,
    set: impl FnOnce(TokenBuilder, T) -> TokenBuilder,
) -> TokenBuilder {
    match value {
        Some(value) => set(token, value),
        None => token,
    }
}
