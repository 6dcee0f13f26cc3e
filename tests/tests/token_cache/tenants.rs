//! Issuers that are found at run time, and change or go.

use crate::support::*;
use poolgate::{Policy, PolicyLookup, Requirement, TokenUse, Verifier};
use poolgate_tests::World;
use std::sync::{Arc, Mutex};

/// A verifier that finds the policy that is there, of which there may be none.
fn finding(world: &World, policy: &Arc<Mutex<Option<Policy>>>) -> Verifier {
    let policy = Arc::clone(policy);
    let lookup = PolicyLookup::new(move |_| {
        let found = policy.lock().unwrap().clone();
        async move { Ok(found) }
    });
    let builder = Verifier::builder(lookup).clock(world.clock.clone());
    builder.token_cache(roomy()).build().unwrap()
}

fn tenant(world: &World) -> (Policy, Arc<Mutex<Option<Policy>>>) {
    let keys = poolgate::KeySet::from_json(world.issuer.jwks_json()).unwrap();
    let policy = world.policy(TokenUse::Access).static_keys(keys);
    (policy.clone(), Arc::new(Mutex::new(Some(policy))))
}

#[tokio::test]
async fn a_tenant_that_is_switched_off_between_hits_is_refused() {
    let world = world();
    let (policy, said) = tenant(&world);
    let verifier = finding(&world, &said);
    let token = world.issuer.access_token().expires_in(HOUR).sign();
    assert_eq!(waited_for(&verifier, &token).await, "accepted");
    assert!(is_remembered(&verifier, &token));
    *said.lock().unwrap() = None;
    world.pass(MINUTE * 5);
    assert_eq!(waited_for(&verifier, &token).await, "invalid_issuer");
    assert_eq!(answer(&verifier, &token), "invalid_issuer");
    *said.lock().unwrap() = Some(policy);
    world.pass(MINUTE);
    assert_eq!(waited_for(&verifier, &token).await, "accepted");
    assert!(is_remembered(&verifier, &token), "switched on again");
}

#[tokio::test]
async fn a_tenant_whose_policy_changes_has_its_tokens_judged_by_the_new_one() {
    let world = world();
    let (policy, said) = tenant(&world);
    let verifier = finding(&world, &said);
    let token = world.issuer.access_token().expires_in(HOUR).sign();
    assert_eq!(waited_for(&verifier, &token).await, "accepted");
    *said.lock().unwrap() = Some(policy.require(Requirement::group("Admins")));
    world.pass(MINUTE * 5);
    assert_eq!(waited_for(&verifier, &token).await, "insufficient_group");
    assert_eq!(known(&verifier), 0);
}

/// The first token after five minutes has its issuer asked for; the others find the new one.
#[tokio::test]
async fn every_token_of_a_tenant_that_has_changed_is_judged_by_the_new_policy() {
    let world = world();
    let (policy, said) = tenant(&world);
    let verifier = finding(&world, &said);
    let token = |user| world.issuer.access_token().username(user).expires_in(HOUR).sign();
    let tokens = ["alice", "bob", "carol"].map(token);
    for token in &tokens {
        assert_eq!(waited_for(&verifier, token).await, "accepted");
    }
    *said.lock().unwrap() = Some(policy.max_age(SECOND));
    world.pass(MINUTE * 5);
    for token in &tokens {
        assert_eq!(waited_for(&verifier, token).await, "invalid_claim");
    }
    assert_eq!(known(&verifier), 0);
}

#[tokio::test]
async fn an_equal_policy_keeps_what_is_known() {
    let world = world();
    let (_, said) = tenant(&world);
    let verifier = finding(&world, &said);
    let token = world.issuer.access_token().expires_in(HOUR).sign();
    assert_eq!(waited_for(&verifier, &token).await, "accepted");
    world.pass(MINUTE * 5);
    assert_eq!(answer(&verifier, &token), "waits", "somebody has to ask");
    assert_eq!(waited_for(&verifier, &token).await, "accepted");
    assert!(is_remembered(&verifier, &token));
}
