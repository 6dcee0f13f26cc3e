//! The verbs of this suite.

use poolgate::{TokenCache, TokenUse, Verifier, VerifierBuilder};
use poolgate_issuer::{Algorithm, TestClock, TestIssuer};
use poolgate_tests::{START, World};
use std::time::Duration;

/// A pool without a port, whose keys are quickly used.
pub(crate) fn world() -> World {
    let clock = TestClock::at(START);
    World::around(TestIssuer::builder().algorithm(Algorithm::EdDsa).clock(clock).offline())
}

/// The same on a port of this machine.
pub(crate) async fn served_world() -> World {
    let clock = TestClock::at(START);
    World::around(TestIssuer::builder().algorithm(Algorithm::EdDsa).clock(clock).start().await)
}

/// With keys at hand and a cache of some room.
pub(crate) fn with_keys(world: &World) -> VerifierBuilder {
    let keys = poolgate::KeySet::from_json(world.issuer.jwks_json()).unwrap();
    let policy = world.policy(TokenUse::Access).static_keys(keys);
    Verifier::builder(policy).clock(world.clock.clone()).token_cache(roomy())
}

pub(crate) fn roomy() -> TokenCache {
    TokenCache::new(1_000, 16 * 1024 * 1024)
}

pub(crate) fn answer(verifier: &Verifier, token: &str) -> &'static str {
    match verifier.verify_cached(token) {
        Some(Ok(_)) => "accepted",
        Some(Err(error)) => error.code(),
        None => "waits",
    }
}

pub(crate) async fn waited_for(verifier: &Verifier, token: &str) -> &'static str {
    verifier.verify(token).await.map_or_else(|error| error.code(), |_| "accepted")
}

/// How many tokens are remembered.
pub(crate) fn known(verifier: &Verifier) -> usize {
    verifier.health().token_cache.expect("there is a cache").entries
}

/// Whether this token is remembered: then what is found is the very token that was found before.
pub(crate) fn is_remembered(verifier: &Verifier, token: &str) -> bool {
    let twice = || verifier.verify_cached(token).unwrap().unwrap();
    let (one, other) = (twice(), twice());
    std::ptr::eq(one.issuer(), other.issuer())
}

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(3_600);
