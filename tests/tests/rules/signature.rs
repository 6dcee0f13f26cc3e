//! Algorithms, keys and signatures.

use crate::{EVERY_ALGORITHM, gate, gate_for, usable_algorithms};
use aws_lc_rs::hmac;
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use poolgate::{Algorithm, KeySet, TokenUse, Verifier};
use poolgate_issuer::{Algorithm as Signing, TestIssuer};
use poolgate_tests::{HAS_P521, World};
use serde_json::Value;

#[test]
fn a_plain_token_of_every_algorithm_passes() {
    let gate = gate();
    for algorithm in usable_algorithms() {
        gate.says("ok", algorithm.name(), &gate.access().algorithm(algorithm).sign());
    }
    gate.says("ok", "escaped slashes", &gate.access().escaped_slashes().sign());
    gate.says("ok", "a client", &gate.world.issuer.client_credentials_token().sign());
}

/// What no key of this build can verify is answered like any other unknown key.
#[test]
fn a_key_that_the_library_does_not_have_is_skipped() {
    let gate = gate();
    let usable: Vec<_> = usable_algorithms().collect();
    assert_eq!(usable.len(), if HAS_P521 { 10 } else { 9 });
    for algorithm in EVERY_ALGORITHM.into_iter().filter(|algorithm| !usable.contains(algorithm)) {
        let token = gate.access().algorithm(algorithm).sign();
        gate.says("key_not_found", algorithm.name(), &token);
    }
    let keys = KeySet::from_json(gate.world.issuer.jwks_json()).unwrap();
    assert_eq!(keys.skipped(), EVERY_ALGORITHM.len() - usable.len());
}

#[test]
fn no_token_chooses_its_algorithm() {
    let gate = gate();
    for alg in
        ["none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "rs256", "RS1", "ES256K", ""]
    {
        gate.says("invalid_algorithm", alg, &gate.access().header("alg", alg).sign());
    }
    for other in Algorithm::ALL.into_iter().filter(|other| *other != Algorithm::Rs256) {
        let token = gate.access().header("alg", other.as_str()).sign();
        gate.says("invalid_algorithm", "an RS256 key under another name", &token);
    }
    let unsigned = gate.access().header("alg", "none").sign();
    let (input, _) = unsigned.rsplit_once('.').unwrap();
    gate.says("invalid_algorithm", "none, without signature", &format!("{input}."));
    let signed = gate.access().sign();
    let (input, _) = signed.rsplit_once('.').unwrap();
    gate.says("invalid_signature", "signature cut off", &format!("{input}."));
}

#[test]
fn a_public_key_is_no_hmac_secret() {
    let gate = gate();
    let jwks: Value = serde_json::from_str(&gate.world.issuer.jwks_json()).unwrap();
    let kid = gate.world.issuer.access_kid();
    let jwk = jwks["keys"].as_array().unwrap().iter().find(|jwk| jwk["kid"] == kid).unwrap();
    let n = BASE64_URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        BASE64_STANDARD.encode(&n)
    );
    let secrets =
        [jwk.to_string().into_bytes(), jwks.to_string().into_bytes(), n, pem.into_bytes(), vec![]];
    let token = gate.access().header("alg", "HS256").sign();
    let (input, _) = token.rsplit_once('.').unwrap();
    for secret in secrets {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let tag = BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&key, input.as_bytes()));
        gate.says("invalid_algorithm", "HS256 with public bytes", &format!("{input}.{tag}"));
    }
}

#[test]
fn one_key_has_one_algorithm() {
    // The policy takes PS256 only, and the set holds an RSA key that names no algorithm.
    let world = World::offline();
    let mut jwks: Value = serde_json::from_str(&world.issuer.jwks_json()).unwrap();
    for jwk in jwks["keys"].as_array_mut().unwrap() {
        jwk.as_object_mut().unwrap().remove("alg");
    }
    let keys = KeySet::from_json(jwks.to_string()).unwrap();
    let policy = world.policy(TokenUse::Access).static_keys(keys);
    let as_rs256 = Verifier::builder(policy.clone()).clock(world.clock.clone()).build().unwrap();
    let as_ps256 = policy.algorithms([Algorithm::Ps256, Algorithm::Es256]).unwrap();
    let as_ps256 = Verifier::builder(as_ps256).clock(world.clock.clone()).build().unwrap();
    let token = world.issuer.access_token().sign();
    let code = |verifier: &Verifier, token: &str| match verifier.verify_cached(token).unwrap() {
        Ok(_) => "ok",
        Err(error) => error.code(),
    };
    assert_eq!(code(&as_rs256, &token), "ok");
    assert_eq!(code(&as_ps256, &token), "invalid_algorithm");
    let renamed = world.issuer.access_token().header("alg", "PS256").sign();
    assert_eq!(code(&as_rs256, &renamed), "invalid_algorithm");
    assert_eq!(code(&as_ps256, &renamed), "invalid_signature");
}

#[test]
fn signatures() {
    let gate = gate();
    for algorithm in usable_algorithms() {
        let (name, token) = (algorithm.name(), gate.access().algorithm(algorithm).sign());
        let (input, signature) = token.rsplit_once('.').unwrap();
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
        let with = |bytes: &[u8]| format!("{input}.{}", BASE64_URL_SAFE_NO_PAD.encode(bytes));
        gate.says("ok", name, &with(&bytes));
        let flipped: Vec<u8> =
            bytes.iter().enumerate().map(|(i, b)| b ^ u8::from(i == 9)).collect();
        for odd in [
            vec![0; bytes.len()],
            vec![0xff; bytes.len()],
            [&bytes[..], &[0]].concat(),
            [&[0], &bytes[..]].concat(),
            bytes[1..].to_vec(),
            bytes[..bytes.len() - 1].to_vec(),
            bytes.repeat(2),
            flipped,
        ] {
            gate.says("invalid_signature", name, &with(&odd));
        }
    }
}

#[test]
fn a_signature_holds_for_its_own_token_only() {
    let gate = gate();
    let (bob, alice) = (gate.access().username("bob").sign(), gate.access().group("Admins").sign());
    let bob: Vec<&str> = bob.split('.').collect();
    let alice: Vec<&str> = alice.split('.').collect();
    let swapped = [bob[0], alice[1], bob[2]].join(".");
    gate.says("invalid_signature", "payload of another token", &swapped);
    let other = TestIssuer::builder().user_pool_id(gate.world.issuer.user_pool_id()).offline();
    gate.says("invalid_signature", "key of a forger", &gate.access().signed_by(&other).sign());
    let id_key = gate.access().kid(gate.world.issuer.id_kid()).sign();
    gate.says("invalid_signature", "kid of the other key", &id_key);
}

#[test]
fn ecdsa_signatures_are_raw_and_not_der() {
    let gate = gate();
    let token = gate.access().algorithm(Signing::Es256).sign();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let raw = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let integer = |bytes: &[u8]| [&[2, 33, 0], bytes].concat();
    let der = [&[0x30, 70][..], &integer(&raw[..32]), &integer(&raw[32..])].concat();
    let long = BASE64_URL_SAFE_NO_PAD.encode(vec![1; 9_000]);
    gate.says(
        "invalid_signature",
        "DER",
        &format!("{input}.{}", BASE64_URL_SAFE_NO_PAD.encode(der)),
    );
    gate.says("invalid_signature", "a very long one", &format!("{input}.{long}"));
}

#[test]
fn a_policy_can_narrow_the_algorithms() {
    let gate = gate_for(TokenUse::Access, |p| p.algorithms([Algorithm::Es256]).unwrap());
    gate.says("invalid_algorithm", "RS256", &gate.access().sign());
    let es256 = gate.access().algorithm(Signing::Es256);
    gate.says("ok", "ES256", &es256.sign());
}

/// With every ECDSA signature (r, s) the pair (r, n - s) verifies as well: it is legal, and why
/// the bytes of a token are no identity.
#[test]
fn an_ecdsa_signature_has_one_twin() {
    let gate = gate();
    let token = gate.access().algorithm(Signing::Es256).sign();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let raw = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let (r, s) = raw.split_at(32);
    let twin = [r, &subtract(&P256_ORDER, s)].concat();
    let negated_r = [&subtract(&P256_ORDER, r)[..], s].concat();
    let with = |bytes: &[u8]| format!("{input}.{}", BASE64_URL_SAFE_NO_PAD.encode(bytes));
    gate.says("ok", "(r, n - s)", &with(&twin));
    gate.says("invalid_signature", "(n - r, s)", &with(&negated_r));
    gate.says("invalid_signature", "s = n", &with(&[r, &P256_ORDER].concat()));
    gate.says("invalid_signature", "r = n", &with(&[&P256_ORDER, s].concat()));
}

/// Subtracts big-endian numbers of the same length.
fn subtract(minuend: &[u8], subtrahend: &[u8]) -> Vec<u8> {
    let mut borrow = false;
    let mut digits: Vec<u8> = minuend
        .iter()
        .zip(subtrahend)
        .rev()
        .map(|(a, b)| {
            let (digit, first) = a.overflowing_sub(*b);
            let (digit, second) = digit.overflowing_sub(u8::from(borrow));
            borrow = first || second;
            digit
        })
        .collect();
    digits.reverse();
    digits
}

/// The number of points of P-256 (SEC 2 §2.4.2).
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];
