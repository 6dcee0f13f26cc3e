//! What a gate found in a request.

use crate::{Error, VerifiedToken};
use std::{fmt, future::Future, pin::Pin};

/// Who is at the gate.
///
/// An adapter keeps it with the request, within a private type of its own, for whoever asks.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_enums, reason = "nobody should have to guess what a third one means")]
pub enum Outcome {
    /// The bearer of this token.
    Verified(VerifiedToken),
    /// Somebody without any credential, and the gate is [optional](crate::Gate::optional).
    Anonymous,
}

impl Outcome {
    /// The verified token.
    ///
    /// # Errors
    /// [`Error::MissingToken`] if there is none.
    pub const fn verified(&self) -> Result<&VerifiedToken, Error> {
        match self {
            Self::Verified(token) => Ok(token),
            Self::Anonymous => Err(Error::MissingToken),
        }
    }

    /// The verified token, if there is one.
    pub const fn token(&self) -> Option<&VerifiedToken> {
        match self {
            Self::Verified(token) => Some(token),
            Self::Anonymous => None,
        }
    }
}

/// What [`Gate::look`](crate::Gate::look) says.
#[allow(clippy::exhaustive_enums, reason = "an adapter has to handle every case")]
pub enum Look {
    /// The outcome, at once.
    Done(Result<Outcome, Error>),
    /// The outcome takes time: keys have to be fetched, or a [`Check`](crate::Check) asks somebody.
    /// It may be dropped at any time.
    Waiting(Pin<Box<dyn Future<Output = Result<Outcome, Error>> + Send>>),
}

impl fmt::Debug for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done(result) => f.debug_tuple("Done").field(result).finish(),
            Self::Waiting(_) => f.write_str("Waiting(..)"),
        }
    }
}
