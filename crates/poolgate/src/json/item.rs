//! The value of a member.

use std::{borrow::Cow, time::Duration};

/// The value of a member. Of a nested object nothing is kept.
#[derive(Debug, PartialEq)]
pub(crate) enum Item<'i, 't> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'t, str>),
    /// An array of strings.
    Texts(&'i [Cow<'t, str>]),
    /// An array with anything else in it.
    Array,
    Object,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Natural(u64),
    Other(f64),
}

impl Number {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let natural = text.parse().ok().map(Self::Natural);
        let other = || text.parse().ok().filter(|n: &f64| n.is_finite()).map(Self::Other);
        natural.or_else(other)
    }

    /// The number as seconds; too many of them saturate, and there are no negative ones.
    pub(crate) fn seconds(self) -> Option<Duration> {
        match self {
            Self::Natural(seconds) => Some(Duration::from_secs(seconds)),
            Self::Other(seconds) if seconds < 0.0 => None,
            Self::Other(seconds) => {
                Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
            }
        }
    }
}
