//! The check is asked on every hit, and what it says counts.

use crate::support::*;
use poolgate::{Check, Refusal, Verifier};
use poolgate_issuer::TestIssuer;
use poolgate_tests::World;
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

/// What a check says, and how often it was asked.
#[derive(Clone, Default)]
struct Revocation {
    is_revoked: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl Revocation {
    fn answer(&self) -> Result<(), Refusal> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let is_revoked = self.is_revoked.load(Ordering::SeqCst);
        if is_revoked { Err(Refusal::Revoked) } else { Ok(()) }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[test]
fn a_token_that_is_revoked_between_hits_is_refused() {
    let (world, revocation) = (world(), Revocation::default());
    let of_check = revocation.clone();
    let builder = with_keys(&world).check(Check::new(move |_| of_check.answer()));
    let (verifier, token) = (builder.build().unwrap(), world.issuer.access_token().sign());
    revocation.is_revoked.store(true, Ordering::SeqCst);
    assert_eq!(answer(&verifier, &token), "token_revoked");
    assert_eq!(known(&verifier), 0, "only who is accepted is remembered");
    revocation.is_revoked.store(false, Ordering::SeqCst);
    assert!(is_remembered(&verifier, &token));
    revocation.is_revoked.store(true, Ordering::SeqCst);
    assert_eq!(answer(&verifier, &token), "token_revoked");
    revocation.is_revoked.store(false, Ordering::SeqCst);
    assert_eq!(answer(&verifier, &token), "accepted");
    assert_eq!(revocation.asked(), 5, "once for each answer");
}

#[tokio::test]
async fn a_check_that_takes_time_is_asked_on_every_hit() {
    let (world, revocation) = (world(), Revocation::default());
    let of_check = revocation.clone();
    let check = Check::new_async(move |_| {
        let answer = of_check.answer();
        async move { answer }
    });
    let (verifier, token) =
        (with_keys(&world).check(check).build().unwrap(), world.issuer.access_token().sign());
    let first = verifier.verify(&token).await.unwrap();
    let again = verifier.verify(&token).await.unwrap();
    assert!(std::ptr::eq(first.issuer(), again.issuer()), "no signature is verified twice");
    assert_eq!(answer(&verifier, &token), "waits", "for the check");
    assert_eq!(revocation.asked(), 2);
    revocation.is_revoked.store(true, Ordering::SeqCst);
    assert_eq!(waited_for(&verifier, &token).await, "token_revoked");
    let other = world.issuer.access_token().username("bob").sign();
    assert_eq!(waited_for(&verifier, &other).await, "token_revoked");
    assert_eq!((revocation.asked(), known(&verifier)), (4, 1));
}

/// Tenants, each with a token of its own that is refused where it is not meant.
#[test]
fn what_one_policy_accepts_another_does_not() {
    let (one, other) = (world(), World::around(TestIssuer::builder().offline()));
    let keys = |world: &World| poolgate::KeySet::from_json(world.issuer.jwks_json()).unwrap();
    let policy = |world: &World, token_use| world.policy(token_use).static_keys(keys(world));
    let builder = Verifier::builder(policy(&one, poolgate::TokenUse::Access));
    let builder = builder.policy(policy(&other, poolgate::TokenUse::Id));
    let verifier = builder.clock(one.clock.clone()).token_cache(roomy()).build().unwrap();
    for _ in 0..2 {
        assert_eq!(answer(&verifier, &one.issuer.access_token().sign()), "accepted");
        assert_eq!(answer(&verifier, &one.issuer.id_token().sign()), "invalid_token_use");
    }
}
