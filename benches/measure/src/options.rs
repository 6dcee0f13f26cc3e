//! What the command line says.

use std::time::Duration;

/// How much to measure, and whether a figure that is too bad is a failure.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Exit with an error if a figure is not what is asked.
    pub gate: bool,
    /// Run everything once and measure nothing: for build servers, which must not fail on a time.
    pub is_test: bool,
    /// Also a million distinct tokens, which take a gigabyte and minutes.
    pub million: bool,
    /// Rounds of each race.
    pub rounds: usize,
    /// How long one contender's turn of a round takes.
    pub turn: Duration,
}

impl Options {
    /// Reads `--gate`, `--test`, `--million` and `--rounds <n>`; cargo itself adds `--bench`.
    ///
    /// # Panics
    /// If there is anything else.
    pub fn from_args() -> Self {
        let mut options = Self {
            gate: false,
            is_test: false,
            million: false,
            rounds: 151,
            turn: Duration::from_micros(500),
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match &*argument {
                "--bench" => {}
                "--gate" => options.gate = true,
                "--million" => options.million = true,
                "--test" => options.is_test = true,
                "--rounds" => {
                    let rounds = arguments.next().and_then(|rounds| rounds.parse().ok());
                    options.rounds = rounds.expect("--rounds takes a number");
                }
                other => panic!("{other}: there are --gate, --million, --test and --rounds <n>"),
            }
        }
        if options.is_test {
            (options.rounds, options.turn) = (1, Duration::ZERO);
        }
        options
    }
}
