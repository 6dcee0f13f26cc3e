//! What is asked of the figures.

use std::process::ExitCode;

/// A bound that a figure must keep.
#[derive(Clone, Copy, Debug)]
pub enum Asked {
    AtMost(f64),
    AtLeast(f64),
}

impl Asked {
    fn is_met(self, measured: f64) -> bool {
        match self {
            Self::AtMost(bound) => measured <= bound,
            Self::AtLeast(bound) => measured >= bound,
        }
    }

    fn better(self, one: f64, other: f64) -> f64 {
        match self {
            Self::AtMost(_) => one.min(other),
            Self::AtLeast(_) => one.max(other),
        }
    }

    fn stretched(self, bound: f64) -> Self {
        match self {
            Self::AtMost(_) => Self::AtMost(bound),
            Self::AtLeast(_) => Self::AtLeast(bound),
        }
    }

    fn show(self) -> String {
        match self {
            Self::AtMost(bound) => format!("<= {bound}"),
            Self::AtLeast(bound) => format!(">= {bound}"),
        }
    }
}

/// One figure beside what is asked of it.
#[derive(Clone, Debug)]
pub struct Gate {
    pub name: String,
    pub asked: Asked,
    pub stretch: Option<f64>,
    pub measured: f64,
}

impl Gate {
    pub fn new(name: impl Into<String>, asked: Asked, measured: f64) -> Self {
        Self { name: name.into(), asked, stretch: None, measured }
    }

    /// A bound that would be better still.
    pub fn stretch(mut self, bound: f64) -> Self {
        self.stretch = Some(bound);
        self
    }

    fn verdict(&self) -> &'static str {
        let is_stretched =
            self.stretch.is_some_and(|bound| self.asked.stretched(bound).is_met(self.measured));
        match (self.asked.is_met(self.measured), is_stretched) {
            (false, _) => "MISSED",
            (true, false) => "met",
            (true, true) => "met, stretch too",
        }
    }
}

/// All that is asked of one run.
#[derive(Clone, Debug, Default)]
pub struct Gates(pub Vec<Gate>);

impl Gates {
    pub fn add(&mut self, gate: Gate) {
        self.0.push(gate);
    }

    pub fn are_met(&self) -> bool {
        self.0.iter().all(|gate| gate.asked.is_met(gate.measured))
    }

    /// The better figure of two runs, each: once in a while the machine spoils one.
    pub fn or(mut self, again: &Self) -> Self {
        for (gate, other) in self.0.iter_mut().zip(&again.0) {
            gate.measured = gate.asked.better(gate.measured, other.measured);
        }
        self
    }

    pub fn print(&self) {
        let stretch = "stretch";
        println!("\n{:<56} {:>9} {:>10} {stretch:>8}", "Asked", "asked", "measured");
        for gate in &self.0 {
            let stretch = gate.stretch.map(|bound| bound.to_string()).unwrap_or_default();
            let (asked, measured) = (gate.asked.show(), gate.measured);
            let (name, verdict) = (&gate.name, gate.verdict());
            println!("{name:<56} {asked:>9} {measured:>10.3} {stretch:>8}  {verdict}");
        }
    }

    /// Whether the process has failed.
    pub fn exit_code(&self, is_asked: bool) -> ExitCode {
        if is_asked && !self.are_met() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts() {
        for (asked, measured, verdict) in [
            (Asked::AtMost(1.15), 1.16, "MISSED"),
            (Asked::AtMost(1.15), 1.15, "met"),
            (Asked::AtMost(1.15), 1.0, "met, stretch too"),
            (Asked::AtLeast(0.5), 0.4, "MISSED"),
            (Asked::AtLeast(0.5), 0.5, "met"),
            (Asked::AtLeast(0.5), 1.1, "met, stretch too"),
        ] {
            assert_eq!(
                Gate::new("", asked, measured).stretch(1.0).verdict(),
                verdict,
                "{measured}"
            );
        }
        assert_eq!(Gate::new("", Asked::AtMost(1.0), f64::NAN).verdict(), "MISSED");
    }

    #[test]
    fn the_better_of_two_runs_counts() {
        let run = |one, other| {
            Gates(vec![
                Gate::new("a", Asked::AtMost(2.0), one),
                Gate::new("b", Asked::AtLeast(2.0), other),
            ])
        };
        assert!(!run(3.0, 1.0).are_met());
        assert!(run(3.0, 2.0).or(&run(2.0, 1.0)).are_met());
        assert_eq!(run(3.0, 1.0).exit_code(false), ExitCode::SUCCESS);
        assert_eq!(run(3.0, 1.0).exit_code(true), ExitCode::FAILURE);
    }
}
