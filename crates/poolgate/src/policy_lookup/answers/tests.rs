//! The contract of a lookup, as tables over time.

use super::*;
use crate::{ManualClock, Policy, TokenUse, key_cache::KeyCache, keys::Keys};

#[test]
fn a_known_issuer_is_used_then_asked_for_then_no_longer_trusted() {
    let answers = answers();
    known(&answers, ISS);
    for (age, expected) in [
        (0, "use"),
        (299, "use"),
        (300, "ask, use meanwhile"),
        (3_599, "ask, use meanwhile"),
        (3_600, "ask"),
    ] {
        assert_eq!(decide(&answers, ISS, at(age)), expected, "after {age} s");
    }
}

#[test]
fn while_nobody_can_tell_the_old_answer_serves_and_is_asked_for_now_and_then() {
    for outcome in [Outcome::Failed, Outcome::Lost] {
        let answers = answers();
        known(&answers, ISS);
        assert!(answers.take(ISS, at(300), at(305), outcome).is_ok(), "the old one");
        for (age, expected) in
            [(305, "use"), (314, "use"), (315, "ask, use meanwhile"), (3_600, "ask")]
        {
            assert_eq!(decide(&answers, ISS, at(age)), expected, "after {age} s");
        }
        assert_eq!(take(&answers, at(3_599), Outcome::Failed), "used");
        assert_eq!(take(&answers, at(3_600), Outcome::Failed), "keys_unavailable");
        assert_eq!(decide(&answers, ISS, at(3_600)), "keys_unavailable");
    }
}

#[test]
fn somebody_asks_while_others_go_on() {
    let answers = answers();
    known(&answers, ISS);
    answers.quiet(ISS, at(306).monotonic());
    assert_eq!(decide(&answers, ISS, at(305)), "use");
    assert_eq!(decide(&answers, ISS, at(306)), "ask, use meanwhile");
    known(&answers, ISS);
    answers.quiet(ISS, at(4_000).monotonic());
    assert_eq!(decide(&answers, ISS, at(3_600)), "ask", "but not for ever");
}

#[test]
fn what_is_refused_is_refused_for_a_minute() {
    let answers = answers();
    assert_eq!(take(&answers, at(0), Outcome::Refused), "invalid_issuer");
    for (age, expected) in [(0, "invalid_issuer"), (59, "invalid_issuer"), (60, "ask")] {
        assert_eq!(decide(&answers, ISS, at(age)), expected, "after {age} s");
    }
}

#[test]
fn a_failure_is_remembered_for_a_second_and_a_loss_is_not() {
    let answers = answers();
    assert_eq!(take(&answers, at(0), Outcome::Failed), "keys_unavailable");
    assert_eq!(decide(&answers, ISS, at(0)), "keys_unavailable");
    assert_eq!(decide(&answers, ISS, at(1)), "ask");
    assert_eq!(take(&answers, at(1), Outcome::Lost), "keys_unavailable");
    assert_eq!(decide(&answers, ISS, at(1)), "ask");
}

#[test]
fn the_last_answer_counts() {
    let answers = answers();
    known(&answers, ISS);
    assert_eq!(take(&answers, at(1), Outcome::Refused), "invalid_issuer");
    assert!(answers.issuer(ISS).is_none(), "nothing of it is kept");
    assert_eq!(decide(&answers, ISS, at(1)), "invalid_issuer");
    known(&answers, ISS);
    assert_eq!(decide(&answers, ISS, at(1)), "use");
}

#[test]
fn an_answer_is_as_old_as_its_question() {
    let answers = answers();
    assert!(answers.take(ISS, at(0), at(5), Outcome::Found(issuer())).is_ok());
    assert_eq!(decide(&answers, ISS, at(299)), "use");
    assert_eq!(decide(&answers, ISS, at(300)), "ask, use meanwhile");
}

#[test]
fn a_wall_clock_that_is_set_makes_no_answer_younger() {
    let answers = answers();
    known(&answers, ISS);
    let day = Duration::from_secs(86_400);
    let set = |back: bool, age: u64| {
        let wall = at(0).wall();
        let wall = if back { wall.saturating_sub(day) } else { wall.saturating_add(day) };
        Now::new(wall, Duration::from_secs(age))
    };
    assert_eq!(decide(&answers, ISS, set(true, 299)), "use");
    assert_eq!(decide(&answers, ISS, set(true, 300)), "ask, use meanwhile");
    assert_eq!(decide(&answers, ISS, set(true, 3_600)), "ask");
    assert_eq!(decide(&answers, ISS, set(false, 1)), "ask", "a machine that slept");
}

#[test]
fn both_memories_are_bounded_and_apart() {
    let limits = Limits { max_issuers: 2, max_refused: 3, ..Limits::default() };
    let answers = Answers::new(limits);
    known(&answers, "a");
    known(&answers, "b");
    for number in 0..100 {
        let _ = answers.take(&format!("junk-{number}"), at(0), at(0), Outcome::Refused);
        assert!(answers.refused.entry_count() <= 3, "after {number}");
    }
    assert_eq!((decide(&answers, "a", at(0)), decide(&answers, "b", at(0))), ("use", "use"));
    assert_eq!(decide(&answers, "junk-0", at(0)), "ask", "and may be asked for again");
    known(&answers, "c");
    assert_eq!(answers.known.entry_count(), 2);
    assert_eq!(decide(&answers, "a", at(0)), "ask", "the least recently used one");
    assert_eq!((decide(&answers, "b", at(0)), decide(&answers, "c", at(0))), ("use", "use"));
}

fn decide(answers: &Answers, iss: &str, now: Now) -> &'static str {
    match answers.decide(iss, now) {
        Decision::Use(_) => "use",
        Decision::Ask(Some(_)) => "ask, use meanwhile",
        Decision::Ask(None) => "ask",
        Decision::Refuse(error) => error.code(),
    }
}

fn take(answers: &Answers, now: Now, outcome: Outcome) -> &'static str {
    answers.take(ISS, now, now, outcome).map_or_else(|error| error.code(), |_| "used")
}

fn known(answers: &Answers, iss: &str) {
    assert!(answers.take(iss, at(0), at(0), Outcome::Found(issuer())).is_ok());
}

fn answers() -> Answers {
    Answers::new(Limits::default())
}

fn issuer() -> Arc<Issuer> {
    let policy = Policy::cognito("eu-west-1_AbCdEf123", "client", TokenUse::Access).unwrap();
    let cache = KeyCache::empty(Duration::from_secs(3_600));
    let keys = Keys::given(cache, Arc::new(ManualClock::at(START)));
    Arc::new(Issuer { policy: Arc::new(policy), keys, is_primary: false })
}

fn at(seconds: u64) -> Now {
    Now::new(Duration::from_secs(START + seconds), Duration::from_secs(seconds))
}

const ISS: &str = "https://id.example/one";
const START: u64 = 1_800_000_000;
