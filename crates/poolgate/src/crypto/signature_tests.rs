//! What no signature may do, whatever the library: panic, or be one of two for the same number.

use super::HAS_P521;
use crate::{
    Algorithm,
    crypto::VerifyingKey,
    jwks::{ImportRules, KeySet, Lookup},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use poolgate_issuer::{Algorithm as Signing, TestIssuer};
use std::sync::Arc;

#[test]
fn signatures_of_any_length_are_refused_without_panic() {
    let mut random = fastrand::Rng::with_seed(1);
    for key in keys() {
        for len in (0..=600).chain([16_384]) {
            let junk = Vec::from_iter(std::iter::repeat_with(|| random.u8(..)).take(len));
            for signature in [vec![0; len], vec![0xff; len], junk] {
                assert!(!key.verifies(b"message", &signature), "{key:?}: {len} bytes");
            }
        }
    }
}

/// With as many as here, some end in the last byte of a padding, and its other parts are read.
#[test]
fn random_numbers_are_no_rsa_signatures() {
    let mut random = fastrand::Rng::with_seed(2);
    for (bits, algorithm) in [(2_048, Algorithm::Ps256), (2_049, Algorithm::Ps512)] {
        let key = all_ones(bits, algorithm);
        for _ in 0..1_000 {
            let mut signature = vec![0; bits.div_ceil(8)];
            signature.iter_mut().skip(1).for_each(|byte| *byte = random.u8(..));
            assert!(!key.verifies(b"message", &signature), "{algorithm}: {signature:x?}");
        }
    }
}

/// s + n is the same number modulo n (RFC 8017 §5.2.2).
#[test]
fn an_rsa_signature_is_below_the_modulus() {
    for (signing, algorithm) in
        [(Signing::Rs256, Algorithm::Rs256), (Signing::Ps256, Algorithm::Ps256)]
    {
        let issuer = TestIssuer::builder().algorithm(signing).offline();
        let key = access_key(&issuer, algorithm).unwrap();
        let n = modulus(&issuer);
        let in_two_ways = |tries: usize| {
            let token = issuer.access_token().claim("tries", tries).sign();
            let (message, signature) = token.rsplit_once('.').unwrap();
            let s = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
            // Not every sum fits into as many bytes as the modulus has.
            Some((message.to_owned(), sum(&s, &n)?, s))
        };
        let (message, beyond, signature) = (0..).find_map(in_two_ways).unwrap();
        assert!(key.verifies(message.as_bytes(), &signature), "{algorithm}");
        assert!(!key.verifies(message.as_bytes(), &beyond), "{algorithm}");
    }
}

/// One key of each kind, RSA also with one bit more than fits into bytes.
fn keys() -> Vec<Arc<VerifyingKey>> {
    let mut keys = Vec::new();
    for (signing, algorithm) in [
        (Signing::Es256, Algorithm::Es256),
        (Signing::Es384, Algorithm::Es384),
        (Signing::Es512, Algorithm::Es512),
        (Signing::EdDsa, Algorithm::EdDsa),
    ] {
        let issuer = TestIssuer::builder().algorithm(signing).offline();
        keys.extend(access_key(&issuer, algorithm));
    }
    assert_eq!(keys.len(), if HAS_P521 { 4 } else { 3 });
    for algorithm in Algorithm::ALL.into_iter().filter(|algorithm| algorithm.is_rsa()) {
        keys.extend([2_048, 2_049].map(|bits| Arc::new(all_ones(bits, algorithm))));
    }
    keys
}

fn all_ones(bits: usize, algorithm: Algorithm) -> VerifyingKey {
    let mut n = vec![0xff; bits.div_ceil(8)];
    n[0] >>= (8 - bits % 8) % 8;
    VerifyingKey::rsa(algorithm, &n, &[1, 0, 1]).unwrap()
}

fn access_key(issuer: &TestIssuer, algorithm: Algorithm) -> Option<Arc<VerifyingKey>> {
    let rules = ImportRules { allow_test_keys: true, ..ImportRules::default() };
    let set = KeySet::parse(issuer.jwks_json().as_bytes(), rules).unwrap();
    match set.find(Some(&issuer.access_kid()), algorithm) {
        Lookup::Found(key) => Some(Arc::clone(key)),
        Lookup::OtherAlgorithm | Lookup::Absent => None,
    }
}

fn modulus(issuer: &TestIssuer) -> Vec<u8> {
    let jwks: serde_json::Value = serde_json::from_str(&issuer.jwks_json()).unwrap();
    let kid = issuer.access_kid();
    let mut keys = jwks["keys"].as_array().unwrap().iter();
    let jwk = keys.find(|jwk| jwk["kid"] == kid).unwrap();
    BASE64_URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap()
}

/// The sum of two numbers of the same length, most significant byte first, if it has that length.
fn sum(a: &[u8], b: &[u8]) -> Option<Vec<u8>> {
    let mut carry = 0;
    let mut sum = Vec::from_iter(a.iter().zip(b).rev().map(|(a, b)| {
        let [low, high] = (u16::from(*a) + u16::from(*b) + carry).to_le_bytes();
        carry = u16::from(high);
        low
    }));
    sum.reverse();
    (carry == 0).then_some(sum)
}
