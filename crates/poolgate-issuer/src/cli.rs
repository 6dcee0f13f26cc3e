//! The command line: one file for each subcommand.

mod arguments;
mod attacks;
mod inspect;
mod jwks;
mod mint;
mod remote;
mod rotate;
mod serve;
mod times;
mod token_text;

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

/// A Cognito user pool for tests: it signs tokens with Cognito's exact claims, and breaks when you tell it to.
#[derive(Debug, Parser)]
#[command(name = "poolgate-issuer", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Mint(mint::Mint),
    Jwks(jwks::Jwks),
    Rotate(rotate::Rotate),
    Inspect(inspect::Inspect),
    Attacks(attacks::Attacks),
}

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// What the binary does: reads its arguments, and says on stderr what went wrong.
pub fn run() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(command) => command.run(),
        Command::Mint(command) => command.run(),
        Command::Jwks(command) => command.run(),
        Command::Rotate(command) => command.run(),
        Command::Inspect(command) => command.run(),
        Command::Attacks(command) => return command.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Unlike `println!`, it does not panic when nobody reads on.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::Cli;

    #[test]
    fn the_arguments_fit_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_target_is_needed_unless_names_are_listed() {
        let parse = |arguments: &str| {
            Cli::try_parse_from(
                ["poolgate-issuer", "attacks"].into_iter().chain(arguments.split(' ')),
            )
        };

        assert!(parse("--target http://localhost:3000/me").is_ok());
        assert!(parse("--list").is_ok());
        for wrong in [
            "--list --user-pool-id eu-west-1",
            "--list --algorithm HS256",
            "--list --accepted 99",
            "--list --self-issuer --issuer x",
            "--wait 1",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
