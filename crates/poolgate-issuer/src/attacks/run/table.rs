//! A report as a table for people.

use std::fmt;

use super::report::{AttackAnswer, AttackOutcome, AttackReport, AttackVerdict, ControlOutcome};
use crate::{Attacker, HttpCase};

impl fmt::Display for AttackReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        columns(f, ["name", "row", "sent", "answered", "verdict"])?;
        let last = self.controls().len().saturating_sub(1);
        for control in self.controls().iter().take(last) {
            control_line(f, control)?;
        }
        for outcome in self.outcomes() {
            let (attack, verdict) = (outcome.attack(), outcome.verdict().to_string());
            line(f, attack.name(), attack.row(), attack.case(), outcome.answer(), &verdict)?;
        }
        for control in self.controls().iter().skip(last) {
            control_line(f, control)?;
        }
        holes(f, self)?;
        summary(f, self)
    }
}

fn control_line(f: &mut fmt::Formatter<'_>, control: &ControlOutcome) -> fmt::Result {
    let verdict = if control.is_accepted() { "accepted as expected" } else { "WRONGLY REFUSED" };
    line(f, control.name(), "-", control.case(), control.answer(), verdict)
}

fn line(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    row: &str,
    case: &HttpCase,
    answer: &AttackAnswer,
    verdict: &str,
) -> fmt::Result {
    let sent = sent(case);
    match answer {
        AttackAnswer::Status(status) => {
            columns(f, [name, row, &sent, &status.to_string(), verdict])
        }
        AttackAnswer::Nothing(reason) => {
            columns(f, [name, row, &sent, "-", &format!("{verdict}: {reason}")])
        }
    }
}

fn columns(f: &mut fmt::Formatter<'_>, texts: [&str; 5]) -> fmt::Result {
    let [name, row, sent, answered, verdict] = texts;
    writeln!(f, "{name:<40} {row:<4} {sent:<38} {answered:<8} {verdict}")
}

/// The method, the names of the headers, and their size: all of it would be long, and says little.
fn sent(case: &HttpCase) -> String {
    let names: Vec<_> = case.headers().map(|(name, _)| name).collect();
    let size: usize = case.headers().map(|(_, value)| value.len()).sum();
    let query = case.query().split('=').next().unwrap_or_default();
    let start = format!("{}{query}", case.method());
    match (&*names, size) {
        ([], _) => start,
        (_, size) => format!("{start} {} ({size} B)", names.join(", ")),
    }
}

/// What each hole means, the worst first.
fn holes(f: &mut fmt::Formatter<'_>, report: &AttackReport) -> fmt::Result {
    for attacker in Attacker::ALL {
        let mut sent = report.wrong_accepts_of(*attacker).peekable();
        if sent.peek().is_some() {
            writeln!(f, "\nWRONGLY ACCEPTED, sent by {attacker}:")?;
        }
        for attack in sent.map(AttackOutcome::attack) {
            writeln!(f, "  {:<36} {:<4} {}", attack.name(), attack.row(), attack.hope())?;
        }
    }
    match report.calls_to_forger() {
        0 => Ok(()),
        calls => writeln!(f, "\nA FORGER'S SERVER WAS ASKED FOR KEYS, {calls} times."),
    }
}

fn summary(f: &mut fmt::Formatter<'_>, report: &AttackReport) -> fmt::Result {
    writeln!(f)?;
    let counts = AttackVerdict::ALL.iter().map(|verdict| {
        let count = report.of_verdict(*verdict).count();
        format!("{count} {verdict}")
    });
    let counts = counts.collect::<Vec<_>>().join(", ");
    writeln!(f, "{} attacks: {counts}", report.outcomes().len())?;
    match report.unsent() {
        0 => {}
        unsent if report.is_open() => writeln!(f, "{OPEN}, so {unsent} attacks were not sent")?,
        unsent => writeln!(f, "{BROKEN}, so {unsent} attacks were not sent")?,
    }
    if report.wrong_accepts().next().is_some() {
        let sent = Attacker::ALL.iter().map(|attacker| {
            let count = report.wrong_accepts_of(*attacker).count();
            format!("{count} sent by {attacker}")
        });
        writeln!(f, "of the wrongly accepted, {}", sent.collect::<Vec<_>>().join(", "))?;
    }
    let accepted = report.controls().iter().filter(|control| control.is_accepted()).count();
    write!(f, "{accepted} of {} good tokens accepted", report.controls().len())
}

const OPEN: &str = "THE TARGET IS OPEN: it lets in whoever sends no token at all";
const BROKEN: &str = "THE TARGET BROKE DOWN: in between it took no good token";
