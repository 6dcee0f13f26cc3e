//! What one user pool is: shared by its handles and its HTTP server.

use crate::{clock::TestClock, jwks_endpoint::JwksEndpoint, key_ring::KeyRing};

pub(crate) struct Pool {
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) issuer: String,
    pub(crate) urls: Urls,
    pub(crate) clock: TestClock,
    pub(crate) keys: KeyRing,
    pub(crate) jwks: JwksEndpoint,
}

/// Where a pool is served.
pub(crate) struct Urls {
    pub(crate) base: String,
    pub(crate) jwks: String,
    pub(crate) discovery: String,
}

impl Urls {
    pub(crate) fn new(base: String, user_pool_id: &str) -> Self {
        Self {
            jwks: format!("{base}/{user_pool_id}/.well-known/jwks.json"),
            discovery: format!("{base}/{user_pool_id}/.well-known/openid-configuration"),
            base,
        }
    }
}
