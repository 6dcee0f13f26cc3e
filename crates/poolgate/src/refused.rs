//! A refusal on its way out.

use crate::{Answer, Error, observe};
use std::mem;

/// A refusal on its way out through the gates around it. An adapter keeps it with the response,
/// so that each of them can say [its last word](crate::Gate::last_word), and logs can tell why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    error: Error,
    is_final: bool,
}

impl Refused {
    /// Refuses a request. That is logged, and counted.
    #[must_use]
    pub fn new(error: Error) -> Self {
        observe::refused(&error);
        Self { error, is_final: false }
    }

    /// Why.
    #[must_use]
    pub const fn error(&self) -> &Error {
        &self.error
    }

    /// The answer, unless a gate has another.
    #[must_use]
    pub fn answer(&self) -> Answer {
        Answer::from(&self.error)
    }

    /// The error, for the innermost gate alone: those outside of it leave its answer as it is.
    pub(crate) fn error_once(&mut self) -> Option<&Error> {
        (!mem::replace(&mut self.is_final, true)).then_some(&self.error)
    }
}
