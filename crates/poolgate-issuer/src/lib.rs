#![doc = include_str!("../README.md")]

mod algorithm;
mod attacks;
mod builder;
mod claims;
#[cfg(feature = "cli")]
mod cli;
mod clock;
mod config;
mod directory;
mod directory_control;
mod discovery;
mod envelope;
mod fault;
mod fault_answer;
mod grant;
mod host;
mod http;
mod http_cases;
mod issuer;
mod jwks_control;
mod jwks_endpoint;
mod jws;
mod key_ring;
mod kind;
mod lifetime;
mod members;
mod person;
mod pool;
mod pre_token;
mod random;
mod refusal;
mod rotation;
mod rsa_pool;
mod server;
mod sessions;
mod signing_key;
mod token;
mod totp;

#[cfg(test)]
mod test_client;
#[cfg(test)]
mod test_verifier;

#[cfg(feature = "runner")]
pub use self::attacks::{
    AttackAnswer, AttackError, AttackOutcome, AttackReport, AttackRun, AttackVerdict,
    ControlOutcome,
};
#[cfg(feature = "cli")]
#[doc(hidden)]
pub use self::cli::run as run_cli;
pub use self::{
    algorithm::Algorithm,
    attacks::{Attack, Attacker},
    builder::TestIssuerBuilder,
    clock::TestClock,
    config::{
        AppClient, Config, ConfigError, Flow, Group, Identity, IssuerMode, Mfa, PasswordPolicy,
        RefreshRotation, ResourceServer, SignInName, User, UserPool, UserStatus,
    },
    fault::Fault,
    http_cases::{HttpCase, HttpDifference, HttpExpected, HttpMismatch, HttpRoute},
    issuer::TestIssuer,
    pre_token::{TokenChanges, TokenEvent, TriggerVersion},
    token::TokenBuilder,
};
