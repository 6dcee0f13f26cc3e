//! Tokens that name a key nobody has heard of.

use crate::support::*;
use poolgate_issuer::Fault;
use std::time::Duration;
use tokio::task::JoinSet;

#[tokio::test]
async fn a_minute_of_unknown_kids_costs_seven_fetches() {
    let (world, verifier, good) = warm_world().await;
    let forger = pool().offline();
    let mut junk = 0;
    for second in 0..=60 {
        if second > 0 {
            world.pass(SECOND);
        }
        for _ in 0..10 {
            junk += 1;
            let token = world.issuer.access_token().kid(format!("junk-{junk}"));
            let token = match junk % 3 {
                0 => token.sign(),
                1 => token.signed_by(&forger).sign(),
                _ => format!("{}.AAAA", token.sign().rsplit_once('.').unwrap().0),
            };
            answers(&verifier, &token, "key_not_found").await;
        }
        accepts(&verifier, &good).await;
    }
    let health = state(&verifier);
    println!("{junk} unknown kids in a minute: {} fetches", health.unknown_kid_fetches);
    assert_eq!(health.unknown_kid_fetches, 7);
    assert_eq!((health.fetches, world.issuer.jwks_fetches()), (8, 8), "and one for the keys");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn unknown_kids_at_the_same_moment_share_one_fetch() {
    let (world, verifier, _) = warm_world().await;
    world.issuer.fail_jwks(Fault::Delay(Duration::from_millis(100)));
    let mut requests = JoinSet::new();
    for number in 0..500 {
        let (verifier, token) = (verifier.clone(), unknown(&world, number));
        requests.spawn(async move { answer(&verifier, &token).await });
    }
    let answers = requests.join_all().await;
    assert!(answers.iter().all(|answer| *answer == "key_not_found"), "{answers:?}");
    assert_eq!(world.issuer.jwks_fetches(), 2);
}

#[tokio::test]
async fn within_the_window_the_answer_says_whether_the_issuer_was_heard() {
    for (name, fault, expected) in [
        ("the issuer answers", None, "key_not_found"),
        ("the issuer fails", Some(Fault::Status(500)), "keys_unavailable"),
        ("the connection breaks", Some(Fault::Reset), "keys_unavailable"),
    ] {
        let (world, verifier, good) = warm_world().await;
        world.issuer.fail_jwks_sequence([fault.clone(), fault]);
        for (second, fetches) in [(0, 2), (0, 2), (5, 2), (4, 2), (1, 3), (9, 3)] {
            world.pass(SECOND * second);
            assert_eq!(answer(&verifier, &unknown(&world, second)).await, expected, "{name}");
            assert_eq!(world.issuer.jwks_fetches(), fetches, "{name}, {second} s on");
            accepts(&verifier, &good).await;
        }
    }
}

#[tokio::test]
async fn the_retry_after_of_an_unknown_kid_is_what_is_left_of_the_window() {
    let (world, verifier, _) = warm_world().await;
    world.issuer.fail_jwks(Fault::Status(500));
    assert_eq!(is_unavailable(&verifier, &unknown(&world, 1)).await, 10);
    world.pass(SECOND * 7);
    assert_eq!(is_unavailable(&verifier, &unknown(&world, 2)).await, 3);
}

#[tokio::test]
async fn a_scheduled_refresh_opens_no_window() {
    for (name, fault, expected) in [
        ("a good one", None, "key_not_found"),
        ("one that fails", Some(Fault::Status(500)), "key_not_found"),
    ] {
        let (world, verifier, good) = warm_world().await;
        world.issuer.fail_jwks_sequence([fault]);
        world.pass(MINUTE * 5);
        accepts(&verifier, &good).await;
        fetches_end(&verifier, 2).await;
        assert_eq!(answer(&verifier, &unknown(&world, 1)).await, expected, "{name}");
        assert_eq!(world.issuer.jwks_fetches(), 3, "{name}: the first unknown kid fetches");
    }
}

#[tokio::test]
async fn a_scheduled_refresh_closes_no_window() {
    let (world, verifier, good) = warm_world().await;
    world.issuer.fail_jwks_times(1, Fault::Status(500));
    world.pass(SECOND * 235);
    is_unavailable(&verifier, &unknown(&world, 1)).await;
    // The keys are as old as they were, so that their refresh falls into the window.
    world.pass(SECOND * 6);
    accepts(&verifier, &good).await;
    fetches_end(&verifier, 3).await;
    assert_eq!(is_unavailable(&verifier, &unknown(&world, 2)).await, 4);
    assert_eq!(world.issuer.jwks_fetches(), 3);
    world.pass(SECOND * 4);
    answers(&verifier, &unknown(&world, 3), "key_not_found").await;
    assert_eq!(world.issuer.jwks_fetches(), 4);
}

#[tokio::test]
async fn tokens_that_name_a_known_kid_cause_no_fetch() {
    let (world, verifier, good) = warm_world().await;
    let (issuer, forger) = (&world.issuer, pool().offline());
    for (name, token, expected) in [
        ("forged", issuer.access_token().signed_by(&forger).sign(), "invalid_signature"),
        (
            "other algorithm",
            issuer.access_token().header("alg", "RS256").sign(),
            "invalid_algorithm",
        ),
        ("expired", issuer.access_token().expired().sign(), "token_expired"),
        ("other client", issuer.access_token().client_id("other").sign(), "invalid_client"),
    ] {
        assert_eq!(answer(&verifier, &token).await, expected, "{name}");
        assert_eq!(world.issuer.jwks_fetches(), 1, "{name}");
    }
    accepts(&verifier, &good).await;
}

#[tokio::test]
async fn a_known_kid_never_waits_for_a_fetch_that_hangs() {
    let (world, verifier, good) = warm_world().await;
    world.issuer.fail_jwks(Fault::Hang);
    let (hanging, junk) = (verifier.clone(), unknown(&world, 1));
    let asking = tokio::spawn(async move { answer(&hanging, &junk).await });
    fetch_arrives(&world.issuer, 2).await;
    for _ in 0..100 {
        accepts(&verifier, &good).await;
    }
    assert!(!asking.is_finished(), "the unknown kid waits");
    world.issuer.heal_jwks();
    assert_eq!(asking.await.unwrap(), "key_not_found");

    world.issuer.fail_jwks(Fault::Hang);
    world.pass(MINUTE * 5);
    accepts(&verifier, &good).await;
    fetch_arrives(&world.issuer, 3).await;
    for _ in 0..100 {
        accepts(&verifier, &good).await;
    }
    assert_eq!((state(&verifier).fetches, world.issuer.jwks_fetches()), (2, 3), "it hangs");
    world.issuer.heal_jwks();
    fetches_end(&verifier, 3).await;
}
