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
    /// The word for the first look at the token cache, if there is one.
    recall: Option<&'static str>,
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
            recall: None,
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
            Answer::Use(..) => "hit",
            Answer::Wait(_) => "miss",
            Answer::Refuse(_) => "none",
        });
        let is_known = self.span.is_disabled() || matches!(answer, Answer::Wait(_));
        if !is_known && !mem::replace(&mut self.has_generation, true) {
            self.span.record("key_generation", generation());
        }
    }

    /// The token is remembered, and all of it still holds: its issuer, and the keys of this
    /// generation.
    pub(crate) fn recalled(&mut self, token: &VerifiedToken, generation: u64) {
        self.recall.get_or_insert("hit");
        self.lookup.get_or_insert("hit");
        if self.span.is_disabled() {
            return;
        }
        self.of(token.issuer());
        if !mem::replace(&mut self.has_generation, true) {
            self.span.record("key_generation", generation);
        }
    }

    /// The token has to be verified. A verification that had to wait says so twice.
    pub(crate) fn not_recalled(&mut self) {
        self.recall.get_or_insert("miss");
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
        if let Some(result) = self.recall {
            metrics::counter!("poolgate_token_cache_total", "result" => result).increment(1);
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
    let recalled = "Looks at the token cache, by whether it spared a verification.";
    describe_counter!("poolgate_token_cache_total", recalled);
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
mod tests;
