//! The shell around [`KeyCache`]: who fetches, who waits, and what happens to those who wait.

mod landing;
mod reading;

use crate::{
    Algorithm, Clock, Error, Fetch, FetchError,
    fetch::TOTAL_TIMEOUT,
    jwks::ImportRules,
    key_cache::{Attempt, Decision, KeyCache, MIN_BACK_OFF, Purpose},
    key_source::KeySource,
    key_stores::KeyStores,
    keys::{Answer, Wait},
    time::Now,
};
use arc_swap::ArcSwap;
use landing::Landing;
use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{runtime::Handle, sync::watch, time};

/// The keys of one issuer. Readers take no lock; one fetch at a time runs in a task of its own,
/// so that a caller who goes away takes nothing with it.
pub(crate) struct KeyStore {
    source: KeySource,
    rules: ImportRules,
    /// Whether its issuer was found at run time. Nobody knows how many of those there are.
    is_looked_up: bool,
    fetch: Arc<dyn Fetch>,
    clock: Arc<dyn Clock>,
    cache: ArcSwap<KeyCache>,
    flights: Mutex<Flights>,
    /// Until when the fetch under way may take, in seconds of the monotonic clock; 0 without one.
    /// For readers, who take no lock to learn that there is nothing to begin.
    fetching_until: AtomicU64,
    /// Whether somebody was told that the keys come from another origin than the issuer's.
    has_told_of_origin: AtomicBool,
}

#[derive(Default)]
struct Flights {
    begun: u64,
    in_the_air: Option<Flight>,
}

/// A fetch under way. The channel closes when it has ended, however it ended.
#[derive(Clone)]
struct Flight {
    attempt: Attempt,
    ended: watch::Receiver<()>,
}

impl KeyStore {
    pub(crate) fn new(
        source: KeySource,
        rules: ImportRules,
        cache: KeyCache,
        fetch: Arc<dyn Fetch>,
        stores: &KeyStores,
    ) -> Arc<Self> {
        Arc::new(Self {
            source,
            rules,
            is_looked_up: stores.is_looked_up,
            fetch,
            clock: Arc::clone(&stores.clock),
            cache: ArcSwap::from_pointee(cache),
            flights: Mutex::default(),
            fetching_until: AtomicU64::new(0),
            has_told_of_origin: AtomicBool::new(false),
        })
    }

    /// Asks for a key; begins a refresh in the background if one is due. Never waits.
    pub(crate) fn key(self: &Arc<Self>, kid: Option<&str>, algorithm: Algorithm) -> Answer {
        let (cache, now) = (self.cache.load(), Now::read(&*self.clock));
        match cache.decide(kid, algorithm, now) {
            Decision::Use { key, refresh } => {
                self.refresh_if(refresh, &cache, now);
                Answer::Use(key)
            }
            Decision::OtherAlgorithm { refresh } => {
                self.refresh_if(refresh, &cache, now);
                Answer::Refuse(Error::InvalidAlgorithm { found: Some(algorithm) })
            }
            Decision::Fetch(purpose) => Answer::Wait(Wait { purpose, seen: Arc::clone(&cache) }),
            Decision::Unknown => Answer::Refuse(Error::KeyNotFound),
            Decision::Unavailable { retry_after } => {
                Answer::Refuse(Error::KeysUnavailable { retry_after })
            }
        }
    }

    /// Waits until a fetch has ended that began after the store was asked, or was under way.
    ///
    /// Afterwards the store has to be asked again.
    pub(crate) async fn wait(self: &Arc<Self>, wait: Wait) -> Result<(), Error> {
        let flight = match self.board(wait.purpose, &wait.seen) {
            Boarding::Aboard(flight) => flight,
            Boarding::TooLate => return Ok(()),
            Boarding::NoRuntime => {
                tracing::error!(
                    url = &*self.source.url(),
                    "keys cannot be fetched outside a tokio runtime"
                );
                return Err(Error::KeysUnavailable { retry_after: MIN_BACK_OFF });
            }
        };
        let Flight { attempt, mut ended } = flight;
        // Nothing is ever sent: the wait is over when the other side is gone.
        if time::timeout(PATIENCE, ended.changed()).await.is_err() {
            // The task stands still with its runtime; its answer, should it come, is too late.
            self.end(attempt, |cache| cache.lost(attempt, self.clock.now(), fastrand::f64()));
        }
        Ok(())
    }

    /// Begins a fetch if there are no usable keys and one may be made now.
    pub(crate) fn begin_warm_up(self: &Arc<Self>) {
        let seen = self.cache.load();
        if seen.may_fetch_keys(self.clock.now()) {
            let _ = self.board(Purpose::Keys, &seen);
        }
    }

    /// Waits for usable keys, and says why there are none.
    pub(crate) async fn warm_up(self: &Arc<Self>) -> Result<(), FetchError> {
        let seen = self.cache.load_full();
        if seen.may_fetch_keys(Now::read(&*self.clock)) {
            // What became of it stands in the cache.
            let _ = self.wait(Wait { purpose: Purpose::Keys, seen }).await;
        }
        let cache = self.cache.load();
        if cache.has_usable_keys(self.clock.now()) {
            return Ok(());
        }
        Err(cache.last_error().cloned().unwrap_or(FetchError::Lost))
    }

    pub(crate) const fn source(&self) -> &KeySource {
        &self.source
    }

    pub(crate) fn cache(&self) -> Arc<KeyCache> {
        self.cache.load_full()
    }

    fn refresh_if(self: &Arc<Self>, is_due: bool, seen: &Arc<KeyCache>, now: Now) {
        let until = self.fetching_until.load(Ordering::Relaxed);
        if is_due && now.monotonic().as_secs() >= until {
            // Without a runtime the keys stay as they are, and a later caller refreshes them.
            let _ = self.board(Purpose::Refresh, seen);
        }
    }

    /// Joins the fetch under way or begins one, if nothing has changed since `seen`.
    fn board(self: &Arc<Self>, purpose: Purpose, seen: &Arc<KeyCache>) -> Boarding {
        let mut flights = self.flights();
        if !Arc::ptr_eq(seen, &self.cache.load()) {
            return Boarding::TooLate;
        }
        let Ok(runtime) = Handle::try_current() else {
            return Boarding::NoRuntime;
        };
        let now = self.clock.now();
        match &flights.in_the_air {
            Some(flight) if now.since(flight.attempt.began) <= PATIENCE => {
                return Boarding::Aboard(flight.clone());
            }
            // Nobody has waited for it, and its runtime stands still.
            Some(flight) => {
                let attempt = flight.attempt;
                self.take(&mut flights, attempt, |cache| cache.lost(attempt, now, fastrand::f64()));
                return Boarding::TooLate;
            }
            None => {}
        }
        flights.begun = flights.begun.saturating_add(1);
        let attempt = Attempt { number: flights.begun, purpose, began: now };
        let (open, ended) = watch::channel(());
        let flight = Flight { attempt, ended };
        flights.in_the_air = Some(flight.clone());
        let until = now.monotonic().saturating_add(PATIENCE).as_secs();
        self.fetching_until.store(until, Ordering::Relaxed);
        // A runtime that has ended drops the task at once, and the task's end takes the lock.
        drop(flights);
        runtime.spawn(Landing::new(Arc::clone(self), attempt, open).fly());
        Boarding::Aboard(flight)
    }

    /// Takes the outcome of an attempt; whoever asks from now on sees it. Returns what was there
    /// before, and what is there now.
    fn end(
        &self,
        attempt: Attempt,
        outcome: impl FnOnce(&KeyCache) -> KeyCache,
    ) -> (Arc<KeyCache>, Arc<KeyCache>) {
        self.take(&mut self.flights(), attempt, outcome)
    }

    fn take(
        &self,
        flights: &mut Flights,
        attempt: Attempt,
        outcome: impl FnOnce(&KeyCache) -> KeyCache,
    ) -> (Arc<KeyCache>, Arc<KeyCache>) {
        let before = self.cache.load_full();
        let after = Arc::new(outcome(&before));
        self.cache.store(Arc::clone(&after));
        let is_this = |flight: &mut Flight| flight.attempt.number == attempt.number;
        if flights.in_the_air.take_if(is_this).is_some() {
            self.fetching_until.store(0, Ordering::Relaxed);
        }
        (before, after)
    }

    fn flights(&self) -> MutexGuard<'_, Flights> {
        // Nothing panics while the lock is held; if it did, the state would still be whole.
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for KeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("KeyStore");
        debug.field("source", &self.source).field("rules", &self.rules).finish_non_exhaustive()
    }
}

enum Boarding {
    Aboard(Flight),
    /// Another fetch has ended since the caller looked.
    TooLate,
    NoRuntime,
}

/// How long somebody waits for a fetch whose own limit is [`TOTAL_TIMEOUT`].
const PATIENCE: Duration = Duration::from_secs(TOTAL_TIMEOUT.as_secs() + 1);
