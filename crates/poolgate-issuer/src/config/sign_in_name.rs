//! What users sign in with.

use serde::Deserialize;

use super::attributes::{looks_like_email, looks_like_phone_number};

/// What users can sign in with beside, or instead of, their username.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignInName {
    /// The e-mail address.
    Email,
    /// The phone number.
    PhoneNumber,
    /// The attribute `preferred_username`; an alias only.
    PreferredUsername,
}

impl SignInName {
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
            Self::PreferredUsername => "preferred_username",
        }
    }

    pub(crate) fn looks_like(self, text: &str) -> bool {
        match self {
            Self::Email => looks_like_email(text),
            Self::PhoneNumber => looks_like_phone_number(text),
            Self::PreferredUsername => false,
        }
    }
}
