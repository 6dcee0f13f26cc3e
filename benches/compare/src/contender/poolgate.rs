//! poolgate: every rule, and owned results.

use ::poolgate::{
    Fetch, FetchFuture, Fetched, KeySet, ManualClock, Policy, TokenUse, Verifier, VerifierBuilder,
};
use poolgate_measure::{Kind, Sample};
use std::time::{SystemTime, UNIX_EPOCH};

pub fn new(sample: &Sample) -> impl Fn(&str) -> bool + Send + Sync + 'static {
    verifies(builder(sample).build().expect("the policy is good"))
}

pub fn builder(sample: &Sample) -> VerifierBuilder {
    let keys = KeySet::from_json(&sample.jwks).expect("the issuer's keys are good");
    Verifier::builder(policy(sample).static_keys(keys).allow_test_keys())
}

/// With so many other issuers beside that of the sample.
pub fn of_issuers<'i>(
    sample: &Sample,
    others: impl IntoIterator<Item = &'i str>,
) -> impl Fn(&str) -> bool + Send + Sync + 'static {
    let policy = |issuer: &str| {
        let keys = KeySet::from_json(&sample.jwks).expect("the issuer's keys are good");
        let policy = policy(sample).static_keys(keys).issuer(issuer);
        policy.expect("the issuer is a URL")
    };
    let builder = Verifier::builder(policy(&sample.issuer));
    let builder = others.into_iter().fold(builder, |builder, other| builder.policy(policy(other)));
    verifies(builder.build().expect("the policies are good"))
}

/// With keys that were fetched, and a clock that stands still, so that the first token with an
/// unknown `kid` has opened a window that never ends.
pub fn in_window(sample: &Sample, unknown: &str) -> impl Fn(&str) -> bool + 'static {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is right");
    let policy = policy(sample).allow_test_keys();
    let builder = Verifier::builder(policy).fetch(AtHand(sample.jwks.clone()));
    let verifier = builder.clock(ManualClock::at(now.as_secs())).build().expect("it is good");
    let outcome = super::block_on(verifier.verify(unknown));
    assert_eq!(outcome.map(|_| ()).map_err(|error| error.code()), Err("key_not_found"));
    verifies(verifier)
}

fn policy(sample: &Sample) -> Policy {
    let token_use = match sample.kind {
        Kind::Access => TokenUse::Access,
        Kind::Id => TokenUse::Id,
    };
    let policy = Policy::cognito(&*sample.user_pool_id, &*sample.client_id, token_use);
    policy.expect("the sample's names are good")
}

fn verifies(verifier: Verifier) -> impl Fn(&str) -> bool + Send + Sync + 'static {
    move |token| verifier.verify_cached(token).expect("the keys are at hand").is_ok()
}

struct AtHand(String);

impl Fetch for AtHand {
    fn fetch<'f>(&'f self, _url: &'f str) -> FetchFuture<'f> {
        Box::pin(async { Ok(Fetched::new(&*self.0)) })
    }
}
