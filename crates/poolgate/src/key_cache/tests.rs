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
    let then_refreshed = absent.fetched(attempt(3, Purpose::Refresh, 6), set(&["a"]), None, 0.0);
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
    for (failures, wait) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (99, 30)] {
        let cache = fails_in_a_row(failures);
        assert_eq!(ask(&cache, "a", at(wait - 1)), "unavailable", "{failures}");
        assert_eq!(ask(&cache, "a", at(wait)), "fetch", "{failures}");
    }
    let healed = fails_in_a_row(9).fetched(attempt(10, Purpose::Keys, 30), set(&["a"]), None, 0.0);
    let failed = fail(&healed, 11, Purpose::Refresh, 330, 330);
    table([("a success ends the row of failures", &failed, "a", 331, "use+refresh")]);
    assert_eq!(healed.last_error(), None);
}

#[test]
fn retry_after_is_what_is_left() {
    let decide = |cache: &KeyCache, seconds| cache.decide(Some("b"), Algorithm::EdDsa, at(seconds));
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

/// Keys `a`, restored at 0 when they were 100 s old.
fn kept_a() -> KeyCache {
    let (age, fresh) = (Duration::from_secs(100), Duration::from_secs(300));
    KeyCache::restored(set(&["a"]), age, fresh, MAX_STALE, at(0))
}

#[test]
fn restored_keys_are_as_old_as_they_are() {
    let a = kept_a();
    table([
        ("fresh", &a, "a", 139, "use"),
        ("four fifths", &a, "a", 140, "use+refresh"),
        ("just not stale", &a, "a", 3_499, "use+refresh"),
        ("stale", &a, "a", 3_500, "fetch"),
        ("unknown kid", &a, "b", 0, "fetch for kid"),
    ]);
    assert_eq!(a.age(at(7)), Some(Duration::from_secs(107)));
    assert_eq!(a.fetched_at(), Some(Duration::from_secs(T0 - 100)));
    assert_eq!((a.generation(), a.counters().fetches), (1, 0));
    let renewed = a.fetched(attempt(1, Purpose::Refresh, 200), set(&["b"]), None, 0.0);
    assert_eq!(renewed.age(at(207)), Some(Duration::from_secs(7)));
    assert_eq!((renewed.generation(), renewed.counters().fetches), (2, 1));
}

#[test]
fn no_clock_makes_restored_keys_younger() {
    let a = kept_a();
    for (name, wall, monotonic, age) in [
        ("the wall clock is set back by an hour", T0 - 3_600, 50, 150),
        ("the machine was suspended", T0 + 500, 0, 600),
        ("both went on", T0 + 50, 50, 150),
    ] {
        let now = Now::new(Duration::from_secs(wall), Duration::from_secs(monotonic));
        assert_eq!(a.age(now), Some(Duration::from_secs(age)), "{name}");
    }
}

#[test]
fn restored_keys_are_not_fresh_for_longer_than_fetched_ones() {
    let day = Duration::from_secs(24 * 60 * 60);
    let restored = |max_stale| KeyCache::restored(set(&["a"]), day, day, max_stale, at(0));
    assert_eq!(restored(day).fresh_for(), MAX_FRESH);
    assert_eq!(restored(MIN_FRESH).fresh_for(), MIN_FRESH);
    let none = KeyCache::restored(set(&[]), Duration::ZERO, FRESH, MAX_STALE, at(0));
    assert_eq!((none.generation(), ask(&none, "a", at(0))), (0, "fetch for kid"));
}
