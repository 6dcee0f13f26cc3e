//! A Cognito user pool for tests, on the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    poolgate_issuer::run_cli()
}
