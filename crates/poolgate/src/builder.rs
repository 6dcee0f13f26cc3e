//! The settings of a verifier.

use crate::{
    Check, Clock, ConfigError, Fetch, Policy, SystemClock, Verifier,
    issuer::{Issuer, KeyStores, warn_of_test_keys},
    key_cache,
    key_store::KeyStore,
    observe,
    policy_lookup::PolicyLookup,
    verifier::Inner,
};
use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    sync::Arc,
    time::Duration,
};

/// Builds a [`Verifier`].
///
/// ```
/// use poolgate::{ManualClock, Policy, TokenUse, Verifier};
///
/// let policy = Policy::cognito("eu-west-1_AbCdEf123", "1example23456789", TokenUse::Access)?;
/// let other = Policy::cognito("eu-west-1_Other", "2example", [TokenUse::Access, TokenUse::Id])?;
/// let verifier = Verifier::builder(policy)
///     .policy(other)
///     .clock(ManualClock::at(1_800_000_000))
///     .build()?;
/// # Ok::<(), poolgate::ConfigError>(())
/// ```
#[must_use = "call `build`"]
pub struct VerifierBuilder {
    policies: Vec<Policy>,
    pub(crate) lookup: Option<PolicyLookup>,
    clock: Arc<dyn Clock>,
    fetch: Option<Arc<dyn Fetch>>,
    check: Option<Check>,
    max_stale: Duration,
    max_token_bytes: usize,
}

impl VerifierBuilder {
    pub(crate) fn new(policies: Vec<Policy>) -> Self {
        Self {
            policies,
            lookup: None,
            clock: Arc::new(SystemClock),
            fetch: None,
            check: None,
            max_stale: key_cache::MAX_STALE,
            max_token_bytes: DEFAULT_TOKEN_BYTES,
        }
    }

    /// Adds a policy for another issuer. A token's `iss` chooses among them.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policies.push(policy);
        self
    }

    /// Reads the time from this clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Fetches keys with this in place of the HTTP client.
    pub fn fetch(mut self, fetch: impl Fetch) -> Self {
        self.fetch = Some(Arc::new(fetch));
        self
    }

    /// Asks this about every token that has passed all rules.
    pub fn check(mut self, check: Check) -> Self {
        self.check = Some(check);
        self
    }

    /// Keeps keys this long after the last successful fetch, while the issuer cannot be reached:
    /// 1 hour by default, from 1 minute to 24 hours. It is also how long a key that the issuer has
    /// taken back can be trusted during such an outage.
    pub fn max_stale(mut self, max_stale: Duration) -> Self {
        self.max_stale = max_stale;
        self
    }

    /// Refuses longer tokens before anything is read: 16 KiB by default, 1 MiB at most.
    pub fn max_token_bytes(mut self, max_token_bytes: usize) -> Self {
        self.max_token_bytes = max_token_bytes;
        self
    }

    /// Builds the verifier. Nothing is fetched yet.
    ///
    /// # Errors
    /// [`ConfigError`] if two policies have the same issuer, a limit is out of bounds, given keys
    /// cannot be used, or keys would have to be fetched and there is nothing to fetch with.
    pub fn build(self) -> Result<Verifier, ConfigError> {
        if !MAX_STALE_BOUNDS.contains(&self.max_stale) {
            return Err(ConfigError::MaxStale { value: self.max_stale });
        }
        if !(1..=MAX_TOKEN_BYTES).contains(&self.max_token_bytes) {
            return Err(ConfigError::MaxTokenBytes { value: self.max_token_bytes });
        }
        let has_no_keys = |policy: &Policy| policy.given_keys().is_none();
        let needs_fetch = self.lookup.is_some() || self.policies.iter().any(has_no_keys);
        let fetch = match &self.fetch {
            None if needs_fetch => Some(default_fetch()?),
            given => given.clone(),
        };
        let Self { policies, lookup, clock, check, max_token_bytes, max_stale, .. } = self;
        let stores = KeyStores { fetch, clock: Arc::clone(&clock), max_stale, is_looked_up: false };
        let mut issuers = HashMap::new();
        for policy in policies {
            add_issuers(&mut issuers, policy, &stores)?;
        }
        let lookup = lookup.map(|lookup| lookup.open(stores)).transpose()?;
        observe::describe();
        let inner = Inner { issuers, lookup, clock, check, max_token_bytes, max_stale };
        Ok(Verifier::from_inner(inner))
    }
}

impl From<Policy> for VerifierBuilder {
    fn from(policy: Policy) -> Self {
        Self::new(vec![policy])
    }
}

impl fmt::Debug for VerifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("VerifierBuilder");
        debug.field("policies", &self.policies).field("lookup", &self.lookup);
        debug.field("check", &self.check);
        debug.field("max_stale", &self.max_stale).finish_non_exhaustive()
    }
}

/// Adds the issuers of one policy. Those with the same URL share their keys.
fn add_issuers(
    issuers: &mut HashMap<String, Issuer>,
    policy: Policy,
    stores: &KeyStores,
) -> Result<(), ConfigError> {
    warn_of_test_keys(&policy);
    let policy = Arc::new(policy);
    let mut opened: Vec<Arc<KeyStore>> = Vec::new();
    for (issuer, url) in policy.issuers() {
        let is_primary = opened.is_empty();
        let shared = opened.iter().find(|store| store.url() == url).map(Arc::clone);
        let keys = match shared {
            Some(store) => store,
            None => stores.open(&policy, url)?,
        };
        opened.push(Arc::clone(&keys));
        match issuers.entry(issuer) {
            Entry::Occupied(entry) => {
                return Err(ConfigError::DuplicateIssuer { issuer: entry.key().clone() });
            }
            Entry::Vacant(entry) => {
                let policy = Arc::clone(&policy);
                entry.insert(Issuer { policy, keys, is_primary });
            }
        }
    }
    Ok(())
}

#[cfg(feature = "fetch")]
fn default_fetch() -> Result<Arc<dyn Fetch>, ConfigError> {
    Ok(Arc::new(crate::HttpFetch::new()?))
}

#[cfg(not(feature = "fetch"))]
fn default_fetch() -> Result<Arc<dyn Fetch>, ConfigError> {
    Err(ConfigError::Fetch)
}

const DEFAULT_TOKEN_BYTES: usize = 16 * 1024;

const MAX_TOKEN_BYTES: usize = 1024 * 1024;

const MAX_STALE_BOUNDS: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(24 * 60 * 60);
