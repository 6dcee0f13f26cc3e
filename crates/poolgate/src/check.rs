//! The one hook: a question of yours about a token that has passed every rule.

use crate::{Error, VerifiedToken};
use std::{fmt, future::Future, pin::Pin, sync::Arc};

/// A last question about a verified token: is it revoked, is its user suspended?
///
/// It is asked after everything else, so it never sees a token that would be refused anyway. It
/// can refuse and never accept.
///
/// ```
/// use poolgate::{Check, Refusal, VerifiedToken};
///
/// let no_clients = Check::new(|token: &VerifiedToken| match token.username() {
///     Some(_) => Ok(()),
///     None => Err(Refusal::InvalidClaim("username")),
/// });
/// let revoked = Check::new_async(|token: VerifiedToken| async move {
///     // Ask a database; if it does not answer, say so.
///     let _ = token;
///     Err(Refusal::Unavailable)
/// });
/// ```
#[derive(Clone)]
pub struct Check(pub(crate) Question);

#[derive(Clone)]
pub(crate) enum Question {
    Sync(Arc<dyn Fn(&VerifiedToken) -> Verdict + Send + Sync>),
    Async(AsyncQuestion),
}

pub(crate) type AsyncQuestion =
    Arc<dyn Fn(VerifiedToken) -> Pin<Box<dyn Future<Output = Verdict> + Send>> + Send + Sync>;

type Verdict = Result<(), Refusal>;

impl Check {
    /// A check that answers at once.
    pub fn new(
        question: impl Fn(&VerifiedToken) -> Result<(), Refusal> + Send + Sync + 'static,
    ) -> Self {
        Self(Question::Sync(Arc::new(question)))
    }

    /// A check that has to wait for its answer. It sets its own time limit.
    pub fn new_async<F>(question: impl Fn(VerifiedToken) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), Refusal>> + Send + 'static,
    {
        Self(Question::Async(Arc::new(move |token| Box::pin(question(token)))))
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Question::Sync(_) => "Check::new(..)",
            Question::Async(_) => "Check::new_async(..)",
        })
    }
}

/// How a [`Check`] says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The token is revoked.
    Revoked,
    /// This claim is not acceptable.
    InvalidClaim(&'static str),
    /// The answer cannot be had now; the client gets a 503.
    Unavailable,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Revoked => Self::TokenRevoked,
            Refusal::InvalidClaim(claim) => Self::InvalidClaim { claim },
            Refusal::Unavailable => Self::CheckUnavailable,
        }
    }
}
