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

mod algorithm;
mod answer;
mod bearer;
mod builder;
mod check;
mod claims;
mod client_ids;
mod cognito;
mod cognito_claims;
mod config_error;
mod crypto;
mod custom_attributes;
mod error;
mod fetch;
mod health;
#[cfg(feature = "fetch")]
mod http_fetch;
mod json;
mod jwks;
mod jws;
mod key_cache;
mod key_store;
mod lenient;
mod policy;
mod requirement;
mod time;
mod token;
mod url;
mod verifier;

#[cfg(feature = "fetch")]
pub use http_fetch::HttpFetch;
pub use {
    algorithm::Algorithm,
    bearer::bearer,
    builder::VerifierBuilder,
    check::{Check, Refusal},
    client_ids::ClientIds,
    cognito::{TokenUse, UserPoolId},
    cognito_claims::{AccessClaims, Address, IdClaims, Identity},
    config_error::ConfigError,
    custom_attributes::CustomAttributes,
    error::Error,
    fetch::{Fetch, FetchError, FetchFuture, Fetched},
    health::{Health, IssuerHealth},
    jwks::KeySet,
    policy::Policy,
    requirement::Requirement,
    time::{Clock, ManualClock, Now, SystemClock},
    token::{Principal, VerifiedToken},
    verifier::Verifier,
};
