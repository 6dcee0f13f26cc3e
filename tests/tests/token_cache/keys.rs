//! Keys are asked for on a hit as they are without a cache: refreshed ahead, replaced, too old.

use crate::support::*;
use poolgate::{IssuerHealth, Verifier};
use poolgate_issuer::Fault;
use poolgate_tests::World;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// A world whose verifier remembers a token that outlives every story.
async fn warm_world() -> (World, Verifier, String) {
    let world = served_world().await;
    let verifier = world.builder().token_cache(roomy()).build().unwrap();
    let token = world.issuer.access_token().expires_in(HOUR * 48).sign();
    verifier.verify(&token).await.unwrap();
    assert!(is_remembered(&verifier, &token));
    (world, verifier, token)
}

#[tokio::test]
async fn a_hot_token_does_not_stop_refreshes() {
    let (world, verifier, token) = warm_world().await;
    for fetches in 2..6 {
        world.pass(MINUTE * 4);
        assert_eq!(answer(&verifier, &token), "accepted");
        fetches_end(&verifier, fetches).await;
        assert!(is_remembered(&verifier, &token), "the same keys again");
    }
    assert_eq!((state(&verifier).generation, known(&verifier)), (1, 1));
}

#[tokio::test]
async fn a_key_that_is_removed_takes_its_tokens_with_it() {
    let (world, verifier, token) = warm_world().await;
    world.issuer.remove(&world.issuer.access_kid());
    assert_eq!(answer(&verifier, &token), "accepted", "nobody has heard of it");
    world.pass(MINUTE * 4);
    assert_eq!(answer(&verifier, &token), "accepted", "which begins a refresh");
    fetches_end(&verifier, 2).await;
    assert_eq!(waited_for(&verifier, &token).await, "key_not_found");
    assert_eq!(known(&verifier), 0);
}

#[tokio::test]
async fn another_key_under_the_same_name_verifies_anew() {
    let (world, verifier, token) = warm_world().await;
    world.issuer.rekey_same_kid();
    world.pass(MINUTE * 5);
    assert_eq!(answer(&verifier, &token), "accepted");
    fetches_end(&verifier, 2).await;
    assert_eq!(waited_for(&verifier, &token).await, "invalid_signature");
}

#[tokio::test]
async fn a_rotation_keeps_what_the_old_key_has_signed() {
    let (world, verifier, old) = warm_world().await;
    world.issuer.rotate();
    let new = world.issuer.access_token().expires_in(HOUR).sign();
    assert_eq!(waited_for(&verifier, &new).await, "accepted");
    assert_eq!(waited_for(&verifier, &old).await, "accepted", "verified once more");
    assert!(is_remembered(&verifier, &old) && is_remembered(&verifier, &new));
}

#[tokio::test]
async fn keys_that_are_too_old_are_a_503_for_known_tokens_too() {
    let (world, verifier, token) = warm_world().await;
    world.issuer.fail_jwks(Fault::Status(500));
    world.pass(HOUR - SECOND);
    assert_eq!(answer(&verifier, &token), "accepted", "stale keys serve for an hour");
    fetches_end(&verifier, 2).await;
    world.pass(SECOND);
    assert_eq!(waited_for(&verifier, &token).await, "keys_unavailable");
    world.issuer.heal_jwks();
    world.pass(MINUTE);
    assert_eq!(waited_for(&verifier, &token).await, "accepted");
    assert!(is_remembered(&verifier, &token));
}

#[tokio::test]
async fn shared_keys_go_by_the_clock_of_whom_they_are_of() {
    let world = served_world().await;
    let lender = world.verifier();
    let clock = poolgate::ManualClock::at(poolgate_tests::START);
    let builder = Verifier::builder(world.policy(poolgate::TokenUse::Access)).keys_from(&lender);
    let verifier = builder.clock(clock.clone()).token_cache(roomy()).build().unwrap();
    let token = world.issuer.access_token().expires_in(HOUR * 48).sign();
    assert_eq!(waited_for(&verifier, &token).await, "accepted");
    clock.advance(HOUR * 2);
    assert_eq!(answer(&verifier, &token), "accepted", "the keys are not older by their own clock");
    assert_eq!(known(&verifier), 1);
    world.issuer.fail_jwks(Fault::Status(500));
    world.pass(HOUR);
    assert_eq!(waited_for(&verifier, &token).await, "keys_unavailable");
}

fn state(verifier: &Verifier) -> IssuerHealth {
    verifier.health().issuers.first().expect("a policy has an issuer").clone()
}

/// Waits until so many fetches have ended.
async fn fetches_end(verifier: &Verifier, count: u64) {
    let ended = async {
        while state(verifier).fetches < count {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(20), ended).await.expect("a fetch was begun");
}
