//! The gate: token text in, a verified token or the reason out.

#[cfg(feature = "tokio")]
use crate::FetchError;
use crate::{
    Algorithm, Check, Clock, Error, Health, KeySnapshot, Look, Outcome, Policy, VerifiedToken,
    VerifierBuilder,
    check::{AsyncQuestion, Question},
    crypto::VerifyingKey,
    health::IssuerHealth,
    jws::Unverified,
    key_cache::MIN_BACK_OFF,
    keys::{Answer, Keys, Wait},
    observe::Observation,
};
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
    pub(crate) issuers: HashMap<String, Issuer>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) check: Option<Check>,
    pub(crate) max_token_bytes: usize,
    pub(crate) max_stale: Duration,
}

/// An issuer that somebody configured.
pub(crate) struct Issuer {
    pub(crate) policy: Arc<Policy>,
    pub(crate) keys: Keys,
    /// Whether its keys are worth fetching before a token names it.
    pub(crate) is_primary: bool,
}

impl Verifier {
    /// A verifier for one policy, with the system's clock and keys fetched over HTTPS.
    ///
    /// # Errors
    /// [`ConfigError`](crate::ConfigError) as [`VerifierBuilder::build`].
    pub fn new(policy: Policy) -> Result<Self, crate::ConfigError> {
        Self::builder(policy).build()
    }

    /// A verifier with settings of your own.
    pub fn builder(policy: Policy) -> VerifierBuilder {
        VerifierBuilder::new(policy)
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
    /// `None` means that [`verify`](Self::verify) has to wait: for keys, or for an asynchronous
    /// [`Check`]. A refresh of keys that grow old begins in the background.
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
        let issuers = self.0.issuers.iter();
        let issuers = issuers.map(|(name, issuer)| IssuerHealth::new(name, issuer, now));
        Health::new(issuers)
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
        let step = span.in_scope(|| {
            let candidate = self.0.read(token, &mut seen)?;
            Ok(self.0.step(candidate, &mut seen))
        });
        let result = match step {
            Ok(Step::Done(result)) => result,
            Ok(Step::NeedKeys(..) | Step::NeedCheck(..)) => return Err(seen),
            Err(error) => Err(error),
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
        let mut candidate = self.0.read(token, seen)?;
        for _ in 0..MAX_WAITS {
            match self.0.step(candidate, seen) {
                Step::Done(result) => return result,
                Step::NeedKeys(same, wait) => {
                    same.issuer.keys.wait(wait).await?;
                    candidate = same;
                }
                Step::NeedCheck(same, key, ask) => {
                    let token = same.accept(&key, &*self.0.clock)?;
                    ask(token.clone()).await?;
                    return Ok(token);
                }
            }
        }
        Err(Error::KeysUnavailable { retry_after: MIN_BACK_OFF })
    }
}

impl Inner {
    /// Reads a token up to the point where a key is needed.
    fn read<'v>(&'v self, token: &'v str, seen: &mut Observation) -> Result<Candidate<'v>, Error> {
        let unverified = Unverified::parse(token, self.max_token_bytes)?;
        let iss = unverified.claims.iss.as_ref().ok_or(Error::MissingClaim { claim: "iss" })?;
        let issuer = self.issuers.get(iss).ok_or(Error::InvalidIssuer)?;
        seen.of(iss);
        issuer.policy.check_form(&unverified.claims)?;
        let algorithm = issuer.policy.check_header(&unverified.header)?;
        Ok(Candidate { unverified, issuer, algorithm })
    }

    fn step<'v>(&'v self, candidate: Candidate<'v>, seen: &mut Observation) -> Step<'v> {
        let (kid, keys) = (candidate.unverified.header.kid.as_deref(), &candidate.issuer.keys);
        let answer = keys.key(kid, candidate.algorithm);
        seen.looked_up(&answer, || keys.cache().generation());
        let key = match answer {
            Answer::Use(key) => key,
            Answer::Refuse(error) => return Step::Done(Err(error)),
            Answer::Wait(wait) => return Step::NeedKeys(candidate, wait),
        };
        match self.check.as_ref().map(|check| &check.0) {
            None => Step::Done(candidate.accept(&key, &*self.clock)),
            Some(Question::Async(ask)) => Step::NeedCheck(candidate, key, ask),
            Some(Question::Sync(ask)) => {
                let accepted = candidate.accept(&key, &*self.clock);
                Step::Done(accepted.and_then(|token| Ok(ask(&token).map(|()| token)?)))
            }
        }
    }
}

/// How far one comes without waiting.
enum Step<'v> {
    Done(Result<VerifiedToken, Error>),
    /// Keys have to be fetched first.
    NeedKeys(Candidate<'v>, Wait),
    /// Only a question is left that takes time. The signature is not verified yet, so that nobody
    /// verifies it twice.
    NeedCheck(Candidate<'v>, Arc<VerifyingKey>, &'v AsyncQuestion),
}

/// A token of a known issuer, not verified yet.
struct Candidate<'v> {
    unverified: Unverified<'v>,
    issuer: &'v Issuer,
    algorithm: Algorithm,
}

impl Candidate<'_> {
    /// Signature first, then everything that the claims say.
    fn accept(self, key: &VerifyingKey, clock: &dyn Clock) -> Result<VerifiedToken, Error> {
        let Unverified { header, signing_input, signature, payload, mut claims } = self.unverified;
        if !key.verifies(signing_input.as_bytes(), &signature) {
            return Err(Error::InvalidSignature);
        }
        let (policy, now) = (&self.issuer.policy, clock.now());
        if !now.is_plausible() {
            return Err(Error::KeysUnavailable { retry_after: MIN_BACK_OFF });
        }
        let verdict = policy.check_claims(&header, &mut claims, &payload, now)?;
        let token = VerifiedToken::new(payload, claims, verdict, policy.given_leeway());
        if let Some(requirement) = policy.requirement() {
            token.require(requirement)?;
        }
        Ok(token)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policies = self.0.issuers.iter().map(|(name, issuer)| (name, &issuer.policy));
        let policies: HashMap<_, _> = policies.collect();
        let mut debug = f.debug_struct("Verifier");
        debug.field("policies", &policies).field("check", &self.0.check);
        debug.field("max_stale", &self.0.max_stale);
        debug.field("max_token_bytes", &self.0.max_token_bytes).finish_non_exhaustive()
    }
}

/// How often one request looks again: after a fetch for keys, one for its kid, and one of each
/// that was lost.
const MAX_WAITS: u32 = 5;
