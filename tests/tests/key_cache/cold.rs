//! No keys yet: who fetches them, and who depends on whom.

use crate::support::*;
use poolgate_issuer::Fault;
use std::time::Duration;

#[test]
fn ten_thousand_cold_requests_cost_one_fetch() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let world = world().await;
        world.issuer.fail_jwks(Fault::Delay(Duration::from_millis(200)));
        let (verifier, token) = (world.verifier(), token(&world));
        let answers = ask_at_once(10_000, &verifier, &token).await;
        let accepted = answers.iter().filter(|answer| **answer == "accepted").count();
        let fetches = world.issuer.jwks_fetches();
        println!("10000 cold requests: {accepted} accepted, {fetches} fetches");
        assert_eq!((accepted, fetches, state(&verifier).fetches), (10_000, 1, 1));
    });
}

#[tokio::test]
async fn ten_thousand_cold_requests_in_vain_cost_one_fetch() {
    let world = world().await;
    world.issuer.fail_jwks(Fault::Status(500));
    let (verifier, token) = (world.verifier(), token(&world));
    let answers = ask_at_once(10_000, &verifier, &token).await;
    assert!(answers.iter().all(|answer| *answer == "keys_unavailable"));
    assert_eq!(world.issuer.jwks_fetches(), 1);
}

#[tokio::test]
async fn a_leader_that_goes_away_costs_its_followers_nothing() {
    for is_hanging in [false, true] {
        let world = world().await;
        world.issuer.fail_jwks(Fault::Hang);
        let (verifier, token) = (world.verifier(), token(&world));
        let mut leader = Box::pin(verifier.verify(&token));
        assert!(poll_once(leader.as_mut()).is_pending());
        if is_hanging {
            fetch_arrives(&world.issuer, 1).await;
        }
        let followers = follow(10, &verifier, &token).await;
        drop(leader);
        fetch_arrives(&world.issuer, 1).await;
        world.issuer.heal_jwks();
        for follower in followers {
            assert_eq!(follower.await.unwrap(), "accepted", "hanging: {is_hanging}");
        }
        assert_eq!(world.issuer.jwks_fetches(), 1, "hanging: {is_hanging}");
    }
}

#[tokio::test]
async fn a_leader_whose_task_is_aborted_costs_its_followers_nothing() {
    let world = world().await;
    world.issuer.fail_jwks(Fault::Hang);
    let (verifier, token) = (world.verifier(), token(&world));
    let leader = follow(1, &verifier, &token).await.pop().unwrap();
    fetch_arrives(&world.issuer, 1).await;
    let followers = follow(10, &verifier, &token).await;
    leader.abort();
    assert!(leader.await.unwrap_err().is_cancelled());
    for follower in followers.iter().take(5) {
        follower.abort();
    }
    world.issuer.heal_jwks();
    for follower in followers.into_iter().skip(5) {
        assert_eq!(follower.await.unwrap(), "accepted");
    }
    assert_eq!(world.issuer.jwks_fetches(), 1);
}

#[tokio::test]
async fn a_fetch_ends_though_nobody_waits_for_it() {
    let world = world().await;
    world.issuer.fail_jwks(Fault::Hang);
    let (verifier, token) = (world.verifier(), token(&world));
    let lonely = follow(1, &verifier, &token).await.pop().unwrap();
    fetch_arrives(&world.issuer, 1).await;
    lonely.abort();
    world.issuer.heal_jwks();
    fetches_end(&verifier, 1).await;
    assert_eq!(cached(&verifier, &token), "accepted");
    accepts(&verifier, &token).await;
    assert_eq!(world.issuer.jwks_fetches(), 1);
}

#[tokio::test]
async fn an_unknown_kid_at_a_cold_start_fetches_at_once_and_once() {
    let world = world().await;
    let verifier = world.verifier();
    for number in 0..10 {
        answers(&verifier, &unknown(&world, number), "key_not_found").await;
    }
    let health = state(&verifier);
    assert_eq!((health.fetches, health.unknown_kid_fetches), (2, 1), "one for the keys");
}

#[tokio::test]
async fn what_is_wrong_before_the_key_is_found_needs_no_keys() {
    let world = world().await;
    let (verifier, issuer) = (world.verifier(), &world.issuer);
    for (token, expected) in [
        (String::new(), "token_malformed"),
        ("a.b.c".to_owned(), "token_malformed"),
        (issuer.access_token().header("alg", "none").sign(), "invalid_algorithm"),
        (issuer.access_token().header("alg", "HS256").sign(), "invalid_algorithm"),
        (issuer.access_token().without_claim("iss").sign(), "missing_claim"),
        (issuer.access_token().claim("iss", "https://other.example").sign(), "invalid_issuer"),
    ] {
        assert_eq!(answer(&verifier, &token).await, expected);
        assert_eq!(cached(&verifier, &token), expected);
    }
    assert_eq!(issuer.jwks_fetches(), 0);
}
