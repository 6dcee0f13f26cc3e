//! What was said about issuers, and for how long it holds. Times come from the verifier's clock;
//! moka's own clock and bounds only free memory, after which an issuer is asked for again.

use super::limits::Limits;
use crate::{Error, issuer::Issuer, key_cache::MIN_BACK_OFF, time::Now};
use moka::{policy::EvictionPolicy, sync::Cache};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// The answers in two bounded caches, so that refused issuers, of which anybody can invent as many
/// as they like, never push out known ones.
pub(super) struct Answers {
    known: Cache<String, Arc<Known>>,
    refused: Cache<String, Refused>,
    limits: Limits,
}

struct Known {
    issuer: Arc<Issuer>,
    /// When the last good answer was asked for.
    confirmed: Now,
    /// Until when nobody asks again, in seconds of the monotonic clock: somebody is asking, or
    /// could not tell just now.
    quiet_until: AtomicU64,
}

#[derive(Clone)]
struct Refused {
    since: Now,
    lasts: Duration,
    error: Error,
}

/// What to do about a token of an issuer.
pub(super) enum Decision {
    Use(Arc<Issuer>),
    Refuse(Error),
    /// Ask. If there is an issuer, it serves until there is an answer.
    Ask(Option<Arc<Issuer>>),
}

/// How a question ended.
pub(super) enum Outcome {
    Found(Arc<Issuer>),
    Refused,
    /// Nobody could tell.
    Failed,
    /// The question vanished with its task, which says nothing about the issuer.
    Lost,
}

impl Answers {
    pub(super) fn new(limits: Limits) -> Self {
        // The least recently used one goes. moka's default would weigh how often each was used,
        // and not let a new tenant in among busy ones.
        let known = Cache::builder().eviction_policy(EvictionPolicy::lru());
        let refused = Cache::builder().eviction_policy(EvictionPolicy::lru());
        Self {
            known: known.max_capacity(limits.max_issuers).time_to_idle(limits.idle).build(),
            refused: refused
                .max_capacity(limits.max_refused)
                .time_to_live(limits.refuse_for)
                .build(),
            limits,
        }
    }

    pub(super) fn decide(&self, iss: &str, now: Now) -> Decision {
        if let Some(known) = self.trusted(iss, now) {
            let issuer = Arc::clone(&known.issuer);
            let is_confirmed = now.since(known.confirmed) < self.limits.ask_again_after;
            return match is_confirmed || known.is_quiet(now) {
                true => Decision::Use(issuer),
                false => Decision::Ask(Some(issuer)),
            };
        }
        match self.refused.get(iss) {
            Some(refused) if now.since(refused.since) < refused.lasts => {
                Decision::Refuse(refused.error)
            }
            _ => Decision::Ask(None),
        }
    }

    /// Somebody is asking about an issuer, or will be able to only then.
    pub(super) fn quiet(&self, iss: &str, until: Duration) {
        if let Some(known) = self.known.get(iss) {
            known.quiet_until.store(until.as_secs(), Ordering::Relaxed);
        }
    }

    /// Takes the outcome of a question that was asked at `asked`.
    pub(super) fn take(
        &self,
        iss: &str,
        asked: Now,
        now: Now,
        outcome: Outcome,
    ) -> Result<Arc<Issuer>, Error> {
        match outcome {
            Outcome::Found(issuer) => {
                self.refused.invalidate(iss);
                self.know(iss, Arc::clone(&issuer), asked);
                Ok(issuer)
            }
            Outcome::Refused => {
                self.known.invalidate(iss);
                self.refuse(iss, now, self.limits.refuse_for, Error::InvalidIssuer)
            }
            Outcome::Failed | Outcome::Lost => match (self.trusted(iss, now), outcome) {
                (Some(known), _) => {
                    let until = now.monotonic().saturating_add(BACK_OFF).as_secs();
                    known.quiet_until.store(until, Ordering::Relaxed);
                    Ok(Arc::clone(&known.issuer))
                }
                (None, Outcome::Failed) => self.refuse(iss, now, MIN_BACK_OFF, unavailable()),
                (None, _) => Err(unavailable()),
            },
        }
    }

    /// What is known about an issuer, however long ago it was said.
    pub(super) fn issuer(&self, iss: &str) -> Option<Arc<Issuer>> {
        self.known.get(iss).map(|known| Arc::clone(&known.issuer))
    }

    pub(super) fn issuers(&self) -> Vec<(Arc<String>, Arc<Issuer>)> {
        let issuers = self.known.iter();
        issuers.map(|(name, known)| (name, Arc::clone(&known.issuer))).collect()
    }

    fn trusted(&self, iss: &str, now: Now) -> Option<Arc<Known>> {
        self.known.get(iss).filter(|known| now.since(known.confirmed) < self.limits.max_stale)
    }

    fn know(&self, iss: &str, issuer: Arc<Issuer>, confirmed: Now) {
        let known = Known { issuer, confirmed, quiet_until: AtomicU64::new(0) };
        self.known.insert(iss.to_owned(), Arc::new(known));
        // The bound holds at once, and not some time later.
        self.known.run_pending_tasks();
    }

    fn refuse(
        &self,
        iss: &str,
        since: Now,
        lasts: Duration,
        error: Error,
    ) -> Result<Arc<Issuer>, Error> {
        self.refused.insert(iss.to_owned(), Refused { since, lasts, error: error.clone() });
        self.refused.run_pending_tasks();
        Err(error)
    }
}

impl Known {
    fn is_quiet(&self, now: Now) -> bool {
        now.monotonic().as_secs() < self.quiet_until.load(Ordering::Relaxed)
    }
}

pub(super) const fn unavailable() -> Error {
    Error::KeysUnavailable { retry_after: MIN_BACK_OFF }
}

/// How long an old answer serves without asking, after nobody could tell.
const BACK_OFF: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests;
