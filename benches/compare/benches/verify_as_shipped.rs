//! The same table with `jsonwebtoken` on the backend that peers ship.
//!
//! Run by `cargo bench --manifest-path benches/compare/Cargo.toml`, after the others. It is a build of its own, since
//! features add up within one.

use std::{
    env,
    process::{Command, ExitCode},
};

fn main() -> ExitCode {
    if cfg!(feature = "as-shipped") {
        return ExitCode::SUCCESS;
    }
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["bench", "--manifest-path", manifest, "--no-default-features"]);
    cargo.args(["--features", "as-shipped,poolgate/aws-lc-rs", "--bench", "verify", "--"]);
    let arguments = env::args().skip(1).filter(|argument| argument != "--bench");
    let status = cargo.args(arguments).status().expect("cargo can be run");
    if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
