//! An issuer whose tokens are taken: what they must be, and the keys that sign them.

use crate::{Clock, ConfigError, Fetch, Policy, key_cache::KeyCache, key_store::KeyStore};
use std::{ops::Deref, sync::Arc, time::Duration};

/// An issuer that somebody vouches for.
pub(crate) struct Issuer {
    pub(crate) policy: Arc<Policy>,
    pub(crate) keys: Arc<KeyStore>,
    /// Whether its keys are worth fetching before a token names it.
    pub(crate) is_primary: bool,
}

/// The issuer of one token.
pub(crate) enum IssuerRef<'v> {
    Configured(&'v Issuer),
    /// It may be forgotten meanwhile, so the token keeps it.
    Found(Arc<Issuer>),
}

impl Deref for IssuerRef<'_> {
    type Target = Issuer;

    fn deref(&self) -> &Issuer {
        match self {
            Self::Configured(issuer) => issuer,
            Self::Found(issuer) => issuer,
        }
    }
}

/// What the key stores of a verifier have in common.
#[derive(Clone)]
pub(crate) struct KeyStores {
    /// `None` if all keys are given.
    pub(crate) fetch: Option<Arc<dyn Fetch>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) max_stale: Duration,
    /// Whether their issuers are found at run time.
    pub(crate) is_looked_up: bool,
}

impl KeyStores {
    /// A store for the keys at `url`, or for those that the policy gives. Nothing is fetched yet.
    pub(crate) fn open(&self, policy: &Policy, url: String) -> Result<Arc<KeyStore>, ConfigError> {
        Ok(KeyStore::new(url, policy.import_rules(), self.first_cache(policy)?, self))
    }

    fn first_cache(&self, policy: &Policy) -> Result<KeyCache, ConfigError> {
        let Some(given) = policy.given_keys() else {
            return Ok(KeyCache::empty(self.max_stale));
        };
        let refuse = |reason| ConfigError::KeySet { reason };
        let keys = given.under(policy.import_rules()).map_err(refuse)?;
        match (keys.is_empty(), keys.test_keys()) {
            (false, _) => Ok(KeyCache::fixed(keys)),
            (true, 0) => Err(refuse("no key can be used")),
            (true, _) => {
                Err(refuse("its keys are a test issuer's, without Policy::allow_test_keys"))
            }
        }
    }
}

pub(crate) fn warn_of_test_keys(policy: &Policy) {
    if policy.import_rules().allow_test_keys {
        let issuers: Vec<String> = policy.issuers().into_iter().map(|(name, _)| name).collect();
        tracing::warn!(?issuers, "keys of a test issuer are accepted");
    }
}
