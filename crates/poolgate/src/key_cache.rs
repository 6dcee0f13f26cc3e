//! What is known about an issuer's keys, and what to do about a token that names one of them: a
//! plain value, without clock, lock or socket.
//!
//! Every question takes the time, and every event makes the next value, so that the whole contract
//! is a table of tests.

use crate::{
    Algorithm, FetchError,
    crypto::VerifyingKey,
    jwks::{KeySet, Lookup},
    time::Now,
};
use std::{sync::Arc, time::Duration};

/// The keys of one issuer, their age, and the fetches made for them.
#[derive(Clone, Debug)]
pub(crate) struct KeyCache {
    keys: Arc<KeySet>,
    /// Grows when a usable key is added, removed or changed.
    generation: u64,
    /// Given keys are never fetched and never grow old.
    is_fixed: bool,
    max_stale: Duration,
    /// When the last successful fetch began, or kept keys were restored.
    fetched: Option<Now>,
    /// How old the keys were then.
    age_then: Duration,
    fresh_for: Duration,
    back_off: Option<BackOff>,
    unknown_kid: Option<UnknownKidFetch>,
    /// Whether the last fetch vanished without an answer.
    was_lost: bool,
    /// The last fetch whose outcome was taken.
    last_taken: u64,
    counters: Counters,
    last_error: Option<FetchError>,
}

/// What to do about a token that names a key.
#[derive(Debug, PartialEq)]
pub(crate) enum Decision {
    /// Verify with this key; and if it says so, fetch in the background.
    Use { key: Arc<VerifyingKey>, refresh: bool },
    /// The issuer has this `kid` for another algorithm.
    OtherAlgorithm { refresh: bool },
    /// Fetch, then ask again.
    Fetch(Purpose),
    /// The issuer has no such key.
    Unknown,
    /// Nobody can tell now.
    Unavailable { retry_after: Duration },
}

/// What a fetch is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// There are no usable keys.
    Keys,
    /// The keys grow old.
    Refresh,
    /// A token names a key that is not among them.
    UnknownKid,
}

/// A fetch that was begun. A later one has the larger number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    pub(crate) number: u64,
    pub(crate) purpose: Purpose,
    pub(crate) began: Now,
}

/// How many fetches ended, and how.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counters {
    pub(crate) fetches: u64,
    pub(crate) unknown_kid_fetches: u64,
    pub(crate) failures: u64,
}

#[derive(Clone, Copy, Debug)]
struct BackOff {
    since: Now,
    wait: Duration,
    failures_in_a_row: u32,
}

#[derive(Clone, Copy, Debug)]
struct UnknownKidFetch {
    began: Now,
    succeeded: bool,
}

impl KeyCache {
    /// No keys yet; those to come serve for `max_stale` after the last successful fetch.
    pub(crate) fn empty(max_stale: Duration) -> Self {
        Self {
            keys: Arc::default(),
            generation: 0,
            is_fixed: false,
            max_stale,
            fetched: None,
            age_then: Duration::ZERO,
            fresh_for: Duration::ZERO,
            back_off: None,
            unknown_kid: None,
            was_lost: false,
            last_taken: 0,
            counters: Counters::default(),
            last_error: None,
        }
    }

    /// Keys that somebody vouches for.
    pub(crate) fn fixed(keys: KeySet) -> Self {
        Self { keys: Arc::new(keys), is_fixed: true, ..Self::empty(Duration::MAX) }
    }

    /// Keys that were kept somewhere since they were fetched, `age` ago.
    ///
    /// The age is not a time before `now`, since the monotonic clock has none before it began.
    pub(crate) fn restored(
        keys: KeySet,
        age: Duration,
        fresh_for: Duration,
        max_stale: Duration,
        now: Now,
    ) -> Self {
        Self {
            generation: u64::from(!keys.is_empty()),
            keys: Arc::new(keys),
            fetched: Some(now),
            age_then: age,
            fresh_for: fresh_for.min(MAX_FRESH).min(max_stale),
            ..Self::empty(max_stale)
        }
    }

    pub(crate) fn decide(&self, kid: Option<&str>, algorithm: Algorithm, now: Now) -> Decision {
        if !now.is_plausible() {
            return Decision::Unavailable { retry_after: MAX_BACK_OFF };
        }
        if !self.is_usable(now) {
            return self.decide_without_keys(now);
        }
        let refresh = self.is_refresh_due(now);
        match self.keys.find(kid, algorithm) {
            Lookup::Found(key) => Decision::Use { key: Arc::clone(key), refresh },
            Lookup::OtherAlgorithm => Decision::OtherAlgorithm { refresh },
            Lookup::Absent => self.decide_unknown(now),
        }
    }

    pub(crate) fn has_usable_keys(&self, now: Now) -> bool {
        now.is_plausible() && self.is_usable(now)
    }

    /// Whether keys may be fetched before a request needs them.
    pub(crate) fn may_fetch_keys(&self, now: Now) -> bool {
        now.is_plausible() && !self.is_usable(now) && self.back_off_left(now).is_none()
    }

    /// A fetch brought `keys`, which may be kept for `max_age`. `jitter` is 0 to 1.
    pub(crate) fn fetched(
        &self,
        attempt: Attempt,
        keys: KeySet,
        max_age: Option<Duration>,
        jitter: f64,
    ) -> Self {
        if self.is_outdated(attempt) {
            return self.clone();
        }
        let fresh_for = max_age.map_or(FRESH, |age| age.clamp(MIN_FRESH, MAX_FRESH));
        let changed = u64::from(!self.keys.has_same_keys(&keys));
        Self {
            keys: Arc::new(keys),
            generation: self.generation.saturating_add(changed),
            fetched: Some(attempt.began),
            age_then: Duration::ZERO,
            fresh_for: shortened(fresh_for.min(self.max_stale), jitter),
            back_off: None,
            last_error: None,
            ..self.after(attempt, true)
        }
    }

    /// A fetch failed at `now`. The keys stay as they are.
    pub(crate) fn failed(
        &self,
        attempt: Attempt,
        error: FetchError,
        now: Now,
        jitter: f64,
    ) -> Self {
        if self.is_outdated(attempt) {
            return self.clone();
        }
        let failures_in_a_row = self.back_off.map_or(0, |b| b.failures_in_a_row).saturating_add(1);
        let doublings = failures_in_a_row.saturating_sub(1).min(MAX_DOUBLINGS);
        let doubled = MIN_BACK_OFF.saturating_mul(2_u32.saturating_pow(doublings));
        let wait = shortened(doubled.min(MAX_BACK_OFF), jitter);
        Self {
            back_off: Some(BackOff { since: now, wait, failures_in_a_row }),
            last_error: Some(error),
            ..self.after(attempt, false)
        }
    }

    /// A fetch vanished at `now`, with the runtime it ran on or by a panic.
    ///
    /// That says nothing about the issuer, so the next request may fetch at once; but a second
    /// loss in a row is a failure like any other.
    pub(crate) fn lost(&self, attempt: Attempt, now: Now, jitter: f64) -> Self {
        if self.is_outdated(attempt) || self.was_lost {
            return self.failed(attempt, FetchError::Lost, now, jitter);
        }
        Self { was_lost: true, last_taken: attempt.number, ..self.clone() }
    }

    pub(crate) fn keys(&self) -> &KeySet {
        &self.keys
    }

    pub(crate) const fn generation(&self) -> u64 {
        self.generation
    }

    pub(crate) const fn counters(&self) -> Counters {
        self.counters
    }

    pub(crate) const fn last_error(&self) -> Option<&FetchError> {
        self.last_error.as_ref()
    }

    /// The time since the last successful fetch began.
    pub(crate) fn age(&self, now: Now) -> Option<Duration> {
        self.fetched.map(|at| now.since(at).saturating_add(self.age_then))
    }

    /// When the last successful fetch began, by the wall clock.
    pub(crate) fn fetched_at(&self) -> Option<Duration> {
        self.fetched.map(|at| at.wall().saturating_sub(self.age_then))
    }

    /// For how long after a fetch its keys are not fetched again.
    pub(crate) const fn fresh_for(&self) -> Duration {
        self.fresh_for
    }

    /// The age of keys that are no longer fresh.
    pub(crate) fn stale_for(&self, now: Now) -> Option<Duration> {
        self.age(now).filter(|age| *age >= self.fresh_for)
    }

    fn is_usable(&self, now: Now) -> bool {
        self.is_fixed || self.age(now).is_some_and(|age| age < self.max_stale)
    }

    fn is_refresh_due(&self, now: Now) -> bool {
        let is_due = |age: Duration| age.saturating_mul(5) >= self.fresh_for.saturating_mul(4);
        !self.is_fixed && self.age(now).is_some_and(is_due) && self.back_off_left(now).is_none()
    }

    fn decide_without_keys(&self, now: Now) -> Decision {
        match self.back_off_left(now) {
            Some(retry_after) => Decision::Unavailable { retry_after },
            None => Decision::Fetch(Purpose::Keys),
        }
    }

    /// A key that nobody has heard of is asked for once in a while, however many tokens name one.
    fn decide_unknown(&self, now: Now) -> Decision {
        if self.is_fixed {
            return Decision::Unknown;
        }
        let last = self
            .unknown_kid
            .map(|last| (last, UNKNOWN_KID_INTERVAL.checked_sub(now.since(last.began))));
        match last {
            Some((last, Some(left))) if !left.is_zero() => {
                if last.succeeded {
                    Decision::Unknown
                } else {
                    Decision::Unavailable { retry_after: left }
                }
            }
            _ => Decision::Fetch(Purpose::UnknownKid),
        }
    }

    fn back_off_left(&self, now: Now) -> Option<Duration> {
        let back_off = self.back_off?;
        back_off.wait.checked_sub(now.since(back_off.since)).filter(|left| !left.is_zero())
    }

    /// Whether a later attempt has already ended: its answer is the newer one.
    const fn is_outdated(&self, attempt: Attempt) -> bool {
        attempt.number <= self.last_taken
    }

    fn after(&self, attempt: Attempt, succeeded: bool) -> Self {
        let is_unknown_kid = attempt.purpose == Purpose::UnknownKid;
        let fetch = UnknownKidFetch { began: attempt.began, succeeded };
        let Counters { fetches, unknown_kid_fetches, failures } = self.counters;
        Self {
            unknown_kid: if is_unknown_kid { Some(fetch) } else { self.unknown_kid },
            was_lost: false,
            last_taken: attempt.number,
            counters: Counters {
                fetches: fetches.saturating_add(1),
                unknown_kid_fetches: unknown_kid_fetches.saturating_add(u64::from(is_unknown_kid)),
                failures: failures.saturating_add(u64::from(!succeeded)),
            },
            ..self.clone()
        }
    }
}

/// Takes off up to a tenth, so that many servers do not fetch in step.
fn shortened(time: Duration, jitter: f64) -> Duration {
    time.mul_f64(1.0 - 0.1 * jitter.clamp(0.0, 1.0))
}

/// How long keys are fresh if the issuer does not say. Refreshing begins at four fifths of it.
pub(crate) const FRESH: Duration = Duration::from_secs(5 * 60);
/// The shortest `max-age` that is honoured.
pub(crate) const MIN_FRESH: Duration = Duration::from_secs(60);
/// The longest `max-age` that is honoured.
pub(crate) const MAX_FRESH: Duration = Duration::from_secs(30 * 60);
/// How long keys serve after the last successful fetch, unless set.
pub(crate) const MAX_STALE: Duration = Duration::from_secs(60 * 60);
/// The time between two fetches for unknown kids.
pub(crate) const UNKNOWN_KID_INTERVAL: Duration = Duration::from_secs(10);
/// The wait after a first failure; it doubles with each further one.
pub(crate) const MIN_BACK_OFF: Duration = Duration::from_secs(1);
/// The longest wait after failures.
pub(crate) const MAX_BACK_OFF: Duration = Duration::from_secs(30);
const MAX_DOUBLINGS: u32 = 5;

#[cfg(test)]
mod tests;
