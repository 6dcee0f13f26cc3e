//! Policies for issuers that nobody has configured: a question about one issuer, and how often it
//! is asked.

mod answers;
mod asking;
mod complaints;
mod limits;
mod shell;

pub(crate) use shell::Lookup;

use crate::{ConfigError, Policy, VerifierBuilder, key_stores::KeyStores};
use limits::Limits;
use std::{error::Error, fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

/// Finds the policy of an issuer at run time, for a service with many tenants.
///
/// The question is an async function from an exact issuer to a policy:
///
/// - `Ok(Some(policy))`: tokens of this issuer are held to this policy. It must be one of this very
///   issuer, byte by byte, else the issuer is refused and the log says so.
/// - `Ok(None)`: nobody knows it, and its tokens are refused with 401 `invalid_issuer`.
/// - An error, a panic or no answer in time: nobody can tell now, and the client gets a 503. The log
///   quotes the error now and then, so let it not quote the issuer.
///
/// ```
/// use poolgate::{Policy, PolicyLookup, TokenUse, Verifier};
/// use std::{collections::HashMap, sync::Arc};
///
/// # struct Tenant { pool: String, client: String }
/// # struct Tenants(HashMap<String, Tenant>);
/// # impl Tenants {
/// #     async fn by_issuer(&self, issuer: &str) -> Result<Option<&Tenant>, std::io::Error> {
/// #         Ok(self.0.get(issuer))
/// #     }
/// # }
/// # let tenants = Arc::new(Tenants(HashMap::new()));
/// let lookup = PolicyLookup::new(move |issuer| {
///     let tenants = Arc::clone(&tenants);
///     async move {
///         let Some(tenant) = tenants.by_issuer(&issuer).await? else { return Ok(None) };
///         let policy = Policy::cognito(&*tenant.pool, &*tenant.client, TokenUse::Access)?;
///         Ok(Some(policy))
///     }
/// });
/// let verifier = Verifier::builder(lookup).build()?;
/// # Ok::<(), poolgate::ConfigError>(())
/// ```
///
/// **The issuer is text of a token that nobody has verified**: anybody may write anything there. It
/// looks like an issuer (an https URL, or an http URL of this machine, of 1,024 bytes at most) and
/// is none of the configured ones; nothing else is known. So compare it with what you know, for
/// equality, and make no URL, file name or query out of it. poolgate makes none either: keys are
/// fetched from where the policy says.
///
/// # What is remembered
/// Policies are asked for again after 5 minutes. One request waits for that while the others go
/// on; and as long as there is no answer, the old one serves for an hour after it was last given.
/// An equal policy keeps the keys of its issuer; another one begins with none. Refused issuers are
/// asked for again after a minute. Each issuer is asked for once at a time, however many requests
/// wait, and those that go away take nothing with them.
///
/// Every issuer has keys, fetches and limits of its own, as configured ones have, so that no
/// tenant's tokens delay those of another. An issuer whose tokens nobody has sent for an hour is
/// forgotten, and the least recently used ones are if there are too many; they come back by being
/// asked for, and begin with no keys. So let [`max_issuers`](Self::max_issuers) be more than you
/// have tenants, or tokens that name one after the other, which anybody can write, cost a question
/// and a fetch each.
///
/// Refused issuers are remembered apart, so that no flood of them makes others forgotten; and known
/// ones are asked for again whatever else is asked. But 64 issuers that are not known can be asked
/// for at a time, so that a flood of questions without an answer keeps new tenants out (503). So be
/// quick to say no.
///
/// # Memory
/// An issuer with two RSA keys takes some 2.5 KiB, and a little more than that again in the
/// cryptographic library; one with two EC keys 2 KiB. A refused one takes 0.5 KiB and its name, of
/// which somebody else chooses up to 1 KiB. With the default limits that is some 60 MiB for 10,000
/// issuers, and at most 15 MiB for 10,000 refused ones. A key set is cut off at 100 keys and
/// 256 KiB, so that a tenant who means harm takes up to 0.5 MiB.
///
/// # What an operator sees
/// [`Verifier::health`](crate::Verifier::health) lists the issuers that are remembered. The feature
/// `metrics` counts questions in `poolgate_policy_lookups_total`, by outcome, and has no label with
/// the name of an issuer or a URL that was found. Policies that were found are not in the `Debug`
/// of a verifier.
#[derive(Clone)]
pub struct PolicyLookup {
    question: Question,
    limits: Limits,
}

type Question = Arc<dyn Fn(String) -> Pin<Box<dyn Future<Output = Reply> + Send>> + Send + Sync>;

type Reply = Result<Option<Policy>, Box<dyn Error + Send + Sync>>;

impl PolicyLookup {
    /// Asks this about every issuer that is not configured. It runs in a task of its own, on the
    /// tokio runtime of whoever needs the answer.
    pub fn new<F>(question: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Option<Policy>, Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        let question: Question = Arc::new(move |issuer| Box::pin(question(issuer)));
        Self { question, limits: Limits::default() }
    }

    /// Asks again about an issuer that was found: after 5 minutes unless set, from 1 second to 1
    /// hour. A tenant that is switched off is gone by then.
    #[must_use]
    pub const fn ask_again_after(mut self, time: Duration) -> Self {
        self.limits.ask_again_after = time;
        self
    }

    /// Keeps a policy this long after it was last confirmed, while nobody answers: 1 hour by
    /// default, from 1 minute to 24 hours.
    #[must_use]
    pub const fn max_stale(mut self, time: Duration) -> Self {
        self.limits.max_stale = time;
        self
    }

    /// Refuses an issuer without asking again: for 60 seconds by default, from 1 second to 1 hour.
    #[must_use]
    pub const fn refuse_for(mut self, time: Duration) -> Self {
        self.limits.refuse_for = time;
        self
    }

    /// Waits this long for an answer: 5 seconds by default, from 1 to 30 seconds.
    #[must_use]
    pub const fn timeout(mut self, time: Duration) -> Self {
        self.limits.timeout = time;
        self
    }

    /// Forgets an issuer that nobody has sent a token of for so long: 1 hour by default, from 1
    /// minute to 24 hours.
    #[must_use]
    pub const fn idle(mut self, time: Duration) -> Self {
        self.limits.idle = time;
        self
    }

    /// Remembers so many issuers: 10,000 by default, from 1 to 1,000,000.
    #[must_use]
    pub const fn max_issuers(mut self, count: u64) -> Self {
        self.limits.max_issuers = count;
        self
    }

    /// Remembers so many refused issuers: 10,000 by default, from 1 to 1,000,000.
    #[must_use]
    pub const fn max_refused(mut self, count: u64) -> Self {
        self.limits.max_refused = count;
        self
    }

    /// Asks about so many issuers at a time that are not known, and about as many that are: 64 by
    /// default, from 1 to 1,024. Beyond that the former get a 503, and for the latter the old answer
    /// serves.
    #[must_use]
    pub const fn max_questions(mut self, count: u64) -> Self {
        self.limits.max_questions = count;
        self
    }

    pub(crate) fn open(self, stores: KeyStores) -> Result<Arc<Lookup>, ConfigError> {
        self.limits.check()?;
        Ok(Lookup::new(self, stores))
    }
}

impl VerifierBuilder {
    /// Asks about every issuer that no policy is for; a configured one always wins.
    pub fn lookup(mut self, lookup: PolicyLookup) -> Self {
        self.lookup = Some(lookup);
        self
    }
}

impl From<PolicyLookup> for VerifierBuilder {
    fn from(lookup: PolicyLookup) -> Self {
        Self::new(Vec::new()).lookup(lookup)
    }
}

impl fmt::Debug for PolicyLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("PolicyLookup");
        debug.field("limits", &self.limits).finish_non_exhaustive()
    }
}
