//! Requests per second on loopback: behind no layer, a layer that does nothing, poolgate and others.
//!
//! `cargo run --release --manifest-path benches/http/Cargo.toml` on Linux, with `wrk` and `taskset` installed. Each
//! server is a process with one thread on core 0, `wrk` keeps 32 connections to it from core 1. All have their turn in
//! each round, in an order that is drawn anew. After `--`: `--rounds <n>`, `--seconds <n>`, `--seed <n>`, `--gate`.

mod check_time;
mod given;
mod runner;
mod server;
mod wrk;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("serve") => {
            let name = arguments.next().expect("serve whom?");
            server::serve(&name, arguments.next().as_deref() == Some("timed"));
            ExitCode::SUCCESS
        }
        _ => runner::run(),
    }
}
