//! Fetches that nobody brings to their end.

use crate::support::*;
use poolgate::{Clock, Fetched, ManualClock, Now};
use poolgate_tests::START;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::runtime::Builder;

/// The hit that begins a refresh may come from a runtime that is never driven again.
#[test]
fn a_refresh_on_a_runtime_that_stands_still_is_made_by_another() {
    let silent = Builder::new_current_thread().enable_all().build().unwrap();
    let driven = Builder::new_current_thread().enable_all().build().unwrap();
    let (world, verifier, good) = driven.block_on(warm_world());
    world.pass(MINUTE * 5);
    // Within the runtime, but without ever polling its tasks.
    let entered = silent.enter();
    assert_eq!(cached(&verifier, &good), "accepted");
    drop(entered);
    world.issuer.remove(&world.issuer.access_kid());
    driven.block_on(async {
        accepts(&verifier, &good).await;
        assert_eq!(world.issuer.jwks_fetches(), 1, "one is under way, for all that is known");
        world.pass(Duration::from_secs(7));
        // The first of these gives it up, the second begins another.
        accepts(&verifier, &good).await;
        accepts(&verifier, &good).await;
        fetches_end(&verifier, 2).await;
        answers(&verifier, &good, "key_not_found").await;
    });
    drop(silent);
}

/// A clock that panics when it is told to, once.
#[derive(Clone)]
struct Brittle {
    clock: ManualClock,
    breaks: Arc<AtomicBool>,
}

impl Clock for Brittle {
    fn now(&self) -> Now {
        assert!(!self.breaks.swap(false, Ordering::SeqCst), "the clock breaks");
        self.clock.now()
    }
}

#[tokio::test]
async fn a_panic_at_the_end_of_a_fetch_locks_nobody_out() {
    let world = world().await;
    let breaks = Arc::new(AtomicBool::new(false));
    let clock = Brittle { clock: world.clock.clone(), breaks: Arc::clone(&breaks) };
    let jwks = world.issuer.jwks_json();
    let (source, calls) = Source::new(move |call, _| {
        // The next to read the clock is the task that has just fetched.
        breaks.store(call == 1, Ordering::SeqCst);
        let document = Fetched::new(jwks.clone());
        async move { Ok(document) }
    });
    let policy = world.policy(poolgate::TokenUse::Access);
    let verifier = poolgate_tests::builder(policy).clock(clock).fetch(source).build().unwrap();
    accepts(&verifier, &token(&world)).await;
    assert_eq!(calls.count(), 2);
    assert_eq!(world.now(), START, "at once");
}
