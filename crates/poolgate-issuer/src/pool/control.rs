//! What tests do to a pool.

use std::sync::PoisonError;

use serde_json::{Map, Value};

use super::{Pool, State};
use crate::{person::Person, pre_token::Hook, refusal::Refusal};

impl Pool {
    /// Users, groups and sessions as configured, no hook, no fault, no `Cache-Control`. Keys, clock and counters stay.
    pub(crate) fn reset(&self) {
        *self.state() = State::new(&self.config, self.now());
        self.set_hook(None);
        self.jwks.heal();
        self.jwks.set_cache_control(None);
    }

    /// The next token set has these claims; `null` leaves one out.
    pub(crate) fn next_claims(&self, claims: Map<String, Value>) {
        self.state().next_claims.push_back(claims);
    }

    pub(crate) fn set_hook(&self, hook: Option<Hook>) {
        *self.hook.lock().unwrap_or_else(PoisonError::into_inner) = hook;
    }

    /// A user as tokens show it, with all attributes that the first client may read.
    pub(crate) fn person(&self, name: &str) -> Result<Person, Refusal> {
        let state = self.state();
        let account = state.directory.find(name)?;
        let membership = state.directory.membership(&account.groups);
        let client = self.first_client();
        let mut attributes = account.attributes.clone();
        attributes.retain(|name, _| client.may_read(name));
        Ok(Person::new(account, membership, attributes.into_iter().collect()))
    }

    pub(super) fn hook(&self) -> Option<Hook> {
        self.hook.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
