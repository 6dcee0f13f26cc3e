//! Keys that are kept and restored: no fetch at a cold start, and no trust that was not there.

use crate::support::*;
use poolgate::{
    FetchError, Fetched, KeySet, KeySnapshot, ManualClock, Policy, TokenUse, Verifier,
    VerifierBuilder,
};
use poolgate_issuer::Fault;
use poolgate_tests::{Log, START, World};
use std::time::Duration;

/// What a process leaves behind that has verified a token.
async fn kept(world: &World) -> String {
    let verifier = world.verifier();
    accepts(&verifier, &token(world)).await;
    quiet().await;
    verifier.key_snapshot().to_json()
}

/// A later process: its wall clock has gone on by `seconds`, its monotonic clock begins anew.
fn process(world: &World, seconds: u64) -> (ManualClock, VerifierBuilder) {
    let clock = ManualClock::at(START + seconds);
    (clock.clone(), Verifier::builder(world.policy(TokenUse::Access)).clock(clock))
}

fn restored(world: &World, seconds: u64, snapshot: &str) -> (ManualClock, Verifier) {
    let (clock, builder) = process(world, seconds);
    let snapshot = KeySnapshot::from_json(snapshot).unwrap();
    (clock, builder.restore(snapshot).build().unwrap())
}

/// The warnings about keys that were left out while `act` runs.
fn left_out<T>(act: impl FnOnce() -> T) -> (T, Vec<String>) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let result = tracing::subscriber::with_default(subscriber, act);
    let text = log.text();
    let lines = text.lines().filter(|line| line.contains("keys of a snapshot were left out"));
    (result, lines.map(str::to_owned).collect())
}

#[tokio::test]
async fn a_process_that_restores_keys_verifies_its_first_token_without_a_fetch() {
    let world = world().await;
    let snapshot = kept(&world).await;
    assert_eq!(world.issuer.jwks_fetches(), 1);

    let (clock, verifier) = restored(&world, 7, &snapshot);
    let health = state(&verifier);
    assert_eq!((health.fetches, health.generation, health.usable_keys), (0, 1, 2));
    assert_eq!((health.age, health.last_error), (Some(SECOND * 7), None));
    assert!(verifier.health().is_ready());
    assert_eq!(cached(&verifier, &token(&world)), "accepted");
    verifier.warm_up().await.unwrap();
    quiet().await;
    assert_eq!(world.issuer.jwks_fetches(), 1, "both processes together");

    let again = verifier.key_snapshot().to_json();
    clock.advance(MINUTE);
    assert_eq!(verifier.key_snapshot().to_json(), again, "to keep keys makes them no younger");
    let (_, third) = restored(&world, 67, &again);
    assert_eq!(state(&third).age, Some(SECOND * 67));
}

#[tokio::test]
async fn restored_keys_are_refreshed_like_fetched_ones() {
    let world = world().await;
    let (snapshot, good) = (kept(&world).await, token(&world));
    // Jitter takes off a tenth at most of the five minutes, so this is before four fifths of it.
    let (clock, verifier) = restored(&world, 200, &snapshot);
    accepts(&verifier, &good).await;
    quiet().await;
    assert_eq!(world.issuer.jwks_fetches(), 1);
    clock.advance(SECOND * 40);
    accepts(&verifier, &good).await;
    fetches_end(&verifier, 1).await;
    assert_eq!((world.issuer.jwks_fetches(), state(&verifier).age), (2, Some(Duration::ZERO)));
    // The same keys are no news.
    assert_eq!(state(&verifier).generation, 1);
}

#[tokio::test]
async fn a_key_that_came_after_the_snapshot_is_fetched_and_one_that_went_is_refused() {
    let world = world().await;
    let (snapshot, old) = (kept(&world).await, token(&world));
    world.issuer.rotate();
    world.issuer.retire();
    let (_, verifier) = restored(&world, 1, &snapshot);
    accepts(&verifier, &old).await;
    accepts(&verifier, &token(&world)).await;
    assert_eq!(state(&verifier).unknown_kid_fetches, 1);
    answers(&verifier, &old, "key_not_found").await;
}

#[tokio::test]
async fn restored_keys_serve_in_an_outage_and_no_longer_than_fetched_ones() {
    let world = world().await;
    let (snapshot, good) = (kept(&world).await, token(&world));
    world.issuer.fail_jwks(Fault::Status(500));
    let (clock, verifier) = restored(&world, 3_599, &snapshot);
    accepts(&verifier, &good).await;
    fetches_end(&verifier, 1).await;
    clock.advance(SECOND);
    is_unavailable(&verifier, &good).await;
    // Nor does a clock that is set back make them younger.
    clock.set_wall(Duration::from_secs(START));
    is_unavailable(&verifier, &good).await;

    let (_, late) = restored(&world, 3_600, &snapshot);
    assert_eq!(state(&late).age, None);
    is_unavailable(&late, &good).await;
}

#[tokio::test]
async fn what_is_left_out_is_as_if_it_were_not_there() {
    let world = world().await;
    let (snapshot, good) = (kept(&world).await, token(&world));
    let url = world.issuer.jwks_url();
    let other = World::around(pool().start().await);
    let others = kept(&other).await;
    let document = world.issuer.jwks_json();
    for (row, seconds, snapshot, warnings) in [
        // Both issuers of the pool are in it; they have one URL, and the first decides for both.
        ("of another pool", 0, others, 2),
        ("from another place", 0, snapshot.replace(url, "https://id.example/jwks"), 1),
        ("of another port", 0, snapshot.replace(url, other.issuer.jwks_url()), 1),
        ("too old", 3_600, snapshot.clone(), 1),
        ("from the future", 0, snapshot.replace("1800000000", "1800000001"), 1),
        ("no key set", 0, snapshot.replace(&document, "[]"), 1),
        ("nothing", 0, r#"{"version":1,"issuers":[]}"#.to_owned(), 0),
    ] {
        let before = world.issuer.jwks_fetches();
        let ((_, verifier), said) = left_out(|| restored(&world, seconds, &snapshot));
        assert_eq!(said.len(), warnings, "{row}: {said:#?}");
        assert_eq!(cached(&verifier, &good), "waits", "{row}");
        let health = state(&verifier);
        assert_eq!((health.usable_keys, health.generation, health.age), (0, 0, None), "{row}");
        assert_eq!(verifier.health().issuers.len(), 2, "{row}: no issuer is added");
        answers(&verifier, &token(&other), "invalid_issuer").await;
        accepts(&verifier, &good).await;
        assert_eq!(world.issuer.jwks_fetches(), before + 1, "{row}");
    }
}

#[tokio::test]
async fn restored_keys_pass_the_rules_of_the_policy_that_restores_them() {
    let world = World::around(pool().offline());
    let (issuer, good) = (&world.issuer, token(&world));
    let plain = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access);
    let plain = plain.unwrap();
    let builder = |policy: Policy| {
        let document = world.issuer.jwks_json();
        let (source, _) = Source::new(move |_, _| {
            let document = document.clone();
            async move { Ok::<_, FetchError>(Fetched::new(document)) }
        });
        Verifier::builder(policy).clock(world.clock.clone()).fetch(source)
    };
    let trusting = builder(plain.clone().allow_test_keys()).build().unwrap();
    accepts(&trusting, &good).await;
    let strict = builder(plain).restore(trusting.key_snapshot()).build().unwrap();
    let health = strict.health();
    let health = health.issuer(issuer.issuer()).unwrap();
    assert_eq!((health.usable_keys, health.refused_test_keys), (0, 2));
    answers(&strict, &good, "key_not_found").await;
}

#[tokio::test]
async fn a_stricter_verifier_goes_by_its_own_limit() {
    let world = world().await;
    let verifier = world.builder().max_stale(DAY).build().unwrap();
    accepts(&verifier, &token(&world)).await;
    let snapshot = verifier.key_snapshot();
    for (max_stale, expected) in [(MINUTE, "waits"), (MINUTE + SECOND, "accepted")] {
        let (_, builder) = process(&world, 60);
        let builder = builder.max_stale(max_stale).restore(snapshot.clone());
        assert_eq!(cached(&builder.build().unwrap(), &token(&world)), expected, "{max_stale:?}");
    }
}

#[tokio::test]
async fn keys_of_the_policy_are_neither_kept_nor_replaced() {
    let world = world().await;
    let snapshot = kept(&world).await;
    assert!(world.verifier_with_keys().key_snapshot().is_empty());
    assert!(world.verifier().key_snapshot().is_empty(), "nothing was fetched");
    let old = KeySet::from_json(world.issuer.jwks_json()).unwrap();
    world.issuer.rotate();
    let policy = world.policy(TokenUse::Access).static_keys(old);
    let builder = Verifier::builder(policy).restore(KeySnapshot::from_json(snapshot).unwrap());
    let (verifier, said) = left_out(|| builder.clock(world.clock.clone()).build().unwrap());
    assert_eq!(said.len(), 1, "{said:#?}");
    assert_eq!(cached(&verifier, &token(&world)), "key_not_found");
}

#[tokio::test]
async fn every_issuer_is_kept() {
    let (one, other) = (world().await, world().await);
    let builder = || one.builder().policy(other.policy(TokenUse::Access));
    let verifier = builder().build().unwrap();
    verifier.warm_up().await.unwrap();
    let snapshot = KeySnapshot::from_json(verifier.key_snapshot().to_json()).unwrap();
    let verifier = builder().restore(snapshot).build().unwrap();
    for world in [&one, &other] {
        assert_eq!(cached(&verifier, &token(world)), "accepted");
        assert_eq!(world.issuer.jwks_fetches(), 1);
    }
}
