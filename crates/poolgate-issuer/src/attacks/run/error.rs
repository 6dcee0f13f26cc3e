//! Why a run cannot begin.

use std::{error::Error, fmt};

use super::report::AttackAnswer;

/// Why a run cannot begin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttackError {
    /// The target is no URL that can be attacked, or something that it needs is not what it should be.
    #[non_exhaustive]
    InvalidTarget {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No attack has this name or row.
    #[non_exhaustive]
    UnknownAttack {
        /// The name or row.
        name: String,
    },
    /// The target does not take a good token, so that what it refuses proves nothing.
    #[non_exhaustive]
    ControlRefused {
        /// Its last answer.
        answer: AttackAnswer,
    },
}

impl fmt::Display for AttackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidTarget { reason } => write!(f, "the target cannot be attacked: {reason}"),
            Self::UnknownAttack { name } => write!(f, "no attack is called {name:?}"),
            Self::ControlRefused { answer } => {
                write!(f, "the target does not take a good token, but answers: {answer}")
            }
        }
    }
}

impl Error for AttackError {}
