//! What the counters count.

use crate::{ManualClock, Policy, TokenUse, Verifier};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use poolgate_issuer::{Fault, TestClock, TestIssuer};
use std::{collections::BTreeMap, time::Duration};

/// Every counter by name and labels, and every other metric by name with how often it was set.
fn counters(snapshotter: &Snapshotter) -> BTreeMap<String, u64> {
    let metrics = snapshotter.snapshot().into_vec().into_iter();
    let counters = metrics.map(|(key, _, _, value)| {
        let labels = key.key().labels().map(|l| format!(" {}={}", l.key(), l.value()));
        let name = key.key().name().to_owned() + &labels.collect::<String>();
        match value {
            DebugValue::Counter(count) => (name, count),
            DebugValue::Histogram(values) => (name, values.len().try_into().unwrap()),
            DebugValue::Gauge(time) => (name, u64::from(*time == 1_800_000_002.0)),
        }
    });
    counters.collect()
}

#[tokio::test]
async fn verifications_and_fetches_are_counted() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let clock = ManualClock::at(1_800_000_000);
    let issuer = TestIssuer::builder().clock(TestClock::at(1_800_000_000)).start().await;
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)
        .and_then(|policy| policy.jwks_url(issuer.jwks_url()));
    let verifier = Verifier::builder(policy.unwrap()).clock(clock.clone()).build().unwrap();

    issuer.fail_jwks_times(1, Fault::Status(500));
    assert!(verifier.verify(&issuer.access_token().sign()).await.is_err(), "no keys yet");
    clock.advance(Duration::from_secs(2));
    for token in [issuer.access_token().sign(), issuer.access_token().expired().sign()] {
        let _ = verifier.verify(&token).await;
    }
    assert!(verifier.verify_cached(&issuer.access_token().sign()).is_some());
    assert!(verifier.verify("garbage").await.is_err());

    let url = issuer.jwks_url();
    let fetched = format!("poolgate_keys_fetched_timestamp_seconds jwks_url={url}");
    let expected = [
        ("poolgate_key_fetches_total outcome=ok", 1),
        ("poolgate_key_fetches_total outcome=status", 1),
        ("poolgate_key_lookups_total result=hit", 2),
        ("poolgate_key_lookups_total result=miss", 2),
        (fetched.as_str(), 1),
        ("poolgate_verification_seconds", 5),
        ("poolgate_verifications_total code=keys_unavailable", 1),
        ("poolgate_verifications_total code=ok", 2),
        ("poolgate_verifications_total code=token_expired", 1),
        ("poolgate_verifications_total code=token_malformed", 1),
    ];
    assert_eq!(counters(&snapshotter), expected.map(|(k, v)| (k.to_owned(), v)).into());
}

#[test]
fn restored_keys_tell_when_they_were_fetched() {
    let issuer = TestIssuer::builder().offline();
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)
        .and_then(|policy| policy.jwks_url("https://id.example/jwks"));
    let snapshot = format!(
        r#"{{"version":1,"issuers":[{{"issuer":"{}","source":"https://id.example/jwks","fetched_at":1800000002,"fresh_for":300,"jwks":{}}}]}}"#,
        issuer.issuer(),
        issuer.jwks_json()
    );
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let builder = Verifier::builder(policy.unwrap()).clock(ManualClock::at(1_800_000_060));
    let builder = builder.restore(crate::KeySnapshot::from_json(snapshot).unwrap());
    builder.build().unwrap();
    let name = "poolgate_keys_fetched_timestamp_seconds jwks_url=https://id.example/jwks";
    assert_eq!(counters(&snapshotter), [(name.to_owned(), 1)].into());
}

#[cfg(feature = "token-cache")]
#[tokio::test]
async fn looks_at_a_token_cache_are_counted_once_for_each_verification() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let issuer = TestIssuer::builder().offline();
    let keys = crate::KeySet::from_json(issuer.jwks_json()).unwrap();
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access);
    let policy = policy.unwrap().static_keys(keys).allow_test_keys();
    let later = crate::Check::new_async(|_| async { Ok(()) });
    let builder = Verifier::builder(policy).check(later);
    let verifier = builder.token_cache(crate::TokenCache::new(10, 1 << 20)).build().unwrap();
    let token = issuer.access_token().sign();
    for _ in 0..3 {
        // The check takes time, so that each is looked up twice.
        match verifier.look(&token) {
            crate::Look::Done(_) => unreachable!("a check has to be waited for"),
            crate::Look::Waiting(outcome) => outcome.await.unwrap(),
        };
    }
    let expected = [
        ("poolgate_key_lookups_total result=hit", 3),
        ("poolgate_token_cache_total result=hit", 2),
        ("poolgate_token_cache_total result=miss", 1),
        ("poolgate_verification_seconds", 3),
        ("poolgate_verifications_total code=ok", 3),
    ];
    assert_eq!(counters(&snapshotter), expected.map(|(k, v)| (k.to_owned(), v)).into());
}

#[cfg(feature = "lookup")]
#[tokio::test]
async fn questions_are_counted_and_no_issuer_that_is_found_becomes_a_label() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let issuer = TestIssuer::start().await;
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)
        .and_then(|policy| policy.jwks_url(issuer.jwks_url()))
        .unwrap();
    let known = issuer.issuer().to_owned();
    let lookup = crate::PolicyLookup::new(move |iss| {
        let policy = (iss != "https://id.example/1").then(|| policy.clone());
        let is_down = iss == "https://id.example/2";
        async move { if is_down { Err("away".into()) } else { Ok(policy) } }
    });
    let verifier = Verifier::builder(lookup).build().unwrap();
    for iss in [&*known, "https://id.example/1", "https://id.example/2", "https://id.example/3"] {
        let token = issuer.access_token().claim("iss", iss).sign();
        assert_eq!(verifier.verify(&token).await.is_ok(), iss == known);
    }
    let expected = [
        ("poolgate_key_fetches_total outcome=ok", 1),
        ("poolgate_key_lookups_total result=miss", 1),
        ("poolgate_policy_lookups_total outcome=failed", 1),
        ("poolgate_policy_lookups_total outcome=found", 1),
        ("poolgate_policy_lookups_total outcome=other_issuer", 1),
        ("poolgate_policy_lookups_total outcome=refused", 1),
        ("poolgate_verification_seconds", 4),
        ("poolgate_verifications_total code=invalid_issuer", 2),
        ("poolgate_verifications_total code=keys_unavailable", 1),
        ("poolgate_verifications_total code=ok", 1),
    ];
    assert_eq!(counters(&snapshotter), expected.map(|(k, v)| (k.to_owned(), v)).into());
}
