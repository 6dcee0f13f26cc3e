use super::*;
use crate::{ManualClock, Policy, TokenKind, TokenUse, Verifier, VerifierBuilder};
use poolgate_issuer::{Algorithm, TestClock, TestIssuer};

const T0: u64 = 1_800_000_000;

const SOURCE: &str = "https://id.example/jwks";

fn pool() -> TestIssuer {
    TestIssuer::builder().algorithm(Algorithm::EdDsa).clock(TestClock::at(T0)).offline()
}

fn policy(pool: &TestIssuer) -> Policy {
    let policy = Policy::cognito(pool.user_pool_id(), pool.client_id(), TokenUse::Access);
    policy.and_then(|policy| policy.jwks_url(SOURCE)).unwrap()
}

fn builder(pool: &TestIssuer) -> VerifierBuilder {
    Verifier::builder(policy(pool)).clock(ManualClock::at(T0))
}

/// A snapshot of the pool's keys, fetched 100 s ago.
fn kept(pool: &TestIssuer) -> String {
    text(pool.issuer(), SOURCE, T0 - 100, &pool.jwks_json())
}

fn text(issuer: &str, source: &str, fetched_at: u64, jwks: &str) -> String {
    let entry = format!(
        r#""issuer":"{issuer}","source":"{source}","fetched_at":{fetched_at},"fresh_for":300"#
    );
    format!(r#"{{"version":1,"issuers":[{{{entry},"jwks":{jwks}}}]}}"#)
}

fn read(text: &str) -> KeySnapshot {
    KeySnapshot::from_json(text).unwrap()
}

#[track_caller]
fn refuses(text: &str, expected: &str) {
    match KeySnapshot::from_json(text) {
        Err(ConfigError::KeySnapshot { reason }) => assert_eq!(reason, expected),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_written_is_read() {
    let pool = pool();
    let text = kept(&pool);
    assert_eq!(read(&text).to_json(), text);
    let empty = r#"{"version":1,"issuers":[]}"#;
    assert_eq!((read(empty).to_json(), read(empty).is_empty()), (empty.to_owned(), true));
    // What a policy never holds, and a text may.
    let odd = text.replace(pool.issuer(), r#"a\"b\\c\n\u0000\u00e9"#);
    assert_eq!(read(&odd).issuers[0].issuer, "a\"b\\c\n\0\u{e9}");
    assert_eq!(read(&read(&odd).to_json()).issuers[0].issuer, "a\"b\\c\n\0\u{e9}");
}

#[test]
fn what_a_verifier_restores_it_hands_out_again() {
    let pool = pool();
    let verifier = builder(&pool).restore(read(&kept(&pool))).build().unwrap();
    let both = verifier.key_snapshot();
    assert_eq!(both.issuers.len(), 2, "both issuers of the pool have their keys from one URL");
    let first = KeySnapshot { issuers: vec![both.issuers[0].clone()] };
    assert_eq!(first.to_json(), kept(&pool));
    let given = policy(&pool).static_keys(KeySet::from_json(pool.jwks_json()).unwrap());
    assert!(Verifier::new(given).unwrap().key_snapshot().is_empty(), "nobody fetched these");
}

#[test]
fn what_is_no_snapshot_is_refused() {
    let good = kept(&pool());
    for text in ["", "null", "[]", "{}", r#"{"issuers":[]}"#, &good[1..], &good[..good.len() - 1]] {
        refuses(text, "not a snapshot");
    }
    refuses(r#"{"version":1,"issuers":[{}]}"#, "not a snapshot");
    refuses(r#"{"version":1}"#, "not a snapshot");
    refuses(r#"{"version":1,"issuers":[],"issuers":[]}"#, "not a snapshot");
    refuses(r#"{"version":1,"version":1,"issuers":[]}"#, "not a snapshot");
    refuses(r#"{"version":1,"issuers":[],"more":1}"#, "not a snapshot");
    for (from, to) in [
        ("\"version\":1", "\"version\":-1"),
        ("\"version\":1", "\"version\":\"1\""),
        ("\"fetched_at\":1799999900", "\"fetched_at\":-1"),
        ("\"fetched_at\":1799999900", "\"fetched_at\":1.5"),
        ("\"fetched_at\":1799999900", "\"fetched_at\":1e999"),
        ("\"fresh_for\":300", "\"fresh_for\":null"),
        ("\"fresh_for\":300", "\"fresh_for\":300,\"trusted\":true"),
    ] {
        assert!(good.contains(from), "{from}");
        refuses(&good.replace(from, to), "not a snapshot");
    }
    for version in ["0", "2", "18446744073709551615"] {
        // What another version means by its members is not looked at.
        let text = format!(r#"{{"version":{version},"keys":{{}}}}"#);
        refuses(&text, "of another version");
    }
    let entry = &good[r#"{"version":1,"issuers":["#.len()..good.len() - 2];
    let twice = format!(r#"{{"version":1,"issuers":[{entry},{entry}]}}"#);
    refuses(&twice, "an issuer stands in it twice");
    let padded = |length| " ".repeat(length - good.len()) + &good;
    assert!(KeySnapshot::from_json(padded(MAX_SNAPSHOT_BYTES)).is_ok());
    refuses(&padded(MAX_SNAPSHOT_BYTES + 1), "more than 16 MiB");
}

#[test]
fn keys_that_cannot_be_used_are_left_out() {
    let jwks = pool().jwks_json();
    let hour = Duration::from_secs(3_600);
    let now = Now::new(Duration::from_secs(T0), Duration::ZERO);
    let rules = ImportRules { allow_test_keys: true, ..ImportRules::default() };
    let padded = |length: usize| {
        let padding = "x".repeat(length - jwks.len() - r#","x":"""#.len());
        format!(r#"{},"x":"{padding}"}}"#, &jwks[..jwks.len() - 1])
    };
    let many = vec!["{}"; 101].join(",");
    for (row, text, expected) in [
        ("now", text("i", SOURCE, T0, &jwks), Ok(0)),
        ("just not too old", text("i", SOURCE, T0 - 3_599, &jwks), Ok(3_599)),
        ("too old", text("i", SOURCE, T0 - 3_600, &jwks), Err("they are too old")),
        ("of 1970", text("i", SOURCE, 0, &jwks), Err("they are too old")),
        ("a second ahead", text("i", SOURCE, T0 + 1, &jwks), Err("they are from the future")),
        ("for ever", text("i", SOURCE, u64::MAX, &jwks), Err("they are from the future")),
        (
            "another URL",
            text("i", "https://id.example/jwks/", T0, &jwks),
            Err("this issuer's keys come from another place now"),
        ),
        ("at the limit", text("i", SOURCE, T0, &padded(MAX_BYTES)), Ok(0)),
        ("a byte more", text("i", SOURCE, T0, &padded(MAX_BYTES + 1)), Err("more than 256 KiB")),
        ("no key set", text("i", SOURCE, T0, "{}"), Err("not a JWKS document")),
        ("a text", text("i", SOURCE, T0, "\"{}\""), Err("not a JWKS document")),
        (
            "many keys",
            text("i", SOURCE, T0, &format!(r#"{{"keys":[{many}]}}"#)),
            Err("more than 100 keys"),
        ),
    ] {
        let (kept, source) = (&read(&text).issuers[0], KeySource::Jwks { url: SOURCE.to_owned() });
        let age = kept.cache(&source, rules, hour, now).map(|c| c.age(now).unwrap().as_secs());
        assert_eq!(age, expected, "{row}");
    }
}

#[test]
fn debug_shows_no_keys() {
    let pool = pool();
    let shown = format!("{:?}", read(&kept(&pool)));
    assert!(shown.contains(pool.issuer()), "{shown}");
    assert!(!shown.contains("keys") && !shown.contains("kty"), "{shown}");
}

#[test]
fn bytes_that_no_rule_reads_do_not_spoil_a_snapshot() {
    let pool = pool();
    let mut document = pool.jwks_json().into_bytes();
    document.truncate(document.len() - 1);
    document.extend_from_slice(b",\"note\":\"\xff\"}");
    let rules = policy(&pool).import_rules();
    let keys = KeySet::parse(&document, rules).unwrap();
    let lossy = String::from_utf8_lossy(keys.document()).into_owned();
    let again = KeySet::parse(lossy.as_bytes(), rules).unwrap();
    assert!(again.has_same_keys(&keys) && !again.is_empty());
}

/// Built without anything that could fetch.
#[cfg(not(feature = "fetch"))]
mod without_fetch {
    use super::*;

    fn answer(verifier: &Verifier, token: &str) -> &'static str {
        match verifier.verify_cached(token) {
            Some(Ok(_)) => "accepted",
            Some(Err(error)) => error.code(),
            None => "waits",
        }
    }

    #[test]
    fn restored_keys_serve_until_they_are_too_old() {
        let (pool, clock) = (pool(), ManualClock::at(T0));
        let builder = Verifier::builder(policy(&pool)).clock(clock.clone());
        let verifier = builder.restore(read(&kept(&pool))).build().unwrap();
        let good = pool.access_token().expires_in(Duration::from_secs(86_400));
        let unknown = good.clone().kid("junk").sign();
        let good = good.sign();
        assert_eq!(answer(&verifier, &good), "accepted");
        assert_eq!(answer(&verifier, &unknown), "keys_unavailable", "there may be newer keys");
        clock.advance(Duration::from_secs(3_499));
        assert_eq!(answer(&verifier, &good), "accepted");
        clock.advance(Duration::from_secs(1));
        assert_eq!(answer(&verifier, &good), "keys_unavailable");
        assert!(!verifier.health().is_ready());
    }

    #[test]
    fn without_keys_there_is_no_verifier() {
        let pool = pool();
        let old = text(pool.issuer(), SOURCE, T0 - 3_600, &pool.jwks_json());
        for builder in [builder(&pool), builder(&pool).restore(read(&old))] {
            assert_eq!(builder.build().unwrap_err(), ConfigError::Fetch);
        }
    }
}

/// The snapshot does not say which origin they came from, so that they may be of one that was fine
/// when they were fetched.
#[test]
fn keys_found_by_discovery_are_restored_only_while_they_may_be_of_the_same_origins() {
    let pool = pool();
    let any = Policy::oidc("https://id.example", "a", TokenKind::at_jwt()).unwrap();
    let any = any.allow_test_keys();
    let of = |origins: &[&str]| any.clone().jwks_origins(origins.iter().copied()).unwrap();
    let verifier = |policy: &Policy, snapshot: KeySnapshot| {
        let builder = Verifier::builder(policy.clone()).clock(ManualClock::at(T0));
        // Where there is nothing to fetch with, it needs the keys to be built.
        let verifier = builder.restore(snapshot).build().ok();
        verifier.filter(|verifier| verifier.health().is_ready())
    };
    let document = "https://id.example/.well-known/openid-configuration";
    let rows = [
        ("any", any.clone(), document.to_owned()),
        ("own", of(&[]), format!("{document} ")),
        ("one", of(&["https://a.example"]), format!("{document} https://a.example")),
        ("other", of(&["https://b.example"]), format!("{document} https://b.example")),
    ];
    for (name, policy, source) in &rows {
        let text = text("https://id.example", source, T0 - 100, &pool.jwks_json());
        let first = verifier(policy, read(&text)).expect(name);
        for (later, policy, _) in &rows {
            let is_ready = verifier(policy, first.key_snapshot()).is_some();
            assert_eq!(is_ready, name == later, "{name}, then {later}");
        }
    }
}
