//! Users of other identity providers.

use serde::Deserialize;

/// Where a federated user comes from: one entry of the `identities` claim.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Identity {
    /// The provider's name in the pool, such as `Google`.
    pub provider_name: String,
    /// `Google`, `Facebook`, `LoginWithAmazon`, `SignInWithApple`, `SAML` or `OIDC`. Unless set it is the name if that
    /// is one of these, else `OIDC`.
    #[serde(default)]
    pub provider_type: Option<String>,
    /// The user's id at the provider.
    pub user_id: String,
    /// The entity id of a SAML provider.
    #[serde(default)]
    pub issuer: Option<String>,
}

impl Identity {
    /// A user of this provider.
    pub fn new(provider_name: impl Into<String>, user_id: impl Into<String>) -> Self {
        Self {
            provider_name: provider_name.into(),
            provider_type: None,
            user_id: user_id.into(),
            issuer: None,
        }
    }

    /// The kind of the provider, such as `SAML`.
    #[must_use]
    pub fn provider_type(mut self, provider_type: impl Into<String>) -> Self {
        self.provider_type = Some(provider_type.into());
        self
    }

    /// The entity id of a SAML provider.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    pub(crate) fn type_name(&self) -> &str {
        let of_name = || match self.provider_name.as_str() {
            social @ ("Google" | "Facebook" | "LoginWithAmazon" | "SignInWithApple") => social,
            _ => "OIDC",
        };
        self.provider_type.as_deref().unwrap_or_else(of_name)
    }
}
