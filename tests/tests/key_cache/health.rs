//! What an operator sees, and keys fetched before anybody asks.

use crate::support::*;
use poolgate::{FetchError, Fetched, Policy, TokenUse};
use poolgate_issuer::Fault;
use poolgate_tests::World;
use std::time::Duration;

#[tokio::test]
async fn warming_up_fetches_once() {
    let world = world().await;
    let verifier = world.verifier();
    verifier.warm_up().await.unwrap();
    assert_eq!(cached(&verifier, &token(&world)), "accepted");
    verifier.warm_up().await.unwrap();
    world.pass(MINUTE * 30);
    verifier.warm_up().await.unwrap();
    quiet().await;
    assert_eq!(world.issuer.jwks_fetches(), 1);
}

#[tokio::test]
async fn warming_up_and_requests_share_a_fetch() {
    let world = world().await;
    world.issuer.fail_jwks(Fault::Delay(Duration::from_millis(50)));
    let (verifier, good) = (world.verifier(), token(&world));
    let (one, (), other) =
        tokio::join!(verifier.warm_up(), accepts(&verifier, &good), verifier.warm_up());
    assert_eq!((one, other, world.issuer.jwks_fetches()), (Ok(()), Ok(()), 1));
}

#[tokio::test]
async fn warming_up_in_vain_says_why_and_spoils_nothing() {
    let world = world().await;
    world.issuer.fail_jwks(Fault::Status(503));
    let (verifier, good) = (world.verifier(), token(&world));
    let error = verifier.warm_up().await.unwrap_err();
    assert_eq!(name(Some(&error)), "status 503");
    assert_eq!(verifier.warm_up().await.unwrap_err(), error, "within the back-off");
    is_unavailable(&verifier, &good).await;
    assert_eq!(world.issuer.jwks_fetches(), 1);
    world.issuer.heal_jwks();
    world.pass(SECOND);
    accepts(&verifier, &good).await;
    verifier.warm_up().await.unwrap();
    assert_eq!(world.issuer.jwks_fetches(), 2);
}

#[tokio::test]
async fn warming_up_goes_on_to_the_next_issuer_after_a_failure() {
    let (dead, alive) = (World::around(pool().offline()), world().await);
    let verifier = dead.builder().policy(alive.policy(TokenUse::Access)).build().unwrap();
    let error = verifier.warm_up().await.unwrap_err();
    assert_eq!(name(Some(&error)), "connect");
    assert_eq!(cached(&verifier, &token(&alive)), "accepted");
}

#[tokio::test]
async fn health_counts_what_happened() {
    let world = world().await;
    let (verifier, good) = (world.verifier(), token(&world));
    let cold = state(&verifier);
    assert_eq!((cold.age, cold.generation, cold.usable_keys, cold.fetches), (None, 0, 0, 0));
    assert!(cold.trusts_test_keys, "the JWKS URL was overridden");
    assert_eq!(verifier.health().issuers.len(), 2, "both issuers of the pool");

    let generation = |name: &str, expected: u64| {
        assert_eq!(state(&verifier).generation, expected, "{name}");
    };
    accepts(&verifier, &good).await;
    generation("first keys", 1);
    world.pass(SECOND * 7);
    assert_eq!(state(&verifier).age, Some(SECOND * 7));
    answers(&verifier, &unknown(&world, 1), "key_not_found").await;
    generation("the same keys", 1);
    assert_eq!(state(&verifier).age, Some(Duration::ZERO));
    world.pass(SECOND * 10);
    world.issuer.rotate();
    accepts(&verifier, &token(&world)).await;
    generation("two more keys", 2);
    world.pass(SECOND * 10);
    world.issuer.fail_jwks(Fault::OneBadKey);
    answers(&verifier, &unknown(&world, 2), "key_not_found").await;
    generation("a key that cannot be used", 2);
    world.pass(SECOND * 10);
    world.issuer.fail_jwks(Fault::Html);
    is_unavailable(&verifier, &unknown(&world, 3)).await;
    generation("a failure", 2);

    let health = state(&verifier);
    let fetches = (health.fetches, health.unknown_kid_fetches, health.failed_fetches);
    assert_eq!(fetches, (5, 4, 1));
    assert_eq!((health.usable_keys, health.skipped_keys, health.refused_test_keys), (4, 1, 0));
    assert_eq!(
        (health.age, name(health.last_error.as_ref())),
        (Some(SECOND * 10), "key set".into())
    );
    assert_eq!(health.fetches, world.issuer.jwks_fetches());
}

#[tokio::test]
async fn keys_of_a_test_issuer_are_refused_where_they_have_no_business() {
    let world = World::around(pool().offline());
    let (issuer, good) = (&world.issuer, token(&world));
    let policy =
        || Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access).unwrap();
    for (row, policy, expected) in [
        ("plain", policy(), (false, 0, 2, "key_not_found")),
        ("allowed", policy().allow_test_keys(), (true, 2, 0, "accepted")),
        (
            "other URL",
            policy().jwks_url("https://x.example/jwks").unwrap(),
            (true, 2, 0, "accepted"),
        ),
    ] {
        let document = issuer.jwks_json();
        let (source, _) = Source::new(move |_, _| {
            let document = document.clone();
            async move { Ok::<_, FetchError>(Fetched::new(document)) }
        });
        let builder = poolgate_tests::builder(policy).clock(world.clock.clone()).fetch(source);
        let verifier = builder.build().unwrap();
        let answer = answer(&verifier, &good).await;
        let health = verifier.health();
        let health = health.issuer(issuer.issuer()).unwrap();
        let seen = (health.trusts_test_keys, health.usable_keys, health.refused_test_keys, answer);
        assert_eq!(seen, expected, "{row}");
        assert_eq!(health.skipped_keys, 0, "{row}");
    }
}

#[tokio::test]
async fn a_cached_answer_never_waits_and_begins_the_refresh() {
    let (world, verifier, good) = warm_world().await;
    quiet().await;
    assert_eq!(cached(&world.verifier(), &good), "waits", "cold");
    assert_eq!(cached(&verifier, &good), "accepted");
    assert_eq!(cached(&verifier, &unknown(&world, 1)), "waits");
    assert_eq!(world.issuer.jwks_fetches(), 1, "nothing was begun");
    answers(&verifier, &unknown(&world, 1), "key_not_found").await;
    assert_eq!(cached(&verifier, &unknown(&world, 2)), "key_not_found", "inside the window");
    world.pass(MINUTE * 5);
    assert_eq!(cached(&verifier, &good), "accepted");
    fetches_end(&verifier, 3).await;
    assert_eq!(world.issuer.jwks_fetches(), 3);
}
