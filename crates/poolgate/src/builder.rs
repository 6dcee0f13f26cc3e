//! The settings of a verifier.

mod keys;

#[cfg(feature = "tokio")]
use crate::Fetch;
use crate::{
    Check, Clock, ConfigError, KeySnapshot, Policy, SystemClock, Verifier,
    issuer::{Issuer, IssuerNumber, warn_of_test_keys},
    key_cache,
    key_source::KeySource,
    keys::Keys,
    observe,
    policy_lookup::PolicyLookup,
    token_cache::TokenCache,
    verifier::Inner,
};
use keys::Lender;
use std::{
    collections::{HashMap, hash_map::Entry},
    fmt, mem,
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
    pub(crate) token_cache: Option<TokenCache>,
    clock: Arc<dyn Clock>,
    #[cfg(feature = "tokio")]
    fetch: Option<Arc<dyn Fetch>>,
    lender: Option<Lender>,
    restored: Option<KeySnapshot>,
    check: Option<Check>,
    max_stale: Duration,
    max_token_bytes: usize,
}

impl VerifierBuilder {
    pub(crate) fn new(policies: Vec<Policy>) -> Self {
        Self {
            policies,
            lookup: None,
            token_cache: None,
            clock: Arc::new(SystemClock),
            #[cfg(feature = "tokio")]
            fetch: None,
            lender: None,
            restored: None,
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

    /// Fetches keys with this in place of the HTTP client (feature `tokio`).
    #[cfg(feature = "tokio")]
    pub fn fetch(mut self, fetch: impl Fetch) -> Self {
        self.fetch = Some(Arc::new(fetch));
        self
    }

    /// Uses the other verifier's keys of every issuer that both know, so that they are fetched
    /// once for both: say, for one verifier of ID tokens and one of access tokens.
    ///
    /// Only keys that this one would fetch from the same place and trust in the same way are
    /// shared: both take the keys of test issuers or neither does, RSA keys without `alg` are for
    /// the same algorithm, and [`max_stale`](Self::max_stale) is the same. Shared keys go by the
    /// other's clock and are fetched as the other fetches. The other verifier may be dropped.
    ///
    /// ```
    /// use poolgate::{Policy, TokenUse, Verifier};
    ///
    /// let policy = |token_use| Policy::cognito("eu-west-1_AbCdEf123", "1example23456789", token_use);
    /// let of_calls = Verifier::new(policy(TokenUse::Access)?)?;
    /// let of_sign_ins = Verifier::builder(policy(TokenUse::Id)?).keys_from(&of_calls).build()?;
    /// # Ok::<(), poolgate::ConfigError>(())
    /// ```
    pub fn keys_from(mut self, other: &Verifier) -> Self {
        self.lender = Some(Lender::new(other.clone()));
        self
    }

    /// Begins with the keys of a snapshot, so that the first token needs no fetch.
    ///
    /// They are as old as they are: refreshed when fetched ones would be, on the traffic that
    /// comes, and not used beyond [`max_stale`](Self::max_stale). They pass the same rules as
    /// fetched ones. What is left out, with a warning in the log, is as if it were not there: keys
    /// of an issuer that no policy is for, from another place than where its keys are now (or found
    /// when [other origins](crate::Policy::jwks_origins) were listed), too old or from the future,
    /// and documents that are no key sets. Keys of issuers that are looked up are never kept. Where there is nothing to fetch
    /// with, keys that are restored serve until they are too old.
    pub fn restore(mut self, snapshot: KeySnapshot) -> Self {
        self.restored = Some(snapshot);
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
    /// asks for a group and names no claim for groups, given keys cannot be used, keys would have
    /// to be fetched and there is nothing to fetch with, or [`keys_from`](Self::keys_from) was
    /// called and none are shared.
    pub fn build(mut self) -> Result<Verifier, ConfigError> {
        if !MAX_STALE_BOUNDS.contains(&self.max_stale) {
            return Err(ConfigError::MaxStale { value: self.max_stale });
        }
        if !(1..=MAX_TOKEN_BYTES).contains(&self.max_token_bytes) {
            return Err(ConfigError::MaxTokenBytes { value: self.max_token_bytes });
        }
        let mut issuers = HashMap::new();
        for policy in mem::take(&mut self.policies) {
            self.add_issuers(&mut issuers, policy)?;
        }
        if let Some(lender) = &self.lender {
            lender.outcome()?;
        }
        if let Some(snapshot) = &self.restored {
            snapshot.leave_out_all_but(&issuers);
        }
        let lookup = match self.lookup.take() {
            Some(lookup) => Some(lookup.open(self.key_stores()?)?),
            None => None,
        };
        let mut numbered: Vec<Arc<Issuer>> = issuers.values().cloned().collect();
        numbered.sort_by_key(|issuer| issuer.number);
        let token_cache = self.token_cache.take().map(TokenCache::open).transpose()?;
        observe::describe();
        let Self { clock, check, max_token_bytes, max_stale, .. } = self;
        let inner = Inner {
            issuers,
            numbered,
            lookup,
            token_cache,
            clock,
            check,
            max_token_bytes,
            max_stale,
        };
        Ok(Verifier::from_inner(inner))
    }

    /// Adds the issuers of one policy. Those with the same source share their keys.
    fn add_issuers(
        &mut self,
        issuers: &mut HashMap<String, Arc<Issuer>>,
        policy: Policy,
    ) -> Result<(), ConfigError> {
        policy.check()?;
        warn_of_test_keys(&policy);
        let policy = Arc::new(policy);
        let mut known: Vec<(KeySource, Keys)> = Vec::new();
        for (issuer, source) in policy.issuers() {
            let is_primary = known.is_empty();
            let keys = match known.iter().find(|(other, _)| *other == source) {
                Some((_, keys)) => keys.clone(),
                None => self.keys(&policy, &issuer, source.clone(), is_primary)?,
            };
            known.push((source, keys.clone()));
            match issuers.entry(issuer) {
                Entry::Occupied(entry) => {
                    return Err(ConfigError::DuplicateIssuer { issuer: entry.key().clone() });
                }
                Entry::Vacant(entry) => {
                    let policy = Arc::clone(&policy);
                    let number = IssuerNumber::next();
                    entry.insert(Arc::new(Issuer { policy, keys, is_primary, number }));
                }
            }
        }
        Ok(())
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
        debug.field("token_cache", &self.token_cache).field("check", &self.check);
        debug.field("max_stale", &self.max_stale).finish_non_exhaustive()
    }
}

const DEFAULT_TOKEN_BYTES: usize = 16 * 1024;

const MAX_TOKEN_BYTES: usize = 1024 * 1024;

const MAX_STALE_BOUNDS: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(24 * 60 * 60);
