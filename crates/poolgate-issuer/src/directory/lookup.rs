//! Who is meant by a name, and which names are taken.

use super::{Account, Directory, key};
use crate::{
    config::{SignInName, UserPool},
    refusal::Refusal,
};

impl Directory {
    /// By username, `sub` or alias, as administrators may.
    pub(crate) fn find(&self, name: &str) -> Result<&Account, Refusal> {
        let account = self.find_sign_in(name).or_else(|| self.by_sub(name));
        account.ok_or(Refusal::UserNotFound)
    }

    /// By what a user may sign in with.
    pub(crate) fn find_sign_in(&self, name: &str) -> Option<&Account> {
        self.accounts.get(&key(name)).or_else(|| self.by_alias(name))
    }

    pub(super) fn find_mut(&mut self, name: &str) -> Result<&mut Account, Refusal> {
        let username = key(&self.find(name)?.username);
        self.accounts.get_mut(&username).ok_or(Refusal::UserNotFound)
    }

    /// Refuses an account that would take a name of another.
    pub(super) fn ensure_free(&self, account: &Account) -> Result<(), Refusal> {
        if self.accounts.contains_key(&key(&account.username)) {
            return Err(Refusal::UsernameExists);
        }
        self.ensure_aliases_free(account)
    }

    pub(super) fn ensure_aliases_free(&self, account: &Account) -> Result<(), Refusal> {
        let others = || self.accounts.values().filter(|other| other.username != account.username);
        for name in self.settings.sign_in_names() {
            let Some(value) = self.alias(account, name) else { continue };
            if others().any(|other| self.alias(other, name).is_some_and(|it| same(it, value))) {
                let is_username = self.settings.username_attributes.contains(&name);
                return Err(if is_username {
                    Refusal::UsernameExists
                } else {
                    Refusal::AliasExists
                });
            }
        }
        Ok(())
    }

    fn by_sub(&self, sub: &str) -> Option<&Account> {
        self.accounts.values().find(|account| account.sub == sub)
    }

    fn by_alias(&self, name: &str) -> Option<&Account> {
        self.accounts.values().find(|account| {
            let mut aliases = self.settings.sign_in_names();
            aliases.any(|alias| self.alias(account, alias).is_some_and(|value| same(value, name)))
        })
    }

    /// The value that this user can sign in with. An e-mail address or phone number that is an alias has to be
    /// verified; one that is the user's only name does not.
    fn alias<'a>(&self, account: &'a Account, name: SignInName) -> Option<&'a String> {
        let is_open = name == SignInName::PreferredUsername
            || self.settings.username_attributes.contains(&name)
            || account.is_verified(name);
        account.attributes.get(name.attribute()).filter(|_| is_open)
    }
}

impl UserPool {
    /// What this name is, where users sign up with an e-mail address or phone number.
    pub(super) fn username_attribute_of(&self, name: &str) -> Option<SignInName> {
        self.username_attributes.iter().copied().find(|attribute| attribute.looks_like(name))
    }

    /// The rules for the name of a new user.
    pub(super) fn ensure_new_name(&self, name: &str) -> Result<(), Refusal> {
        let refused = |reason: &str| Err(Refusal::InvalidParameter(reason.to_owned()));
        if !crate::config::is_name(name) {
            return refused("Username must be 1 to 128 characters without spaces.");
        }
        if self.username_attributes.is_empty() || self.username_attribute_of(name).is_some() {
            let alias = self.alias_attributes.iter().find(|alias| alias.looks_like(name));
            return match alias {
                None => Ok(()),
                Some(SignInName::Email) => refused(EMAIL_AS_USERNAME),
                Some(_) => refused(PHONE_NUMBER_AS_USERNAME),
            };
        }
        match self.username_attributes.as_slice() {
            [SignInName::Email] => refused("Username should be an email."),
            [SignInName::PhoneNumber] => refused("Username should be a phone number."),
            _ => refused("Username should be either an email or a phone number."),
        }
    }
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

const EMAIL_AS_USERNAME: &str =
    "Username cannot be of email format, since user pool is configured for email alias.";
const PHONE_NUMBER_AS_USERNAME: &str = "Username cannot be of phone number format, since user pool is configured for phone number alias.";

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::User;

    fn directory(pool: UserPool) -> Directory {
        Directory::new(&Arc::new(pool), 1_000)
    }

    fn pool() -> UserPool {
        let alice = User::new("Alice")
            .attribute("email", "alice@example.com")
            .attribute("phone_number", "+491")
            .attribute("phone_number_verified", "false")
            .attribute("preferred_username", "ally");
        UserPool::new("eu-west-1_A").user(alice)
    }

    #[track_caller]
    fn signs_in(directory: &Directory, name: &str, found: bool) {
        assert_eq!(directory.find_sign_in(name).is_some(), found, "{name}");
    }

    #[test]
    fn without_aliases_only_the_username_will_do_in_any_case() {
        let directory = directory(pool());

        signs_in(&directory, "alice", true);
        signs_in(&directory, "ALICE", true);
        for other in ["alice@example.com", "ally", "+491", "bob"] {
            signs_in(&directory, other, false);
        }
    }

    #[test]
    fn aliases_are_verified_addresses_and_preferred_names() {
        let pool = pool()
            .alias_attribute(SignInName::Email)
            .alias_attribute(SignInName::PhoneNumber)
            .alias_attribute(SignInName::PreferredUsername);
        let directory = directory(pool);

        for name in ["alice", "Alice@Example.com", "ally"] {
            signs_in(&directory, name, true);
        }
        signs_in(&directory, "+491", false);
    }

    #[test]
    fn the_sub_is_for_administrators() {
        let directory = directory(pool());
        let sub = directory.find("alice").unwrap().sub.clone();

        assert_eq!(directory.find(&sub).unwrap().username, "Alice");
        signs_in(&directory, &sub, false);
        assert_eq!(directory.find("bob").unwrap_err(), Refusal::UserNotFound);
    }

    #[test]
    fn with_an_email_address_as_username_the_sub_is_the_username() {
        let user = User::new("bob@example.com").attribute("email_verified", "false");
        let pool = UserPool::new("eu-west-1_A").username_attribute(SignInName::Email).user(user);
        let directory = directory(pool);

        let bob = directory.find_sign_in("BOB@example.com").unwrap();

        assert_eq!(bob.username, bob.sub);
        assert_eq!(bob.attributes["email"], "bob@example.com");
        signs_in(&directory, &bob.sub, true);
    }

    #[test]
    fn a_new_name_fits_how_the_pool_signs_in() {
        let by_email = UserPool::new("eu-west-1_A").username_attribute(SignInName::Email);
        let by_both = by_email.clone().username_attribute(SignInName::PhoneNumber);
        let by_phone = UserPool::new("eu-west-1_A").username_attribute(SignInName::PhoneNumber);
        let alias = UserPool::new("eu-west-1_A").alias_attribute(SignInName::Email);

        for (pool, name, reason) in [
            (&by_email, "a@b.c", None),
            (&by_email, "+491", Some("Username should be an email.")),
            (&by_phone, "a@b.c", Some("Username should be a phone number.")),
            (&by_both, "+491", None),
            (&by_both, "alice", Some("Username should be either an email or a phone number.")),
            (&alias, "alice", None),
            (&alias, "a@b.c", Some(EMAIL_AS_USERNAME)),
            (&alias, "two words", Some("Username must be 1 to 128 characters without spaces.")),
        ] {
            let expected = reason.map(|reason| Refusal::InvalidParameter(reason.to_owned()));
            assert_eq!(pool.ensure_new_name(name).err(), expected, "{name}");
        }
    }
}
