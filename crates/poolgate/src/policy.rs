//! What a token must be, as data.

mod check;

use crate::{
    Algorithm, ClientIds, ConfigError, KeySet, Requirement, TokenUse, UserPoolId,
    jwks::ImportRules,
    url::{is_issuer, is_jwks_url},
};
use std::time::Duration;

/// What a token must be to be accepted: by whom it is issued, for whom, for what use, how signed.
///
/// What is required is an argument of the constructor; the rest has strict defaults. A method that
/// gives up a protection has a name that says so, and shows in `Debug`.
///
/// ```
/// use poolgate::{Policy, Requirement, TokenUse};
/// use std::time::Duration;
///
/// let policy = Policy::cognito("eu-west-1_AbCdEf123", "1example23456789", TokenUse::Access)?
///     .leeway(Duration::from_secs(30))?
///     .require(Requirement::scope("orders/read"));
/// # Ok::<(), poolgate::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pool: UserPoolId,
    clients: ClientIds,
    token_uses: Vec<TokenUse>,
    issuer: Option<String>,
    jwks_url: Option<String>,
    static_keys: Option<KeySet>,
    resources: Vec<String>,
    requirement: Option<Requirement>,
    algorithms: Vec<Algorithm>,
    leeway: Duration,
    max_age: Option<Duration>,
    allow_missing_kid: bool,
    allow_test_keys: bool,
    ignore_confirmation: bool,
}

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
        Ok(Self {
            pool,
            clients,
            token_uses,
            issuer: None,
            jwks_url: None,
            static_keys: None,
            resources: Vec::new(),
            requirement: None,
            algorithms: Algorithm::ALL.to_vec(),
            leeway: DEFAULT_LEEWAY,
            max_age: None,
            allow_missing_kid: false,
            allow_test_keys: false,
            ignore_confirmation: false,
        })
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
        Ok(Self { issuer: Some(issuer), allow_test_keys: true, ..self })
    }

    /// Fetches the keys from here. Keys of a test issuer are then accepted.
    ///
    /// # Errors
    /// [`ConfigError::JwksUrl`] if it is not an https URL, or an http URL of this machine.
    pub fn jwks_url(self, url: impl Into<String>) -> Result<Self, ConfigError> {
        let url = url.into();
        if !is_jwks_url(&url) {
            return Err(ConfigError::JwksUrl { value: url });
        }
        Ok(Self { jwks_url: Some(url), allow_test_keys: true, ..self })
    }

    /// Verifies with these keys and fetches none.
    #[must_use]
    pub fn static_keys(self, keys: KeySet) -> Self {
        Self { static_keys: Some(keys), ..self }
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
        let takes_access_tokens = self.token_uses.contains(&TokenUse::Access);
        if resources.is_empty() || resources.iter().any(String::is_empty) || !takes_access_tokens {
            return Err(ConfigError::Resource);
        }
        Ok(Self { resources, ..self })
    }

    /// Asks this of every token, with the answer 403 where it does not hold.
    #[must_use]
    pub fn require(self, requirement: Requirement) -> Self {
        Self { requirement: Some(requirement), ..self }
    }

    /// Takes only these algorithms.
    ///
    /// If just one of them is an RSA algorithm, it is also the algorithm of RSA keys that do not
    /// name their own; else that is RS256.
    ///
    /// # Errors
    /// [`ConfigError::Algorithms`] if there are none.
    pub fn algorithms(
        self,
        algorithms: impl IntoIterator<Item = Algorithm>,
    ) -> Result<Self, ConfigError> {
        let algorithms: Vec<Algorithm> = algorithms.into_iter().collect();
        if algorithms.is_empty() {
            return Err(ConfigError::Algorithms);
        }
        Ok(Self { algorithms, ..self })
    }

    /// Allows for clocks that differ by this much; 10 seconds by default.
    ///
    /// # Errors
    /// [`ConfigError::Leeway`] if it is more than 300 seconds.
    pub fn leeway(self, leeway: Duration) -> Result<Self, ConfigError> {
        if leeway > MAX_LEEWAY {
            return Err(ConfigError::Leeway { value: leeway });
        }
        Ok(Self { leeway, ..self })
    }

    /// Asks for a sign-in that is no older: the token needs an `auth_time`.
    #[must_use]
    pub fn max_age(self, max_age: Duration) -> Self {
        Self { max_age: Some(max_age), ..self }
    }

    /// Takes tokens without `kid` while the key set holds one single key.
    #[must_use]
    pub fn allow_missing_kid(self) -> Self {
        Self { allow_missing_kid: true, ..self }
    }

    /// Takes keys whose `kid` starts with `test-`, as the test issuer names them.
    ///
    /// They are also taken if the issuer or the JWKS URL was replaced.
    #[must_use]
    pub fn allow_test_keys(self) -> Self {
        Self { allow_test_keys: true, ..self }
    }

    /// Takes a token that is bound to a key (`cnf`, RFC 7800) without asking for proof of the key,
    /// as if it were a bearer token.
    #[must_use]
    pub fn dangerously_ignore_confirmation(self) -> Self {
        Self { ignore_confirmation: true, ..self }
    }

    /// Each issuer with the URL of its keys, the one that is fetched first in front.
    pub(crate) fn issuers(&self) -> Vec<(String, String)> {
        let issuers = match &self.issuer {
            Some(issuer) => vec![issuer.clone()],
            None => vec![self.pool.issuer(), self.pool.updated_issuer()],
        };
        let below =
            |issuer: &String| format!("{}/.well-known/jwks.json", issuer.trim_end_matches('/'));
        let url = |issuer: &String| self.jwks_url.clone().unwrap_or_else(|| below(issuer));
        issuers
            .into_iter()
            .map(|issuer| (url(&issuer), issuer))
            .map(|(url, issuer)| (issuer, url))
            .collect()
    }

    /// Where the keys of one of its issuers come from.
    pub(crate) fn source_of(&self, issuer: &str) -> Option<String> {
        self.issuers().into_iter().find(|(name, _)| name == issuer).map(|(_, url)| url)
    }

    pub(crate) const fn given_leeway(&self) -> Duration {
        self.leeway
    }

    pub(crate) const fn given_keys(&self) -> Option<&KeySet> {
        self.static_keys.as_ref()
    }

    pub(crate) const fn requirement(&self) -> Option<&Requirement> {
        self.requirement.as_ref()
    }

    pub(crate) fn import_rules(&self) -> ImportRules {
        let mut rsa = self.algorithms.iter().copied().filter(|algorithm| algorithm.is_rsa());
        let rsa_default = match (rsa.next(), rsa.next()) {
            (Some(only), None) => only,
            _ => Algorithm::Rs256,
        };
        ImportRules { rsa_default, allow_test_keys: self.allow_test_keys }
    }
}

const DEFAULT_LEEWAY: Duration = Duration::from_secs(10);

const MAX_LEEWAY: Duration = Duration::from_secs(300);
