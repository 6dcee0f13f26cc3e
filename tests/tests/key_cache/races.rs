//! A request looks at the keys, and before it acts on what it saw they have changed.

use crate::support::*;
use poolgate::{Clock, ManualClock, Now, Verifier};
use poolgate_issuer::Fault;
use poolgate_tests::World;
use std::{
    future::Future,
    sync::{Arc, Mutex, mpsc},
    thread,
};
use tokio::runtime::Builder;

#[tokio::test]
async fn a_fetch_that_has_just_ended_is_not_made_again() {
    let world = world().await;
    let (verifier, clock) = with_interruptions(&world);
    let (other, good) = (verifier.clone(), token(&world));
    let token = good.clone();
    clock.interrupt(move || elsewhere(async move { accepts(&other, &token).await }));
    accepts(&verifier, &good).await;
    assert_eq!(world.issuer.jwks_fetches(), 1);
}

#[tokio::test]
async fn an_unknown_kid_that_has_just_become_known_waits_for_no_other_fetch() {
    let world = world().await;
    let (verifier, clock) = with_interruptions(&world);
    accepts(&verifier, &token(&world)).await;
    world.issuer.rotate();
    let new = token(&world);
    let (other, token, there) = (verifier.clone(), new.clone(), world.clone());
    let (say, ready) = mpsc::channel();
    clock.interrupt(move || {
        thread::spawn(move || {
            elsewhere(async move {
                accepts(&other, &token).await;
                there.issuer.fail_jwks(Fault::Hang);
                there.pass(MINUTE * 5);
                accepts(&other, &token).await;
                fetch_arrives(&there.issuer, 3).await;
                say.send(()).unwrap();
                fetches_end(&other, 3).await;
            });
        });
        ready.recv_timeout(PATIENT).expect("a refresh hangs");
    });
    accepts(&verifier, &new).await;
    assert_eq!(state(&verifier).fetches, 2, "the refresh hangs still");
    world.issuer.heal_jwks();
    fetches_end(&verifier, 3).await;
    assert_eq!(world.issuer.jwks_fetches(), 3);
}

fn with_interruptions(world: &World) -> (Verifier, InterruptedClock) {
    let clock = InterruptedClock { clock: world.clock.clone(), interruption: Arc::default() };
    (world.builder().clock(clock.clone()).build().unwrap(), clock)
}

/// Runs a future to its end in a thread and a runtime of its own.
fn elsewhere(future: impl Future<Output = ()> + Send + 'static) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    thread::spawn(move || runtime.block_on(future)).join().unwrap();
}

/// A clock that somebody else gets in before: the store reads it between looking and deciding.
#[derive(Clone)]
struct InterruptedClock {
    clock: ManualClock,
    interruption: Arc<Mutex<Option<Interruption>>>,
}

type Interruption = Box<dyn FnOnce() + Send>;

impl InterruptedClock {
    /// This happens when the clock is read next.
    fn interrupt(&self, interruption: impl FnOnce() + Send + 'static) {
        *self.interruption.lock().unwrap() = Some(Box::new(interruption));
    }
}

impl Clock for InterruptedClock {
    fn now(&self) -> Now {
        let interruption = self.interruption.lock().unwrap().take();
        if let Some(interrupt) = interruption {
            interrupt();
        }
        self.clock.now()
    }
}
