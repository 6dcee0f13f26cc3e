//! A family of tokens: all that go back to one sign-in.

use crate::{config::AppClient, grant::Grant, random};

/// What all tokens of one sign-in share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Family {
    pub(crate) grant: Grant,
    pub(crate) origin_jti: String,
    pub(crate) event_id: String,
    /// Of each refresh token in it: a rotated one lives no longer than the first would have.
    pub(super) expires: u64,
    pub(super) is_revoked: bool,
}

impl Family {
    pub(crate) fn new(grant: Grant, client: &AppClient, now: u64) -> Self {
        Self {
            grant,
            origin_jti: random::uuid(),
            event_id: random::uuid(),
            expires: now.saturating_add(client.refresh_token_lifetime.as_secs()),
            is_revoked: false,
        }
    }
}
