//! What holds for any input: properties call these with what they generate, fuzzers with what they
//! find. Each panics if its invariant is broken.

mod discovery;

pub use discovery::{a_discovery_document_leads_where_it_may, good_discovery, leads_somewhere};

use crate::World;
use poolgate::{Error, KeySet, TokenUse, Verifier, bearer};
use poolgate_issuer::{Algorithm, TestClock, TestIssuer};
use serde_json::Value;
use std::sync::LazyLock;

/// No text passes for a token that nobody has signed.
pub fn no_text_is_a_token(text: &[u8]) {
    if let Ok(text) = std::str::from_utf8(text) {
        assert!(accepted(text).is_none(), "a text was accepted");
    }
}

/// Whatever a header says, it is refused or honest; as a whole, and as members of a good one.
pub fn a_signed_header_is_honest_or_refused(header: &[u8]) {
    is_honest_or_refused(header);
    is_honest_or_refused(&with_members(&good_header(), header));
}

fn is_honest_or_refused(header: &[u8]) {
    if accepts_header(header) {
        let header: Value = serde_json::from_slice(header).expect("an accepted header is JSON");
        assert!(header["alg"] == "EdDSA" || header["alg"] == "Ed25519");
        assert_eq!(header["kid"], GATE.world.issuer.access_kid());
        for name in ["crit", "b64", "enc", "zip", "jwk", "jku", "x5u", "x5c"] {
            assert!(header.get(name).is_none(), "{name} was accepted");
        }
    }
}

/// Claims that are accepted fulfil the policy as another parser reads them, and are handed out
/// as they were signed; as a whole, and as members of good ones.
pub fn signed_claims_fulfil_the_policy_or_are_refused(claims: &[u8]) {
    fulfil_the_policy_or_are_refused(claims);
    fulfil_the_policy_or_are_refused(&with_members(&good_claims(), claims));
}

fn fulfil_the_policy_or_are_refused(claims: &[u8]) {
    let issuer = &GATE.world.issuer;
    let token = issuer.access_token().raw_payload(claims).sign();
    let Some(token) = accepted(&token) else { return };
    let claims: Value = serde_json::from_slice(claims).expect("accepted claims are JSON");
    assert_eq!(claims["iss"], issuer.issuer());
    assert_eq!(claims["client_id"], issuer.client_id());
    assert_eq!(claims["token_use"], "access");
    let exp = claims["exp"].as_f64().expect("exp is a number");
    assert!(exp + 10.0 > GATE.now(), "an expired token was accepted");
    assert!(claims.get("cnf").is_none());
    assert_eq!(token.claims::<Value>().as_ref(), Ok(&claims));
}

/// A key set is read or refused, and no key of it can be used for what it is not meant.
pub fn a_key_set_is_read_or_refused(document: &[u8]) {
    if let Ok(keys) = KeySet::from_json(document) {
        assert!((1..=100).contains(&keys.len()));
        let listed: Value = serde_json::from_slice(document).expect("a key set is JSON");
        let listed = listed["keys"].as_array().map_or(0, Vec::len);
        assert_eq!(keys.len() + keys.skipped(), listed, "every key is used or counted");
    }
}

/// What is found in a header follows the grammar of RFC 6750 §2.1, and nothing else is found.
pub fn credentials_follow_the_grammar(value: &[u8]) {
    let expected = std::str::from_utf8(value).ok().and_then(token_by_the_grammar);
    match bearer([value]) {
        Ok(token) => assert_eq!(Some(token), expected),
        Err(Error::MissingToken | Error::MalformedAuthorization) => assert_eq!(expected, None),
        Err(error) => panic!("another error: {error}"),
    }
}

/// A header that is accepted, for others to change.
#[must_use]
pub fn good_header() -> String {
    format!(r#"{{"alg":"EdDSA","kid":"{}"}}"#, GATE.world.issuer.access_kid())
}

/// Whether a header is accepted once it is signed.
#[must_use]
pub fn accepts_header(header: &[u8]) -> bool {
    accepted(&GATE.world.issuer.access_token().raw_header(header).sign()).is_some()
}

/// Claims that are accepted, for others to change.
#[must_use]
pub fn good_claims() -> String {
    let (issuer, exp) = (&GATE.world.issuer, GATE.world.now() + 60);
    let (iss, client) = (issuer.issuer(), issuer.client_id());
    format!(
        r#"{{"iss":"{iss}","sub":"s","username":"u","client_id":"{client}","token_use":"access","exp":{exp}}}"#
    )
}

/// Whether claims are accepted once they are signed.
#[must_use]
pub fn accepts_claims(claims: &[u8]) -> bool {
    accepted(&GATE.world.issuer.access_token().raw_payload(claims).sign()).is_some()
}

/// An object with more members, which bring their own commas.
#[must_use]
pub fn with_members(object: &str, members: &[u8]) -> Vec<u8> {
    let open = object.strip_suffix('}').expect("an object ends with a brace");
    [open.as_bytes(), members, b"}"].concat()
}

fn token_by_the_grammar(value: &str) -> Option<&str> {
    let (scheme, rest) = value.split_once(' ')?;
    let token = rest.trim_start_matches(' ');
    let body = token.trim_end_matches('=');
    let is_token = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    (is_bearer && !body.is_empty() && body.chars().all(is_token)).then_some(token)
}

fn accepted(token: &str) -> Option<poolgate::VerifiedToken> {
    GATE.verifier.verify_cached(token).expect("the keys are at hand").ok()
}

struct Gate {
    world: World,
    verifier: Verifier,
}

impl Gate {
    #[allow(clippy::cast_precision_loss, clippy::as_conversions, reason = "a time of this century")]
    fn now(&self) -> f64 {
        self.world.now() as f64
    }
}

/// One pool for all calls, with keys that sign quickly.
static GATE: LazyLock<Gate> = LazyLock::new(|| {
    let clock = TestClock::at(crate::START);
    let issuer = TestIssuer::builder().algorithm(Algorithm::EdDsa).clock(clock).offline();
    let world = World::around(issuer);
    let keys = KeySet::from_json(world.issuer.jwks_json()).expect("the issuer's keys");
    let policy = world.policy(TokenUse::Access).static_keys(keys);
    let verifier = Verifier::builder(policy).clock(world.clock.clone()).build();
    Gate { world, verifier: verifier.expect("a good configuration") }
});
