//! The gate: token text in, a verified token or the reason out.

use crate::{
    Algorithm, Check, Clock, Error, FetchError, Health, Policy, VerifiedToken, VerifierBuilder,
    check::Question,
    crypto::VerifyingKey,
    health::IssuerHealth,
    jws::Unverified,
    key_store::{Answer, KeyStore},
};
use std::{collections::HashMap, fmt, sync::Arc};

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
}

/// An issuer that somebody configured.
pub(crate) struct Issuer {
    pub(crate) policy: Arc<Policy>,
    pub(crate) keys: Arc<KeyStore>,
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

    pub(crate) fn from_inner(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// Verifies a token, and fetches keys first if that is needed.
    ///
    /// Faults are found in a fixed order: size and form, header, form of the claims, issuer,
    /// algorithm, key, signature, time, token use, client or audience, other claims, check. It
    /// may be called from any tokio runtime with time and I/O enabled; dropping the future
    /// cancels nobody else.
    ///
    /// # Errors
    /// Whatever is wrong with the token; [`Error::KeysUnavailable`] or [`Error::CheckUnavailable`]
    /// if nobody can tell.
    pub async fn verify(&self, token: &str) -> Result<VerifiedToken, Error> {
        let result = self.verify_waiting(token).await;
        result.inspect_err(log)
    }

    /// Verifies a token with what is at hand, without waiting for anything.
    ///
    /// `None` means that [`verify`](Self::verify) has to wait: for keys, or for an asynchronous
    /// [`Check`]. A refresh of keys that grow old begins in the background.
    #[must_use]
    pub fn verify_cached(&self, token: &str) -> Option<Result<VerifiedToken, Error>> {
        let result = self.verify_at_once(token).transpose();
        result.map(|result| result.inspect_err(log))
    }

    /// Fetches the keys of every policy that has none yet, so that the first request need not
    /// wait. A failure is followed by the same back-off as for requests. The second issuer of a pool is left until a token names it.
    ///
    /// # Errors
    /// The first failure. Requests will try again, so a service may start all the same.
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
        let issuers = self.0.issuers.iter().map(|(name, issuer)| {
            let trusts_test_keys = issuer.policy.import_rules().allow_test_keys;
            IssuerHealth::new(name, trusts_test_keys, &issuer.keys.cache(), now)
        });
        Health::new(issuers)
    }

    async fn verify_waiting(&self, token: &str) -> Result<VerifiedToken, Error> {
        let candidate = self.0.read(token)?;
        let mut waits = 0;
        let key = loop {
            match candidate.key() {
                Answer::Use(key) => break key,
                Answer::Refuse(error) => return Err(error),
                Answer::Wait(_) if waits == MAX_WAITS => {
                    return Err(Error::KeysUnavailable {
                        retry_after: crate::key_cache::MIN_BACK_OFF,
                    });
                }
                Answer::Wait(wait) => candidate.issuer.keys.wait(wait).await?,
            }
            waits += 1;
        };
        let token = candidate.accept(&key, &*self.0.clock)?;
        match self.0.check.as_ref().map(|check| &check.0) {
            None => {}
            Some(Question::Sync(ask)) => ask(&token)?,
            Some(Question::Async(ask)) => ask(token.clone()).await?,
        }
        Ok(token)
    }

    fn verify_at_once(&self, token: &str) -> Result<Option<VerifiedToken>, Error> {
        let candidate = self.0.read(token)?;
        let key = match candidate.key() {
            Answer::Use(key) => key,
            Answer::Refuse(error) => return Err(error),
            Answer::Wait(_) => return Ok(None),
        };
        match self.0.check.as_ref().map(|check| &check.0) {
            None => candidate.accept(&key, &*self.0.clock).map(Some),
            Some(Question::Sync(ask)) => {
                let token = candidate.accept(&key, &*self.0.clock)?;
                ask(&token)?;
                Ok(Some(token))
            }
            // Before the signature, so that nobody verifies it twice.
            Some(Question::Async(_)) => Ok(None),
        }
    }
}

impl Inner {
    /// Reads a token up to the point where a key is needed.
    fn read<'v>(&'v self, token: &'v str) -> Result<Candidate<'v>, Error> {
        let unverified = Unverified::parse(token, self.max_token_bytes)?;
        let iss = unverified.claims.iss.as_ref().ok_or(Error::MissingClaim { claim: "iss" })?;
        let issuer = self.issuers.get(iss).ok_or(Error::InvalidIssuer)?;
        let algorithm = issuer.policy.check_header(&unverified.header)?;
        Ok(Candidate { unverified, issuer, algorithm })
    }
}

/// A token of a known issuer, not verified yet.
struct Candidate<'v> {
    unverified: Unverified<'v>,
    issuer: &'v Issuer,
    algorithm: Algorithm,
}

impl Candidate<'_> {
    fn key(&self) -> Answer {
        self.issuer.keys.key(self.unverified.header.kid.as_deref(), self.algorithm)
    }

    /// Signature first, then everything that the claims say.
    fn accept(self, key: &VerifyingKey, clock: &dyn Clock) -> Result<VerifiedToken, Error> {
        let Unverified { signing_input, signature, payload, claims, .. } = self.unverified;
        if !key.verifies(signing_input.as_bytes(), &signature) {
            return Err(Error::InvalidSignature);
        }
        let policy = &self.issuer.policy;
        let token_use = policy.check_claims(&claims, clock.now())?;
        let token = VerifiedToken::new(payload, claims, Some(token_use));
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
        debug.field("policies", &policies).field("check", &self.0.check).finish_non_exhaustive()
    }
}

fn log(error: &Error) {
    tracing::debug!(code = error.code(), %error, "token refused");
}

/// How many fetches one request waits for: keys, an unknown kid, and one of each that was lost.
const MAX_WAITS: u32 = 4;
