//! How an issuer is set up.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Once},
};

use crate::{
    algorithm::Algorithm,
    clock::TestClock,
    issuer::{Port, TestIssuer},
    jwks_endpoint::JwksEndpoint,
    key_ring::KeyRing,
    pool::{Pool, Urls},
    random,
    server::{BoundPort, RefusingPort},
};

/// Settings of a [`TestIssuer`]; see [`TestIssuer::builder`].
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `start` or `offline`"]
pub struct TestIssuerBuilder {
    user_pool_id: Option<String>,
    client_id: Option<String>,
    issuer: IssuerKind,
    algorithm: Algorithm,
    clock: TestClock,
}

impl TestIssuerBuilder {
    /// The id of the user pool. Without it, each issuer gets a random one in `eu-west-1`.
    pub fn user_pool_id(mut self, id: impl Into<String>) -> Self {
        self.user_pool_id = Some(id.into());
        self
    }

    /// The app client that tokens are for. Without it, each issuer gets a random one.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    /// The `iss` of tokens is this server: `http://127.0.0.1:{port}/{pool id}`.
    ///
    /// For verifiers that find the keys by discovery from the issuer alone. Real Cognito never issues such tokens.
    pub fn self_issuer(mut self) -> Self {
        self.issuer = IssuerKind::Own;
        self
    }

    /// The `iss` of tokens is the newer of Cognito's two: `https://issuer-cognito-idp.{region}.amazonaws.com/{pool id}`.
    pub fn updated_issuer(mut self) -> Self {
        self.issuer = IssuerKind::Updated;
        self
    }

    /// The `iss` of tokens is exactly this text.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = IssuerKind::Custom(issuer.into());
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
    /// If the user pool id does not look like `{region}_{letters and digits}`, or if no port or thread is to be had.
    pub async fn start(self) -> TestIssuer {
        self.serve(BoundPort::bind())
    }

    /// Makes the issuer and serves it at this address, as [`start`](Self::start) does on a port of its own choice.
    ///
    /// Whoever reaches the address can get a token for anyone, so let it be one of this machine.
    ///
    /// # Errors
    /// If nobody can listen there, such as when somebody else does.
    ///
    /// # Panics
    /// If the user pool id does not look like `{region}_{letters and digits}`, or if no thread is to be had.
    pub async fn start_at(self, address: SocketAddr) -> io::Result<TestIssuer> {
        Ok(self.serve(BoundPort::bind_to(address)?))
    }

    fn serve(self, port: BoundPort) -> TestIssuer {
        let pool = Arc::new(self.into_pool(port.base_url()));
        let server = port.serve(Arc::clone(&pool));
        TestIssuer::new(pool, Port::Serving(server))
    }

    /// Makes the issuer without a server, and needs no runtime for it.
    ///
    /// Its URLs lead to a port that is reserved for it and refuses every connection, as a dead identity provider does.
    /// For a verifier without network, give it [`TestIssuer::jwks_json`].
    ///
    /// # Panics
    /// If the user pool id does not look like `{region}_{letters and digits}`, or if no port is to be had.
    pub fn offline(self) -> TestIssuer {
        let port = RefusingPort::bind();
        let pool = Arc::new(self.into_pool(port.base_url()));
        TestIssuer::new(pool, Port::Refusing(port))
    }

    fn into_pool(self, base_url: String) -> Pool {
        warn_once();
        let id = self.user_pool_id.unwrap_or_else(random::user_pool_id);
        let region = region(&id);
        Pool {
            issuer: self.issuer.url(region, &base_url, &id),
            urls: Urls::new(base_url, &id),
            client_id: self.client_id.unwrap_or_else(random::client_id),
            clock: self.clock,
            keys: KeyRing::new(self.algorithm),
            jwks: JwksEndpoint::default(),
            id,
        }
    }
}

#[derive(Clone, Debug, Default)]
enum IssuerKind {
    #[default]
    Original,
    Updated,
    Own,
    Custom(String),
}

impl IssuerKind {
    fn url(self, region: &str, base_url: &str, user_pool_id: &str) -> String {
        match self {
            Self::Original => aws_url("cognito-idp", region, user_pool_id),
            Self::Updated => aws_url("issuer-cognito-idp", region, user_pool_id),
            Self::Own => format!("{base_url}/{user_pool_id}"),
            Self::Custom(issuer) => issuer,
        }
    }
}

fn aws_url(host: &str, region: &str, user_pool_id: &str) -> String {
    let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
    format!("https://{host}.{region}.amazonaws.com{suffix}/{user_pool_id}")
}

/// The part before the `_`. The grammar is that of the AWS service model.
fn region(user_pool_id: &str) -> &str {
    let parts = user_pool_id.split_once('_');
    let (region, name) = parts.unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    assert!(
        !region.is_empty()
            && !name.is_empty()
            && region.chars().all(is_plain)
            && name.chars().all(|c| c.is_ascii_alphanumeric()),
        "{user_pool_id:?} is not a user pool id such as \"eu-west-1_AbCdEf123\""
    );
    region
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
    fn a_region_is_what_stands_before_the_underscore() {
        assert_eq!(region("us-gov-west-1_AbC"), "us-gov-west-1");

        for bad in
            ["", "eu-west-1", "_AbC", "eu-west-1_", "eu-west-1_a/b", "eu west_a", "eu-west-1_a_b"]
        {
            let result = std::panic::catch_unwind(|| region(bad).to_owned());
            assert!(result.is_err(), "{bad:?}");
        }
    }
}
