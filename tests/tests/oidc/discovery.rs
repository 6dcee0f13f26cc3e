//! What a discovery document can do, and what none can.

use crate::support::*;
use poolgate::{FetchError, ManualClock, Policy, TokenKind, Verifier};
use poolgate_issuer::{Algorithm, TestIssuer};
use poolgate_tests::START;
use serde_json::json;
use std::time::Duration;

const ISSUER: &str = "https://id.example/realms/shop";
const DISCOVERY: &str = "https://id.example/realms/shop/.well-known/openid-configuration";
const KEYS: &str = "https://id.example/realms/shop/keys";
/// Where an attacker serves keys of their own, under the same `kid`.
const EVIL: &str = "https://evil.example/keys";

/// An issuer, an attacker, and a gate.
struct Scene {
    web: Web,
    clock: ManualClock,
    verifier: Verifier,
    good: String,
    forged: String,
}

fn policy() -> Policy {
    Policy::oidc(ISSUER, "orders", TokenKind::at_jwt()).unwrap()
}

fn scene(policy: Policy) -> Scene {
    let issuer = || TestIssuer::builder().algorithm(Algorithm::EdDsa).offline();
    let (issuer, attacker) = (issuer(), issuer());
    let (web, clock) = (Web::default(), ManualClock::at(START));
    web.serve(DISCOVERY, document(ISSUER, KEYS));
    web.serve(KEYS, jwks(&issuer, "1").to_string());
    for url in
        [EVIL, "http://id.example/realms/shop/keys", "http://127.0.0.1/keys", "https://10.0.0.1/k"]
    {
        web.serve(url, jwks(&attacker, "1").to_string());
    }
    let builder = poolgate_tests::builder(policy).clock(clock.clone()).fetch(web.clone());
    let claims = json!({
        "iss": ISSUER, "aud": "orders", "sub": "alice", "exp": START + 86_400,
    });
    let [good, forged] = [&issuer, &attacker].map(|by| sign(by, "1", Some("at+jwt"), &claims));
    Scene { web, clock, verifier: builder.build().unwrap(), good, forged }
}

/// Documents of a hostile or broken issuer, each with what the fetch says of it.
fn hostile() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let of = |issuer, keys| document(issuer, keys).into_bytes();
    let raw = |text: &str| text.as_bytes().to_vec();
    let deep = format!(r#"{{"a":{}1{},"issuer":"{ISSUER}"}}"#, "[".repeat(100), "]".repeat(100));
    let twice = |name: &str, one: &str, other: &str| {
        let document = json!({ "issuer": ISSUER, "jwks_uri": KEYS }).to_string();
        let twice = format!(r#""{name}":"{one}","{name}":"{other}""#);
        document.replacen(&format!(r#""{name}":"{one}""#), &twice, 1).into_bytes()
    };
    vec![
        ("of another issuer", of("https://evil.example", KEYS), "names another issuer"),
        ("of an issuer with a slash", of(&format!("{ISSUER}/"), KEYS), "names another issuer"),
        ("of an issuer in capitals", of(&ISSUER.to_uppercase(), KEYS), "names another issuer"),
        ("without issuer", json!({ "jwks_uri": KEYS }).to_string().into(), "names no issuer"),
        (
            "of several issuers",
            json!({ "issuer": [ISSUER], "jwks_uri": KEYS }).to_string().into(),
            "names no issuer",
        ),
        (
            "of null",
            json!({ "issuer": null, "jwks_uri": KEYS }).to_string().into(),
            "names no issuer",
        ),
        ("without keys", json!({ "issuer": ISSUER }).to_string().into(), "names no jwks_uri"),
        (
            "with several places for keys",
            json!({ "issuer": ISSUER, "jwks_uri": [KEYS] }).to_string().into(),
            "names no jwks_uri",
        ),
        (
            "with the keys in it",
            json!({ "issuer": ISSUER, "jwks": { "keys": [] } }).to_string().into(),
            "names no jwks_uri",
        ),
        ("keys by http", of(ISSUER, "http://id.example/realms/shop/keys"), "not an https URL"),
        ("keys of this machine by http", of(ISSUER, "http://127.0.0.1/keys"), "not an https URL"),
        ("keys of this machine", of(ISSUER, "https://127.0.0.1/keys"), "does not list"),
        ("keys of localhost", of(ISSUER, "https://localhost/keys"), "does not list"),
        ("keys of a metadata service", of(ISSUER, "https://169.254.169.254/k"), "does not list"),
        ("keys of an address", of(ISSUER, "https://10.0.0.1/k"), "does not list"),
        ("keys behind a user", of(ISSUER, "https://id.example@evil.example/k"), "not an https URL"),
        ("keys in a file", of(ISSUER, "file:///etc/passwd"), "not an https URL"),
        ("keys in the URL", of(ISSUER, "data:application/json,{}"), "not an https URL"),
        ("a relative URL", of(ISSUER, "/realms/shop/keys"), "not an https URL"),
        ("no URL", of(ISSUER, ""), "not an https URL"),
        ("a URL with blanks", of(ISSUER, " https://id.example/keys\n"), "not an https URL"),
        ("issuer twice", twice("issuer", ISSUER, "https://evil.example"), "not one strict JSON"),
        ("jwks_uri twice", twice("jwks_uri", KEYS, EVIL), "not one strict JSON"),
        ("nested deeply", deep.into_bytes(), "not one strict JSON"),
        ("HTML", raw("<!doctype html><title>Sign in</title>"), "not one strict JSON"),
        ("no UTF-8", [of(ISSUER, KEYS), vec![0xff]].concat(), "not one strict JSON"),
        (
            "UTF-16",
            document(ISSUER, KEYS).encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "not one strict JSON",
        ),
        (
            "a byte order mark",
            raw(&format!("\u{feff}{}", document(ISSUER, KEYS))),
            "not one strict JSON",
        ),
        ("cut off", of(ISSUER, KEYS)[..40].to_vec(), "not one strict JSON"),
        ("two documents", [of(ISSUER, KEYS), of(ISSUER, EVIL)].concat(), "not one strict JSON"),
        ("a list", raw("[]"), "not one strict JSON"),
        ("nothing", Vec::new(), "not one strict JSON"),
        ("a key set", raw(r#"{"keys":[]}"#), "names no issuer"),
    ]
}

/// One that is hostile from the start leaves the verifier without keys; one that turns hostile
/// leaves it with those it has.
#[tokio::test]
async fn a_hostile_document_never_changes_what_is_trusted() {
    for (row, hostile, reason) in hostile() {
        let Scene { web, clock, verifier, good, forged } = scene(policy());
        web.serve(DISCOVERY, hostile.clone());
        refuses(&verifier, &good, "keys_unavailable", row).await;
        refuses(&verifier, &forged, "keys_unavailable", row).await;
        assert_eq!(web.asked(), [DISCOVERY], "{row}: nothing else is fetched");
        says(&verifier, "discovery", reason, row);
        assert_eq!((state(&verifier).fetches, state(&verifier).failed_fetches), (1, 1), "{row}");

        web.serve(DISCOVERY, document(ISSUER, KEYS));
        clock.advance(Duration::from_secs(2));
        accepts(&verifier, &good, row).await;

        web.serve(DISCOVERY, hostile);
        clock.advance(Duration::from_secs(301));
        accepts(&verifier, &good, row).await;
        failures(&verifier, 2).await;
        accepts(&verifier, &good, row).await;
        refuses(&verifier, &forged, "invalid_signature", row).await;
        says(&verifier, "discovery", reason, row);
        assert_eq!(state(&verifier).generation, 1, "{row}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_document_is_a_failed_fetch() {
    for (row, error) in [
        ("a redirect", FetchError::status(302)),
        ("not found", FetchError::status(404)),
        ("a server's fault", FetchError::status(500)),
        ("out of reach", FetchError::connect("no")),
        ("slow", FetchError::Timeout),
    ] {
        let Scene { web, clock, verifier, good, .. } = scene(policy());
        accepts(&verifier, &good, row).await;
        web.fail(DISCOVERY, error.clone());
        clock.advance(Duration::from_secs(301));
        accepts(&verifier, &good, row).await;
        failures(&verifier, 1).await;
        assert_eq!(state(&verifier).last_error, Some(error), "{row}");
        assert_eq!(web.asked(), [DISCOVERY, KEYS, DISCOVERY], "{row}: keys are not asked for");
        accepts(&verifier, &good, row).await;
    }
}

#[tokio::test]
async fn a_document_is_as_bounded_as_a_key_set() {
    for (row, size, code) in
        [("at the limit", 256 * 1024, None), ("a byte more", 256 * 1024 + 1, Some("too_large"))]
    {
        let Scene { web, verifier, good, .. } = scene(policy());
        let plain = document(ISSUER, KEYS);
        web.serve(DISCOVERY, plain.clone() + &" ".repeat(size - plain.len()));
        let is_accepted = verifier.verify(&good).await.is_ok();
        assert_eq!(is_accepted, code.is_none(), "{row}");
        let last = state(&verifier).last_error;
        assert_eq!(last.as_ref().map(FetchError::code), code, "{row}");
    }
}

#[tokio::test]
async fn keys_may_move_and_the_document_is_read_for_each_fetch() {
    let Scene { web, clock, verifier, good, forged } = scene(policy());
    accepts(&verifier, &good, "at first").await;
    let moved = "https://cdn.example/keys";
    let keys = jwks(&TestIssuer::builder().algorithm(Algorithm::EdDsa).offline(), "2").to_string();
    web.serve(moved, keys);
    web.serve(DISCOVERY, document(ISSUER, moved));
    clock.advance(Duration::from_secs(301));
    accepts(&verifier, &good, "while it is refreshed").await;
    while state(&verifier).generation < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(web.asked(), [DISCOVERY, KEYS, DISCOVERY, moved]);
    for token in [&good, &forged] {
        refuses(&verifier, token, "key_not_found", "the old kid is gone").await;
    }
}

/// An issuer that somebody named is trusted to say where its keys are; listed origins end that.
#[tokio::test]
async fn keys_of_another_host_are_taken_unless_origins_are_listed() {
    for (row, origins, code) in [
        ("nothing is listed", None, "accepted"),
        ("none other", Some(&[][..]), "keys_unavailable"),
        ("another", Some(&["https://keys.example"]), "keys_unavailable"),
        ("another port", Some(&["https://evil.example:8443"]), "keys_unavailable"),
        ("this one", Some(&["https://keys.example", "https://evil.example"]), "accepted"),
    ] {
        let policy = match origins {
            Some(origins) => policy().jwks_origins(origins.iter().copied()).unwrap(),
            None => policy(),
        };
        let Scene { web, verifier, forged, .. } = scene(policy);
        web.serve(DISCOVERY, document(ISSUER, EVIL));
        let answer =
            verifier.verify(&forged).await.map_or_else(|error| error.code(), |_| "accepted");
        assert_eq!(answer, code, "{row}");
        let asked = web.asked();
        assert_eq!(asked.contains(&EVIL.to_owned()), code == "accepted", "{row}: {asked:?}");
    }
}

/// However many ask at once, the document and the keys are read once.
#[tokio::test]
async fn one_fetch_is_one_document_and_one_key_set() {
    let Scene { web, verifier, good, .. } = scene(policy());
    let requests = (0..50).map(|_| verifier.verify(&good));
    let answers = futures_util::future::join_all(requests).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(web.asked(), [DISCOVERY, KEYS]);
}

/// An unknown `kid` costs one such fetch within ten seconds, however many tokens name one.
#[tokio::test]
async fn a_flood_of_kids_costs_one_more_fetch() {
    let Scene { web, verifier, good, .. } = scene(policy());
    accepts(&verifier, &good, "at first").await;
    let issuer = TestIssuer::builder().algorithm(Algorithm::EdDsa).offline();
    let claims = json!({ "iss": ISSUER, "aud": "orders", "sub": "a", "exp": START + 60 });
    for number in 0..100 {
        let token = sign(&issuer, &format!("junk-{number}"), Some("at+jwt"), &claims);
        refuses(&verifier, &token, "key_not_found", "junk").await;
    }
    assert_eq!(web.asked(), [DISCOVERY, KEYS, DISCOVERY, KEYS]);
}

#[track_caller]
fn says(verifier: &Verifier, code: &str, reason: &str, row: &str) {
    let error = state(verifier).last_error.expect("the last fetch failed");
    assert_eq!(error.code(), code, "{row}");
    assert!(error.to_string().contains(reason), "{row}: {error}");
}

async fn failures(verifier: &Verifier, count: u64) {
    while state(verifier).failed_fetches < count {
        tokio::task::yield_now().await;
    }
}
