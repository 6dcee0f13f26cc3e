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
// What only a fetch uses is there without one, too; where it is used, this lint looks at it.
#![cfg_attr(not(feature = "tokio"), allow(dead_code))]

mod algorithm;
mod answer;
mod audiences;
mod base64url;
mod bearer;
mod builder;
mod challenge;
mod check;
mod claims;
mod client_ids;
mod cognito;
mod cognito_claims;
mod config_error;
mod cookie;
mod crypto;
mod custom_attributes;
mod discovery;
mod error;
mod error_body;
mod fetch;
mod gate;
mod health;
#[cfg(feature = "fetch")]
mod http_fetch;
mod issuer;
mod json;
mod jwks;
mod jws;
mod key_cache;
mod key_snapshot;
mod key_source;
#[cfg(feature = "tokio")]
mod key_store;
mod key_stores;
mod keys;
mod lenient;
mod names;
mod observe;
mod outcome;
mod policy;
#[cfg(feature = "lookup")]
mod policy_lookup;
#[cfg(not(feature = "lookup"))]
#[path = "policy_lookup/off.rs"]
mod policy_lookup;
mod principal;
mod providers;
mod refused;
mod request_head;
mod requirement;
mod resource_metadata;
mod source;
mod time;
mod token;
#[cfg(feature = "token-cache")]
mod token_cache;
#[cfg(not(feature = "token-cache"))]
#[path = "token_cache/off.rs"]
mod token_cache;
mod token_kind;
mod url;
mod verifier;

#[cfg(feature = "fetch")]
pub use http_fetch::HttpFetch;
#[cfg(feature = "lookup")]
pub use policy_lookup::PolicyLookup;
#[cfg(feature = "token-cache")]
pub use token_cache::TokenCache;
pub use {
    algorithm::Algorithm,
    answer::Answer,
    audiences::Audiences,
    bearer::bearer,
    builder::VerifierBuilder,
    check::{Check, Refusal},
    client_ids::ClientIds,
    cognito::{TokenUse, UserPoolId},
    cognito_claims::{AccessClaims, Address, IdClaims, Identity},
    config_error::ConfigError,
    custom_attributes::CustomAttributes,
    error::Error,
    error_body::ErrorBody,
    fetch::{Fetch, FetchError, FetchFuture, Fetched},
    gate::Gate,
    health::{Health, IssuerHealth, TokenCacheHealth},
    jwks::KeySet,
    key_snapshot::KeySnapshot,
    outcome::{Look, Outcome},
    policy::{ClaimPath, Policy},
    principal::Principal,
    refused::Refused,
    request_head::RequestHead,
    requirement::Requirement,
    resource_metadata::ResourceMetadata,
    source::Source,
    time::{Clock, ManualClock, Now, SystemClock},
    token::VerifiedToken,
    token_kind::TokenKind,
    verifier::Verifier,
};
