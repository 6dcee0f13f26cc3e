//! Tokens that were verified before.

mod known_token;
mod tokens;

pub(crate) use known_token::KnownToken;
pub(crate) use tokens::Tokens;

use crate::{ConfigError, VerifierBuilder};
use std::ops::RangeInclusive;

/// Remembers verified tokens, so that a signature is verified once and not on every request.
///
/// A token is known if all of its text is: byte by byte, signature included. Everything that can
/// change is looked at each time as if it were not: the issuer and its policy, the keys (a refresh
/// that is due begins, keys that are too old are a 503, a set that has changed counts), the time,
/// the policy's requirement and the [`Check`](crate::Check). What does not hold any more is
/// verified anew, so a refusal never comes from here. Only tokens that were accepted are kept.
///
/// It has at most so many entries, and counts each with the memory that the token and its claims
/// take; clones of a verifier share it, and no two verifiers do. When it is full, what was not
/// asked for lately makes room. A token that would take more than a large share is not kept.
///
/// ```
/// use poolgate::{Policy, TokenCache, TokenUse, Verifier};
///
/// let policy = Policy::cognito("eu-west-1_AbCdEf123", "1example23456789", TokenUse::Access)?;
/// let cache = TokenCache::new(10_000, 64 * 1024 * 1024);
/// let verifier = Verifier::builder(policy).token_cache(cache).build()?;
/// # Ok::<(), poolgate::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenCache {
    entries: usize,
    bytes: usize,
}

impl TokenCache {
    /// A cache of `entries` tokens and `bytes` of memory at most, whichever is reached first.
    ///
    /// An access token of Cognito counts for 3 to 4 KiB. [`build`](VerifierBuilder::build) refuses fewer
    /// than 1 or more than 10,000,000 entries, and less than 64 KiB.
    #[must_use]
    pub const fn new(entries: usize, bytes: usize) -> Self {
        Self { entries, bytes }
    }

    pub(crate) fn open(self) -> Result<Tokens, ConfigError> {
        let Self { entries, bytes } = self;
        within("entries", entries, ENTRIES, "1 to 10,000,000")?;
        within("bytes", bytes, BYTES, "64 KiB or more")?;
        Ok(Tokens::new(entries, bytes))
    }
}

impl VerifierBuilder {
    /// Remembers verified tokens (feature `token-cache`). Without this, nothing is.
    pub fn token_cache(mut self, token_cache: TokenCache) -> Self {
        self.token_cache = Some(token_cache);
        self
    }
}

fn within(
    setting: &'static str,
    value: usize,
    bounds: RangeInclusive<usize>,
    expected: &'static str,
) -> Result<(), ConfigError> {
    if bounds.contains(&value) {
        return Ok(());
    }
    Err(ConfigError::TokenCache { setting, value, expected })
}

const ENTRIES: RangeInclusive<usize> = 1..=10_000_000;

const BYTES: RangeInclusive<usize> = 64 * 1_024..=usize::MAX;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_bounds() {
        for (entries, bytes) in [(1, 65_536), (10_000_000, 65_536), (1, usize::MAX)] {
            assert!(TokenCache::new(entries, bytes).open().is_ok(), "{entries} {bytes}");
        }
        for (entries, bytes, expected) in [
            (0, 65_536, "entries of a token cache cannot be 0: expected 1 to 10,000,000"),
            (
                10_000_001,
                65_536,
                "entries of a token cache cannot be 10000001: expected 1 to 10,000,000",
            ),
            (1, 65_535, "bytes of a token cache cannot be 65535: expected 64 KiB or more"),
        ] {
            let error = TokenCache::new(entries, bytes).open().unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
