//! Suites that need the test issuer or cross crates, and what they share.

pub mod answers;
pub mod crowd;
pub mod held;
pub mod invariants;
mod log;
pub mod raw;
pub mod streams;
pub mod tricks;
pub mod whole;

pub use log::Log;
use poolgate::{Clock, KeySet, ManualClock, Policy, TokenUse, Verifier, VerifierBuilder};
use poolgate_issuer::{TestClock, TestIssuer};
use std::time::Duration;

/// Whether the library that checks signatures has P-521; if not, keys for ES512 are skipped.
pub const HAS_P521: bool = cfg!(feature = "aws-lc-rs");

/// What the world of a test is made of: a pool, and a clock that it shares with the verifier.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct World {
    /// The pool.
    pub issuer: TestIssuer,
    /// The verifier's clock; [`pass`](Self::pass) moves it together with the issuer's.
    pub clock: ManualClock,
}

impl World {
    /// A pool on a port of this machine.
    pub async fn start() -> Self {
        Self::around(TestIssuer::builder().clock(TestClock::at(START)).start().await)
    }

    /// A pool without a port.
    #[must_use]
    pub fn offline() -> Self {
        Self::around(TestIssuer::builder().clock(TestClock::at(START)).offline())
    }

    /// A clock beside a pool whose own clock stands at [`START`].
    #[must_use]
    pub fn around(issuer: TestIssuer) -> Self {
        Self { issuer, clock: ManualClock::at(START) }
    }

    /// The policy that everybody would write.
    #[must_use]
    pub fn policy(&self, token_use: TokenUse) -> Policy {
        let policy =
            Policy::cognito(self.issuer.user_pool_id(), self.issuer.client_id(), token_use);
        policy.and_then(|policy| policy.jwks_url(self.issuer.jwks_url())).expect("a good policy")
    }

    /// A verifier of access tokens in the making, with the clock of this world.
    pub fn builder(&self) -> VerifierBuilder {
        Verifier::builder(self.policy(TokenUse::Access)).clock(self.clock.clone())
    }

    /// A verifier of access tokens.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        self.builder().build().expect("a good configuration")
    }

    /// A verifier of access tokens that has its keys already and fetches none.
    #[must_use]
    pub fn verifier_with_keys(&self) -> Verifier {
        let keys = KeySet::from_json(self.issuer.jwks_json()).expect("a good key set");
        let policy = self.policy(TokenUse::Access).static_keys(keys);
        let builder = Verifier::builder(policy).clock(self.clock.clone());
        builder.build().expect("a good configuration")
    }

    /// Lets time pass for both sides.
    pub fn pass(&self, time: Duration) {
        self.clock.advance(time);
        self.issuer.clock().advance(time);
    }

    /// The time now, in seconds since the Unix epoch.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.clock.now().wall().as_secs()
    }
}

/// When every world begins: January 2027.
pub const START: u64 = 1_800_000_000;

/// The examples of the README, as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
