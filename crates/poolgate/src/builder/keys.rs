//! Where the keys of an issuer come from: its policy, another verifier, a snapshot, or a fetch.

use super::VerifierBuilder;
use crate::{
    ConfigError, Policy, Verifier, jwks::ImportRules, key_cache::KeyCache, key_source::KeySource,
    key_stores::KeyStores, keys::Keys, observe, verifier::Inner,
};
use std::{sync::Arc, time::Duration};

/// The other verifier of [`VerifierBuilder::keys_from`].
pub(super) struct Lender {
    verifier: Verifier,
    has_lent: bool,
    /// Why the first issuer that got nothing got nothing.
    refusal: Option<&'static str>,
}

impl VerifierBuilder {
    pub(super) fn keys(
        &mut self,
        policy: &Policy,
        issuer: &str,
        source: KeySource,
        is_primary: bool,
    ) -> Result<Keys, ConfigError> {
        let (rules, max_stale) = (policy.import_rules(), self.max_stale);
        if policy.given_keys().is_some() {
            self.leave_out(issuer, "the policy gives this issuer's keys");
            return self.bare_key_stores().open(policy, source);
        }
        let lent = self.lender.as_mut().and_then(|l| l.lend(issuer, &source, rules, max_stale));
        if let Some(keys) = lent {
            self.leave_out(issuer, "this issuer's keys are another verifier's");
            return Ok(keys);
        }
        let restored = self.restored.as_ref().and_then(|snapshot| {
            snapshot.restore(issuer, &source, rules, max_stale, self.clock.now())
        });
        restored.iter().for_each(|cache| observe::date(&source.url(), cache));
        let is_needed = is_primary && restored.is_none();
        let cache = restored.unwrap_or_else(|| KeyCache::empty(max_stale));
        match self.key_stores()?.fetched(source, rules, &cache) {
            Some(keys) => Ok(keys),
            None if is_needed => Err(ConfigError::Fetch),
            // With nothing to fetch with, these alone.
            None => Ok(Keys::given(cache, Arc::clone(&self.clock))),
        }
    }

    /// Stores that fetch, as far as there is anything to fetch with.
    #[cfg(feature = "tokio")]
    pub(super) fn key_stores(&mut self) -> Result<KeyStores, ConfigError> {
        if self.fetch.is_none() {
            self.fetch = default_fetch()?;
        }
        Ok(KeyStores { fetch: self.fetch.clone(), ..self.bare_key_stores() })
    }

    #[cfg(not(feature = "tokio"))]
    pub(super) fn key_stores(&self) -> Result<KeyStores, ConfigError> {
        Ok(self.bare_key_stores())
    }

    fn bare_key_stores(&self) -> KeyStores {
        KeyStores {
            #[cfg(feature = "tokio")]
            fetch: None,
            clock: Arc::clone(&self.clock),
            max_stale: self.max_stale,
            is_looked_up: false,
        }
    }

    fn leave_out(&self, issuer: &str, reason: &str) {
        if let Some(snapshot) = &self.restored {
            snapshot.leave_out(issuer, reason);
        }
    }
}

impl Lender {
    pub(super) const fn new(verifier: Verifier) -> Self {
        Self { verifier, has_lent: false, refusal: None }
    }

    /// Whether it was of any use.
    pub(super) fn outcome(&self) -> Result<(), ConfigError> {
        if self.has_lent {
            return Ok(());
        }
        let reason = self.refusal.unwrap_or("the policies give all keys");
        Err(ConfigError::KeysFrom { reason })
    }

    fn lend(
        &mut self,
        issuer: &str,
        source: &KeySource,
        rules: ImportRules,
        max_stale: Duration,
    ) -> Option<Keys> {
        match shared(self.verifier.inner(), issuer, source, rules, max_stale) {
            Ok(keys) => {
                self.has_lent = true;
                Some(keys)
            }
            Err(reason) => {
                self.refusal.get_or_insert(reason);
                None
            }
        }
    }
}

/// The keys of an issuer, for somebody who would fetch the same and trust them in the same way.
fn shared(
    lender: &Inner,
    issuer: &str,
    source: &KeySource,
    rules: ImportRules,
    max_stale: Duration,
) -> Result<Keys, &'static str> {
    let known = lender.issuers.get(issuer).ok_or("it does not know the issuer")?;
    if known.policy.given_keys().is_some() {
        return Err("its policy gives the keys");
    }
    if known.policy.source_of(issuer).as_ref() != Some(source) {
        return Err("its keys come from another place");
    }
    if known.policy.import_rules() != rules {
        return Err(
            "it takes other keys: those of a test issuer, or RSA keys for another algorithm",
        );
    }
    if lender.max_stale != max_stale {
        return Err("its max_stale is another");
    }
    Ok(known.keys.clone())
}

#[cfg(feature = "fetch")]
fn default_fetch() -> Result<Option<Arc<dyn crate::Fetch>>, ConfigError> {
    Ok(Some(Arc::new(crate::HttpFetch::new()?)))
}

#[cfg(all(feature = "tokio", not(feature = "fetch")))]
const fn default_fetch() -> Result<Option<Arc<dyn crate::Fetch>>, ConfigError> {
    Ok(None)
}
