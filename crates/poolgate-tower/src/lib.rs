#![doc = include_str!("../README.md")]

mod bearer_auth;
mod body;
#[cfg(feature = "axum")]
mod extract;
mod future;
mod outcome;
mod refusal;
mod require;

#[cfg(feature = "axum")]
pub use extract::{Claims, Optional, Rejection, Verified};
pub use {
    bearer_auth::{BearerAuth, BearerAuthLayer},
    body::ResponseBody,
    future::ResponseFuture,
    outcome::verified,
    refusal::refusal,
    require::{Require, RequireLayer},
};
