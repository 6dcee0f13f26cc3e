//! APIs with scopes of their own.

use serde::Deserialize;

/// An API whose scopes app clients may ask for, as `{identifier}/{scope}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ResourceServer {
    /// What its scopes begin with, such as `orders` or `https://orders.example`.
    pub identifier: String,
    /// The names of its scopes, without the identifier.
    #[serde(default)]
    pub scopes: Vec<String>,
}

impl ResourceServer {
    /// A resource server without scopes.
    pub fn new(identifier: impl Into<String>) -> Self {
        Self { identifier: identifier.into(), scopes: Vec::new() }
    }

    /// Adds a scope, such as `read`.
    #[must_use]
    pub fn scope(mut self, name: impl Into<String>) -> Self {
        self.scopes.push(name.into());
        self
    }

    pub(crate) fn full_scopes(&self) -> impl Iterator<Item = String> + '_ {
        self.scopes.iter().map(|name| format!("{}/{name}", self.identifier))
    }
}
