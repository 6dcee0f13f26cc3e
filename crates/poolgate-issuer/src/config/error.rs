//! Why a configuration is refused, and where.

use std::{error::Error, fmt};

/// The first place of a [`Config`](crate::Config) that does not fit, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    place: String,
    reason: String,
    position: Option<Position>,
}

impl ConfigError {
    /// The path of the value, such as `user_pools[0].clients[1].scopes[0]`. Empty if the text cannot be read at all.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong with it.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Its line in the file, from 1, if the parser knows it.
    pub fn line(&self) -> Option<usize> {
        self.position.map(|position| position.line)
    }

    /// Its column in the file, from 1, if the parser knows it.
    pub fn column(&self) -> Option<usize> {
        self.position.map(|position| position.column)
    }

    pub(super) fn at(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into(), position: None }
    }

    pub(super) fn on(mut self, position: Option<Position>) -> Self {
        self.position = position;
        self
    }

    /// The same error, seen from the value that this one belongs to.
    pub(super) fn within(self, parent: &str) -> Self {
        Self { place: format!("{parent}.{}", self.place), ..self }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.reason)?;
        if let Some(Position { line, column }) = self.position {
            write!(f, " (line {line}, column {column})")?;
        }
        Ok(())
    }
}

impl Error for ConfigError {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}
