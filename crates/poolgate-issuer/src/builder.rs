//! How an issuer is set up.

mod default_pool;

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Once},
};

use crate::{
    algorithm::Algorithm,
    clock::TestClock,
    config::{Config, IssuerMode, UserPool},
    host::Host,
    http,
    issuer::{Port, TestIssuer},
    server::{BoundPort, RefusingPort},
};

/// Settings of a [`TestIssuer`]; see [`TestIssuer::builder`].
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `start` or `offline`"]
pub struct TestIssuerBuilder {
    user_pool_id: Option<String>,
    client_id: Option<String>,
    issuer: IssuerMode,
    algorithm: Algorithm,
    clock: TestClock,
    user_pools: Vec<UserPool>,
}

impl TestIssuerBuilder {
    /// Adds a user pool to the server. The issuer is a handle of the first; [`TestIssuer::pool`] gives the others.
    ///
    /// Without any there is one with random ids, a public app client that may use every flow, with the callback URL
    /// `http://localhost`, and a resource server `test-api` with the scope `read`.
    pub fn user_pool(mut self, pool: UserPool) -> Self {
        self.user_pools.push(pool);
        self
    }

    /// Adds the user pools of a configuration.
    pub fn config(mut self, config: Config) -> Self {
        self.user_pools.extend(config.user_pools);
        self
    }

    /// The id of the default user pool. Without it, each issuer gets a random one in `eu-west-1`.
    pub fn user_pool_id(mut self, id: impl Into<String>) -> Self {
        self.user_pool_id = Some(id.into());
        self
    }

    /// The app client of the default user pool, which tokens are for. Without it, each issuer gets a random one.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    /// The `iss` of tokens is this server: `http://127.0.0.1:{port}/{pool id}`.
    ///
    /// For verifiers that find the keys by discovery from the issuer alone. Real Cognito never issues such tokens.
    pub fn self_issuer(mut self) -> Self {
        self.issuer = IssuerMode::Own;
        self
    }

    /// The `iss` of tokens is the newer of Cognito's two: `https://issuer-cognito-idp.{region}.amazonaws.com/{pool id}`.
    pub fn updated_issuer(mut self) -> Self {
        self.issuer = IssuerMode::Updated;
        self
    }

    /// The `iss` of tokens is exactly this text.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = IssuerMode::Custom(issuer.into());
        self
    }

    /// The algorithm of both keys, [`Algorithm::Rs256`] unless set. For single tokens of another algorithm there is
    /// [`TokenBuilder::algorithm`](crate::TokenBuilder::algorithm).
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// The clock by which tokens are stamped, the system's unless set.
    pub fn clock(mut self, clock: TestClock) -> Self {
        self.clock = clock;
        self
    }

    /// Makes the issuer and serves it on a free port of 127.0.0.1.
    ///
    /// The server has a thread of its own: it works under any test runtime, with paused time too, and stops when the
    /// last [`TestIssuer`] and [`TokenBuilder`](crate::TokenBuilder) of it is dropped. The first RSA issuers of a
    /// process take some 100 ms, since their keys are made here.
    ///
    /// # Panics
    /// If the pools break a rule of [`Config::check`], if there is both a user pool and an id for the default one, or
    /// if no port or thread is to be had.
    pub async fn start(self) -> TestIssuer {
        let port = BoundPort::local().expect("a port of 127.0.0.1 is free");
        let base_url = port.base_url();
        self.start_on(port, &base_url)
    }

    /// Serves on this port, and says in every URL that it is found there.
    pub(crate) fn start_on(self, port: BoundPort, base_url: &str) -> TestIssuer {
        let host = Arc::new(self.into_host(base_url));
        let server = port.serve(http::routes(Arc::clone(&host)));
        TestIssuer::new(host, Port::Serving(server))
    }

    /// Makes the issuer and serves it at this address, as [`start`](Self::start) does on a port of its own choice.
    ///
    /// Whoever reaches the address can get a token for anyone, so let it be one of this machine.
    ///
    /// # Errors
    /// If nobody can listen there, such as when somebody else does.
    ///
    /// # Panics
    /// If the pools break a rule of [`Config::check`], or if no thread is to be had.
    pub async fn start_at(self, address: SocketAddr) -> io::Result<TestIssuer> {
        let port = BoundPort::bind(address)?;
        let base_url = port.base_url();
        Ok(self.start_on(port, &base_url))
    }

    /// Makes the issuer without a server, and needs no runtime for it.
    ///
    /// Its URLs lead to a port that is reserved for it and refuses every connection, as a dead identity provider does.
    /// For a verifier without network, give it [`TestIssuer::jwks_json`].
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn offline(self) -> TestIssuer {
        let port = RefusingPort::bind();
        let host = Arc::new(self.into_host(&port.base_url()));
        TestIssuer::new(host, Port::Refusing(port))
    }

    fn into_host(self, base_url: &str) -> Host {
        warn_once();
        let clock = self.clock.clone();
        let config = self.into_config();
        if let Err(refused) = config.check() {
            panic!("{refused}");
        }
        Host::new(config, base_url, &clock)
    }
}

fn warn_once() {
    static WARNED: Once = Once::new();
    WARNED.call_once(|| {
        eprintln!(
            "warning: poolgate-issuer is a TEST issuer: whoever reaches it can sign in as anyone"
        );
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder() -> TestIssuerBuilder {
        TestIssuer::builder().algorithm(Algorithm::EdDsa)
    }

    #[test]
    fn the_issuer_looks_like_aws_unless_told_otherwise() {
        let pool = builder().user_pool_id("us-east-2_Pool");

        for (builder, issuer) in [
            (pool.clone(), "https://cognito-idp.us-east-2.amazonaws.com/us-east-2_Pool"),
            (
                pool.clone().updated_issuer(),
                "https://issuer-cognito-idp.us-east-2.amazonaws.com/us-east-2_Pool",
            ),
            (pool.clone().issuer("https://idp.example"), "https://idp.example"),
        ] {
            assert_eq!(builder.offline().issuer(), issuer);
        }

        let own = pool.self_issuer().offline();
        assert_eq!(own.issuer(), format!("{}/us-east-2_Pool", own.base_url()));
    }

    #[test]
    fn names_are_as_set_or_random() {
        let named = builder().user_pool_id("eu-north-1_Named").client_id("client").offline();
        assert_eq!(named.user_pool_id(), "eu-north-1_Named");
        assert_eq!(named.client_id(), "client");

        let (first, second) = (builder().offline(), builder().offline());
        assert_ne!(first.user_pool_id(), second.user_pool_id());
        assert_ne!(first.client_id(), second.client_id());
    }

    #[tokio::test]
    async fn an_issuer_starts_where_it_is_told_to_unless_somebody_else_is_there() {
        let first = builder().start_at(([127, 0, 0, 1], 0).into()).await.unwrap();
        let address = first.base_url().trim_start_matches("http://").parse().unwrap();

        let error = builder().start_at(address).await.unwrap_err();

        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    }

    #[test]
    #[should_panic(expected = "user_pools[0].id: \"pool\" is not a user pool id")]
    fn a_pool_that_breaks_the_rules_does_not_start() {
        builder().user_pool_id("pool").offline();
    }
}
