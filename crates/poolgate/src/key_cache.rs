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
    /// When the last successful fetch began.
    fetched: Option<Now>,
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
        self.fetched.map(|at| now.since(at))
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
mod tests {
    use super::*;
    use crate::jwks::ImportRules;

    const T0: u64 = 1_800_000_000;

    /// So many seconds after the start of each story, by both clocks.
    fn at(seconds: u64) -> Now {
        Now::new(Duration::from_secs(T0 + seconds), Duration::from_secs(seconds))
    }

    fn set(kids: &[&str]) -> KeySet {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let jwk = |kid| format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"{kid}","x":"{x}"}}"#);
        let keys: Vec<String> = kids.iter().map(jwk).collect();
        let document = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
        KeySet::parse(document.as_bytes(), ImportRules::default()).unwrap()
    }

    fn attempt(number: u64, purpose: Purpose, began: u64) -> Attempt {
        Attempt { number, purpose, began: at(began) }
    }

    fn empty() -> KeyCache {
        KeyCache::empty(MAX_STALE)
    }

    /// Keys `a`, fetched at 0, without jitter.
    fn with_a() -> KeyCache {
        empty().fetched(attempt(1, Purpose::Keys, 0), set(&["a"]), None, 0.0)
    }

    fn fail(cache: &KeyCache, number: u64, purpose: Purpose, began: u64, ended: u64) -> KeyCache {
        cache.failed(attempt(number, purpose, began), FetchError::Timeout, at(ended), 0.0)
    }

    fn fails_in_a_row(times: u64) -> KeyCache {
        (1..=times).fold(empty(), |cache, n| fail(&cache, n, Purpose::Keys, 0, 0))
    }

    /// The decision in a word.
    fn ask(cache: &KeyCache, kid: &str, now: Now) -> &'static str {
        match cache.decide(Some(kid), Algorithm::EdDsa, now) {
            Decision::Use { refresh: false, .. } => "use",
            Decision::Use { refresh: true, .. } => "use+refresh",
            Decision::OtherAlgorithm { .. } => "other algorithm",
            Decision::Fetch(Purpose::Keys) => "fetch",
            Decision::Fetch(Purpose::Refresh) => "refresh",
            Decision::Fetch(Purpose::UnknownKid) => "fetch for kid",
            Decision::Unknown => "unknown",
            Decision::Unavailable { .. } => "unavailable",
        }
    }

    #[track_caller]
    fn table<const N: usize>(rows: [(&str, &KeyCache, &str, u64, &str); N]) {
        for (name, cache, kid, seconds, expected) in rows {
            assert_eq!(ask(cache, kid, at(seconds)), expected, "{name}");
        }
    }

    #[test]
    fn freshness_and_staleness() {
        let a = with_a();
        table([
            ("cold", &empty(), "a", 0, "fetch"),
            ("fresh", &a, "a", 239, "use"),
            ("four fifths", &a, "a", 240, "use+refresh"),
            ("past fresh", &a, "a", 301, "use+refresh"),
            ("just not stale", &a, "a", 3_599, "use+refresh"),
            ("stale", &a, "a", 3_600, "fetch"),
            ("stale, unknown kid", &a, "b", 3_600, "fetch"),
        ]);
    }

    #[test]
    fn max_age_is_honoured_within_bounds_and_jitter_only_shortens() {
        for (max_age, jitter, fresh) in [
            (None, 0.0, 300),
            (Some(0), 0.0, 60),
            (Some(61), 0.0, 61),
            (Some(1_800), 0.0, 1_800),
            (Some(u64::MAX), 0.0, 1_800),
            (None, 1.0, 270),
            (None, 7.0, 270),
            (Some(60), 1.0, 54),
        ] {
            let max_age = max_age.map(Duration::from_secs);
            let cache = empty().fetched(attempt(1, Purpose::Keys, 0), set(&["a"]), max_age, jitter);
            assert_eq!(cache.fresh_for, Duration::from_secs(fresh), "{max_age:?} {jitter}");
        }
        let short = KeyCache::empty(MIN_FRESH);
        let short = short.fetched(attempt(1, Purpose::Keys, 0), set(&["a"]), None, 0.0);
        table([("refresh comes before stale", &short, "a", 48, "use+refresh")]);
    }

    #[test]
    fn an_unknown_kid_fetches_at_once_and_then_once_in_ten_seconds() {
        let a = with_a();
        let absent = a.fetched(attempt(2, Purpose::UnknownKid, 5), set(&["a"]), None, 0.0);
        let failed = fail(&a, 2, Purpose::UnknownKid, 5, 6);
        let rotated = a.fetched(attempt(2, Purpose::UnknownKid, 5), set(&["b"]), None, 0.0);
        let refreshed = a.fetched(attempt(2, Purpose::Refresh, 5), set(&["a"]), None, 0.0);
        let refresh_failed = fail(&a, 2, Purpose::Refresh, 5, 5);
        let then_refreshed =
            absent.fetched(attempt(3, Purpose::Refresh, 6), set(&["a"]), None, 0.0);
        table([
            ("a second after the first fetch", &a, "b", 1, "fetch for kid"),
            ("asked and not there", &absent, "b", 14, "unknown"),
            ("another one in the same window", &absent, "c", 14, "unknown"),
            ("window over", &absent, "b", 15, "fetch for kid"),
            ("asked in vain", &failed, "b", 14, "unavailable"),
            ("asked in vain, known kid", &failed, "a", 14, "use"),
            ("asked in vain, window over", &failed, "b", 15, "fetch for kid"),
            ("rotated in", &rotated, "b", 5, "use"),
            ("rotated out", &rotated, "a", 5, "unknown"),
            ("a refresh opens no window", &refreshed, "b", 6, "fetch for kid"),
            ("nor does one that fails", &refresh_failed, "b", 5, "fetch for kid"),
            ("a refresh closes no window", &then_refreshed, "b", 14, "unknown"),
        ]);
    }

    #[test]
    fn a_failed_fetch_keeps_the_keys_and_backs_off() {
        let failed = fail(&with_a(), 2, Purpose::Refresh, 300, 305);
        table([
            ("backing off", &failed, "a", 305, "use"),
            ("time to try again", &failed, "a", 306, "use+refresh"),
            ("outage", &failed, "a", 3_599, "use+refresh"),
            ("outage, stale", &failed, "a", 3_600, "fetch"),
        ]);
        for (failures, wait) in
            [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (99, 30)]
        {
            let cache = fails_in_a_row(failures);
            assert_eq!(ask(&cache, "a", at(wait - 1)), "unavailable", "{failures}");
            assert_eq!(ask(&cache, "a", at(wait)), "fetch", "{failures}");
        }
        let healed =
            fails_in_a_row(9).fetched(attempt(10, Purpose::Keys, 30), set(&["a"]), None, 0.0);
        let failed = fail(&healed, 11, Purpose::Refresh, 330, 330);
        table([("a success ends the row of failures", &failed, "a", 331, "use+refresh")]);
        assert_eq!(healed.last_error(), None);
    }

    #[test]
    fn retry_after_is_what_is_left() {
        let decide =
            |cache: &KeyCache, seconds| cache.decide(Some("b"), Algorithm::EdDsa, at(seconds));
        let left = |seconds| Decision::Unavailable { retry_after: Duration::from_secs(seconds) };
        assert_eq!(decide(&fails_in_a_row(4), 5), left(3));
        assert_eq!(decide(&fail(&with_a(), 2, Purpose::UnknownKid, 5, 9), 12), left(3));
    }

    #[test]
    fn a_fetched_set_replaces_the_old_one_whole() {
        let a = with_a();
        let both = a.fetched(attempt(2, Purpose::Refresh, 10), set(&["b", "a"]), None, 0.0);
        let same = both.fetched(attempt(3, Purpose::Refresh, 20), set(&["a", "b"]), None, 0.0);
        let none = same.fetched(attempt(4, Purpose::Refresh, 30), set(&[]), None, 0.0);
        table([
            ("added", &both, "b", 10, "use"),
            ("kept", &both, "a", 10, "use"),
            ("an empty set is honoured", &none, "a", 30, "fetch for kid"),
        ]);
        let generations = [&a, &both, &same, &none].map(KeyCache::generation);
        assert_eq!(generations, [1, 2, 2, 3]);
    }

    #[test]
    fn an_answer_that_comes_late_is_dropped() {
        let b = with_a().fetched(attempt(3, Purpose::Refresh, 20), set(&["b"]), None, 0.0);
        let late = b.fetched(attempt(2, Purpose::Refresh, 10), set(&["a"]), None, 0.0);
        let failed = fail(&b, 2, Purpose::Refresh, 10, 30);
        let lost = b.lost(attempt(2, Purpose::Refresh, 10), at(30), 0.0);
        for cache in [late, failed, lost] {
            assert_eq!(ask(&cache, "b", at(30)), "use");
            assert_eq!(cache.counters().fetches, 2);
        }
    }

    #[test]
    fn a_lost_fetch_is_made_again_at_once_but_only_once() {
        let lost = empty().lost(attempt(1, Purpose::Keys, 0), at(1), 0.0);
        let twice = lost.lost(attempt(2, Purpose::Keys, 1), at(2), 0.0);
        table([("lost", &lost, "a", 1, "fetch"), ("lost twice", &twice, "a", 2, "unavailable")]);
        assert_eq!(twice.last_error(), Some(&FetchError::Lost));
        let found = lost.fetched(attempt(2, Purpose::Keys, 1), set(&["a"]), None, 0.0);
        let again = found.lost(attempt(3, Purpose::UnknownKid, 5), at(5), 0.0);
        table([("a loss after a success", &again, "b", 5, "fetch for kid")]);
    }

    #[test]
    fn clocks_that_jump() {
        let a = with_a();
        let wall =
            |wall, monotonic| Now::new(Duration::from_secs(wall), Duration::from_secs(monotonic));
        for (name, now, expected) in [
            ("wall set back a day", wall(T0 - 86_400, 3_600), "fetch"),
            ("wall set back, a little later", wall(T0 - 86_400, 10), "use"),
            ("machine was suspended", wall(T0 + 3_600, 1), "fetch"),
            ("wall in the far future", wall(u64::MAX, 1), "fetch"),
            ("wall in 1970", wall(0, 1), "unavailable"),
        ] {
            assert_eq!(ask(&a, "a", now), expected, "{name}");
        }
        let fixed = KeyCache::fixed(set(&["a"]));
        assert_eq!(ask(&fixed, "a", wall(0, 0)), "unavailable", "given keys, 1970");
    }

    #[test]
    fn given_keys_neither_age_nor_fetch() {
        let fixed = KeyCache::fixed(set(&["a"]));
        table([
            ("known", &fixed, "a", 100_000_000, "use"),
            ("unknown", &fixed, "b", 100_000_000, "unknown"),
        ]);
        assert!(!fixed.may_fetch_keys(at(100_000_000)));
        assert!(fixed.has_usable_keys(at(100_000_000)));
    }

    #[test]
    fn warming_up_keeps_to_the_back_off() {
        let failed = fail(&empty(), 1, Purpose::Keys, 0, 0);
        let rows =
            [(&empty(), 0, true), (&failed, 0, false), (&failed, 1, true), (&with_a(), 0, false)];
        for (cache, seconds, may_fetch) in rows {
            assert_eq!(cache.may_fetch_keys(at(seconds)), may_fetch);
        }
        let in_1970 = Now::new(Duration::ZERO, Duration::ZERO);
        assert!(!empty().may_fetch_keys(in_1970) && !with_a().has_usable_keys(in_1970));
    }

    #[test]
    fn the_algorithm_of_a_known_kid_is_not_negotiable() {
        let decide = |seconds| with_a().decide(Some("a"), Algorithm::Rs256, at(seconds));
        assert_eq!(decide(0), Decision::OtherAlgorithm { refresh: false });
        assert_eq!(decide(240), Decision::OtherAlgorithm { refresh: true });
    }

    #[test]
    fn a_minute_of_unknown_kids_costs_seven_fetches() {
        let (mut cache, mut number) = (with_a(), 1);
        for second in 0..=60 {
            for kid in ["b", "c", "d"] {
                if ask(&cache, kid, at(second)) == "fetch for kid" {
                    number += 1;
                    let attempt = attempt(number, Purpose::UnknownKid, second);
                    cache = cache.fetched(attempt, set(&["a"]), None, 0.0);
                }
            }
        }
        assert_eq!(cache.counters().unknown_kid_fetches, 7);
    }
}
