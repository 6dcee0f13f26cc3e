//! What the example programs share: calls to their own server, made or printed for a shell.

mod call;
pub mod orders;
mod run;

pub use {
    call::Call,
    run::{check, exit_code, is_check, run, serve, show},
};
