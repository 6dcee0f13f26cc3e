//! What a token must be, as data.

mod check;
mod claim_path;
mod cognito;
mod oidc;

pub(crate) use check::Verdict;
pub use claim_path::ClaimPath;
#[cfg(test)]
pub(crate) use cognito::verdict as cognito_verdict;

use crate::{
    Algorithm, ConfigError, KeySet, Requirement, jwks::ImportRules, key_source::KeySource,
    url::is_jwks_url,
};
use cognito::CognitoRules;
use oidc::OidcRules;
use std::time::Duration;

/// What a token must be to be accepted: by whom it is issued, for whom, for what use, how signed.
///
/// What is required is an argument of the constructor; the rest has strict defaults. A method that
/// gives up a protection has a name that says so, and shows in `Debug`. A setting that only
/// policies of the other kind have is a [`ConfigError::Setting`].
///
/// ```
/// use poolgate::{Policy, Requirement, TokenKind, TokenUse};
/// use std::time::Duration;
///
/// let policy = Policy::cognito("eu-west-1_AbCdEf123", "1example23456789", TokenUse::Access)?
///     .leeway(Duration::from_secs(30))?
///     .require(Requirement::scope("orders/read"));
/// let other = Policy::oidc("https://sso.example.com", "orders-api", TokenKind::at_jwt())?
///     .groups_claim("groups")?
///     .require(Requirement::group("staff"));
/// # Ok::<(), poolgate::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    rules: Rules,
    jwks_url: Option<String>,
    static_keys: Option<KeySet>,
    requirement: Option<Requirement>,
    algorithms: Vec<Algorithm>,
    leeway: Duration,
    max_age: Option<Duration>,
    /// Types of a header, beside those that every policy takes.
    header_types: Vec<String>,
    reject_header_keys: bool,
    allow_missing_kid: bool,
    allow_test_keys: bool,
    ignore_confirmation: bool,
}

/// What tells one kind of policy from the other.
#[derive(Clone, Debug, PartialEq)]
enum Rules {
    Cognito(CognitoRules),
    Oidc(OidcRules),
}

impl Policy {
    fn new(rules: Rules) -> Self {
        let reject_header_keys = matches!(rules, Rules::Cognito(_));
        Self {
            rules,
            jwks_url: None,
            static_keys: None,
            requirement: None,
            algorithms: Algorithm::ALL.to_vec(),
            leeway: DEFAULT_LEEWAY,
            max_age: None,
            header_types: Vec::new(),
            reject_header_keys,
            allow_missing_kid: false,
            allow_test_keys: false,
            ignore_confirmation: false,
        }
    }

    /// Fetches the keys from here. For a user pool's policy, keys of a test issuer are then
    /// accepted; for an OIDC policy it takes the place of discovery, and no more.
    ///
    /// # Errors
    /// [`ConfigError::JwksUrl`] if it is not an https URL, or an http URL of this machine.
    pub fn jwks_url(self, url: impl Into<String>) -> Result<Self, ConfigError> {
        let url = url.into();
        if !is_jwks_url(&url) {
            return Err(ConfigError::JwksUrl { value: url });
        }
        let allow_test_keys = self.allow_test_keys || matches!(self.rules, Rules::Cognito(_));
        Ok(Self { jwks_url: Some(url), allow_test_keys, ..self })
    }

    /// Verifies with these keys and fetches none.
    #[must_use]
    pub fn static_keys(self, keys: KeySet) -> Self {
        Self { static_keys: Some(keys), ..self }
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

    /// Takes tokens whose header has one of these as its `typ`, beside `JWT` and `at+jwt`.
    ///
    /// They are media types, in any case and with or without `application/` (RFC 7515 §4.1.9).
    /// Every such type is some provider's mark of tokens for one purpose (RFC 8725 §3.11), so name
    /// none that is not meant for this API.
    ///
    /// # Errors
    /// [`ConfigError::HeaderType`] if one is empty.
    pub fn header_types<S: Into<String>>(
        self,
        types: impl IntoIterator<Item = S>,
    ) -> Result<Self, ConfigError> {
        let header_types: Vec<String> = types.into_iter().map(Into::into).collect();
        if header_types.iter().any(String::is_empty) {
            return Err(ConfigError::HeaderType);
        }
        Ok(Self { header_types, ..self })
    }

    /// Refuses tokens whose header brings a key or the address of one (`jwk`, `jku`, `x5u`,
    /// `x5c`). A user pool's policy always does; an OIDC policy takes no notice of them unless
    /// told so. Nobody ever reads them.
    #[must_use]
    pub fn reject_header_keys(self) -> Self {
        Self { reject_header_keys: true, ..self }
    }

    /// Takes tokens without `kid` while the key set holds one single key.
    #[must_use]
    pub fn allow_missing_kid(self) -> Self {
        Self { allow_missing_kid: true, ..self }
    }

    /// Takes keys whose `kid` starts with `test-`, as the test issuer names them.
    ///
    /// They are also taken if the issuer or the JWKS URL of a user pool was replaced.
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

    /// Each issuer with the source of its keys, the one that is fetched first in front.
    pub(crate) fn issuers(&self) -> Vec<(String, KeySource)> {
        let jwks = |url: &String| KeySource::Jwks { url: url.clone() };
        let given = self.jwks_url.as_ref().map(jwks);
        let with_source = |(issuer, own): (String, KeySource)| {
            let source = given.clone().unwrap_or(own);
            (issuer, source)
        };
        match &self.rules {
            Rules::Cognito(rules) => rules.issuers().into_iter().map(with_source).collect(),
            Rules::Oidc(rules) => vec![with_source(rules.issuer())],
        }
    }

    /// Where the keys of one of its issuers come from.
    pub(crate) fn source_of(&self, issuer: &str) -> Option<KeySource> {
        self.issuers().into_iter().find(|(name, _)| name == issuer).map(|(_, source)| source)
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
