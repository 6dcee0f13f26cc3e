#![doc = include_str!("../README.md")]

mod algorithm;
mod attacks;
mod builder;
mod claims;
mod clock;
mod discovery;
mod envelope;
mod fault;
mod fault_answer;
mod http_cases;
mod issuer;
mod jwks_control;
mod jwks_endpoint;
mod key_ring;
mod members;
mod pool;
mod random;
mod rotation;
mod rsa_pool;
mod server;
mod signing_key;
mod token;

#[cfg(test)]
mod test_client;
#[cfg(test)]
mod test_verifier;

#[cfg(feature = "runner")]
pub use self::attacks::{
    AttackAnswer, AttackError, AttackOutcome, AttackReport, AttackRun, AttackVerdict,
    ControlOutcome,
};
pub use self::{
    algorithm::Algorithm,
    attacks::{Attack, Attacker},
    builder::TestIssuerBuilder,
    clock::TestClock,
    fault::Fault,
    http_cases::{HttpCase, HttpDifference, HttpExpected, HttpMismatch, HttpRoute},
    issuer::TestIssuer,
    token::TokenBuilder,
};
