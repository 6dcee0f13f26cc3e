//! What came of a run.

use std::{fmt, io};

use super::super::{Attack, Attacker};
use crate::http_cases::HttpCase;

/// What a service did with each attack.
///
/// Its `Display` is a table for people, with a summary at its end.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct AttackReport {
    pub(super) controls: Vec<ControlOutcome>,
    pub(super) outcomes: Vec<AttackOutcome>,
    pub(super) calls_to_forger: u64,
    pub(super) unsent: usize,
    pub(super) is_open: bool,
}

impl AttackReport {
    /// Whether the service refused every attack, and at least one was sent; took every good token; and asked no forger
    /// for keys.
    pub fn is_clean(&self) -> bool {
        let is_complete = !self.outcomes.is_empty() && self.unsent == 0;
        is_complete && !self.has_holes() && self.are_controls_accepted()
    }

    /// Whether the service took an attack, or asked a forger for keys, or is [open](Self::is_open).
    pub fn has_holes(&self) -> bool {
        self.is_open || self.calls_to_forger > 0 || self.wrong_accepts().next().is_some()
    }

    /// Whether the target lets in whoever sends no token at all. Then it is not behind the gate, or the status of its
    /// answers does not tell who is let in, and no attack was sent.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether every good token was taken, at the beginning and at the end. If not, refusals prove nothing.
    pub fn are_controls_accepted(&self) -> bool {
        !self.controls.is_empty() && self.controls.iter().all(ControlOutcome::is_accepted)
    }

    /// The attacks that the service took.
    pub fn wrong_accepts(&self) -> impl Iterator<Item = &AttackOutcome> {
        self.of_verdict(AttackVerdict::WronglyAccepted)
    }

    /// What came of each good token.
    pub fn controls(&self) -> &[ControlOutcome] {
        &self.controls
    }

    /// What came of each attack.
    pub fn outcomes(&self) -> &[AttackOutcome] {
        &self.outcomes
    }

    /// How many attacks were not sent, as the service no longer took a good token, or is [open](Self::is_open).
    pub fn unsent(&self) -> usize {
        self.unsent
    }

    /// How often somebody asked for the forger's keys, whose address only hostile tokens know.
    pub fn calls_to_forger(&self) -> u64 {
        self.calls_to_forger
    }

    pub(super) fn of_verdict(
        &self,
        verdict: AttackVerdict,
    ) -> impl Iterator<Item = &AttackOutcome> {
        self.outcomes.iter().filter(move |outcome| outcome.verdict() == verdict)
    }

    pub(super) fn wrong_accepts_of(
        &self,
        attacker: Attacker,
    ) -> impl Iterator<Item = &AttackOutcome> {
        self.wrong_accepts().filter(move |outcome| outcome.attack().attacker() == attacker)
    }
}

/// What came of one attack.
#[derive(Clone, Debug)]
pub struct AttackOutcome {
    attack: Attack,
    answer: AttackAnswer,
    verdict: AttackVerdict,
}

impl AttackOutcome {
    /// The attack.
    pub fn attack(&self) -> &Attack {
        &self.attack
    }

    /// The answer to it.
    pub fn answer(&self) -> &AttackAnswer {
        &self.answer
    }

    /// What to think of the answer.
    pub fn verdict(&self) -> AttackVerdict {
        self.verdict
    }

    pub(super) fn new(attack: Attack, answer: AttackAnswer, is_accepted: bool) -> Self {
        let expected = attack.case().expected().status();
        let verdict = match answer {
            AttackAnswer::Nothing(_) => AttackVerdict::NoAnswer,
            AttackAnswer::Status(_) if is_accepted => AttackVerdict::WronglyAccepted,
            AttackAnswer::Status(status) if status == expected => AttackVerdict::Refused,
            AttackAnswer::Status(500..) => AttackVerdict::ServerError,
            AttackAnswer::Status(_) => AttackVerdict::RefusedOtherwise,
        };
        Self { attack, answer, verdict }
    }
}

/// What came of one good token.
#[derive(Clone, Debug)]
pub struct ControlOutcome {
    control: HttpCase,
    answer: AttackAnswer,
    is_accepted: bool,
}

impl ControlOutcome {
    /// The name of the control, such as `good-token`.
    pub fn name(&self) -> &str {
        self.control.what()
    }

    /// The answer to it.
    pub fn answer(&self) -> &AttackAnswer {
        &self.answer
    }

    /// Whether the service took it.
    pub fn is_accepted(&self) -> bool {
        self.is_accepted
    }

    pub(super) fn new(control: HttpCase, answer: AttackAnswer, is_accepted: bool) -> Self {
        Self { control, answer, is_accepted }
    }

    pub(super) fn case(&self) -> &HttpCase {
        &self.control
    }
}

/// What a service answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttackAnswer {
    /// A status.
    Status(u16),
    /// Nothing within the time, nothing that is HTTP, or the end of the connection.
    Nothing(io::ErrorKind),
}

impl AttackAnswer {
    /// The status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status(status) => Some(*status),
            Self::Nothing(_) => None,
        }
    }
}

impl fmt::Display for AttackAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => f.pad(&status.to_string()),
            Self::Nothing(reason) => f.pad(&reason.to_string()),
        }
    }
}

/// What to think of the answer to an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttackVerdict {
    /// Refused with the status that poolgate gives.
    Refused,
    /// Refused with another status, as other libraries do.
    RefusedOtherwise,
    /// Refused with a status of 500 or more: it is not let in, but somebody has not thought of it.
    ServerError,
    /// No answer. It is not let in, but the service may have broken down.
    NoAnswer,
    /// Let in.
    WronglyAccepted,
}

impl AttackVerdict {
    /// Every verdict.
    pub const ALL: &'static [Self] = &[
        Self::Refused,
        Self::RefusedOtherwise,
        Self::ServerError,
        Self::NoAnswer,
        Self::WronglyAccepted,
    ];
}

/// In words, such as `refused as expected`.
impl fmt::Display for AttackVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Refused => "refused as expected",
            Self::RefusedOtherwise => "refused otherwise",
            Self::ServerError => "error 5xx",
            Self::NoAnswer => "no answer",
            Self::WronglyAccepted => "WRONGLY ACCEPTED",
        })
    }
}
