//! All user pools of one server: whose request is it?

use std::sync::Arc;

use crate::{
    clock::TestClock,
    config::{AppClient, Config},
    jws,
    pool::Pool,
    refusal::Refusal,
};

pub(crate) struct Host {
    /// At least one.
    pools: Vec<Arc<Pool>>,
}

impl Host {
    pub(crate) fn new(config: Config, base_url: &str, clock: &TestClock) -> Self {
        let pools = config.user_pools.into_iter();
        let pools = pools.map(|pool| Arc::new(Pool::new(pool, base_url.to_owned(), clock.clone())));
        Self { pools: pools.collect() }
    }

    pub(crate) fn pools(&self) -> &[Arc<Pool>] {
        &self.pools
    }

    pub(crate) fn pool(&self, id: &str) -> Result<&Arc<Pool>, Refusal> {
        let pool = self.pools.iter().find(|pool| pool.id == id);
        pool.ok_or_else(|| Refusal::no_pool(id))
    }

    pub(crate) fn client(&self, client_id: &str) -> Result<(&Arc<Pool>, &AppClient), Refusal> {
        let mut clients =
            self.pools.iter().filter_map(|pool| Some((pool, pool.client(client_id)?)));
        clients.next().ok_or_else(|| Refusal::no_client(client_id))
    }

    /// The pool whose keys could have signed it, which is not yet a good token.
    pub(crate) fn pool_of_access_token(&self, token: &str) -> Result<&Arc<Pool>, Refusal> {
        let kid = jws::kid(token);
        let pool = kid.and_then(|kid| self.pools.iter().find(|pool| pool.keys.knows(&kid)));
        pool.ok_or_else(|| Refusal::not_authorized("Invalid Access Token"))
    }

    /// The pool that asked a challenge and waits for the answer.
    pub(crate) fn pool_of_session(&self, session: &str) -> Result<&Arc<Pool>, Refusal> {
        let pool = self.pools.iter().find(|pool| pool.knows_session(session));
        pool.ok_or_else(|| Refusal::not_authorized("Invalid session for the user."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Algorithm, UserPool, grant::Grant};

    fn host() -> Host {
        let pool = |id, client| {
            let user = crate::User::new("alice");
            let pool = UserPool::new(id).algorithm(Algorithm::EdDsa).user(user);
            pool.client(AppClient::new(client))
        };
        let config = Config::new([pool("eu-west-1_A", "a"), pool("eu-west-1_B", "b")]);
        Host::new(config, "http://127.0.0.1:1", &TestClock::at(1_000))
    }

    #[test]
    fn pools_are_found_by_id_client_and_token() {
        let host = host();
        for (id, client) in [("eu-west-1_A", "a"), ("eu-west-1_B", "b")] {
            let (pool, found) = host.client(client).unwrap();
            assert_eq!((pool.id.as_str(), found.id.as_str()), (id, client));
            assert!(Arc::ptr_eq(host.pool(id).unwrap(), pool));

            let login = pool.sign_in_without_password(found, "alice").unwrap();
            let tokens = pool.tokens(Grant::sdk(&login)).unwrap();
            assert_eq!(host.pool_of_access_token(&tokens.access_token).unwrap().id, id);
        }
    }

    #[test]
    fn what_is_not_there_is_named() {
        let host = host();

        for (refusal, message) in [
            (host.pool("x").err(), "User pool x does not exist."),
            (host.client("x").err(), "User pool client x does not exist."),
            (host.pool_of_access_token("x.y.z").err(), "Invalid Access Token"),
            (host.pool_of_session("x").err(), "Invalid session for the user."),
        ] {
            assert_eq!(refusal.unwrap().message(), message);
        }
    }
}
