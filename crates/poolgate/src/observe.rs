//! What an operator sees: spans, events and, with the feature `metrics`, numbers.
//!
//! Nothing here is given a token, a claim or a `kid`; every label is one of a few fixed words, or
//! a URL from the configuration.

use crate::{
    Error, FetchError, VerifiedToken,
    key_cache::{KeyCache, Purpose},
    keys::Answer,
    time::Now,
};
use std::mem;
use tracing::{Span, field::Empty};

/// One verification, from its first look at a token to the verdict.
pub(crate) struct Observation {
    span: Span,
    has_issuer: bool,
    has_generation: bool,
    /// The word for the first look at the keys.
    lookup: Option<&'static str>,
    #[cfg(feature = "metrics")]
    began: std::time::Instant,
}

impl Observation {
    pub(crate) fn begin() -> Self {
        let span =
            tracing::debug_span!("verify", code = Empty, issuer = Empty, key_generation = Empty);
        #[cfg(feature = "metrics")]
        let began = std::time::Instant::now();
        Self {
            span,
            has_issuer: false,
            has_generation: false,
            lookup: None,
            #[cfg(feature = "metrics")]
            began,
        }
    }

    pub(crate) const fn span(&self) -> &Span {
        &self.span
    }

    /// The token is of this configured issuer. A verification that had to wait says so twice.
    pub(crate) fn of(&mut self, issuer: &str) {
        if !mem::replace(&mut self.has_issuer, true) {
            self.span.record("issuer", issuer);
        }
    }

    /// What the key store says about the token's key.
    pub(crate) fn looked_up(&mut self, answer: &Answer, generation: impl FnOnce() -> u64) {
        self.lookup.get_or_insert(match answer {
            Answer::Use(_) => "hit",
            Answer::Wait(_) => "miss",
            Answer::Refuse(_) => "none",
        });
        let is_known = self.span.is_disabled() || matches!(answer, Answer::Wait(_));
        if !is_known && !mem::replace(&mut self.has_generation, true) {
            self.span.record("key_generation", generation());
        }
    }

    pub(crate) fn end(self, result: &Result<VerifiedToken, Error>) {
        let code = result.as_ref().map_or_else(Error::code, |_| "ok");
        self.span.record("code", code);
        if let Err(error) = result {
            self.span.in_scope(|| tracing::debug!(code, %error, "token refused"));
        }
        #[cfg(feature = "metrics")]
        self.count(code);
    }

    #[cfg(feature = "metrics")]
    fn count(&self, code: &'static str) {
        metrics::counter!("poolgate_verifications_total", "code" => code).increment(1);
        metrics::histogram!("poolgate_verification_seconds").record(self.began.elapsed());
        if let Some(result) = self.lookup {
            metrics::counter!("poolgate_key_lookups_total", "result" => result).increment(1);
        }
    }
}

/// A request that is refused, for whatever reason.
pub(crate) fn refused(error: &Error) {
    let (code, status) = (error.code(), error.status());
    tracing::debug!(code, status, "request refused");
    #[cfg(feature = "metrics")]
    metrics::counter!("poolgate_refusals_total", "code" => code).increment(1);
}

/// Says what the numbers mean, to recorders that keep such texts.
#[cfg(feature = "metrics")]
pub(crate) fn describe() {
    use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
    describe_counter!("poolgate_verifications_total", "Tokens looked at, by outcome.");
    describe_counter!("poolgate_refusals_total", "Requests refused, by reason.");
    describe_counter!("poolgate_key_lookups_total", "Whether a token's key was at hand.");
    describe_counter!("poolgate_key_fetches_total", "Fetches of keys, by outcome.");
    let lookups = "Questions about issuers that are not configured, by outcome.";
    describe_counter!("poolgate_policy_lookups_total", lookups);
    let seconds = "Time from a token to the verdict, waits included.";
    describe_histogram!("poolgate_verification_seconds", Unit::Seconds, seconds);
    let fetched = "When the keys in use were fetched, in Unix time.";
    describe_gauge!("poolgate_keys_fetched_timestamp_seconds", Unit::Seconds, fetched);
}

#[cfg(not(feature = "metrics"))]
pub(crate) const fn describe() {}

/// A fetch, and what it made of the keys.
pub(crate) struct Fetch<'f> {
    pub(crate) url: &'f str,
    pub(crate) purpose: Purpose,
    pub(crate) is_looked_up: bool,
    pub(crate) before: &'f KeyCache,
    pub(crate) after: &'f KeyCache,
}

impl Fetch<'_> {
    pub(crate) fn succeeded(&self) {
        let Self { url, purpose, is_looked_up, before, after } = self;
        let (keys, generation) = (after.keys(), after.generation());
        let (usable, skipped, test_keys) = (keys.len(), keys.skipped(), keys.test_keys());
        tracing::debug!(url, ?purpose, is_looked_up, usable, skipped, "keys fetched");
        if generation != before.generation() {
            tracing::info!(url, generation, usable, "keys changed");
        }
        if skipped > 0 && skipped != before.keys().skipped() {
            tracing::warn!(url, skipped, "keys were skipped: they cannot be used");
        }
        if test_keys > 0 {
            tracing::warn!(url, test_keys, "keys of a test issuer were refused");
        }
        count_fetch("ok");
        // A label for each issuer that is ever found would have no end.
        if !is_looked_up {
            date(url, after);
        }
    }

    pub(crate) fn failed(&self, error: &FetchError, now: Now) {
        let Self { url, purpose, after, .. } = self;
        tracing::warn!(url, ?purpose, %error, "fetching keys failed");
        if let Some(age) = after.stale_for(now) {
            let (age, usable) = (age.as_secs(), after.has_usable_keys(now));
            tracing::warn!(url, age, usable, "keys are stale");
        }
        count_fetch(error.code());
    }

    pub(crate) fn lost(url: &str) {
        tracing::warn!(url, "a fetch of keys vanished with its task");
        count_fetch(FetchError::Lost.code());
    }
}

/// Tells when the keys in use were fetched.
#[cfg(feature = "metrics")]
pub(crate) fn date(url: &str, keys: &KeyCache) {
    if let Some(at) = keys.fetched_at() {
        let name = "poolgate_keys_fetched_timestamp_seconds";
        metrics::gauge!(name, "jwks_url" => url.to_owned()).set(at);
    }
}

#[cfg(not(feature = "metrics"))]
pub(crate) const fn date(_: &str, _: &KeyCache) {}

#[cfg(feature = "metrics")]
fn count_fetch(outcome: &'static str) {
    metrics::counter!("poolgate_key_fetches_total", "outcome" => outcome).increment(1);
}

#[cfg(not(feature = "metrics"))]
const fn count_fetch(_: &'static str) {}

/// A question about an issuer has ended, or could not be asked.
#[cfg(feature = "lookup")]
pub(crate) fn policy_lookup(outcome: &'static str) {
    tracing::debug!(outcome, "policy looked up");
    #[cfg(feature = "metrics")]
    metrics::counter!("poolgate_policy_lookups_total", "outcome" => outcome).increment(1);
}

#[cfg(all(test, feature = "metrics"))]
mod tests {
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
        for iss in [&*known, "https://id.example/1", "https://id.example/2", "https://id.example/3"]
        {
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
}
