//! What was said five minutes ago may no longer be true.

use crate::support::*;
use poolgate::{Policy, Requirement};
use std::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

#[tokio::test]
async fn an_equal_policy_keeps_its_keys() {
    let world = World::with(1);
    let (tenant, verifier) = (world.tenant(0), world.verifier());
    let token = tenant.token();
    assert_eq!(answer(&verifier, &token).await, "accepted");
    for asked in 2..=10 {
        world.pass(MINUTE * 4);
        assert_eq!(cached(&verifier, &token), "accepted", "nobody asks yet");
        world.pass(MINUTE);
        assert_eq!(cached(&verifier, &token), "waits", "somebody has to ask");
        assert_eq!(answer(&verifier, &token).await, "accepted");
        assert_eq!(world.asked.all(), asked);
    }
    let_others_run().await;
    let health = verifier.health();
    let health = health.issuer(tenant.iss()).unwrap();
    assert_eq!(health.generation, 1);
    // The keys are refreshed by their own rules, for which they would otherwise begin anew.
    assert_eq!(usize::try_from(health.fetches).unwrap(), world.fetched.all());
}

#[tokio::test]
async fn a_tenant_that_is_switched_off_is_gone_after_five_minutes() {
    let world = World::with(2);
    let (tenant, other, verifier) = (world.tenant(0), world.tenant(1), world.verifier());
    for tenant in [tenant, other] {
        assert_eq!(answer(&verifier, &tenant.token()).await, "accepted");
    }
    world.says(tenant.iss(), Saying::Nothing);
    world.pass(MINUTE * 5 - SECOND);
    assert_eq!(answer(&verifier, &tenant.token()).await, "accepted");
    world.pass(SECOND);
    assert_eq!(answer(&verifier, &tenant.token()).await, "invalid_issuer");
    assert_eq!(answer(&verifier, &other.token()).await, "accepted");
    let health = verifier.health();
    assert!(health.issuer(tenant.iss()).is_none(), "and its keys with it");
    assert!(health.issuer(other.iss()).is_some());

    world.says(tenant.iss(), Saying::Policy(tenant.policy()));
    world.pass(MINUTE);
    let_others_run().await;
    let fetched = world.fetched.of(&tenant.jwks_url());
    assert_eq!(answer(&verifier, &tenant.token()).await, "accepted", "switched on again");
    assert_eq!(world.fetched.of(&tenant.jwks_url()), fetched + 1, "with no keys to begin with");
}

#[tokio::test]
async fn another_policy_takes_the_place_of_the_old_one() {
    let world = World::with(1);
    let (tenant, verifier) = (world.tenant(0), world.verifier());
    let (plain, admin) = (tenant.token(), tenant.access_token().group("Admins").sign());
    assert_eq!(answer(&verifier, &plain).await, "accepted");
    let stricter: Policy = tenant.policy().require(Requirement::group("Admins"));
    world.says(tenant.iss(), Saying::Policy(stricter));
    world.pass(MINUTE * 5);
    assert_eq!(answer(&verifier, &plain).await, "insufficient_group");
    assert_eq!(answer(&verifier, &admin).await, "accepted");
    assert_eq!((world.asked.all(), world.fetched.all()), (2, 2), "with keys of its own");
}

#[tokio::test(start_paused = true)]
async fn one_request_waits_while_the_others_go_on() {
    let world = World::with(1);
    let (tenant, verifier) = (world.tenant(0), world.verifier());
    let token = tenant.token();
    assert_eq!(answer(&verifier, &token).await, "accepted");
    world.says(tenant.iss(), Saying::Hangs);
    world.pass(MINUTE * 5);
    let mut leader = pin!(answer(&verifier, &token));
    assert!(leader.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let_others_run().await;
    for _ in 0..100 {
        assert_eq!(cached(&verifier, &token), "accepted", "without any wait");
    }
    assert_eq!(world.asked.all(), 2);
    let began = tokio::time::Instant::now();
    assert_eq!(leader.await, "accepted", "with the old answer");
    assert_eq!(began.elapsed(), SECOND * 5);
}

#[tokio::test]
async fn while_nobody_can_tell_the_old_answer_serves_for_an_hour() {
    for saying in [Saying::Fails, Saying::PanicsAtOnce, Saying::PanicsLater] {
        let world = World::with(1);
        let (tenant, verifier) = (world.tenant(0), world.verifier());
        let token = tenant.token();
        assert_eq!(answer(&verifier, &token).await, "accepted");
        world.says(tenant.iss(), saying);
        world.pass(MINUTE * 5);
        // Ten seconds apart, however many requests there are.
        for asked in [2, 3, 4] {
            for _ in 0..50 {
                assert_eq!(answer(&verifier, &token).await, "accepted");
            }
            assert_eq!(world.asked.all(), asked);
            world.pass(SECOND * 10);
        }
        world.pass(HOUR - MINUTE * 5 - SECOND * 31);
        assert_eq!(answer(&verifier, &token).await, "accepted", "the last second");
        world.pass(SECOND);
        assert_eq!(answer(&verifier, &token).await, "keys_unavailable");

        world.says(tenant.iss(), Saying::Policy(tenant.policy()));
        world.pass(SECOND);
        let fetched = world.fetched.all();
        assert_eq!(answer(&verifier, &token).await, "accepted", "it is back");
        let_others_run().await;
        assert!(world.fetched.all() <= fetched + 1, "with the keys it had, or new ones");
    }
}
