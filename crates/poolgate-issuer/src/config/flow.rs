//! The ways to tokens that an app client may go.

use serde::Deserialize;

/// A way to tokens, allowed to an [`AppClient`](crate::AppClient).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Flow {
    /// OAuth: authorization code.
    Code,
    /// OAuth: tokens in the fragment of the redirect.
    Implicit,
    /// OAuth: a machine with its own secret.
    ClientCredentials,
    /// SDK: `USER_PASSWORD_AUTH`.
    UserPassword,
    /// SDK: `ADMIN_USER_PASSWORD_AUTH`.
    AdminUserPassword,
    /// SDK and OAuth: `REFRESH_TOKEN_AUTH`, refresh without rotation.
    RefreshToken,
}
