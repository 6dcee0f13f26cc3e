//! Each hostile token has the fault that its name says, and no other one, for which everybody would refuse it anyway:
//! an attack that nobody can fall for proves nothing.

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Map, Value};

use super::*;

/// Whoever reads gullibly finds the pool's signature, and what a token holder has is a token as the pool wrote it.
#[test]
fn whatever_is_not_forged_is_signed_by_the_pool() {
    for algorithm in [Algorithm::Rs256, Algorithm::Es384, Algorithm::EdDsa] {
        let issuer = TestIssuer::builder().algorithm(algorithm).offline();
        let keys = forge::published_jwks(&issuer);
        let mut unsigned = BTreeSet::new();
        for attack in issuer.attacks() {
            let Some(token) = attack.token() else { continue };
            let signer = keys.iter().find(|jwk| is_signed_with(jwk, token));
            match attack.attacker() {
                Attacker::Anyone => assert!(signer.is_none(), "{}", attack.name()),
                _ if signer.is_none() => drop(unsigned.insert(attack.name())),
                Attacker::KeyHolder => {}
                Attacker::TokenHolder => {
                    let (header, _) = read(token).expect("it is as the pool wrote it");
                    let expected = signer.map(|jwk| (jwk["kid"].clone(), jwk["alg"].clone()));
                    let says = (header["kid"].clone(), header["alg"].clone());
                    assert_eq!((Some(says), header.len()), (expected, 2), "{}", attack.name());
                }
            }
        }
        unsigned.retain(|name| !name.starts_with("signature-") && !name.starts_with("signed-as-"));
        assert_eq!(unsigned, TAKEN_APART.into(), "{algorithm}");
    }
}

/// A token of the pool, of which parts are missing or from elsewhere.
const TAKEN_APART: [&str; 6] = [
    "claims-missing",
    "claims-of-another-token",
    "five-parts",
    "header-missing",
    "one-part",
    "parts-in-another-order",
];

/// Whoever does not verify the signature, or verifies it with the forger's key, takes these.
#[test]
fn forgeries_say_what_a_good_token_says() {
    let issuer = issuer();
    let good = claims_of(&issuer.access_token().sign());
    let mut others = BTreeSet::new();
    for attack in issuer.attacks().iter().filter(|attack| attack.attacker() == Attacker::Anyone) {
        let faults = attack.token().map(|token| Some(faults(&read(token)?.1, &good)));
        match (attack.row(), faults) {
            (_, None) => {}
            ("D1" | "D2", Some(Some(faults))) if faults == ["iss"] => {}
            (_, Some(Some(faults))) if faults.is_empty() => {}
            _ => drop(others.insert(attack.name())),
        }
    }
    assert_eq!(others, NOTHING_TO_READ.into());
}

const NOTHING_TO_READ: [&str; 9] = [
    "empty-objects",
    "garbage",
    "header-list",
    "header-no-json",
    "header-null",
    "header-unclosed",
    "only-dots",
    "opaque-token",
    "ten-thousand-dots",
];

#[test]
fn at_most_one_claim_is_wrong() {
    let issuer = issuer();
    let good = claims_of(&issuer.access_token().sign());
    let mut others = BTreeSet::new();
    for attack in issuer.attacks().iter().filter(|attack| attack.row().starts_with('C')) {
        let (header, claims) = attack.token().and_then(read).expect("nothing but claims is wrong");
        let kid = header["kid"].as_str().unwrap_or_default();
        assert_eq!((header.len(), kid.get(..5)), (2, Some("test-")), "{}", attack.name());
        if faults(&claims, &good).len() > 1 {
            others.insert(attack.name());
        }
    }
    assert_eq!(others, OF_ANOTHER_KIND.into());
}

/// Tokens of another kind, and claims that shall make up for another one.
const OF_ANOTHER_KIND: [&str; 8] = [
    "client-missing-our-audience",
    "id-token",
    "id-token-that-says-access",
    "machine",
    "machine-with-group",
    "other-client-our-audience",
    "other-client-our-azp",
    "other-machine",
];

fn claims_of(token: &str) -> Map<String, Value> {
    read(token).expect("a good token").1
}

/// The claims that are not those of the good token; of numbers that differ from token to token, those that are none.
fn faults(claims: &Map<String, Value>, good: &Map<String, Value>) -> Vec<String> {
    let names: BTreeSet<_> = claims.keys().chain(good.keys()).cloned().collect();
    let is_wrong = |name: &String| match (claims.get(name), good.get(name)) {
        (Some(Value::Number(claim)), Some(Value::Number(good))) => claim.is_u64() != good.is_u64(),
        (claim, good) => claim != good,
    };
    let is_fresh = |name: &String| ["event_id", "jti", "origin_jti"].contains(&name.as_str());
    let is_text = |name: &String| claims.get(name).is_some_and(Value::is_string);
    names.into_iter().filter(|name| is_wrong(name) && !(is_fresh(name) && is_text(name))).collect()
}

/// Header and claims, as gullible readers take them.
fn read(token: &str) -> Option<(Map<String, Value>, Map<String, Value>)> {
    let mut parts = token.split('.').filter(|part| !part.is_empty());
    let mut object = || serde_json::from_slice(&decode(parts.next()?)?).ok();
    Some((object()?, object()?))
}

fn is_signed_with(jwk: &Value, token: &str) -> bool {
    let parts: Vec<_> = token.split('.').filter(|part| !part.is_empty()).collect();
    let [header, claims, signature, ..] = &*parts else { return false };
    let signed = format!("{header}.{claims}");
    let signature = decode(signature).unwrap_or_default();
    test_verifier::verify(jwk, signed.as_bytes(), &signature).is_ok()
}

/// Both alphabets count, and what is of neither or says nothing is left out.
fn decode(part: &str) -> Option<Vec<u8>> {
    let text = part.replace('+', "-").replace('/', "_");
    let mut text: String = text.chars().filter(|c| is_letter(*c)).collect();
    if text.len() % 4 == 1 {
        text.pop();
    }
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&base64::alphabet::URL_SAFE, config).decode(text).ok()
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}
