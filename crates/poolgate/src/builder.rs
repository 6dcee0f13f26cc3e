//! The settings of a verifier.

use crate::{
    Check, Clock, ConfigError, Fetch, Policy, SystemClock, Verifier,
    key_cache::{self, KeyCache},
    key_store::KeyStore,
    observe,
    verifier::{Inner, Issuer},
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
    clock: Arc<dyn Clock>,
    fetch: Option<Arc<dyn Fetch>>,
    check: Option<Check>,
    max_stale: Duration,
    max_token_bytes: usize,
}

impl VerifierBuilder {
    pub(crate) fn new(policy: Policy) -> Self {
        Self {
            policies: vec![policy],
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
    /// [`ConfigError`] if two policies have the same issuer, a limit is out of bounds, a policy
    /// asks for a group and names no claim for groups, given keys cannot be used, or keys would have to be fetched and there is nothing to fetch with.
    pub fn build(self) -> Result<Verifier, ConfigError> {
        if !MAX_STALE_BOUNDS.contains(&self.max_stale) {
            return Err(ConfigError::MaxStale { value: self.max_stale });
        }
        if !(1..=MAX_TOKEN_BYTES).contains(&self.max_token_bytes) {
            return Err(ConfigError::MaxTokenBytes { value: self.max_token_bytes });
        }
        let needs_fetch = self.policies.iter().any(|policy| policy.given_keys().is_none());
        let fetch = match &self.fetch {
            None if needs_fetch => Some(default_fetch()?),
            given => given.clone(),
        };
        let mut issuers = HashMap::new();
        for policy in &self.policies {
            self.add_issuers(&mut issuers, policy, fetch.as_ref())?;
        }
        observe::describe();
        let Self { clock, check, max_token_bytes, max_stale, .. } = self;
        Ok(Verifier::from_inner(Inner { issuers, clock, check, max_token_bytes, max_stale }))
    }

    /// Adds the issuers of one policy. Those with the same source share their keys.
    fn add_issuers(
        &self,
        issuers: &mut HashMap<String, Issuer>,
        policy: &Policy,
        fetch: Option<&Arc<dyn Fetch>>,
    ) -> Result<(), ConfigError> {
        policy.check()?;
        let rules = policy.import_rules();
        if rules.allow_test_keys {
            let issuers: Vec<String> = policy.issuers().into_iter().map(|(name, _)| name).collect();
            tracing::warn!(?issuers, "keys of a test issuer are accepted");
        }
        let policy = Arc::new(policy.clone());
        let mut stores: Vec<Arc<KeyStore>> = Vec::new();
        for (issuer, source) in policy.issuers() {
            let is_primary = stores.is_empty();
            let shared = stores.iter().find(|store| *store.source() == source).map(Arc::clone);
            let keys = match shared {
                Some(store) => store,
                None => {
                    let (fetch, clock) = (fetch.map(Arc::clone), Arc::clone(&self.clock));
                    KeyStore::new(source, rules, self.first_cache(&policy)?, fetch, clock)
                }
            };
            stores.push(Arc::clone(&keys));
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

impl fmt::Debug for VerifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("VerifierBuilder");
        debug.field("policies", &self.policies).field("check", &self.check);
        debug.field("max_stale", &self.max_stale).finish_non_exhaustive()
    }
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
