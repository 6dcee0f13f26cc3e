#![doc = include_str!("../README.md")]
// Nothing that comes from outside may end in a panic.
#![cfg_attr(
    not(test),
    warn(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unwrap_used
    )
)]

mod bearer_auth;
mod extract;
mod future;
mod head;
mod last_word;
mod metadata;
mod outcome;
mod rejection;
mod require;

pub use {
    bearer_auth::{BearerAuth, BearerAuthService},
    extract::{Claims, Optional, Verified},
    future::ResponseFuture,
    metadata::metadata_resource,
    outcome::verified,
    rejection::{Rejection, refused},
    require::{Require, RequireService},
};
