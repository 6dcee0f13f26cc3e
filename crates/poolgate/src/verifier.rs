//! The gate: token text in, a verified token or the reason out.

mod candidate;
mod recall;

#[cfg(feature = "tokio")]
use crate::FetchError;
use crate::{
    Check, Clock, Error, Health, KeySnapshot, Look, Outcome, Policy, VerifiedToken,
    VerifierBuilder,
    check::Question,
    health::IssuerHealth,
    issuer::{Issuer, IssuerRef},
    key_cache::MIN_BACK_OFF,
    observe::Observation,
    policy_lookup::Lookup,
    token_cache::Tokens,
};
use candidate::{Candidate, Reading, Step};
use std::{collections::HashMap, fmt, sync::Arc, time::Duration};
use tracing::Instrument;

/// Verifies tokens against one policy or several. Cheap to clone; all clones share their keys.
///
/// ```no_run
/// use poolgate::{Policy, TokenUse, Verifier};
///
/// # async fn example(token_from_a_request: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let policy = Policy::cognito("eu-west-1_AbCdEf123", "1example23456789", TokenUse::Access)?;
/// let verifier = Verifier::new(policy)?;
/// let token = verifier.verify(token_from_a_request).await?;
/// println!("{:?} is in {:?}", token.subject(), token.groups());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) issuers: HashMap<String, Arc<Issuer>>,
    /// The same issuers, by number.
    pub(crate) numbered: Vec<Arc<Issuer>>,
    /// Asked about every other issuer.
    pub(crate) lookup: Option<Arc<Lookup>>,
    pub(crate) token_cache: Option<Tokens>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) check: Option<Check>,
    pub(crate) max_token_bytes: usize,
    pub(crate) max_stale: Duration,
}

impl Verifier {
    /// A verifier for one policy, with the system's clock and keys fetched over HTTPS.
    ///
    /// # Errors
    /// [`ConfigError`](crate::ConfigError) as [`VerifierBuilder::build`].
    pub fn new(policy: Policy) -> Result<Self, crate::ConfigError> {
        Self::builder(policy).build()
    }

    /// A verifier with settings of your own, for a [`Policy`] or for issuers that are looked up.
    pub fn builder(from: impl Into<VerifierBuilder>) -> VerifierBuilder {
        from.into()
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    pub(crate) fn from_inner(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// Verifies a token, and fetches keys first if that is needed.
    ///
    /// Faults are found in a fixed order: size and form, header, form of the claims, issuer,
    /// algorithm, key, signature, time, token use, client or audience, other claims, check. It
    /// may be called from any tokio runtime with time and I/O enabled; dropping the future
    /// cancels nobody else. Refreshes run as tasks of the runtime, so it should be driven between
    /// requests too: one that is not has its keys refreshed late.
    ///
    /// # Errors
    /// Whatever is wrong with the token; [`Error::KeysUnavailable`] or [`Error::CheckUnavailable`]
    /// if nobody can tell.
    pub async fn verify(&self, token: &str) -> Result<VerifiedToken, Error> {
        self.observed(token, Observation::begin()).await
    }

    /// Verifies a token with what is at hand, without waiting for anything.
    ///
    /// `None` means that [`verify`](Self::verify) has to wait: for keys, for a policy that is
    /// looked up, or for an asynchronous [`Check`]. A refresh of keys that grow old begins in the
    /// background.
    #[must_use]
    pub fn verify_cached(&self, token: &str) -> Option<Result<VerifiedToken, Error>> {
        self.at_once(token).ok()
    }

    /// Verifies a token at once if that is possible, as one verification in any case.
    pub(crate) fn look(&self, token: &str) -> Look {
        match self.at_once(token) {
            Ok(result) => Look::Done(result.map(Outcome::Verified)),
            Err(seen) => {
                let (verifier, token) = (self.clone(), token.to_owned());
                Look::Waiting(Box::pin(async move {
                    verifier.observed(&token, seen).await.map(Outcome::Verified)
                }))
            }
        }
    }

    /// Fetches the keys of every policy that has none yet, so that the first request need not
    /// wait. A failure is followed by the same back-off as for requests. The second issuer of a
    /// pool is left until a token names it.
    ///
    /// # Errors
    /// The first failure. Requests will try again, so a service may start all the same.
    #[cfg(feature = "tokio")]
    pub async fn warm_up(&self) -> Result<(), FetchError> {
        let primary = || self.0.issuers.values().filter(|issuer| issuer.is_primary);
        // All fetches begin before the first one is waited for.
        primary().for_each(|issuer| issuer.keys.begin_warm_up());
        let mut outcome = Ok(());
        for issuer in primary() {
            outcome = outcome.and(issuer.keys.warm_up().await);
        }
        outcome
    }

    /// The state of each issuer's keys, for a readiness probe or a dashboard.
    #[must_use]
    pub fn health(&self) -> Health {
        let now = self.0.clock.now();
        let found = self.0.lookup.iter().flat_map(|lookup| lookup.issuers());
        let found = found.map(|(name, issuer)| IssuerHealth::new(&name, &issuer, now));
        let configured = self.0.issuers.iter();
        let configured = configured.map(|(name, issuer)| IssuerHealth::new(name, issuer, now));
        Health::new(configured.chain(found), self.0.token_cache.as_ref().map(Tokens::health))
    }

    /// The keys that were fetched so far, to keep them and
    /// [`restore`](VerifierBuilder::restore) them where a process starts cold.
    ///
    /// Issuers without keys are left out, and so are those whose keys the policy gives.
    #[must_use]
    pub fn key_snapshot(&self) -> KeySnapshot {
        KeySnapshot::of(&self.0.issuers)
    }

    /// The verdict, or what was seen until somebody has to wait.
    fn at_once(&self, token: &str) -> Result<Result<VerifiedToken, Error>, Observation> {
        let mut seen = Observation::begin();
        let span = seen.span().clone();
        let Some(result) = span.in_scope(|| self.0.answer(token, &mut seen)) else {
            return Err(seen);
        };
        seen.end(&result);
        Ok(result)
    }

    async fn observed(&self, token: &str, mut seen: Observation) -> Result<VerifiedToken, Error> {
        let span = seen.span().clone();
        let result = self.verify_waiting(token, &mut seen).instrument(span).await;
        seen.end(&result);
        result
    }

    async fn verify_waiting(
        &self,
        token: &str,
        seen: &mut Observation,
    ) -> Result<VerifiedToken, Error> {
        if let Some(known) = self.0.recall(token, seen) {
            match self.0.question() {
                Some(Question::Async(ask)) => ask(known.clone()).await?,
                Some(Question::Sync(ask)) => ask(&known)?,
                None => {}
            }
            return Ok(known);
        }
        let mut candidate = match self.0.read(token, seen)? {
            Reading::Candidate(candidate) => candidate,
            Reading::NeedIssuer(unverified, lookup) => {
                let issuer = lookup.ask(unverified.issuer()?).await?;
                Candidate::new(token, unverified, IssuerRef::Found(issuer), seen)?
            }
        };
        for _ in 0..MAX_WAITS {
            match self.0.step(candidate, seen) {
                Step::Done(result) => return result,
                Step::NeedKeys(same, wait) => {
                    same.issuer.keys.wait(wait).await?;
                    candidate = same;
                }
                Step::NeedCheck(same, key, ask) => {
                    let accepted = same.accept(&key, &*self.0.clock)?;
                    ask(accepted.token.clone()).await?;
                    return Ok(self.0.remember(accepted));
                }
            }
        }
        Err(Error::KeysUnavailable { retry_after: MIN_BACK_OFF })
    }
}

impl Inner {
    /// The verdict, if nobody has to wait for it.
    fn answer(&self, token: &str, seen: &mut Observation) -> Option<Result<VerifiedToken, Error>> {
        if let Some(known) = self.recall(token, seen) {
            return match self.question() {
                Some(Question::Async(_)) => None,
                Some(Question::Sync(ask)) => Some(ask(&known).map(|()| known).map_err(Error::from)),
                None => Some(Ok(known)),
            };
        }
        match self.read(token, seen) {
            Err(error) => Some(Err(error)),
            Ok(Reading::NeedIssuer(..)) => None,
            Ok(Reading::Candidate(candidate)) => match self.step(candidate, seen) {
                Step::Done(result) => Some(result),
                Step::NeedKeys(..) | Step::NeedCheck(..) => None,
            },
        }
    }

    fn question(&self) -> Option<&Question> {
        self.check.as_ref().map(|check| &check.0)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policies = self.0.issuers.iter().map(|(name, issuer)| (name, &issuer.policy));
        let policies: HashMap<_, _> = policies.collect();
        let mut debug = f.debug_struct("Verifier");
        debug.field("policies", &policies).field("lookup", &self.0.lookup);
        debug.field("token_cache", &self.0.token_cache).field("check", &self.0.check);
        debug.field("max_stale", &self.0.max_stale);
        debug.field("max_token_bytes", &self.0.max_token_bytes).finish_non_exhaustive()
    }
}

/// How often one request looks again: after a fetch for keys, one for its kid, and one of each
/// that was lost.
const MAX_WAITS: u32 = 5;
