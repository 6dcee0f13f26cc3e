//! The issuer cannot be reached for a long time.

use crate::support::*;
use poolgate_issuer::Fault;

#[tokio::test]
async fn kept_keys_serve_for_an_hour_of_outage_and_then_nobody_passes() {
    let (world, verifier, good) = warm_world().await;
    world.issuer.fail_jwks(Fault::Status(503));
    let (mut asked, mut seconds) = (0, 0);
    while seconds < 3_600 {
        accepts(&verifier, &good).await;
        quiet().await;
        asked += 1;
        seconds += 10;
        world.pass(SECOND * if seconds == 3_600 { 9 } else { 10 });
    }
    accepts(&verifier, &good).await;
    quiet().await;
    world.pass(SECOND);

    let mut retry_after = is_unavailable(&verifier, &good).await;
    for _ in 0..3 {
        assert!((1..=30).contains(&retry_after), "{retry_after} s");
        world.pass(MINUTE);
        retry_after = is_unavailable(&verifier, &good).await;
    }
    let attempts = state(&verifier).failed_fetches;
    println!("{asked} requests in an hour of outage: all accepted, {attempts} attempts");
    // One second after four minutes, doubling to thirty, with jitter, asked every ten seconds.
    assert!((90..=200).contains(&attempts), "{attempts} attempts");

    world.issuer.heal_jwks();
    assert_eq!(is_unavailable(&verifier, &good).await, retry_after, "the back-off goes on");
    world.pass(SECOND * u32::try_from(retry_after).unwrap());
    accepts(&verifier, &good).await;
    assert_eq!(state(&verifier).last_error, None);
}

#[tokio::test]
async fn how_long_keys_are_kept_can_be_set() {
    for (name, max_stale, still, over) in
        [("a minute", MINUTE, SECOND * 59, SECOND), ("a day", DAY, HOUR * 23, HOUR)]
    {
        let world = world().await;
        let verifier = world.builder().max_stale(max_stale).build().unwrap();
        let good = token(&world);
        accepts(&verifier, &good).await;
        world.issuer.fail_jwks(Fault::Reset);
        world.pass(still);
        assert_eq!(answer(&verifier, &good).await, "accepted", "{name}");
        quiet().await;
        world.pass(over);
        assert_eq!(answer(&verifier, &good).await, "keys_unavailable", "{name}");
    }
}

#[tokio::test]
async fn attempts_back_off_from_one_second_to_thirty() {
    let world = world().await;
    world.issuer.fail_jwks(Fault::Status(500));
    let (verifier, good) = (world.verifier(), token(&world));
    for (attempt, wait) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (8, 30)] {
        let retry_after = is_unavailable(&verifier, &good).await;
        assert_eq!(world.issuer.jwks_fetches(), attempt, "after the wait comes an attempt");
        // Up to a tenth less, rounded up to the second.
        assert!((wait - wait / 10..=wait).contains(&retry_after), "{retry_after} for {wait}");
        world.pass(SECOND.mul_f64(0.89) * u32::try_from(wait).unwrap());
        is_unavailable(&verifier, &good).await;
        assert_eq!(world.issuer.jwks_fetches(), attempt, "and none before");
        world.pass(SECOND.mul_f64(0.11) * u32::try_from(wait).unwrap());
    }
    world.issuer.heal_jwks();
    accepts(&verifier, &good).await;

    world.issuer.fail_jwks(Fault::Status(500));
    world.pass(HOUR);
    assert_eq!(is_unavailable(&verifier, &good).await, 1, "a success ends the row");
}

#[tokio::test]
async fn unknown_kids_during_an_outage_keep_nobody_from_recovering() {
    let (world, verifier, good) = warm_world().await;
    world.issuer.fail_jwks(Fault::Status(500));
    for number in 0..300 {
        is_unavailable(&verifier, &unknown(&world, number)).await;
        accepts(&verifier, &good).await;
        quiet().await;
        world.pass(SECOND);
    }
    println!("5 minutes of unknown kids in an outage: {} fetches", world.issuer.jwks_fetches() - 1);
    assert!(world.issuer.jwks_fetches() <= 1 + 31 + 12);

    world.issuer.heal_jwks();
    world.issuer.rotate();
    let new = token(&world);
    world.pass(SECOND * 10);
    accepts(&verifier, &new).await;
}
