//! A `Fetch` of somebody's own: it may panic, never end, or say anything.

use crate::support::*;
use poolgate::{FetchError, Fetched};
use poolgate_tests::World;
use std::{
    future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};

#[tokio::test]
async fn a_fetch_that_panics_is_tried_twice_and_poisons_nothing() {
    for panics_at_once in [true, false] {
        let world = World::around(pool().offline());
        let (is_broken, document) = (Arc::new(AtomicBool::new(true)), world.issuer.jwks_json());
        let broken = Arc::clone(&is_broken);
        let (source, calls) = Source::new(move |_, _| {
            let is_broken = broken.load(Ordering::SeqCst);
            assert!(!(is_broken && panics_at_once), "as planned");
            let document = document.clone();
            async move {
                tokio::task::yield_now().await;
                assert!(!is_broken, "as planned");
                Ok(Fetched::new(document))
            }
        });
        let verifier = world.builder().fetch(source).build().unwrap();
        let good = token(&world);

        let answers = ask_at_once(20, &verifier, &good).await;
        assert!(answers.iter().all(|answer| *answer == "keys_unavailable"), "{answers:?}");
        assert_eq!(is_unavailable(&verifier, &good).await, 1);
        assert_eq!(calls.count(), 2, "at once: {panics_at_once}");
        assert_eq!(name(state(&verifier).last_error.as_ref()), "Lost");
        assert_eq!(verifier.warm_up().await, Err(FetchError::Lost));

        is_broken.store(false, Ordering::SeqCst);
        world.pass(SECOND * 2);
        accepts(&verifier, &good).await;

        is_broken.store(true, Ordering::SeqCst);
        let before = calls.count();
        world.pass(MINUTE * 5);
        for _ in 0..20 {
            accepts(&verifier, &good).await;
            quiet().await;
        }
        assert_eq!(calls.count(), before + 2, "known keys go on, at once: {panics_at_once}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_fetch_that_never_ends_is_cut_off_after_five_seconds() {
    let world = World::around(pool().offline());
    let document = world.issuer.jwks_json();
    let (source, calls) = Source::new(move |call, _| {
        let document = document.clone();
        async move {
            if call == 1 {
                future::pending::<()>().await;
            }
            Ok(Fetched::new(document))
        }
    });
    let verifier = world.builder().fetch(source).build().unwrap();
    let (good, began) = (token(&world), Instant::now());
    let answers = ask_at_once(20, &verifier, &good).await;
    assert!(answers.iter().all(|answer| *answer == "keys_unavailable"), "{answers:?}");
    assert_eq!(began.elapsed().as_secs(), 5);
    assert_eq!((calls.count(), name(state(&verifier).last_error.as_ref())), (1, "timeout".into()));
    world.pass(SECOND);
    accepts(&verifier, &good).await;
    assert_eq!(calls.count(), 2);
}

#[tokio::test]
async fn what_a_fetch_brings_is_measured_like_any_answer() {
    let world = World::around(pool().offline());
    let good = token(&world);
    let padded =
        |size| world.issuer.jwks_json() + &" ".repeat(size - world.issuer.jwks_json().len());
    for (row, fetched, expected) in [
        ("at the limit", Ok(padded(256 * 1024)), "nothing"),
        ("a byte more", Ok(padded(256 * 1024 + 1)), "too large"),
        ("nothing", Ok(String::new()), "key set"),
        ("an error", Err(FetchError::connect("no")), "connect"),
        ("a timeout of its own", Err(FetchError::Timeout), "timeout"),
    ] {
        let (source, _) = Source::new(move |_, _| {
            let fetched = fetched.clone();
            async move { fetched.map(Fetched::new) }
        });
        let verifier = world.builder().fetch(source).build().unwrap();
        let answer = answer(&verifier, &good).await;
        assert_eq!(name(state(&verifier).last_error.as_ref()), expected, "{row}");
        let is_good = expected == "nothing";
        assert_eq!(answer, if is_good { "accepted" } else { "keys_unavailable" }, "{row}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_of_a_verifier_that_is_dropped() {
    for (row, is_asked, ends) in [
        ("never asked", false, false),
        ("while a fetch hangs", true, true),
        ("for ever", true, false),
    ] {
        let world = World::around(pool().offline());
        let end = Arc::new(Notify::new());
        let (held, document) = (Arc::clone(&end), world.issuer.jwks_json());
        let (source, calls) = Source::new(move |_, _| {
            let (held, document) = (Arc::clone(&held), document.clone());
            async move {
                held.notified().await;
                Ok(Fetched::new(document))
            }
        });
        let verifier = world.builder().fetch(source).build().unwrap();
        if is_asked {
            assert!(poll_once(verifier.verify(&token(&world))).is_pending());
            let_others_run().await;
            assert_eq!(calls.count(), 1, "{row}");
        }
        drop(verifier);
        assert_eq!(calls.source_is_gone(), !is_asked, "{row}: a fetch keeps what it needs");
        if ends {
            end.notify_one();
            let_others_run().await;
        } else if is_asked {
            tokio::time::sleep(Duration::from_secs(6)).await;
        }
        assert!(calls.source_is_gone(), "{row}");
        assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0, "{row}");
    }
}

#[tokio::test]
async fn neither_task_nor_socket_is_left_of_a_verifier_that_is_dropped() {
    let (world, verifier, good) = warm_world().await;
    quiet().await;
    world.issuer.fail_jwks(poolgate_issuer::Fault::Hang);
    world.pass(MINUTE * 5);
    accepts(&verifier, &good).await;
    fetch_arrives(&world.issuer, 2).await;
    drop(verifier);
    assert_ne!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0, "it hangs");
    world.issuer.heal_jwks();
    quiet().await;
}
