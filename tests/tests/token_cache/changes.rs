//! What changes between two looks at the same token, by the clock or in the token.

use crate::support::*;
use poolgate::{Error, Requirement, TokenUse, Verifier};
use poolgate_tests::START;
use std::time::Duration;

#[test]
fn a_hit_is_the_very_token_that_was_verified() {
    let world = world();
    let token = world.issuer.access_token().username("alice").group("Admins").sign();
    let verifier = with_keys(&world).build().unwrap();
    let first = verifier.verify_cached(&token).unwrap().unwrap();
    let twin = verifier.clone();
    let again = twin.verify_cached(&token).unwrap().unwrap();
    assert!(std::ptr::eq(first.groups(), again.groups()), "one memory, which nobody can change");
    assert_eq!((known(&verifier), known(&twin), again.username()), (1, 1, Some("alice")));

    let without = world.verifier_with_keys();
    assert!(!is_remembered(&without, &token), "nothing is unless asked for");
    assert_eq!(without.health().token_cache, None);
}

#[test]
fn a_known_token_expires_like_any_other() {
    for leeway in [0, 10, 300] {
        let world = world();
        let policy = |builder: poolgate::Policy| builder.leeway(Duration::from_secs(leeway));
        let keys = poolgate::KeySet::from_json(world.issuer.jwks_json()).unwrap();
        let policy = policy(world.policy(TokenUse::Access).static_keys(keys)).unwrap();
        let builder = Verifier::builder(policy).clock(world.clock.clone());
        let verifier = builder.token_cache(roomy()).build().unwrap();
        let token = world.issuer.access_token().claim("exp", START + 60).sign();
        for _ in 0..60 + leeway {
            assert_eq!(answer(&verifier, &token), "accepted");
            world.clock.advance(SECOND);
        }
        assert_eq!(known(&verifier), 1);
        let found = verifier.verify_cached(&token).unwrap().unwrap_err();
        assert!(matches!(found, Error::TokenExpired { ago, .. } if ago.as_secs() == leeway));
        assert_eq!(known(&verifier), 0, "an expired token makes room");
    }
}

#[test]
fn a_clock_that_is_set_back_refuses_what_is_not_yet_valid() {
    let world = world();
    let token = world.issuer.access_token().claim("nbf", START).claim("iat", START).sign();
    let verifier = with_keys(&world).build().unwrap();
    let set = |seconds| world.clock.set_wall(Duration::from_secs(seconds));
    assert_eq!(answer(&verifier, &token), "accepted");
    set(START - 10);
    assert_eq!(answer(&verifier, &token), "accepted", "within the leeway");
    set(START - 11);
    assert_eq!(answer(&verifier, &token), "token_not_yet_valid");
    set(0);
    assert_eq!(answer(&verifier, &token), "keys_unavailable", "nobody knows the time");
    set(START);
    assert_eq!(answer(&verifier, &token), "accepted");
}

#[test]
fn a_clock_that_must_be_wrong_neither_reads_nor_writes() {
    let world = world();
    let token = world.issuer.access_token().sign();
    let verifier = with_keys(&world).build().unwrap();
    assert_eq!(answer(&verifier, &token), "accepted");
    world.clock.set_wall(Duration::ZERO);
    assert_eq!(answer(&verifier, &token), "keys_unavailable");
    assert_eq!(known(&verifier), 1, "what is known stays");
}

#[test]
fn a_sign_in_grows_too_old_between_hits() {
    let world = world();
    let keys = poolgate::KeySet::from_json(world.issuer.jwks_json()).unwrap();
    let policy = world.policy(TokenUse::Access).static_keys(keys).max_age(MINUTE);
    let builder = Verifier::builder(policy).clock(world.clock.clone()).token_cache(roomy());
    let verifier = builder.build().unwrap();
    let token = world.issuer.access_token().claim("auth_time", START).sign();
    assert_eq!(answer(&verifier, &token), "accepted");
    world.clock.advance(MINUTE + SECOND * 10);
    assert_eq!(answer(&verifier, &token), "accepted", "its last moment, leeway included");
    world.clock.advance(Duration::from_nanos(1));
    assert_eq!(answer(&verifier, &token), "invalid_claim");
}

#[test]
fn tokens_that_share_all_but_one_byte_share_nothing() {
    let world = world();
    let token = world.issuer.access_token().sign();
    let verifier = with_keys(&world).build().unwrap();
    assert_eq!(answer(&verifier, &token), "accepted");
    for at in 0..token.len() {
        let mut other = token.clone().into_bytes();
        other[at] = if other[at] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).unwrap();
        assert_ne!(answer(&verifier, &other), "accepted", "byte {at}");
        // The end that says where to look is the same.
        let grown = format!("{}x{}", &token[..at], &token[at..]);
        assert_ne!(answer(&verifier, &grown), "accepted", "byte {at}");
        assert_ne!(answer(&verifier, &token[at + 1..]), "accepted", "byte {at}");
    }
    assert_eq!(known(&verifier), 1, "no failure is remembered");
    assert!(is_remembered(&verifier, &token));
}

#[test]
fn two_verifiers_share_no_token() {
    let world = world();
    let token = world.issuer.access_token().sign();
    let (one, other) = (with_keys(&world).build().unwrap(), with_keys(&world).build().unwrap());
    assert_eq!(answer(&one, &token), "accepted");
    assert_eq!((known(&one), known(&other)), (1, 0));

    let keys = poolgate::KeySet::from_json(world.issuer.jwks_json()).unwrap();
    let policy = world.policy(TokenUse::Access).static_keys(keys);
    let policy = policy.require(Requirement::group("Admins"));
    let strict = Verifier::builder(policy).clock(world.clock.clone()).token_cache(roomy());
    let strict = strict.build().unwrap();
    for _ in 0..2 {
        assert_eq!(answer(&strict, &token), "insufficient_group");
    }
    assert_eq!(known(&strict), 0, "a token that is refused is not remembered");
    let admin = world.issuer.access_token().username("a").group("Admins").sign();
    assert!(is_remembered(&strict, &admin));
}
