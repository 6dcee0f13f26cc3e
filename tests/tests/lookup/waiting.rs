//! Who waits for a question, and what becomes of it when somebody goes away.

use crate::support::*;
use poolgate::Verifier;
use std::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
    thread,
};
use tokio::{runtime::Builder, sync::oneshot};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn first_requests_at_the_same_moment_ask_once() {
    for (saying, expected) in [
        (None, "accepted"),
        (Some(Saying::Nothing), "invalid_issuer"),
        (Some(Saying::Fails), "keys_unavailable"),
        (Some(Saying::PanicsLater), "keys_unavailable"),
    ] {
        let world = World::with(1);
        let (tenant, verifier) = (world.tenant(0), world.verifier());
        if let Some(saying) = saying {
            world.says(tenant.iss(), saying);
        }
        let answers = ask_at_once(500, &verifier, &tenant.token()).await;
        assert!(answers.iter().all(|answer| *answer == expected), "{answers:?}");
        assert_eq!(world.asked.all(), 1, "{expected}");
    }
}

#[tokio::test]
async fn a_leader_who_goes_away_cancels_nobody() {
    let world = World::with(1);
    let (tenant, verifier) = (world.tenant(0), world.verifier());
    let token = tenant.token();
    begin_and_drop(&verifier, &token);
    let follower = tokio::spawn({
        let (verifier, token) = (verifier.clone(), token.clone());
        async move { answer(&verifier, &token).await }
    });
    assert_eq!(follower.await.unwrap(), "accepted");
    assert_eq!(world.asked.all(), 1);
}

#[tokio::test]
async fn a_question_that_nobody_waits_for_is_answered_all_the_same() {
    let world = World::with(1);
    let (tenant, verifier) = (world.tenant(0), world.verifier());
    begin_and_drop(&verifier, &tenant.token());
    let_others_run().await;
    assert!(verifier.health().issuer(tenant.iss()).is_some());
    assert_eq!((world.asked.all(), world.fetched.all()), (1, 0));
}

#[tokio::test]
async fn a_question_that_ends_with_its_runtime_is_asked_again() {
    let world = World::with(1);
    let (tenant, verifier) = (world.tenant(0), world.verifier());
    world.says(tenant.iss(), Saying::Hangs);
    let (end, ended) = oneshot::channel::<()>();
    let (asked, is_asked) = oneshot::channel::<()>();
    let (leading, token) = (verifier.clone(), tenant.token());
    let elsewhere = thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            tokio::spawn(async move { answer(&leading, &token).await });
            let_others_run().await;
            asked.send(()).unwrap();
            let _ = ended.await;
        });
    });
    is_asked.await.unwrap();
    let followers = tokio::spawn({
        let (verifier, token) = (verifier.clone(), tenant.token());
        async move { ask_at_once(10, &verifier, &token).await }
    });
    let_others_run().await;
    assert_eq!(world.asked.all(), 1, "they follow");
    world.says(tenant.iss(), Saying::Policy(tenant.policy()));
    end.send(()).unwrap();
    elsewhere.join().unwrap();
    assert_eq!(followers.await.unwrap(), ["accepted"; 10]);
    assert_eq!(world.asked.all(), 2, "one of them leads again");
}

#[tokio::test(start_paused = true)]
async fn a_runtime_that_stands_still_holds_nobody_for_long() {
    let world = World::with(1);
    let (tenant, verifier) = (world.tenant(0), world.verifier());
    let standing = Builder::new_current_thread().enable_all().build().unwrap();
    {
        let _inside = standing.enter();
        begin_and_drop(&verifier, &tenant.token());
    }
    let began = tokio::time::Instant::now();
    assert_eq!(answer(&verifier, &tenant.token()).await, "keys_unavailable");
    assert_eq!(began.elapsed(), SECOND * 6);
    world.pass(SECOND);
    assert_eq!(answer(&verifier, &tenant.token()).await, "accepted");
    assert_eq!(world.asked.all(), 1, "the first was never put");
    // On another thread, since a runtime may not be dropped within one.
    thread::spawn(move || drop(standing)).join().unwrap();
    assert_eq!(cached(&verifier, &tenant.token()), "accepted", "its end is no news");
}

#[tokio::test]
async fn a_question_that_stands_still_keeps_nobody_from_asking_again() {
    let world = World::with(1);
    let (tenant, verifier) = (world.tenant(0), world.verifier());
    assert_eq!(answer(&verifier, &tenant.token()).await, "accepted");
    world.pass(MINUTE * 5);
    let standing = Builder::new_current_thread().enable_all().build().unwrap();
    {
        let _inside = standing.enter();
        begin_and_drop(&verifier, &tenant.token());
    }
    for asked in [1, 1, 2] {
        assert_eq!(answer(&verifier, &tenant.token()).await, "accepted");
        assert_eq!(world.asked.all(), asked);
        world.pass(SECOND * 5);
    }
    assert_eq!(cached(&verifier, &tenant.token()), "accepted", "with a new answer");
    thread::spawn(move || drop(standing)).join().unwrap();
}

#[tokio::test]
async fn questions_about_different_issuers_do_not_wait_for_each_other() {
    let world = World::with(2);
    let verifier = world.verifier();
    world.says(world.tenant(0).iss(), Saying::Hangs);
    begin_and_drop(&verifier, &world.tenant(0).token());
    let_others_run().await;
    assert_eq!(answer(&verifier, &world.tenant(1).token()).await, "accepted");
}

#[tokio::test]
async fn nothing_is_left_when_the_verifier_is_gone() {
    let world = World::with(1);
    let (verifier, token) = (world.verifier(), world.tenant(0).token());
    assert_eq!(answer(&verifier, &token).await, "accepted");
    assert_eq!((world.asked.holders(), world.fetched.holders()), (1, 1));
    drop(verifier);
    let_others_run().await;
    assert_eq!(world.asked.holders(), 0, "the lookup and all it holds");
}

/// A request that goes away as soon as it waits.
fn begin_and_drop(verifier: &Verifier, token: &str) {
    let waits = pin!(verifier.verify(token)).poll(&mut Context::from_waker(Waker::noop()));
    assert!(waits.is_pending());
}
