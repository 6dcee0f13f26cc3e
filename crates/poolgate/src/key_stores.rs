//! What the key stores of one verifier have in common.

use crate::{
    Clock, ConfigError, KeySet, Policy, jwks::ImportRules, key_cache::KeyCache,
    key_source::KeySource, keys::Keys,
};
#[cfg(feature = "tokio")]
use crate::{Fetch, key_store::KeyStore};
use std::{sync::Arc, time::Duration};

/// Opens the key stores of a verifier.
#[derive(Clone)]
pub(crate) struct KeyStores {
    /// `None` if there is nothing to fetch with.
    #[cfg(feature = "tokio")]
    pub(crate) fetch: Option<Arc<dyn Fetch>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) max_stale: Duration,
    /// Whether their issuers are found at run time.
    pub(crate) is_looked_up: bool,
}

impl KeyStores {
    /// The keys that the policy gives, or those that are to be fetched. Nothing is fetched yet.
    pub(crate) fn open(&self, policy: &Policy, source: KeySource) -> Result<Keys, ConfigError> {
        let rules = policy.import_rules();
        match policy.given_keys() {
            Some(given) => Ok(Keys::given(fixed(given, rules)?, Arc::clone(&self.clock))),
            None => {
                let cache = KeyCache::empty(self.max_stale);
                self.fetched(source, rules, &cache).ok_or(ConfigError::Fetch)
            }
        }
    }

    /// Keys that are fetched from `source`, and until then those of `cache`; `None` if there is
    /// nothing to fetch with.
    #[cfg(feature = "tokio")]
    pub(crate) fn fetched(
        &self,
        source: KeySource,
        rules: ImportRules,
        cache: &KeyCache,
    ) -> Option<Keys> {
        let fetch = Arc::clone(self.fetch.as_ref()?);
        let source = if self.is_looked_up { source.looked_up() } else { source };
        Some(Keys::Fetched(KeyStore::new(source, rules, cache.clone(), fetch, self)))
    }

    #[cfg(not(feature = "tokio"))]
    pub(crate) fn fetched(&self, _: KeySource, _: ImportRules, _: &KeyCache) -> Option<Keys> {
        None
    }
}

fn fixed(given: &KeySet, rules: ImportRules) -> Result<KeyCache, ConfigError> {
    let refuse = |reason| ConfigError::KeySet { reason };
    let keys = given.under(rules).map_err(refuse)?;
    match (keys.is_empty(), keys.test_keys()) {
        (false, _) => Ok(KeyCache::fixed(keys)),
        (true, 0) => Err(refuse("no key can be used")),
        (true, _) => Err(refuse("its keys are a test issuer's, without Policy::allow_test_keys")),
    }
}
