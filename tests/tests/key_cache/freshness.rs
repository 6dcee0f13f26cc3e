//! When keys are fetched again, and what clocks that jump do to them.

use crate::support::*;
use poolgate::{KeySet, Policy, TokenUse, Verifier};
use poolgate_issuer::Fault;
use poolgate_tests::{START, World};
use std::time::Duration;

#[tokio::test]
async fn the_refresh_comes_when_the_issuer_says_within_bounds() {
    for (cache_control, fresh) in [
        (None, 300),
        (Some("public"), 300),
        (Some("max-age=300"), 300),
        (Some("max-age=0"), 60),
        (Some("max-age=1"), 60),
        (Some("no-store"), 60),
        (Some("public, max-age=120, must-revalidate"), 120),
        (Some("max-age=1800"), 1_800),
        (Some("max-age=86400"), 1_800),
        (Some("max-age=99999999999999999999"), 1_800),
    ] {
        let world = world().await;
        world.issuer.cache_control(cache_control);
        let (verifier, good) = (world.verifier(), token(&world));
        accepts(&verifier, &good).await;
        quiet().await;
        // Four fifths of it, shortened by up to a tenth.
        let fresh = Duration::from_secs(fresh);
        let (earliest, latest) = (fresh.mul_f64(0.72), fresh.mul_f64(0.8));
        world.pass(earliest - Duration::from_millis(1));
        accepts(&verifier, &good).await;
        quiet().await;
        assert_eq!(world.issuer.jwks_fetches(), 1, "{cache_control:?}, too early");
        world.pass(latest - earliest + Duration::from_millis(1));
        for _ in 0..10 {
            accepts(&verifier, &good).await;
        }
        quiet().await;
        assert_eq!(world.issuer.jwks_fetches(), 2, "{cache_control:?}, in time");
    }
}

#[tokio::test]
async fn without_traffic_nothing_is_fetched() {
    let (world, verifier, good) = warm_world().await;
    quiet().await;
    for _ in 0..50 {
        world.pass(MINUTE);
        let _ = verifier.health();
        quiet().await;
    }
    assert_eq!(world.issuer.jwks_fetches(), 1);
    accepts(&verifier, &good).await;
    fetches_end(&verifier, 2).await;
}

#[tokio::test]
async fn jitter_keeps_verifiers_out_of_step() {
    let world = world().await;
    let good = token(&world);
    let mut verifiers: Vec<_> = (0..30).map(|_| world.verifier()).collect();
    for verifier in &verifiers {
        accepts(verifier, &good).await;
    }
    world.pass(SECOND * 215);
    let mut busiest = 0;
    for _ in 0..=25 {
        world.pass(SECOND);
        let before = verifiers.len();
        for verifier in &verifiers {
            assert_eq!(cached(verifier, &good), "accepted");
        }
        quiet().await;
        verifiers.retain(|verifier| state(verifier).fetches == 1);
        busiest = busiest.max(before - verifiers.len());
    }
    println!("30 verifiers refresh within 25 s, {busiest} in the busiest second");
    assert!(verifiers.is_empty(), "all have refreshed by four fifths of five minutes");
    assert!(busiest < 15, "{busiest} in one second");
}

#[tokio::test]
async fn a_wall_clock_set_back_makes_no_key_younger() {
    let (world, verifier, good) = old_token_world().await;
    world.clock.set_wall(Duration::from_secs(START) - DAY);
    accepts(&verifier, &good).await;
    assert_eq!(state(&verifier).age, Some(Duration::ZERO));
    world.clock.advance(MINUTE * 5);
    accepts(&verifier, &good).await;
    fetches_end(&verifier, 2).await;
    world.issuer.fail_jwks(Fault::Status(500));
    world.clock.advance(HOUR);
    world.clock.set_wall(Duration::from_secs(START) - DAY);
    is_unavailable(&verifier, &good).await;
    world.issuer.heal_jwks();
    world.clock.advance(SECOND);
    accepts(&verifier, &good).await;
}

#[tokio::test]
async fn a_machine_that_slept_has_old_keys() {
    let (world, verifier, good) = old_token_world().await;
    world.issuer.fail_jwks(Fault::Status(500));
    world.clock.set_wall(Duration::from_secs(START) + HOUR);
    is_unavailable(&verifier, &good).await;
    assert_eq!(state(&verifier).age, Some(HOUR));
}

#[tokio::test]
async fn a_clock_in_the_far_future_accepts_nothing_and_recovers() {
    let (world, verifier, good) = old_token_world().await;
    let mut fetches = 1;
    for wall in [Duration::from_secs(START) + DAY * 365_000, Duration::from_secs(u64::MAX)] {
        world.clock.set_wall(wall);
        answers(&verifier, &good, "token_expired").await;
        fetches += 1;
        assert_eq!(world.issuer.jwks_fetches(), fetches, "its keys are too old to know");
        world.clock.set_wall(Duration::from_secs(START));
        accepts(&verifier, &good).await;
        world.clock.advance(SECOND * 10);
        answers(&verifier, &unknown(&world, 1), "key_not_found").await;
        fetches += 1;
        world.issuer.fail_jwks(Fault::Status(500));
        world.clock.set_wall(wall);
        is_unavailable(&verifier, &good).await;
        fetches += 1;
        world.clock.set_wall(Duration::from_secs(START));
        accepts(&verifier, &good).await;
        world.issuer.heal_jwks();
        world.clock.advance(MINUTE * 5);
        accepts(&verifier, &good).await;
        fetches += 1;
        fetches_end(&verifier, fetches).await;
    }
}

#[tokio::test]
async fn a_clock_before_this_code_accepts_nothing_and_recovers() {
    let (world, warm, good) = old_token_world().await;
    let keys = KeySet::from_json(world.issuer.jwks_json()).unwrap();
    let policy = |world: &World| world.policy(TokenUse::Access).static_keys(keys.clone());
    let given = poolgate_tests::builder(policy(&world)).clock(world.clock.clone());
    let verifiers =
        [("warm", warm), ("cold", world.verifier()), ("given keys", given.build().unwrap())];
    for wall in [0, 1, 1_767_225_599] {
        world.clock.set_wall(Duration::from_secs(wall));
        for (name, verifier) in &verifiers {
            let retry_after = is_unavailable(verifier, &good).await;
            assert_eq!(retry_after, 30, "{name} at {wall}");
            let junk = unknown(&world, 1);
            assert_eq!(answer(verifier, &junk).await, "keys_unavailable", "{name} at {wall}");
        }
    }
    assert_eq!(world.issuer.jwks_fetches(), 1, "nothing is fetched meanwhile");
    world.clock.set_wall(Duration::from_secs(START));
    for (name, verifier) in &verifiers {
        assert_eq!(answer(verifier, &good).await, "accepted", "{name}");
    }
}

#[tokio::test]
async fn given_keys_are_never_fetched() {
    let world = world().await;
    let keys = KeySet::from_json(world.issuer.jwks_json()).unwrap();
    let policy =
        Policy::cognito(world.issuer.user_pool_id(), world.issuer.client_id(), TokenUse::Access);
    let policy = policy.unwrap().static_keys(keys).allow_test_keys();
    let verifier = poolgate_tests::builder(policy).clock(world.clock.clone()).build().unwrap();
    verifier.warm_up().await.unwrap();
    for _ in 0..5 {
        accepts(&verifier, &token(&world)).await;
        answers(&verifier, &unknown(&world, 1), "key_not_found").await;
        world.pass(DAY);
    }
    assert_eq!((state(&verifier).fetches, state(&verifier).age), (0, None));
}

/// A warm verifier, and a token that is good from two days before to years after.
async fn old_token_world() -> (World, Verifier, String) {
    let world = world().await;
    world.issuer.clock().rewind(DAY * 2);
    let good = world.issuer.access_token().expires_in(DAY * 1_000).sign();
    let verifier = world.verifier();
    accepts(&verifier, &good).await;
    (world, verifier, good)
}
