//! The ways to tokens that an app client may go.

use serde::{Deserialize, Serialize};

/// A way to tokens, allowed to an [`AppClient`](crate::AppClient).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
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
    /// SDK and OAuth: `REFRESH_TOKEN_AUTH`, refresh without rotation. A client with neither this nor rotation gets refresh
    /// tokens all the same, but the token endpoint calls it an `unauthorized_client` when it comes with one, as AWS
    /// documents for clients that may not refresh.
    RefreshToken,
}

impl Flow {
    pub(crate) const ALL: [Self; 6] = [
        Self::Code,
        Self::Implicit,
        Self::ClientCredentials,
        Self::UserPassword,
        Self::AdminUserPassword,
        Self::RefreshToken,
    ];
}
