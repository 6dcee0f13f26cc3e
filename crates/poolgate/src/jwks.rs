//! A JWKS document (RFC 7517 §5) becomes keys that can be used, and a count of those that cannot.

mod jwk;

pub(crate) use jwk::ImportRules;

use crate::{Algorithm, ConfigError, crypto::VerifyingKey};
use jwk::Jwk;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::{collections::HashMap, fmt, sync::Arc};

/// The usable keys of an issuer.
///
/// A key that cannot be used is skipped and counted, and the rest works: one of an unknown type or
/// curve, of a wrong size, with private parts, not meant for signatures, or malformed. If two keys
/// share `kid` and algorithm, neither is used.
///
/// ```
/// let jwks = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1",
///     "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
/// let keys = poolgate::KeySet::from_json(jwks)?;
/// assert_eq!((keys.len(), keys.skipped()), (1, 0));
/// # Ok::<(), poolgate::ConfigError>(())
/// ```
#[derive(Clone, Default)]
pub struct KeySet {
    keys: Vec<(Option<String>, Arc<VerifyingKey>)>,
    skipped: usize,
    test_keys: usize,
    /// What the keys were read from, to read them again under the rules of a policy.
    document: Arc<[u8]>,
}

impl KeySet {
    /// Reads a JWKS document.
    ///
    /// # Errors
    /// [`ConfigError::KeySet`] if it is not one, has more than 100 keys, or none that can be used.
    pub fn from_json(document: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        // Which test keys are welcome is for the policy to say.
        let set = Self::parse(
            document.as_ref(),
            ImportRules { allow_test_keys: true, ..ImportRules::default() },
        );
        match set {
            Ok(set) if set.is_empty() => Err(ConfigError::KeySet { reason: "no key can be used" }),
            Ok(set) => Ok(set),
            Err(reason) => Err(ConfigError::KeySet { reason }),
        }
    }

    pub(crate) fn parse(document: &[u8], rules: ImportRules) -> Result<Self, &'static str> {
        let jwks: Document<'_> =
            serde_json::from_slice(document).map_err(|_| "not a JWKS document")?;
        if jwks.keys.len() > MAX_KEYS {
            return Err("more than 100 keys");
        }
        let mut set = Self { document: document.into(), ..Self::default() };
        for jwk in jwks.keys {
            match Jwk::parse(jwk.get()).and_then(|jwk| Some((jwk.verifying_key(rules)?, jwk.kid))) {
                Some((_, Some(kid))) if !rules.allow_test_keys && kid.starts_with(TEST_KID) => {
                    set.test_keys = set.test_keys.saturating_add(1);
                }
                Some((key, kid)) => set.keys.push((kid, Arc::new(key))),
                None => set.skipped = set.skipped.saturating_add(1),
            }
        }
        set.drop_twins();
        Ok(set)
    }

    /// The same document, read under other rules.
    pub(crate) fn under(&self, rules: ImportRules) -> Result<Self, &'static str> {
        Self::parse(&self.document, rules)
    }

    /// The keys alone, in less memory.
    pub(crate) fn without_document(self) -> Self {
        Self { document: Arc::default(), ..self }
    }

    pub(crate) fn document(&self) -> &[u8] {
        &self.document
    }

    /// How many keys can be used.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no key can be used.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// How many keys of the document cannot be used.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// How many keys were refused because their `kid` marks them as a test issuer's.
    pub(crate) fn test_keys(&self) -> usize {
        self.test_keys
    }

    /// Looks up the key that a header names. A set of one key also answers a header without `kid`.
    pub(crate) fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Lookup<'_> {
        let Some(kid) = kid else {
            return match self.keys.as_slice() {
                [(_, key)] if key.algorithm() == algorithm => Lookup::Found(key),
                [_] => Lookup::OtherAlgorithm,
                _ => Lookup::Absent,
            };
        };
        let mut lookup = Lookup::Absent;
        for (_, key) in self.keys.iter().filter(|(known, _)| known.as_deref() == Some(kid)) {
            if key.algorithm() == algorithm {
                return Lookup::Found(key);
            }
            lookup = Lookup::OtherAlgorithm;
        }
        lookup
    }

    /// Whether both sets hold the same usable keys, in any order.
    pub(crate) fn has_same_keys(&self, other: &Self) -> bool {
        self.len() == other.len() && self.keys.iter().all(|key| other.keys.contains(key))
    }

    /// Drops all keys that share `kid` and algorithm: nobody can tell which one is meant.
    fn drop_twins(&mut self) {
        let mut counts = HashMap::new();
        for (kid, key) in &self.keys {
            let count: &mut usize = counts.entry((kid.clone(), key.algorithm())).or_default();
            *count = count.saturating_add(1);
        }
        let before = self.keys.len();
        self.keys.retain(|(kid, key)| {
            kid.is_none() || counts.get(&(kid.clone(), key.algorithm())) == Some(&1)
        });
        let dropped = before.saturating_sub(self.keys.len());
        self.skipped = self.skipped.saturating_add(dropped);
    }
}

impl PartialEq for KeySet {
    fn eq(&self, other: &Self) -> bool {
        self.document == other.document && self.has_same_keys(other)
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("KeySet");
        debug.field("usable", &self.len()).field("skipped", &self.skipped).finish_non_exhaustive()
    }
}

/// The answer of a [`KeySet`].
#[derive(Debug)]
pub(crate) enum Lookup<'s> {
    Found(&'s Arc<VerifyingKey>),
    /// The `kid` is known, and its key is for another algorithm.
    OtherAlgorithm,
    Absent,
}

#[derive(Deserialize)]
struct Document<'d> {
    #[serde(borrow)]
    keys: Vec<&'d RawValue>,
}

/// The most keys of a document.
const MAX_KEYS: usize = 100;

/// What the `kid` of a test issuer's keys starts with.
const TEST_KID: &str = "test-";

#[cfg(test)]
mod tests;
