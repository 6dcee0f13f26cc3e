//! A token that was verified, and by what: all that is needed to see whether it still holds.

use crate::{VerifiedToken, issuer::IssuerNumber, policy::ValidTimes};

/// A token that has passed every rule. To clone it writes to no memory that other tokens share.
#[derive(Clone)]
pub(crate) struct KnownToken {
    pub(crate) token: VerifiedToken,
    pub(crate) issuer: IssuerNumber,
    /// That of the keys, one of which has verified it.
    pub(crate) generation: u64,
    pub(crate) valid: ValidTimes,
}
