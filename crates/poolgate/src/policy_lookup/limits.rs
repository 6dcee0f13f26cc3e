//! How much is asked and remembered, within which bounds.

use crate::ConfigError;
use std::{fmt::Debug, ops::RangeInclusive, time::Duration};

#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) ask_again_after: Duration,
    pub(super) max_stale: Duration,
    pub(super) refuse_for: Duration,
    pub(super) timeout: Duration,
    pub(super) idle: Duration,
    pub(super) max_issuers: u64,
    pub(super) max_refused: u64,
    pub(super) max_questions: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            ask_again_after: Duration::from_secs(5 * 60),
            max_stale: HOUR,
            refuse_for: MINUTE,
            timeout: Duration::from_secs(5),
            idle: HOUR,
            max_issuers: 10_000,
            max_refused: 10_000,
            max_questions: 64,
        }
    }
}

impl Limits {
    /// Each within its bounds, as the setting's documentation has them.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        within("ask_again_after", self.ask_again_after, SECOND..=HOUR, "1 s to 1 h")?;
        within("max_stale", self.max_stale, MINUTE..=DAY, "1 minute to 24 h")?;
        within("refuse_for", self.refuse_for, SECOND..=HOUR, "1 s to 1 h")?;
        within("timeout", self.timeout, SECOND..=Duration::from_secs(30), "1 s to 30 s")?;
        within("idle", self.idle, MINUTE..=DAY, "1 minute to 24 h")?;
        within("max_issuers", self.max_issuers, 1..=1_000_000, "1 to 1,000,000")?;
        within("max_refused", self.max_refused, 1..=1_000_000, "1 to 1,000,000")?;
        within("max_questions", self.max_questions, 1..=1_024, "1 to 1,024")
    }

    /// How long somebody waits for a question whose own limit is `timeout`.
    pub(super) const fn patience(&self) -> Duration {
        self.timeout.saturating_add(SECOND)
    }
}

fn within<T: Copy + PartialOrd + Debug>(
    setting: &'static str,
    value: T,
    bounds: RangeInclusive<T>,
    expected: &'static str,
) -> Result<(), ConfigError> {
    if bounds.contains(&value) {
        return Ok(());
    }
    Err(ConfigError::Lookup { setting, value: format!("{value:?}"), expected })
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PolicyLookup, Verifier};

    type Set = &'static dyn Fn(PolicyLookup) -> PolicyLookup;

    #[test]
    fn limits_have_bounds() {
        let rows: [(&str, [Set; 2], [Set; 2]); 8] = [
            (
                "ask_again_after",
                [&|l| l.ask_again_after(SECOND), &|l| l.ask_again_after(HOUR)],
                [&|l| l.ask_again_after(Duration::ZERO), &|l| l.ask_again_after(DAY)],
            ),
            (
                "max_stale",
                [&|l| l.max_stale(MINUTE), &|l| l.max_stale(DAY)],
                [&|l| l.max_stale(SECOND), &|l| l.max_stale(DAY * 2)],
            ),
            (
                "refuse_for",
                [&|l| l.refuse_for(SECOND), &|l| l.refuse_for(HOUR)],
                [&|l| l.refuse_for(Duration::ZERO), &|l| l.refuse_for(DAY)],
            ),
            (
                "timeout",
                [&|l| l.timeout(SECOND), &|l| l.timeout(SECOND * 30)],
                [&|l| l.timeout(Duration::ZERO), &|l| l.timeout(SECOND * 31)],
            ),
            (
                "idle",
                [&|l| l.idle(MINUTE), &|l| l.idle(DAY)],
                [&|l| l.idle(SECOND), &|l| l.idle(DAY * 2)],
            ),
            (
                "max_issuers",
                [&|l| l.max_issuers(1), &|l| l.max_issuers(1_000_000)],
                [&|l| l.max_issuers(0), &|l| l.max_issuers(1_000_001)],
            ),
            (
                "max_refused",
                [&|l| l.max_refused(1), &|l| l.max_refused(1_000_000)],
                [&|l| l.max_refused(0), &|l| l.max_refused(1_000_001)],
            ),
            (
                "max_questions",
                [&|l| l.max_questions(1), &|l| l.max_questions(1_024)],
                [&|l| l.max_questions(0), &|l| l.max_questions(1_025)],
            ),
        ];
        for (setting, good, bad) in rows {
            for set in good {
                assert!(build(set).is_ok(), "{setting}");
            }
            for set in bad {
                let error = build(set).unwrap_err().to_string();
                let is_told = error.starts_with(&format!("{setting} of a lookup cannot be"));
                assert!(is_told && error.contains("expected 1"), "{error}");
            }
        }
    }

    fn build(set: Set) -> Result<Verifier, ConfigError> {
        Verifier::builder(set(PolicyLookup::new(|_| async { Ok(None) }))).build()
    }
}
