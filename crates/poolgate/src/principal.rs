//! Whom a token speaks for.

use std::fmt;

/// Whom a token speaks for.
///
/// An access token of Cognito without `username` was issued to a client for itself (client
/// credentials). A token of another provider was if its `sub` is its client ID (RFC 9068 §2.2).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "nobody should have to guess what a third one means")]
pub enum Principal<'t> {
    /// A user.
    User {
        /// The user's `sub`.
        subject: &'t str,
    },
    /// A client, for itself.
    Client {
        /// The client's ID.
        client_id: &'t str,
    },
}

impl fmt::Debug for Principal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User { .. } => "User { .. }",
            Self::Client { .. } => "Client { .. }",
        })
    }
}
