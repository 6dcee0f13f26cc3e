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
mod body;
#[cfg(feature = "axum")]
mod extract;
mod future;
mod head;
mod metadata;
mod outcome;
mod refusal;
mod require;

#[cfg(feature = "axum")]
pub use extract::{Claims, Optional, Rejection, Verified};
pub use {
    bearer_auth::{BearerAuth, BearerAuthLayer},
    body::ResponseBody,
    future::ResponseFuture,
    metadata::MetadataService,
    outcome::verified,
    refusal::{refusal, refused},
    require::{Require, RequireLayer},
};
