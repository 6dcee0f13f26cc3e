//! The shell around [`Answers`]: who asks, who waits, and what happens to those who wait.

use super::{
    PolicyLookup, Reply,
    answers::{Answers, Decision, Outcome, unavailable},
    asking::Asking,
    complaints::Complaints,
};
use crate::{
    ConfigError, Error, Policy,
    issuer::{Issuer, IssuerNumber, warn_of_test_keys},
    key_stores::KeyStores,
    observe,
    time::Now,
    url::is_issuer,
};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{runtime::Handle, sync::watch, time};

/// The issuers that were asked for. A known one takes no lock of ours; each question runs in a task
/// of its own, so that a caller who goes away takes nothing with it.
pub(crate) struct Lookup {
    lookup: PolicyLookup,
    stores: KeyStores,
    answers: Answers,
    flights: Mutex<Flights>,
    complaints: Complaints,
}

pub(super) type Verdict = Result<Arc<Issuer>, Error>;

#[derive(Default)]
struct Flights {
    begun: u64,
    in_the_air: HashMap<String, Flight>,
}

/// A question under way. The channel brings the verdict; if it closes without one, the question was
/// lost with its task.
#[derive(Clone)]
struct Flight {
    number: u64,
    began: Now,
    /// Whether there is an answer that may need a newer one.
    is_known: bool,
    verdict: watch::Receiver<Option<Verdict>>,
}

enum Boarding {
    Answered(Verdict),
    Aboard(Flight),
}

impl Lookup {
    pub(super) fn new(lookup: PolicyLookup, stores: KeyStores) -> Arc<Self> {
        let (answers, flights) = (Answers::new(lookup.limits), Mutex::default());
        let stores = KeyStores { is_looked_up: true, ..stores };
        Arc::new(Self { lookup, stores, answers, flights, complaints: Complaints::default() })
    }

    /// What is known about an issuer now; `None` if it has to be [asked](Self::ask) for.
    pub(crate) fn find(&self, iss: &str) -> Result<Option<Arc<Issuer>>, Error> {
        match self.answers.decide(iss, self.stores.clock.now()) {
            Decision::Use(issuer) => Ok(Some(issuer)),
            Decision::Refuse(error) => Err(error),
            // Only what looks like an issuer is ever asked for, and so ever remembered.
            Decision::Ask(None) if iss.len() > MAX_ISSUER_BYTES || !is_issuer(iss) => {
                Err(Error::InvalidIssuer)
            }
            Decision::Ask(_) => Ok(None),
        }
    }

    /// Asks about an issuer, or waits for the answer to somebody else's question.
    pub(crate) async fn ask(self: &Arc<Self>, iss: &str) -> Result<Arc<Issuer>, Error> {
        for _ in 0..MAX_TRIES {
            let Flight { number, began, mut verdict, .. } = match self.board(iss) {
                Boarding::Answered(verdict) => return verdict,
                Boarding::Aboard(flight) => flight,
            };
            let patience = self.lookup.limits.patience();
            let ended = match time::timeout(patience, verdict.wait_for(Option::is_some)).await {
                Ok(Ok(verdict)) => verdict.clone(),
                // It was lost with its task, so somebody asks again.
                Ok(Err(_)) => None,
                // The task stands still with its runtime; its answer, should it come, is too late.
                Err(_) => self.end(iss, number, began, Outcome::Failed),
            };
            if let Some(verdict) = ended {
                return verdict;
            }
        }
        Err(unavailable())
    }

    /// Every issuer that is remembered.
    pub(crate) fn issuers(&self) -> Vec<(Arc<String>, Arc<Issuer>)> {
        self.answers.issuers()
    }

    pub(super) const fn timeout(&self) -> Duration {
        self.lookup.limits.timeout
    }

    pub(super) async fn question(&self, iss: &str) -> Reply {
        (self.lookup.question)(iss.to_owned()).await
    }

    /// Makes an issuer of the policy that was found, or keeps the one that has this policy.
    pub(super) fn found(&self, iss: &str, policy: Policy) -> (&'static str, Outcome) {
        if let Some(known) = self.answers.issuer(iss).filter(|known| *known.policy == policy) {
            return ("found", Outcome::Found(known));
        }
        match self.open(iss, policy) {
            Ok(Some(issuer)) => ("found", Outcome::Found(Arc::new(issuer))),
            Ok(None) => ("other_issuer", Outcome::Refused),
            Err(error) => self.failed("failed", &error),
        }
    }

    /// The one place where a policy that was found gets its keys; `None` if it is of other issuers.
    fn open(&self, iss: &str, policy: Policy) -> Result<Option<Issuer>, ConfigError> {
        let mut issuers = policy.issuers();
        let Some(at) = issuers.iter().position(|(issuer, _)| issuer == iss) else {
            let of: Vec<String> = issuers.into_iter().map(|(issuer, _)| issuer).collect();
            if self.complaints.is_due(self.stores.clock.now()) {
                tracing::error!(?of, "the policy that was looked up is of other issuers");
            }
            return Ok(None);
        };
        let (_, source) = issuers.swap_remove(at);
        policy.check()?;
        let keys = self.stores.open(&policy, source)?;
        warn_of_test_keys(&policy);
        Ok(Some(Issuer {
            policy: Arc::new(policy),
            keys,
            is_primary: false,
            number: IssuerNumber::next(),
        }))
    }

    /// Nobody could tell, and the log says why, now and then.
    pub(super) fn failed(
        &self,
        word: &'static str,
        error: &dyn fmt::Display,
    ) -> (&'static str, Outcome) {
        if self.complaints.is_due(self.stores.clock.now()) {
            tracing::warn!(%error, "looking up a policy failed");
        }
        (word, Outcome::Failed)
    }

    /// Takes the outcome of a question; whoever looks from now on sees it. `None` if somebody has
    /// given it up before.
    pub(super) fn end(
        &self,
        iss: &str,
        number: u64,
        began: Now,
        outcome: Outcome,
    ) -> Option<Verdict> {
        let now = self.stores.clock.now();
        let mut flights = self.flights();
        let flight = flights.in_the_air.get(iss).filter(|flight| flight.number == number);
        flight?;
        flights.in_the_air.remove(iss);
        Some(self.answers.take(iss, began, now, outcome))
    }

    /// Joins the question under way or begins one, unless there is an answer by now.
    fn board(self: &Arc<Self>, iss: &str) -> Boarding {
        let (now, limits) = (self.stores.clock.now(), &self.lookup.limits);
        let mut flights = self.flights();
        let old = match self.answers.decide(iss, now) {
            Decision::Use(issuer) => return Boarding::Answered(Ok(issuer)),
            Decision::Refuse(error) => return Boarding::Answered(Err(error)),
            Decision::Ask(old) => old,
        };
        // Nobody has waited for those, and their runtimes stand still.
        flights.in_the_air.retain(|_, flight| now.since(flight.began) <= limits.patience());
        if let Some(flight) = flights.in_the_air.get(iss) {
            return match old {
                Some(old) => Boarding::Answered(Ok(old)),
                None => Boarding::Aboard(flight.clone()),
            };
        }
        // Known issuers do not compete with those that anybody can invent: a flood of questions
        // about these must not last until the answers about those are too old.
        let is_known = old.is_some();
        let alike = flights.in_the_air.values().filter(|flight| flight.is_known == is_known);
        if u64::try_from(alike.count()).unwrap_or(u64::MAX) >= limits.max_questions {
            observe::policy_lookup("busy");
            return Boarding::Answered(old.ok_or_else(unavailable));
        }
        let Ok(runtime) = Handle::try_current() else {
            tracing::error!("a policy cannot be looked up outside a tokio runtime");
            return Boarding::Answered(old.ok_or_else(unavailable));
        };
        self.begin(flights, iss, is_known, now, &runtime)
    }

    fn begin(
        self: &Arc<Self>,
        mut flights: MutexGuard<'_, Flights>,
        iss: &str,
        is_known: bool,
        now: Now,
        runtime: &Handle,
    ) -> Boarding {
        let until = now.monotonic().saturating_add(self.lookup.limits.patience());
        self.answers.quiet(iss, until);
        flights.begun = flights.begun.saturating_add(1);
        let number = flights.begun;
        let (open, verdict) = watch::channel(None);
        let flight = Flight { number, began: now, is_known, verdict };
        flights.in_the_air.insert(iss.to_owned(), flight.clone());
        // A runtime that has ended drops the task at once, and the task's end takes the lock.
        drop(flights);
        let (lookup, issuer) = (Arc::clone(self), iss.to_owned());
        let asking = Asking { lookup, issuer, number, began: now, open, has_ended: false };
        runtime.spawn(asking.run());
        Boarding::Aboard(flight)
    }

    fn flights(&self) -> MutexGuard<'_, Flights> {
        // Nothing panics while the lock is held; if it did, the state would still be whole.
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Lookup");
        debug.field("limits", &self.lookup.limits).finish_non_exhaustive()
    }
}

/// The longest text that can be an issuer.
const MAX_ISSUER_BYTES: usize = 1_024;

/// How often one request asks: again if a question was lost with somebody else's runtime.
const MAX_TRIES: u32 = 2;
