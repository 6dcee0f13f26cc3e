//! One user pool: shared by its handles and its HTTP server. What it can do stands in its folder.

mod access_tokens;
mod challenges;
mod control;
mod draft;
mod groups;
mod issue;
mod logins;
mod machine;
mod sign_in;
mod software_tokens;
mod tokens;
mod trigger;
mod users;

#[cfg(test)]
mod test_pool;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::{Map, Value};

pub(crate) use self::{
    access_tokens::TokenOwner,
    challenges::{Answer, Challenge},
    sign_in::SignIn,
    software_tokens::TotpBy,
};
use crate::{
    algorithm::Algorithm,
    clock::TestClock,
    config::{AppClient, IssuerMode, UserPool},
    directory::Directory,
    jwks_endpoint::JwksEndpoint,
    key_ring::KeyRing,
    pre_token::Hook,
    sessions::Sessions,
};

pub(crate) struct Pool {
    pub(crate) id: String,
    pub(crate) issuer: String,
    pub(crate) urls: Urls,
    pub(crate) clock: TestClock,
    pub(crate) keys: KeyRing,
    pub(crate) jwks: JwksEndpoint,
    /// Has at least one client.
    pub(crate) config: Arc<UserPool>,
    state: Mutex<State>,
    /// Called without a lock held.
    hook: Mutex<Option<Hook>>,
}

/// What changes while the pool runs.
struct State {
    directory: Directory,
    sessions: Sessions,
    next_claims: VecDeque<Map<String, Value>>,
}

impl Pool {
    pub(crate) fn new(config: UserPool, base_url: String, clock: TestClock) -> Self {
        let mode = config.issuer.clone().unwrap_or(IssuerMode::Aws);
        let config = Arc::new(config);
        Self {
            issuer: mode.url(config.region(), &base_url, &config.id),
            urls: Urls::new(base_url, &config.id),
            keys: KeyRing::new(config.algorithm.unwrap_or(Algorithm::Rs256)),
            jwks: JwksEndpoint::default(),
            state: Mutex::new(State::new(&config, clock.unix_seconds())),
            hook: Mutex::new(None),
            id: config.id.clone(),
            clock,
            config,
        }
    }

    pub(crate) fn client(&self, id: &str) -> Option<&AppClient> {
        self.config.clients.iter().find(|client| client.id == id)
    }

    pub(crate) fn first_client(&self) -> &AppClient {
        &self.config.clients[0]
    }

    fn now(&self) -> u64 {
        self.clock.unix_seconds()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn new(config: &Arc<UserPool>, now: u64) -> Self {
        Self {
            directory: Directory::new(config, now),
            sessions: Sessions::default(),
            next_claims: VecDeque::new(),
        }
    }
}

/// Where a pool is served.
pub(crate) struct Urls {
    pub(crate) base: String,
    pub(crate) jwks: String,
    pub(crate) discovery: String,
}

impl Urls {
    fn new(base: String, user_pool_id: &str) -> Self {
        Self {
            jwks: format!("{base}/{user_pool_id}/.well-known/jwks.json"),
            discovery: format!("{base}/{user_pool_id}/.well-known/openid-configuration"),
            base,
        }
    }
}
