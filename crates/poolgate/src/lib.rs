#![doc = include_str!("../README.md")]

mod algorithm;
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
pub use fetch::HttpFetch;
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
