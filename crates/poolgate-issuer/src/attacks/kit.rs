//! What attacks are made from.

use super::forge;
use crate::{issuer::TestIssuer, token::TokenBuilder};

/// A good token, and somebody who would like to have one.
pub(crate) struct Kit<'f> {
    good: TokenBuilder,
    forger: &'f TestIssuer,
    group: String,
}

impl<'f> Kit<'f> {
    /// The good token is one that the service takes, and the forger a stranger with keys of the same algorithm.
    pub(crate) fn new(good: TokenBuilder, forger: &'f TestIssuer) -> Self {
        Self { good, forger, group: "Admins".to_owned() }
    }

    /// The group that the service asks for, if it asks for one.
    #[cfg(feature = "runner")]
    pub(crate) fn group(self, group: impl Into<String>) -> Self {
        Self { group: group.into(), ..self }
    }

    pub(super) fn issuer(&self) -> &TestIssuer {
        &self.good.issuer
    }

    pub(super) fn forger(&self) -> &'f TestIssuer {
        self.forger
    }

    pub(super) fn group_name(&self) -> &str {
        &self.group
    }

    /// The good token, to be changed and then signed by the pool.
    pub(super) fn good(&self) -> TokenBuilder {
        self.good.clone()
    }

    /// The good token, signed by the forger under the pool's kid.
    pub(super) fn forged(&self) -> TokenBuilder {
        self.good().signed_by(self.forger)
    }

    /// A machine that may do what the good token may.
    pub(super) fn machine(&self) -> TokenBuilder {
        let machine = self.issuer().client_credentials_token();
        match &self.good.scopes {
            Some(scopes) => machine.scopes(scopes.clone()),
            None => machine,
        }
    }

    /// The text of the good token's claims.
    pub(super) fn claims_text(&self) -> String {
        forge::claims_text(&self.good.sign())
    }

    /// The claims of the good token and, behind them, more text, with its own comma.
    pub(super) fn with_more_claims(&self, more: &str) -> String {
        forge::with_more_claims(&self.good, more)
    }

    /// A header with what a good one has, and more text around it.
    pub(super) fn with_header_text(&self, write: impl FnOnce(&str) -> Vec<u8>) -> String {
        let (kid, algorithm) = (self.issuer().access_kid(), forge::algorithm(self.issuer()));
        let members = format!(r#""alg":"{algorithm}","kid":"{kid}""#);
        self.good().raw_header(write(&members)).sign()
    }
}
