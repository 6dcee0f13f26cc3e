//! One verifier under several tokio runtimes, under one that ends, and under none.

use crate::support::*;
use poolgate::Fetched;
use poolgate_issuer::Fault;
use poolgate_tests::World;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    task::Poll,
    thread,
    time::Duration,
};
use tokio::{
    runtime::{Builder, Runtime},
    sync::{Notify, oneshot},
    time::Instant,
};

#[tokio::test]
async fn a_runtime_that_ends_takes_no_follower_with_it() {
    ends_mid_fetch("current thread", &mut Builder::new_current_thread()).await;
    // Its threads end in any order, all the more on a busy machine, and so do the tasks of the
    // HTTP client.
    let _busy = BusyMachine::new();
    for _ in 0..50 {
        ends_mid_fetch("multi thread", Builder::new_multi_thread().worker_threads(4)).await;
    }
}

async fn ends_mid_fetch(name: &str, builder: &mut Builder) {
    let world = world().await;
    world.issuer.fail_jwks_times(1, Fault::Hang);
    let (verifier, token) = (world.verifier(), token(&world));
    let runtime = builder.enable_all().build().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let (leading, good) = (verifier.clone(), token.clone());
    let leader = thread::spawn(move || {
        runtime.spawn(async move { answer(&leading, &good).await });
        let _ = runtime.block_on(ended);
    });
    fetch_arrives(&world.issuer, 1).await;
    let followers = follow(10, &verifier, &token).await;
    assert_eq!(world.issuer.jwks_fetches(), 1, "{name}: they follow");

    end.send(()).unwrap();
    for follower in followers {
        let answer = follower.await.unwrap();
        assert_eq!(answer, "accepted", "{name}: {:?}", state(&verifier).last_error);
    }
    leader.join().unwrap();
    assert_eq!(world.issuer.jwks_fetches(), 2, "{name}: one of them leads again");
}

#[tokio::test]
async fn a_refresh_that_ends_with_its_runtime_is_made_again() {
    let (world, verifier, good) = warm_world().await;
    world.pass(MINUTE * 5);
    world.issuer.fail_jwks_times(1, Fault::Hang);
    let (refreshing, token) = (verifier.clone(), good.clone());
    let issuer = world.issuer.clone();
    let elsewhere = thread::spawn(move || {
        current_thread().block_on(async {
            accepts(&refreshing, &token).await;
            fetch_arrives(&issuer, 2).await;
        });
    });
    elsewhere.join().unwrap();
    accepts(&verifier, &good).await;
    fetches_end(&verifier, 2).await;
    assert_eq!(world.issuer.jwks_fetches(), 3);
    assert_eq!(state(&verifier).age, Some(Duration::ZERO));
}

#[test]
fn two_runtimes_share_a_verifier() {
    let (one, other) = (current_thread(), current_thread());
    let world = one.block_on(world());
    let verifier = world.verifier();
    let fetches = |count| {
        let now = (world.issuer.jwks_fetches(), state(&verifier).fetches);
        assert_eq!(now, (count, count));
    };
    one.block_on(accepts(&verifier, &token(&world)));
    other.block_on(accepts(&verifier, &token(&world)));
    fetches(1);
    for (runtime, count) in [(&other, 2), (&one, 3), (&other, 4)] {
        world.issuer.rotate();
        world.pass(SECOND * 10);
        runtime.block_on(accepts(&verifier, &token(&world)));
        fetches(count);
    }
    drop(one);
    world.issuer.rotate();
    world.pass(SECOND * 10);
    other.block_on(accepts(&verifier, &token(&world)));
    fetches(5);
}

/// A runtime that nobody drives is not gone, only silent.
#[test]
fn a_runtime_that_stands_still_is_given_up_and_its_late_answer_dropped() {
    let world = World::around(pool().offline());
    let old = world.issuer.jwks_json();
    world.issuer.rotate();
    world.issuer.retire();
    let new = world.issuer.jwks_json();
    let (release, released) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (held, noted) = (Arc::clone(&release), Arc::clone(&released));
    let (source, calls) = Source::new(move |call, _| {
        let (old, new) = (old.clone(), new.clone());
        let (held, noted) = (Arc::clone(&held), Arc::clone(&noted));
        async move {
            if call > 1 {
                return Ok(Fetched::new(new));
            }
            held.notified().await;
            noted.notify_one();
            Ok(Fetched::new(old))
        }
    });
    let verifier = world.builder().fetch(source).build().unwrap();
    let token = token(&world);

    let still = paused();
    still.block_on(async {
        let (verifier, token) = (verifier.clone(), token.clone());
        tokio::spawn(async move { answer(&verifier, &token).await });
        let_others_run().await;
    });
    assert_eq!(calls.count(), 1);
    paused().block_on(async {
        let began = Instant::now();
        assert_eq!(answer(&verifier, &token).await, "accepted");
        assert_eq!(began.elapsed().as_secs(), 6, "a second more than a fetch may take");
    });
    assert_eq!(calls.count(), 2);

    let before = state(&verifier);
    still.block_on(async {
        release.notify_one();
        released.notified().await;
        let_others_run().await;
    });
    assert_eq!(state(&verifier), before, "the older answer came later");
    assert_eq!(cached(&verifier, &token), "accepted");
}

#[test]
fn outside_a_runtime_a_cold_verifier_says_unavailable() {
    let world = current_thread().block_on(world());
    let (verifier, token) = (world.verifier(), token(&world));
    assert_eq!(cached(&verifier, &token), "waits");
    let Poll::Ready(Err(error)) = poll_once(verifier.verify(&token)) else {
        panic!("nobody can be waited for");
    };
    assert_eq!((error.code(), error.retry_after()), ("keys_unavailable", Some(1)));
    assert!(matches!(poll_once(verifier.warm_up()), Poll::Ready(Err(_))));
    assert_eq!(world.issuer.jwks_fetches(), 0);
    current_thread().block_on(accepts(&verifier, &token));
}

#[test]
fn outside_a_runtime_nobody_waits_for_a_fetch_of_another() {
    let runtime = current_thread();
    let world = runtime.block_on(world());
    world.issuer.fail_jwks(Fault::Hang);
    let (verifier, token) = (world.verifier(), token(&world));
    let (leading, good) = (verifier.clone(), token.clone());
    let leader = runtime.spawn(async move { answer(&leading, &good).await });
    runtime.block_on(fetch_arrives(&world.issuer, 1));
    let Poll::Ready(Err(error)) = poll_once(verifier.verify(&token)) else {
        panic!("nobody can be waited for");
    };
    assert_eq!(error.code(), "keys_unavailable");
    world.issuer.heal_jwks();
    assert_eq!(runtime.block_on(leader).unwrap(), "accepted");
    assert_eq!(world.issuer.jwks_fetches(), 1);
}

#[test]
fn outside_a_runtime_keys_at_hand_serve() {
    let (world, verifier, good) = current_thread().block_on(warm_world());
    for age in [Duration::ZERO, MINUTE * 5, MINUTE * 50] {
        world.pass(age);
        assert_eq!(cached(&verifier, &good), "accepted", "after {age:?} more");
        assert!(matches!(poll_once(verifier.verify(&good)), Poll::Ready(Ok(_))));
        assert_eq!(cached(&verifier, &unknown(&world, 1)), "waits");
    }
    assert_eq!(world.issuer.jwks_fetches(), 1);
    current_thread().block_on(async {
        assert_eq!(cached(&verifier, &good), "accepted");
        fetches_end(&verifier, 2).await;
    });
}

/// As in a blocking thread that outlives its runtime: a task can be spawned, and is dropped there.
#[test]
fn a_runtime_that_has_ended_already_blocks_nobody() {
    let (world, verifier, good) = current_thread().block_on(warm_world());
    let (cold, token) = (world.verifier(), good.clone());
    world.pass(MINUTE * 5);
    let (say, heard) = mpsc::channel();
    let warm = verifier.clone();
    thread::spawn(move || {
        let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
        let handle = runtime.handle().clone();
        drop(runtime);
        let _ended = handle.enter();
        let asked = poll_once(cold.verify(&token)).map(|answer| answer.map_err(|e| e.code()));
        let refused = matches!(asked, Poll::Ready(Err("keys_unavailable")));
        say.send((cached(&warm, &token), refused)).unwrap();
    });
    let answers = heard.recv_timeout(PATIENT).expect("nobody waits for ever");
    assert_eq!(answers, ("accepted", true));
    current_thread().block_on(async {
        world.pass(SECOND);
        accepts(&verifier, &good).await;
        fetches_end(&verifier, 2).await;
    });
}

/// Threads that are always in the way of others, until dropped.
struct BusyMachine(Arc<AtomicBool>);

impl BusyMachine {
    fn new() -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        for _ in 0..4 {
            let is_over = Arc::clone(&is_over);
            thread::spawn(move || while !is_over.load(Ordering::Relaxed) {});
        }
        Self(is_over)
    }
}

impl Drop for BusyMachine {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}
