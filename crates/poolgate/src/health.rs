//! What an operator can see of the keys.

use crate::{FetchError, issuer::Issuer, time::Now};
use std::time::Duration;

/// The state of a verifier's keys. Issuers whose keys come from the same URL share their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// Each issuer, by name: the configured ones, and those that were looked up and are still
    /// remembered.
    pub issuers: Vec<IssuerHealth>,
}

/// The state of one issuer's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuerHealth {
    /// The issuer.
    pub issuer: String,
    /// Whether tokens of this issuer can be verified now: keys are at hand and not too old.
    pub has_keys: bool,
    /// Whether its keys are fetched before a token names it. The second issuer of a pool is not,
    /// nor is one that was looked up.
    pub is_primary: bool,
    /// How many keys of the last document can be used.
    pub usable_keys: usize,
    /// How many keys of the last document cannot.
    pub skipped_keys: usize,
    /// How many keys were refused because a test issuer names them so.
    pub refused_test_keys: usize,
    /// Whether keys of a test issuer are accepted.
    pub trusts_test_keys: bool,
    /// The time since the last successful fetch began; `None` before it, and for given keys.
    pub age: Option<Duration>,
    /// Grows when a usable key is added, removed or changed.
    pub generation: u64,
    /// How many fetches have succeeded or failed. One that vanished with its task is not counted.
    pub fetches: u64,
    /// How many of these were made for an unknown kid.
    pub unknown_kid_fetches: u64,
    /// How many of these failed.
    pub failed_fetches: u64,
    /// Why the last fetch failed, if it did.
    pub last_error: Option<FetchError>,
}

impl Health {
    pub(crate) fn new(issuers: impl Iterator<Item = IssuerHealth>) -> Self {
        let mut issuers: Vec<_> = issuers.collect();
        issuers.sort_by(|one, other| one.issuer.cmp(&other.issuer));
        Self { issuers }
    }

    /// Whether every primary issuer's tokens can be verified now: a readiness probe. Issuers that
    /// are looked up do not count.
    ///
    /// To look fetches nothing, and a service that gets no requests while it is not ready fetches
    /// nothing either. So let the probe call [`Verifier::warm_up`](crate::Verifier::warm_up) first.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.issuers.iter().filter(|issuer| issuer.is_primary).all(|issuer| issuer.has_keys)
    }

    /// The state of one issuer.
    #[must_use]
    pub fn issuer(&self, name: &str) -> Option<&IssuerHealth> {
        self.issuers.iter().find(|health| health.issuer == name)
    }
}

impl IssuerHealth {
    pub(crate) fn new(name: &str, issuer: &Issuer, now: Now) -> Self {
        let cache = issuer.keys.cache();
        let (keys, counters) = (cache.keys(), cache.counters());
        Self {
            issuer: name.to_owned(),
            has_keys: cache.has_usable_keys(now),
            is_primary: issuer.is_primary,
            usable_keys: keys.len(),
            skipped_keys: keys.skipped(),
            refused_test_keys: keys.test_keys(),
            trusts_test_keys: issuer.policy.import_rules().allow_test_keys,
            age: cache.age(now),
            generation: cache.generation(),
            fetches: counters.fetches,
            unknown_kid_fetches: counters.unknown_kid_fetches,
            failed_fetches: counters.failures,
            last_error: cache.last_error().cloned(),
        }
    }
}
