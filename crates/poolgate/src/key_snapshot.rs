//! Keys that outlive the process that fetched them.

use crate::{
    ConfigError,
    fetch::MAX_BYTES,
    issuer::Issuer,
    jwks::{ImportRules, KeySet},
    key_cache::KeyCache,
    key_source::KeySource,
    time::Now,
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::Arc,
    time::Duration,
};

/// The keys that a verifier has fetched, to be kept where the next process finds them: it verifies
/// its first token without a fetch.
///
/// [`Verifier::key_snapshot`](crate::Verifier::key_snapshot) makes one, and
/// [`VerifierBuilder::restore`](crate::VerifierBuilder::restore) takes it. In between it is a JSON
/// text in a place of your choice.
///
/// **Whoever can write that text can sign tokens.** Keep it as safe as the configuration: nobody
/// but the service, or whoever deploys it, may write there. Reading it does no harm; all keys in
/// it are public ones.
///
/// ```
/// use poolgate::{KeySnapshot, Policy, TokenUse, Verifier};
///
/// # fn example(kept: Option<String>) -> Result<Verifier, poolgate::ConfigError> {
/// let policy = Policy::cognito("eu-west-1_AbCdEf123", "1example23456789", TokenUse::Access)?;
/// let mut builder = Verifier::builder(policy);
/// // A text that is no snapshot is worth a line in the log, and nothing else.
/// if let Some(Ok(snapshot)) = kept.map(KeySnapshot::from_json) {
///     builder = builder.restore(snapshot);
/// }
/// builder.build()
/// # }
/// # example(Some("{}".to_owned()))?;
/// # Ok::<(), poolgate::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct KeySnapshot {
    issuers: Vec<KeptKeys>,
}

/// The keys of one issuer.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptKeys {
    issuer: String,
    /// Where they came from: a URL, and after it the origins that were listed, if any were.
    source: String,
    /// When the fetch began, in whole seconds of Unix time: what is cut off makes them older.
    fetched_at: u64,
    /// For how many seconds after that they are fresh.
    fresh_for: u64,
    /// The JWKS document.
    jwks: Box<RawValue>,
}

impl KeySnapshot {
    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`ConfigError::KeySnapshot`] if it is something else, of another version, or of more than
    /// 16 MiB.
    pub fn from_json(text: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        let refuse = |reason| ConfigError::KeySnapshot { reason };
        let text = text.as_ref();
        if text.len() > MAX_SNAPSHOT_BYTES {
            return Err(refuse("more than 16 MiB"));
        }
        let Version { version } =
            serde_json::from_slice(text).map_err(|_| refuse("not a snapshot"))?;
        if version != VERSION {
            return Err(refuse("of another version"));
        }
        let Document { issuers, .. } =
            serde_json::from_slice(text).map_err(|_| refuse("not a snapshot"))?;
        let mut names = HashSet::new();
        if !issuers.iter().all(|kept| names.insert(&kept.issuer)) {
            return Err(refuse("an issuer stands in it twice"));
        }
        Ok(Self { issuers })
    }

    /// The snapshot as a JSON text for [`from_json`](Self::from_json). Its members may change with
    /// any version of this crate, and a text of another version is then refused.
    #[must_use]
    pub fn to_json(&self) -> String {
        let issuers: Vec<String> = self.issuers.iter().map(KeptKeys::to_json).collect();
        format!(r#"{{"version":{VERSION},"issuers":[{}]}}"#, issuers.join(","))
    }

    /// Whether it holds no keys at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.issuers.is_empty()
    }

    pub(crate) fn of(issuers: &HashMap<String, Arc<Issuer>>) -> Self {
        let kept = issuers.iter().filter_map(|(name, issuer)| KeptKeys::of(name, issuer));
        let mut issuers: Vec<KeptKeys> = kept.collect();
        issuers.sort_by(|one, other| one.issuer.cmp(&other.issuer));
        Self { issuers }
    }

    /// The keys of this issuer as if they had been fetched when they were, unless they cannot be
    /// used any more.
    pub(crate) fn restore(
        &self,
        issuer: &str,
        source: &KeySource,
        rules: ImportRules,
        max_stale: Duration,
        now: Now,
    ) -> Option<KeyCache> {
        let kept = self.issuers.iter().find(|kept| kept.issuer == issuer)?;
        match kept.cache(source, rules, max_stale, now) {
            Ok(cache) => {
                let (usable, age) = (cache.keys().len(), cache.age(now).unwrap_or_default());
                tracing::debug!(issuer, usable, age = age.as_secs(), "keys restored");
                Some(cache)
            }
            Err(reason) => {
                kept.leave_out(reason);
                None
            }
        }
    }

    /// Says of an issuer's keys, if there are any, that they are of no use here.
    pub(crate) fn leave_out(&self, issuer: &str, reason: &str) {
        let kept = self.issuers.iter().filter(|kept| kept.issuer == issuer);
        kept.for_each(|kept| kept.leave_out(reason));
    }

    /// Says so of the keys of issuers that nobody has configured.
    pub(crate) fn leave_out_all_but(&self, issuers: &HashMap<String, Arc<Issuer>>) {
        let strangers = self.issuers.iter().filter(|kept| !issuers.contains_key(&kept.issuer));
        strangers.for_each(|kept| kept.leave_out("nobody configured this issuer"));
    }
}

impl KeptKeys {
    /// `None` for keys that were never fetched.
    fn of(name: &str, issuer: &Issuer) -> Option<Self> {
        let cache = issuer.keys.cache();
        let fetched_at = cache.fetched_at()?.as_secs();
        // Bytes that are not UTF-8 can only stand where nothing is read.
        let document = String::from_utf8_lossy(cache.keys().document()).into_owned();
        Some(Self {
            issuer: name.to_owned(),
            source: issuer.policy.source_of(name)?.kept_as().into_owned(),
            fetched_at,
            fresh_for: cache.fresh_for().as_secs(),
            jwks: RawValue::from_string(document).ok()?,
        })
    }

    fn cache(
        &self,
        source: &KeySource,
        rules: ImportRules,
        max_stale: Duration,
        now: Now,
    ) -> Result<KeyCache, &'static str> {
        if self.source != source.kept_as() {
            return Err("this issuer's keys come from another place now");
        }
        let age = now.wall().checked_sub(Duration::from_secs(self.fetched_at));
        let age = age.ok_or("they are from the future")?;
        if age >= max_stale {
            return Err("they are too old");
        }
        let document = self.jwks.get().as_bytes();
        if document.len() > MAX_BYTES {
            return Err("more than 256 KiB");
        }
        let keys = KeySet::parse(document, rules)?;
        let fresh_for = Duration::from_secs(self.fresh_for);
        Ok(KeyCache::restored(keys, age, fresh_for, max_stale, now))
    }

    fn leave_out(&self, reason: &str) {
        tracing::warn!(issuer = self.issuer, reason, "keys of a snapshot were left out");
    }

    fn to_json(&self) -> String {
        let Self { issuer, source, fetched_at, fresh_for, jwks } = self;
        let (issuer, source) = (Value::from(issuer.as_str()), Value::from(source.as_str()));
        format!(
            r#"{{"issuer":{issuer},"source":{source},"fetched_at":{fetched_at},"fresh_for":{fresh_for},"jwks":{jwks}}}"#
        )
    }
}

impl fmt::Debug for KeySnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuers = self.issuers.iter().map(|kept| (&kept.issuer, kept.fetched_at));
        let issuers: Vec<_> = issuers.collect();
        f.debug_struct("KeySnapshot").field("issuers", &issuers).finish_non_exhaustive()
    }
}

/// All that is read of a text before it is known to be of this version.
#[derive(Deserialize)]
struct Version {
    version: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "version")]
    _version: u64,
    issuers: Vec<KeptKeys>,
}

/// Grows when another version of this crate could misread the text.
const VERSION: u64 = 1;

const MAX_SNAPSHOT_BYTES: usize = 16 * 1024 * 1024;

#[cfg(test)]
mod tests;
