//! Two verifiers over one store of keys.

use crate::support::*;
use poolgate::{
    Algorithm, FetchError, Fetched, IssuerHealth, KeySet, ManualClock, Policy, TokenUse, Verifier,
};
use poolgate_tests::World;

/// Verifiers of access tokens and of ID tokens with the same keys.
async fn pair() -> (World, Verifier, Verifier) {
    let world = world().await;
    let access = world.verifier();
    let id = Verifier::builder(world.policy(TokenUse::Id)).clock(world.clock.clone());
    let id = id.keys_from(&access).build().unwrap();
    (world, access, id)
}

fn id_token(world: &World) -> String {
    world.issuer.id_token().expires_in(DAY).sign()
}

fn states(verifier: &Verifier) -> Vec<IssuerHealth> {
    verifier.health().issuers
}

#[tokio::test]
async fn one_fetch_serves_both() {
    let (world, access, id) = pair().await;
    accepts(&access, &token(&world)).await;
    assert_eq!(cached(&id, &id_token(&world)), "accepted");
    assert_eq!(world.issuer.jwks_fetches(), 1);
    assert_eq!(states(&access), states(&id));
    assert_eq!(state(&id).fetches, 1);
    // The keys are one, the rules are not.
    answers(&access, &id_token(&world), "invalid_token_use").await;
    answers(&id, &token(&world), "invalid_token_use").await;
}

#[tokio::test]
async fn first_requests_to_both_wait_for_one_fetch() {
    let (world, access, id) = pair().await;
    let (good, id_good) = (token(&world), id_token(&world));
    let (ours, theirs, warm) =
        tokio::join!(ask_at_once(20, &access, &good), ask_at_once(20, &id, &id_good), id.warm_up());
    assert!(ours.iter().chain(&theirs).all(|answer| *answer == "accepted"));
    assert_eq!((warm, world.issuer.jwks_fetches()), (Ok(()), 1));
}

#[tokio::test]
async fn refreshes_and_fetches_for_unknown_kids_are_one_budget() {
    let (world, access, id) = pair().await;
    accepts(&access, &token(&world)).await;
    answers(&access, &unknown(&world, 1), "key_not_found").await;
    assert_eq!(cached(&id, &unknown(&world, 2)), "key_not_found", "inside the window");
    assert_eq!(world.issuer.jwks_fetches(), 2);
    world.pass(MINUTE * 5);
    assert_eq!(cached(&id, &id_token(&world)), "accepted");
    fetches_end(&access, 3).await;
    quiet().await;
    accepts(&access, &token(&world)).await;
    quiet().await;
    assert_eq!(world.issuer.jwks_fetches(), 3);
}

#[tokio::test]
async fn shared_keys_outlive_the_verifier_they_came_from() {
    let (world, access, id) = pair().await;
    drop(access);
    accepts(&id, &id_token(&world)).await;
    world.pass(MINUTE * 5);
    accepts(&id, &id_token(&world)).await;
    fetches_end(&id, 2).await;
}

#[tokio::test]
async fn shared_keys_go_by_the_clock_of_their_own_verifier() {
    let world = world().await;
    let theirs = world.verifier();
    let clock = ManualClock::at(world.now());
    let ours = Verifier::builder(world.policy(TokenUse::Access)).clock(clock.clone());
    let ours = ours.keys_from(&theirs).build().unwrap();
    accepts(&ours, &token(&world)).await;
    clock.advance(HOUR);
    accepts(&ours, &token(&world)).await;
    quiet().await;
    assert_eq!(world.issuer.jwks_fetches(), 1, "the keys are young by their clock");
    let expired = world.issuer.access_token().expires_in(HOUR / 2).sign();
    answers(&ours, &expired, "token_expired").await;
    answers(&theirs, &expired, "accepted").await;
}

#[tokio::test]
async fn what_the_other_does_not_know_is_fetched_as_ever() {
    let (one, other) = (world().await, world().await);
    let of_one = one.verifier();
    let of_both = one.builder().policy(other.policy(TokenUse::Access)).keys_from(&of_one);
    let of_both = of_both.build().unwrap();
    of_both.warm_up().await.unwrap();
    of_one.warm_up().await.unwrap();
    for world in [&one, &other] {
        assert_eq!(cached(&of_both, &token(world)), "accepted");
        assert_eq!(world.issuer.jwks_fetches(), 1);
    }
    answers(&of_one, &token(&other), "invalid_issuer").await;
}

#[tokio::test]
async fn verifiers_that_trust_different_keys_never_share() {
    let world = World::around(pool().offline());
    let issuer = &world.issuer;
    let policy = || Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access);
    let (plain, trusting) = (policy().unwrap(), policy().unwrap().allow_test_keys());
    let other = World::around(pool().offline());
    let document = issuer.jwks_json();
    let builder = |policy: Policy| {
        let document = document.clone();
        let (source, calls) = Source::new(move |_, _| {
            let document = document.clone();
            async move { Ok::<_, FetchError>(Fetched::new(document)) }
        });
        (Verifier::builder(policy).clock(world.clock.clone()).fetch(source), calls)
    };
    let (lender, calls) = builder(trusting);
    let lender = lender.policy(other.policy(TokenUse::Access)).build().unwrap();
    accepts(&lender, &token(&world)).await;

    // Another issuer is shared, this one is not: it has keys of its own, under its own rules.
    let (strict, own_calls) = builder(plain.clone());
    let strict = strict.policy(other.policy(TokenUse::Access)).keys_from(&lender).build().unwrap();
    assert_eq!(cached(&strict, &token(&world)), "waits");
    answers(&strict, &token(&world), "key_not_found").await;
    assert_eq!((calls.count(), own_calls.count()), (1, 2));
    accepts(&lender, &token(&world)).await;

    // Nothing else is in common: that is no configuration.
    let (strict, _) = builder(plain);
    let error = strict.keys_from(&lender).build().unwrap_err().to_string();
    assert!(error.contains("it takes other keys"), "{error}");
}

#[tokio::test]
async fn a_verifier_that_can_share_nothing_is_told_why() {
    let (world, stranger) = (world().await, world().await);
    let policy = || world.policy(TokenUse::Id);
    let given = || KeySet::from_json(world.issuer.jwks_json()).unwrap();
    let moved = policy().jwks_url("https://id.example/jwks").unwrap();
    let rsa = policy().algorithms([Algorithm::Rs512, Algorithm::EdDsa]).unwrap();
    let builder = |policy| Verifier::builder(policy).clock(world.clock.clone());
    let plain = || world.verifier();
    for (row, builder, lender, expected) in [
        ("unknown", builder(policy()), stranger.verifier(), "it does not know the issuer"),
        ("moved", builder(moved), plain(), "its keys come from another place"),
        ("another RSA algorithm", builder(rsa), plain(), "it takes other keys"),
        ("stale", builder(policy()).max_stale(DAY), plain(), "its max_stale is another"),
        ("given here", builder(policy().static_keys(given())), plain(), "the policies give all"),
        ("given there", builder(policy()), world.verifier_with_keys(), "its policy gives the keys"),
    ] {
        let error = builder.keys_from(&lender).build().unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("expected"), "{row}: {error}");
    }
}

#[tokio::test]
async fn shared_keys_need_no_snapshot() {
    let (world, access, _) = pair().await;
    accepts(&access, &token(&world)).await;
    let snapshot = access.key_snapshot();
    world.pass(SECOND * 10);
    answers(&access, &unknown(&world, 1), "key_not_found").await;
    let id = Verifier::builder(world.policy(TokenUse::Id)).clock(world.clock.clone());
    let id = id.restore(snapshot).keys_from(&access).build().unwrap();
    assert_eq!(states(&id), states(&access), "the shared keys are the newer ones");
    assert_eq!(id.key_snapshot().to_json(), access.key_snapshot().to_json());
}
