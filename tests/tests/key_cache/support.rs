//! The verbs of this suite.

use poolgate::{Fetch, FetchError, FetchFuture, Fetched, IssuerHealth, Verifier};
use poolgate_issuer::{Algorithm, TestClock, TestIssuer, TestIssuerBuilder};
use poolgate_tests::{START, World};
use std::{
    fmt,
    future::Future,
    panic::Location,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};
use tokio::{
    runtime::Handle,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};

/// A pool whose keys are quickly made and quickly used.
pub(crate) fn pool() -> TestIssuerBuilder {
    TestIssuer::builder().algorithm(Algorithm::EdDsa).clock(TestClock::at(START))
}

pub(crate) async fn world() -> World {
    World::around(pool().start().await)
}

/// A world whose verifier holds its keys already, a good token in hand.
pub(crate) async fn warm_world() -> (World, Verifier, String) {
    let world = world().await;
    let (verifier, token) = (world.verifier(), token(&world));
    accepts(&verifier, &token).await;
    (world, verifier, token)
}

/// A good token that outlives every story.
pub(crate) fn token(world: &World) -> String {
    world.issuer.access_token().expires_in(10 * DAY).sign()
}

/// A token that is good but for its `kid`, which nobody has heard of.
pub(crate) fn unknown(world: &World, number: u32) -> String {
    world.issuer.access_token().kid(format!("junk-{number}")).sign()
}

/// The answer in a word: `accepted`, or the code of the error.
pub(crate) async fn answer(verifier: &Verifier, token: &str) -> &'static str {
    verifier.verify(token).await.map_or_else(|error| error.code(), |_| "accepted")
}

/// What [`answer`] says, without waiting; `waits` if it would have to.
pub(crate) fn cached(verifier: &Verifier, token: &str) -> &'static str {
    match verifier.verify_cached(token) {
        Some(Ok(_)) => "accepted",
        Some(Err(error)) => error.code(),
        None => "waits",
    }
}

#[track_caller]
pub(crate) fn accepts<'v>(
    verifier: &'v Verifier,
    token: &'v str,
) -> impl Future<Output = ()> + use<'v> {
    answers(verifier, token, "accepted")
}

/// Asserts on the answer, and that nobody waits for a fetch that hangs.
#[track_caller]
pub(crate) fn answers<'v>(
    verifier: &'v Verifier,
    token: &'v str,
    expected: &'static str,
) -> impl Future<Output = ()> + use<'v> {
    let caller = Location::caller();
    async move {
        let answer = timeout(PROMPT, answer(verifier, token)).await;
        assert_eq!(answer, Ok(expected), "asked at {caller}");
    }
}

/// Asserts that this is refused for want of keys, and returns the `Retry-After`.
#[track_caller]
pub(crate) fn is_unavailable<'v>(
    verifier: &'v Verifier,
    token: &'v str,
) -> impl Future<Output = u64> + use<'v> {
    let caller = Location::caller();
    async move {
        let error = verifier.verify(token).await.expect_err("no keys are at hand");
        assert_eq!((error.code(), error.status()), ("keys_unavailable", 503), "asked at {caller}");
        error.retry_after().expect("a 503 says when to come again")
    }
}

/// Waits until a task or a server elsewhere has done its part.
#[track_caller]
pub(crate) fn until(condition: impl Fn() -> bool) -> impl Future<Output = ()> {
    let caller = Location::caller();
    async move {
        let settled = async {
            while !condition() {
                sleep(Duration::from_millis(1)).await;
            }
        };
        let settled = timeout(PATIENT, settled).await;
        assert!(settled.is_ok(), "it never came to what is awaited at {caller}");
    }
}

/// Waits until so many fetches have ended, background ones too.
#[track_caller]
pub(crate) fn fetches_end(verifier: &Verifier, count: u64) -> impl Future<Output = ()> + use<'_> {
    until(move || state(verifier).fetches >= count)
}

/// Waits until so many requests have come to the endpoint, and not a moment longer.
#[track_caller]
pub(crate) fn fetch_arrives(issuer: &TestIssuer, count: u64) -> impl Future<Output = ()> + use<'_> {
    let caller = Location::caller();
    async move {
        let arrival = timeout(PATIENT, issuer.wait_for_fetches(count)).await;
        assert!(arrival.is_ok(), "no request came, awaited at {caller}");
    }
}

/// Waits until no task is left, of a refresh or of a connection; in a current-thread runtime.
#[track_caller]
pub(crate) fn quiet() -> impl Future<Output = ()> {
    until(|| Handle::current().metrics().num_alive_tasks() == 0)
}

/// The state of the issuer that the first policy is for.
pub(crate) fn state(verifier: &Verifier) -> IssuerHealth {
    verifier.health().issuers.first().expect("a policy has an issuer").clone()
}

/// What went wrong, in a word or two.
pub(crate) fn name(error: Option<&FetchError>) -> String {
    match error {
        None => "nothing".to_owned(),
        Some(FetchError::Timeout) => "timeout".to_owned(),
        Some(FetchError::Connect { .. }) => "connect".to_owned(),
        Some(FetchError::Interrupted { .. }) => "interrupted".to_owned(),
        Some(FetchError::Status { status, .. }) => format!("status {status}"),
        Some(FetchError::TooLarge) => "too large".to_owned(),
        Some(FetchError::KeySet { .. }) => "key set".to_owned(),
        Some(other) => format!("{other:?}"),
    }
}

/// Polls once, outside any runtime if called there.
pub(crate) fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Lets every task of a current-thread runtime run until it waits.
pub(crate) async fn let_others_run() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

/// The answers to so many requests that are made at the same time.
pub(crate) async fn ask_at_once(
    count: usize,
    verifier: &Verifier,
    token: &str,
) -> Vec<&'static str> {
    let mut requests = JoinSet::new();
    for _ in 0..count {
        let (verifier, token) = (verifier.clone(), token.to_owned());
        requests.spawn(async move { answer(&verifier, &token).await });
    }
    requests.join_all().await
}

/// So many requests, each of which waits already.
pub(crate) async fn follow(
    count: usize,
    verifier: &Verifier,
    token: &str,
) -> Vec<JoinHandle<&'static str>> {
    let follow = |_| {
        let (verifier, token) = (verifier.clone(), token.to_owned());
        tokio::spawn(async move { answer(&verifier, &token).await })
    };
    let followers: Vec<_> = (0..count).map(follow).collect();
    let_others_run().await;
    assert!(followers.iter().all(|follower| !follower.is_finished()), "everybody waits");
    followers
}

/// A [`Fetch`] made of a function of the call's number, from 1, and the URL.
pub(crate) struct Source {
    calls: Calls,
    answer: Box<dyn Fn(usize, &str) -> FetchFuture<'static> + Send + Sync>,
}

/// How often a [`Source`] was asked; a second handle is alive as long as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls(Arc<AtomicUsize>);

impl Source {
    pub(crate) fn new<A>(answer: impl Fn(usize, &str) -> A + Send + Sync + 'static) -> (Self, Calls)
    where
        A: Future<Output = Result<Fetched, FetchError>> + Send + 'static,
    {
        let calls = Calls::default();
        let answer = Box::new(move |call, url: &str| -> FetchFuture<'static> {
            Box::pin(answer(call, url))
        });
        (Self { calls: calls.clone(), answer }, calls)
    }
}

impl Fetch for Source {
    fn fetch<'f>(&'f self, url: &'f str) -> FetchFuture<'f> {
        let call = self.calls.0.fetch_add(1, Ordering::SeqCst) + 1;
        (self.answer)(call, url)
    }
}

impl Calls {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn source_is_gone(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("calls", &self.calls).finish_non_exhaustive()
    }
}

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(3_600);
pub(crate) const DAY: Duration = Duration::from_secs(86_400);
/// Less than the five seconds after which a fetch that hangs is given up.
const PROMPT: Duration = Duration::from_secs(4);
pub(crate) const PATIENT: Duration = Duration::from_secs(20);
