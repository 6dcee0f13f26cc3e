//! A running issuer: its names, its URLs and its tokens.

use std::{fmt, sync::Arc};

use crate::{
    builder::TestIssuerBuilder,
    clock::TestClock,
    host::Host,
    key_ring::jwks_json,
    kind::Kind,
    pool::Pool,
    server::{RefusingPort, Server},
    token::TokenBuilder,
};

/// A Cognito user pool for tests, with an app client, two keys and a clock.
///
/// Clones are handles of the same pool, and a server can have [several pools](Self::pools). It stops when the last
/// handle of any of them is dropped.
///
/// ```
/// use poolgate_issuer::TestIssuer;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let issuer = TestIssuer::start().await;
/// // Configure what you test with issuer.user_pool_id(), issuer.client_id() and issuer.jwks_url(), then:
/// let good = issuer.access_token().username("alice").group("Admins").sign();
/// let bad = issuer.access_token().expired().sign();
/// # assert_ne!(good, bad);
/// # }
/// ```
#[derive(Clone)]
pub struct TestIssuer {
    pub(crate) pool: Arc<Pool>,
    server: Arc<Running>,
}

impl TestIssuer {
    /// Starts an issuer with random names, an AWS-looking `iss` and RS256 keys; see [`TestIssuerBuilder::start`].
    ///
    /// # Panics
    /// If no port or thread is to be had.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// Settings for an issuer.
    ///
    /// ```
    /// use poolgate_issuer::{Algorithm, TestIssuer};
    ///
    /// let issuer = TestIssuer::builder()
    ///     .user_pool_id("eu-west-1_AbCdEf123")
    ///     .algorithm(Algorithm::Es256)
    ///     .offline();
    /// assert_eq!(issuer.issuer(), "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123");
    /// ```
    pub fn builder() -> TestIssuerBuilder {
        TestIssuerBuilder::default()
    }

    /// The id of the user pool, such as `eu-west-1_AbCdEf123`.
    pub fn user_pool_id(&self) -> &str {
        &self.pool.id
    }

    /// The app client that tokens are for: the first of the pool.
    pub fn client_id(&self) -> &str {
        &self.pool.first_client().id
    }

    /// The `iss` of tokens. By default it looks like AWS, so that the keys are not found under it but at
    /// [`jwks_url`](Self::jwks_url).
    pub fn issuer(&self) -> &str {
        &self.pool.issuer
    }

    /// Where the server is: `http://127.0.0.1:{port}`, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.pool.urls.base
    }

    /// Where the keys are. On an [offline](TestIssuerBuilder::offline) issuer nobody answers there.
    pub fn jwks_url(&self) -> &str {
        &self.pool.urls.jwks
    }

    /// Where the discovery document is. On an [offline](TestIssuerBuilder::offline) issuer nobody answers there.
    pub fn discovery_url(&self) -> &str {
        &self.pool.urls.discovery
    }

    /// What [`jwks_url`](Self::jwks_url) serves now when it is well.
    pub fn jwks_json(&self) -> String {
        jwks_json(&self.pool.keys.published_jwks())
    }

    /// The clock by which tokens are stamped.
    pub fn clock(&self) -> &TestClock {
        &self.pool.clock
    }

    /// An access token of a user, as a sign-in gives it.
    pub fn access_token(&self) -> TokenBuilder {
        TokenBuilder::new(self.clone(), Kind::Access)
    }

    /// An ID token of a user, as a sign-in gives it.
    pub fn id_token(&self) -> TokenBuilder {
        TokenBuilder::new(self.clone(), Kind::Id)
    }

    /// An access token of a machine, as the `client_credentials` grant gives it: without user and groups. It is for
    /// the [first client](Self::client_id), or another that [`TokenBuilder::client_id`] names.
    pub fn client_credentials_token(&self) -> TokenBuilder {
        TokenBuilder::new(self.clone(), Kind::ClientCredentials)
    }

    /// Another pool of the same server.
    pub fn pool(&self, user_pool_id: &str) -> Option<Self> {
        let pool = self.server.host.pool(user_pool_id).ok()?;
        Some(Self { pool: Arc::clone(pool), server: Arc::clone(&self.server) })
    }

    /// All pools of the server, in the order of their configuration.
    pub fn pools(&self) -> Vec<Self> {
        let pools = self.server.host.pools().iter();
        pools
            .map(|pool| Self { pool: Arc::clone(pool), server: Arc::clone(&self.server) })
            .collect()
    }

    /// A handle for the server's own use, which does not keep it running.
    pub(crate) fn inside(host: &Arc<Host>, pool: &Arc<Pool>) -> Self {
        let running = Running { host: Arc::clone(host), _port: Port::Elsewhere };
        Self { pool: Arc::clone(pool), server: Arc::new(running) }
    }

    /// A handle of the first pool.
    pub(crate) fn new(host: Arc<Host>, port: Port) -> Self {
        let pool = Arc::clone(&host.pools()[0]);
        Self { pool, server: Arc::new(Running { host, _port: port }) }
    }
}

impl fmt::Debug for TestIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestIssuer")
            .field("issuer", &self.issuer())
            .field("client_id", &self.client_id())
            .field("jwks_url", &self.jwks_url())
            .field("kids", &self.kids())
            .finish_non_exhaustive()
    }
}

struct Running {
    host: Arc<Host>,
    _port: Port,
}

/// Held for its drop, which frees the port.
pub(crate) enum Port {
    Serving(#[expect(dead_code, reason = "stops the server when dropped")] Server),
    Refusing(#[expect(dead_code, reason = "frees the port when dropped")] RefusingPort),
    Elsewhere,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Algorithm;

    #[tokio::test]
    async fn living_issuers_share_no_rsa_material() {
        let issuers = [TestIssuer::start().await, TestIssuer::start().await];

        let mut numbers: Vec<_> = issuers
            .iter()
            .flat_map(|issuer| issuer.pool.keys.published_jwks())
            .map(|jwk| jwk["n"].to_string())
            .collect();
        numbers.sort();
        numbers.dedup();

        assert_eq!(numbers.len(), 4);
    }

    #[test]
    fn debug_shows_names_and_no_material() {
        let issuer = TestIssuer::builder().algorithm(Algorithm::Es256).offline();

        let shown = format!("{issuer:?} {:?}", issuer.access_token());

        assert!(shown.contains(issuer.issuer()));
        for word in ["Pair", "material", "private"] {
            assert!(!shown.contains(word), "{shown}");
        }
    }
}
