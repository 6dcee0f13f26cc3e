//! The test issuer on the command line.

mod attacks;
mod pool;

use std::{
    fmt::Display,
    io::{Write, stdout},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

/// A Cognito user pool for tests.
#[derive(Parser)]
#[command(name = "poolgate-issuer", version)]
struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Attacks(attacks::AttackOptions),
}

fn main() -> ExitCode {
    match Options::parse().command {
        Command::Attacks(options) => attacks::main(options),
    }
}

/// Whoever closes the other end, as `head` does, has read enough.
fn print(text: impl Display) {
    let _ = writeln!(stdout(), "{text}");
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Options::command().debug_assert();
    }

    #[test]
    fn a_target_is_needed_unless_names_are_listed() {
        let parse = |arguments: &str| Options::try_parse_from(arguments.split(' '));

        assert!(parse("poolgate-issuer attacks --target http://localhost:3000/me").is_ok());
        assert!(parse("poolgate-issuer attacks --list").is_ok());
        for wrong in [
            "poolgate-issuer",
            "poolgate-issuer attacks",
            "poolgate-issuer attacks --list --user-pool-id eu-west-1",
            "poolgate-issuer attacks --list --algorithm HS256",
            "poolgate-issuer attacks --list --accepted 99",
            "poolgate-issuer attacks --list --self-issuer --issuer x",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
