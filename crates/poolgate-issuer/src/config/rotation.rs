//! Rotation of refresh tokens.

use std::time::Duration;

use serde::Deserialize;

/// Each refresh gives a new refresh token, and the old one stays good only for this long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a rotation with grace_seconds")]
#[non_exhaustive]
pub struct RefreshRotation {
    /// How long the old token can be used again, 0 to 60 seconds.
    #[serde(default, rename = "grace_seconds", with = "super::seconds")]
    pub grace: Duration,
}
