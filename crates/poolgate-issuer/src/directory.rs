//! Users and groups while the issuer runs: plain values, told the time.

mod account;
mod attributes;
mod create;
mod groups;
mod lookup;
mod mfa;
mod passwords;
mod roles;
mod sign_up;

use std::{collections::BTreeMap, sync::Arc};

pub(crate) use self::{
    account::{Account, UserView},
    groups::GroupView,
    mfa::SecondFactor,
    roles::Membership,
    sign_up::SignedUp,
};
use crate::{
    config::{User, UserPool},
    refusal::Refusal,
};

#[derive(Debug)]
pub(crate) struct Directory {
    settings: Arc<UserPool>,
    /// By username in lower case: Cognito tells no cases apart.
    accounts: BTreeMap<String, Account>,
    groups: Vec<GroupView>,
}

impl Directory {
    /// As configured.
    pub(crate) fn new(settings: &Arc<UserPool>, now: u64) -> Self {
        let groups = settings.groups.iter().map(|group| GroupView::new(group.clone(), now));
        let mut directory = Self {
            groups: groups.collect(),
            accounts: BTreeMap::new(),
            settings: Arc::clone(settings),
        };
        for user in &settings.users {
            directory.insert(Account::configured(settings, user, now));
        }
        directory
    }

    /// A configured user who comes later.
    pub(crate) fn add(&mut self, user: &User, now: u64) -> Result<UserView, Refusal> {
        let account = Account::configured(&self.settings, user, now);
        self.ensure_free(&account)?;
        if let Some(unknown) = user.groups.iter().find(|name| self.group(name).is_none()) {
            return Err(Refusal::ResourceNotFound(format!("Group {unknown} not found.")));
        }
        Ok(self.insert(account))
    }

    pub(crate) fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    pub(crate) fn delete(&mut self, name: &str) -> Result<String, Refusal> {
        let username = self.find(name)?.username.clone();
        self.accounts.remove(&key(&username));
        Ok(username)
    }

    #[cfg(test)]
    pub(crate) fn set_enabled(&mut self, name: &str, on: bool, now: u64) -> Result<(), Refusal> {
        let account = self.find_mut(name)?;
        account.enabled = on;
        account.modified = now;
        Ok(())
    }

    /// Remembers when the user signed out everywhere; the username.
    pub(crate) fn sign_out(&mut self, name: &str, now: u64) -> Result<String, Refusal> {
        let account = self.find_mut(name)?;
        account.signed_out = Some(now);
        Ok(account.username.clone())
    }

    fn insert(&mut self, mut account: Account) -> UserView {
        if let Some(identity) = &account.identity {
            let group = self.provider_group(&identity.provider_name, account.created);
            account.groups.push(group);
        }
        let view = account.view();
        self.accounts.insert(key(&account.username), account);
        view
    }
}

fn key(username: &str) -> String {
    username.to_lowercase()
}
