//! Where the keys of an issuer come from.

use crate::discovery::{self, JwksOrigins};
use std::borrow::Cow;

/// Where the keys of an issuer come from. Every URL in here is of the configuration, or made of
/// what is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeySource {
    /// A key set at this URL.
    Jwks { url: String },
    /// The key set that the issuer's discovery document names, read anew for each fetch.
    Discovery { issuer: String, allowed: JwksOrigins },
}

impl KeySource {
    /// The URL that a fetch begins with, for logs.
    pub(crate) fn url(&self) -> Cow<'_, str> {
        match self {
            Self::Jwks { url } => Cow::Borrowed(url),
            Self::Discovery { issuer, .. } => Cow::Owned(discovery::document_url(issuer)),
        }
    }

    /// Where the keys come from, in full: kept keys are taken back only if it is still the same.
    pub(crate) fn kept_as(&self) -> Cow<'_, str> {
        match self {
            Self::Discovery { allowed: JwksOrigins { listed: Some(listed), .. }, .. } => {
                // No URL and no origin has a blank in it.
                Cow::Owned(format!("{} {}", self.url(), listed.join(" ")))
            }
            Self::Discovery { .. } | Self::Jwks { .. } => self.url(),
        }
    }

    /// The same for an issuer that nobody has configured: what its document says counts less.
    pub(crate) fn looked_up(self) -> Self {
        match self {
            Self::Jwks { .. } => self,
            Self::Discovery { issuer, allowed } => {
                Self::Discovery { issuer, allowed: JwksOrigins { is_looked_up: true, ..allowed } }
            }
        }
    }
}
