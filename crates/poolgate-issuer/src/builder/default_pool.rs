//! What an issuer is when nobody says more: the pool without a description, and what a description leaves out.

use super::TestIssuerBuilder;
use crate::{
    config::{AppClient, Config, ResourceServer, UserPool},
    random,
};

impl TestIssuerBuilder {
    /// The pools with all that they leave to the builder.
    pub(super) fn into_config(self) -> Config {
        let has_default = self.user_pools.is_empty();
        let is_named = self.user_pool_id.is_some() || self.client_id.is_some();
        assert!(
            has_default || !is_named,
            "user_pool_id and client_id are of the default pool, and there is none beside a user_pool"
        );
        let mut pools = self.user_pools;
        if has_default {
            pools.push(default_pool(self.user_pool_id, self.client_id));
        }
        for pool in &mut pools {
            pool.issuer.get_or_insert_with(|| self.issuer.clone());
            pool.algorithm.get_or_insert(self.algorithm);
            if pool.clients.is_empty() {
                pool.clients.push(default_client(None));
            }
        }
        Config::new(pools)
    }
}

fn default_pool(id: Option<String>, client_id: Option<String>) -> UserPool {
    UserPool::new(id.unwrap_or_else(random::user_pool_id))
        .client(default_client(client_id))
        .resource_server(ResourceServer::new("test-api").scope("read"))
}

/// Public, with every flow and scope.
fn default_client(id: Option<String>) -> AppClient {
    AppClient::new(id.unwrap_or_else(random::client_id)).callback_url("http://localhost")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Algorithm, IssuerMode, TestIssuer};

    fn builder() -> TestIssuerBuilder {
        TestIssuer::builder().algorithm(Algorithm::EdDsa)
    }

    #[test]
    fn the_default_pool_has_a_client_and_an_api() {
        let config = TestIssuer::builder().into_config();

        let [pool] = config.user_pools.as_slice() else { panic!("{config:?}") };
        assert_eq!(pool.clients[0].callback_urls, ["http://localhost"]);
        let scopes = pool.user_scopes(&pool.clients[0], Some("openid test-api/read"));
        assert_eq!(scopes.unwrap().len(), 2);
        assert_eq!(config.check(), Ok(()));
    }

    #[test]
    fn pools_are_as_they_say_or_as_the_builder_says() {
        let issuer = builder()
            .updated_issuer()
            .user_pool(UserPool::new("eu-west-1_A"))
            .user_pool(
                UserPool::new("eu-west-1_B").issuer(IssuerMode::Aws).algorithm(Algorithm::Es256),
            )
            .offline();

        let [first, second] = [&issuer.pools()[0], &issuer.pools()[1]];
        assert_eq!(
            first.issuer(),
            "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A"
        );
        assert_eq!(second.issuer(), "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_B");
        assert!(first.jwks_json().contains("EdDSA") && second.jwks_json().contains("ES256"));
        assert_eq!(first.client_id().len(), 26);
        assert!(issuer.pool("eu-west-1_C").is_none());
        assert_eq!(issuer.pool("eu-west-1_B").unwrap().user_pool_id(), "eu-west-1_B");
    }

    #[test]
    #[should_panic(expected = "of the default pool")]
    fn the_default_pool_is_not_named_beside_another() {
        builder().client_id("web").user_pool(UserPool::new("eu-west-1_A")).offline();
    }
}
