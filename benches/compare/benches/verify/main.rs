//! A verification with keys at hand, beside the bare signature check and beside other verifiers.
//!
//! `cargo bench --manifest-path benches/compare/Cargo.toml` runs it and all other benches;
//! `--bench verify` runs it alone. After `--`: `--gate` fails on a figure that is not what is asked, after a second
//! run; `--million` also measures a million distinct tokens; `--rounds <n>` says how many rounds a race has; `--test`
//! runs everything once. With `--no-default-features --features as-shipped`, `jsonwebtoken` and who builds on it check
//! signatures in pure Rust.
//!
//! Each round runs all contenders of a table in short turns, in an order drawn anew. Figures are medians over the rounds, ratios those of the
//! ratios within a round: a noisy machine cannot spoil those.

mod accepted;
mod cost;
mod distinct;
mod issuers;
mod refused;
mod threads;

use poolgate_measure::{Gates, Options};
use std::process::ExitCode;

fn main() -> ExitCode {
    let options = Options::from_args();
    println!("jsonwebtoken 11 and who builds on it use {}", poolgate_compare::BACKEND);
    let mut gates = measure(options);
    if options.gate && !gates.are_met() {
        println!("\nA figure is not what is asked: once more, and the better one counts.");
        gates = gates.or(&measure(options));
    }
    println!("\n{LEFT_OUT}");
    gates.print();
    gates.exit_code(options.gate)
}

fn measure(options: Options) -> Gates {
    let mut gates = Gates::default();
    accepted::measure(options, &mut gates);
    if !cfg!(feature = "as-shipped") {
        refused::measure(options, &mut gates);
        threads::measure(options);
        distinct::measure(options);
        issuers::measure(options);
        cost::measure(options);
    }
    gates
}

const LEFT_OUT: &str = "Left out:
  jwt-simple, but for `--features boring` (wants cmake, C++ and libclang) and the run as shipped (pure Rust);
  axum-jwt-auth where tokens are refused: it is given one key here and no key set;
  ID tokens and other algorithms where tokens are refused and on two threads: the stages differ by their size alone;
  all but poolgate and jsonwebtoken on two threads and for distinct tokens: they share nothing between requests;
  all but poolgate and tower-oauth2-resource-server for 1,000 issuers: the others take one;
  a million distinct tokens, but for `--million`.";
