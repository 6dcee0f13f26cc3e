//! Keys come, go and change.

use crate::support::*;
use poolgate::Verifier;
use poolgate_issuer::{Fault, TestIssuer};
use poolgate_tests::World;

#[tokio::test]
async fn a_rotated_key_works_at_once() {
    let (world, verifier, old) = warm_world().await;
    world.issuer.rotate();
    let new = token(&world);
    assert_eq!(cached(&verifier, &new), "waits");
    accepts(&verifier, &new).await;
    accepts(&verifier, &old).await;
    assert_eq!(world.issuer.jwks_fetches(), 2);
}

#[tokio::test]
async fn a_second_rotation_waits_for_the_window() {
    let (world, verifier, _) = warm_world().await;
    world.issuer.rotate();
    accepts(&verifier, &token(&world)).await;
    world.issuer.rotate();
    let new = token(&world);
    answers(&verifier, &new, "key_not_found").await;
    world.pass(SECOND * 10);
    accepts(&verifier, &new).await;
    assert_eq!(world.issuer.jwks_fetches(), 3);
}

#[tokio::test]
async fn a_rotated_key_works_within_ten_seconds_of_a_flood() {
    let (world, verifier, old) = warm_world().await;
    let (mut slowest, mut junk) = (0, 0);
    for rotation_at in 0..12 {
        world.pass(SECOND * 10);
        let mut rotated = None;
        for second in 0..=30 {
            for _ in 0..10 {
                junk += 1;
                answers(&verifier, &unknown(&world, junk), "key_not_found").await;
            }
            if second == rotation_at {
                world.issuer.rotate();
                rotated = Some((token(&world), world.issuer.jwks_fetches()));
            }
            if let Some((new, fetches)) = &rotated {
                accepts(&verifier, &old).await;
                if answer(&verifier, new).await == "accepted" {
                    assert!(world.issuer.jwks_fetches() <= fetches + 1);
                    slowest = slowest.max(second - rotation_at);
                    break;
                }
            }
            world.pass(SECOND);
        }
        let (new, _) = rotated.expect("every round rotates");
        accepts(&verifier, &new).await;
    }
    println!("rotation among {junk} unknown kids: the new key works after {slowest} s at most");
    assert!(slowest <= 10, "{slowest} s");
}

#[tokio::test]
async fn asking_for_a_key_too_early_does_not_spoil_it() {
    let (world, verifier, _) = warm_world().await;
    let old = world.issuer.jwks_json();
    world.issuer.rotate();
    world.issuer.fail_jwks(Fault::Body(old));
    let early = token(&world);
    answers(&verifier, &early, "key_not_found").await;
    world.issuer.heal_jwks();
    world.pass(SECOND * 10);
    accepts(&verifier, &early).await;
}

#[tokio::test]
async fn a_key_that_is_taken_back_is_refused_after_the_refresh() {
    type TakeBack = fn(&TestIssuer);
    let remove: TakeBack = |issuer| assert!(issuer.remove(&issuer.access_kid()));
    let retire: TakeBack = |issuer| {
        issuer.rotate();
        issuer.retire();
    };
    for (name, take_back) in [("remove", remove), ("retire", retire)] {
        let (world, verifier, old) = warm_world().await;
        take_back(&world.issuer);
        accepts(&verifier, &old).await;
        refresh(&world, &verifier, &old).await;
        assert_eq!(answer(&verifier, &old).await, "key_not_found", "{name}");
        assert_eq!(cached(&verifier, &old), "key_not_found", "{name}");
        assert_eq!(
            world.issuer.jwks_fetches(),
            3,
            "{name}: the first, the refresh, and the unknown kid"
        );
    }
}

#[tokio::test]
async fn a_key_that_is_taken_back_is_refused_after_any_fetch() {
    let (world, verifier, old) = warm_world().await;
    world.issuer.rotate();
    world.issuer.retire();
    accepts(&verifier, &token(&world)).await;
    answers(&verifier, &old, "key_not_found").await;
    assert_eq!(world.issuer.jwks_fetches(), 2);
}

#[tokio::test]
async fn one_of_two_keys_can_go() {
    let (world, verifier, access) = warm_world().await;
    assert!(world.issuer.remove(&world.issuer.id_kid()));
    refresh(&world, &verifier, &access).await;
    accepts(&verifier, &access).await;
    assert_eq!((state(&verifier).usable_keys, world.issuer.jwks_fetches()), (1, 2));
}

#[tokio::test]
async fn an_empty_set_is_honoured() {
    let (world, verifier, good) = warm_world().await;
    world.issuer.fail_jwks(Fault::EmptySet);
    refresh(&world, &verifier, &good).await;
    answers(&verifier, &good, "key_not_found").await;
    let health = state(&verifier);
    assert_eq!((health.usable_keys, health.generation, health.last_error), (0, 2, None));

    world.issuer.heal_jwks();
    world.pass(SECOND * 10);
    accepts(&verifier, &good).await;
    assert_eq!(world.issuer.jwks_fetches(), 4, "two of them for a kid that was gone");
}

#[tokio::test]
async fn a_new_key_under_an_old_kid_replaces_it() {
    let (world, verifier, old) = warm_world().await;
    world.issuer.rekey_same_kid();
    let new = token(&world);
    answers(&verifier, &new, "invalid_signature").await;
    refresh(&world, &verifier, &old).await;
    answers(&verifier, &old, "invalid_signature").await;
    accepts(&verifier, &new).await;
    assert_eq!((state(&verifier).generation, world.issuer.jwks_fetches()), (2, 2));
}

/// Lets the keys grow old; the next request still uses them, and those that come are fetched.
async fn refresh(world: &World, verifier: &Verifier, token: &str) {
    let fetches = state(verifier).fetches;
    world.pass(MINUTE * 5);
    assert_eq!(cached(verifier, token), "accepted", "the old keys serve once more");
    fetches_end(verifier, fetches + 1).await;
}
