//! The tokens that most cases start from.

use crate::{issuer::TestIssuer, token::TokenBuilder};

/// A user who may do nothing in particular.
pub(super) fn alice(issuer: &TestIssuer) -> TokenBuilder {
    issuer.access_token().username("alice")
}

/// A user who may do everything.
pub(super) fn admin(issuer: &TestIssuer) -> TokenBuilder {
    alice(issuer).groups(["Admins", "Editors"]).scopes(["orders/read", "orders/write"])
}
