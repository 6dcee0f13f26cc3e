#![doc = include_str!("../README.md")]

mod algorithm;
mod bearer;
mod builder;
mod check;
mod claims;
mod cognito;
mod cognito_claims;
mod config_error;
mod crypto;
mod error;
mod fetch;
mod health;
mod json;
mod jwks;
mod jws;
mod key_cache;
mod key_store;
mod policy;
mod requirement;
mod time;
mod token;
mod url;
mod verifier;

#[cfg(feature = "fetch")]
pub use fetch::HttpFetch;
pub use {
    algorithm::Algorithm,
    bearer::bearer,
    builder::VerifierBuilder,
    check::{Check, Refusal},
    cognito::{ClientIds, TokenUse, UserPoolId},
    cognito_claims::{AccessClaims, Address, CustomAttributes, IdClaims, Identity},
    config_error::ConfigError,
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
