//! An issuer whose tokens are taken: what they must be, and the keys that sign them.

use crate::{Policy, keys::Keys};
use std::{ops::Deref, sync::Arc};

/// An issuer that somebody vouches for.
pub(crate) struct Issuer {
    pub(crate) policy: Arc<Policy>,
    pub(crate) keys: Keys,
    /// Whether its keys are worth fetching before a token names it.
    pub(crate) is_primary: bool,
}

/// The issuer of one token.
pub(crate) enum IssuerRef<'v> {
    Configured(&'v Issuer),
    /// It may be forgotten meanwhile, so the token keeps it.
    Found(Arc<Issuer>),
}

impl Deref for IssuerRef<'_> {
    type Target = Issuer;

    fn deref(&self) -> &Issuer {
        match self {
            Self::Configured(issuer) => issuer,
            Self::Found(issuer) => issuer,
        }
    }
}

pub(crate) fn warn_of_test_keys(policy: &Policy) {
    if policy.import_rules().allow_test_keys {
        let issuers: Vec<String> = policy.issuers().into_iter().map(|(name, _)| name).collect();
        tracing::warn!(?issuers, "keys of a test issuer are accepted");
    }
}
