//! Users that an administrator creates.

use super::{Account, Directory, UserView, account::Password, passwords::temporary_password};
use crate::{config::UserStatus, random, refusal::Refusal};

impl Directory {
    /// With a temporary password, made up unless given.
    pub(crate) fn create(
        &mut self,
        name: &str,
        password: Option<&str>,
        attributes: Vec<(String, String)>,
        now: u64,
    ) -> Result<UserView, Refusal> {
        self.settings.ensure_new_name(name)?;
        let text = password.map_or_else(temporary_password, str::to_owned);
        let mut account = Account::new(&self.settings, name, random::uuid(), now);
        account.set_attributes(attributes)?;
        account.status = UserStatus::ForceChangePassword;
        self.ensure_free(&account)?;
        self.ensure_policy(&text)?;
        account.password = Some(Password { text, set: now });
        Ok(self.insert(account))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::{SignInName, User, UserPool};

    #[test]
    fn a_created_user_has_to_change_the_password() {
        let mut directory = Directory::new(&Arc::new(UserPool::new("eu-west-1_A")), 1_000);
        let email = || vec![("email".to_owned(), "bob@example.com".to_owned())];

        let bob = directory.create("bob", Some("Aa1!aaaa"), email(), 1_000).unwrap();
        let eve = directory.create("eve", None, Vec::new(), 1_000).unwrap();

        assert_eq!(bob.status, UserStatus::ForceChangePassword);
        assert_eq!(bob.password.as_deref(), Some("Aa1!aaaa"));
        assert!(eve.password.is_some());
        assert_eq!(bob.attributes[1], ("email".to_owned(), "bob@example.com".to_owned()));
        let again = directory.create("BOB", None, Vec::new(), 1_000);
        assert_eq!(again.unwrap_err(), Refusal::UsernameExists);
        let weak = directory.create("carl", Some("weak"), Vec::new(), 1_000);
        assert_eq!(weak.unwrap_err(), Refusal::InvalidPassword("Password not long enough"));
    }

    #[test]
    fn an_address_that_is_a_name_is_free() {
        let pool = UserPool::new("eu-west-1_A")
            .username_attribute(SignInName::Email)
            .user(User::new("alice@example.com"));
        let mut directory = Directory::new(&Arc::new(pool), 1_000);

        let again = directory.create("Alice@example.com", None, Vec::new(), 1_000);
        assert_eq!(again.unwrap_err(), Refusal::UsernameExists);
        let bob = directory.create("bob@example.com", None, Vec::new(), 1_000).unwrap();
        assert_eq!(bob.username, bob.sub);
    }
}
