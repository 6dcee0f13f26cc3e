//! Users who sign up, and the code that proves their address.

use super::{
    Account, Directory,
    account::{Confirmation, Password},
    attributes::ensure_own,
};
use crate::{
    config::{SignInName, UserStatus},
    random,
    refusal::Refusal,
};

/// A user who has to confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedUp {
    pub(crate) username: String,
    pub(crate) sub: String,
    pub(crate) delivery: Option<CodeDelivery>,
}

/// Where a real pool would have sent the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodeDelivery {
    pub(crate) attribute: &'static str,
    pub(crate) medium: &'static str,
    pub(crate) destination: String,
}

impl Directory {
    pub(crate) fn sign_up(
        &mut self,
        name: &str,
        password: &str,
        attributes: Vec<(String, String)>,
        now: u64,
    ) -> Result<SignedUp, Refusal> {
        self.settings.ensure_new_name(name)?;
        ensure_own(&attributes)?;
        let mut account = Account::new(&self.settings, name, random::uuid(), now);
        account.set_attributes(attributes)?;
        self.ensure_free(&account)?;
        self.ensure_policy(password)?;
        account.password = Some(Password { text: password.to_owned(), set: now });
        account.confirmation = Some(account.new_confirmation(now));
        let (username, sub) = (account.username.clone(), account.sub.clone());
        let signed_up = SignedUp { username, sub, delivery: account.delivery() };
        self.insert(account);
        Ok(signed_up)
    }

    /// The code also proves the address that it went to.
    pub(crate) fn confirm_sign_up(
        &mut self,
        name: &str,
        code: &str,
        now: u64,
    ) -> Result<(), Refusal> {
        let mut account = self.find(name)?.clone();
        let confirmation = account.open_confirmation()?;
        if now >= confirmation.expires {
            return Err(Refusal::ExpiredCode(
                "Invalid code provided, please request a code again.",
            ));
        }
        if confirmation.code != code {
            return Err(Refusal::CodeMismatch);
        }
        if let Some(attribute) = confirmation.attribute {
            let verified = format!("{}_verified", attribute.attribute());
            account.attributes.insert(verified, "true".to_owned());
        }
        account.confirmation = None;
        account.status = UserStatus::Confirmed;
        account.modified = now;
        self.ensure_aliases_free(&account)?;
        *self.find_mut(name)? = account;
        Ok(())
    }

    /// As an administrator, without the code: the address is not proven by it.
    pub(crate) fn confirm(&mut self, name: &str, now: u64) -> Result<(), Refusal> {
        let account = self.find_mut(name)?;
        account.open_confirmation()?;
        account.confirmation = None;
        account.status = UserStatus::Confirmed;
        account.modified = now;
        Ok(())
    }

    /// The code that a user has not used yet.
    pub(crate) fn confirmation_code(&self, name: &str) -> Option<String> {
        let confirmation = self.find(name).ok()?.confirmation.as_ref();
        confirmation.map(|confirmation| confirmation.code.clone())
    }
}

impl Account {
    /// A user who was configured as unconfirmed has a code as well.
    pub(super) fn new_confirmation(&self, now: u64) -> Confirmation {
        let attribute = self.address().map(|(name, _)| name);
        Confirmation { code: random::digits(6), expires: now.saturating_add(DAY), attribute }
    }

    fn open_confirmation(&self) -> Result<&Confirmation, Refusal> {
        self.confirmation.as_ref().ok_or_else(|| {
            let status = self.status.name();
            let reason = format!("User cannot be confirmed. Current status is {status}");
            Refusal::NotAuthorized(reason)
        })
    }

    fn delivery(&self) -> Option<CodeDelivery> {
        self.address().map(|(name, address)| CodeDelivery {
            attribute: name.attribute(),
            medium: if name == SignInName::Email { "EMAIL" } else { "SMS" },
            destination: masked(address),
        })
    }

    fn address(&self) -> Option<(SignInName, &str)> {
        let mut names = [SignInName::Email, SignInName::PhoneNumber].into_iter();
        names.find_map(|name| Some((name, self.attributes.get(name.attribute())?.as_str())))
    }
}

/// `a***@e***`, and `+*******4567`.
fn masked(address: &str) -> String {
    match address.split_once('@') {
        Some((name, host)) => format!("{}***@{}***", first(name), first(host)),
        None => {
            let shown = address.len().saturating_sub(4).max(1);
            format!("+{}{}", "*".repeat(shown - 1), &address[shown..])
        }
    }
}

fn first(text: &str) -> String {
    text.chars().take(1).collect()
}

const DAY: u64 = 86_400;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::{User, UserPool};

    fn directory() -> Directory {
        let alice = User::new("alice").attribute("email", "alice@example.com");
        let pool = UserPool::new("eu-west-1_A").alias_attribute(SignInName::Email).user(alice);
        Directory::new(&Arc::new(pool), 1_000)
    }

    fn sign_up(directory: &mut Directory, email: &str) -> Result<SignedUp, Refusal> {
        let attributes = vec![("email".to_owned(), email.to_owned())];
        directory.sign_up("bob", "Aa1!aaaa", attributes, 1_000)
    }

    #[test]
    fn the_code_confirms_the_user_and_the_address() {
        let mut directory = directory();
        let bob = sign_up(&mut directory, "bob@example.com").unwrap();

        let delivery = bob.delivery.unwrap();
        assert_eq!(
            (delivery.attribute, delivery.medium, delivery.destination.as_str()),
            ("email", "EMAIL", "b***@e***")
        );
        assert_eq!(directory.find("bob").unwrap().status, UserStatus::Unconfirmed);
        assert!(directory.find_sign_in("bob@example.com").is_none());

        let code = directory.confirmation_code("bob").unwrap();
        assert_eq!(code.len(), 6);
        directory.confirm_sign_up("bob", &code, 1_000).unwrap();

        assert_eq!(directory.find("bob").unwrap().status, UserStatus::Confirmed);
        assert!(directory.find_sign_in("bob@example.com").is_some());
        assert_eq!(directory.confirmation_code("bob"), None);
        let again = directory.confirm_sign_up("bob", &code, 1_000).unwrap_err();
        assert_eq!(again.message(), "User cannot be confirmed. Current status is CONFIRMED");
    }

    #[test]
    fn an_administrator_confirms_the_user_but_not_the_address() {
        let mut directory = directory();
        sign_up(&mut directory, "bob@example.com").unwrap();

        directory.confirm("bob", 2_000).unwrap();

        let bob = directory.find("bob").unwrap();
        assert_eq!((bob.status, bob.modified), (UserStatus::Confirmed, 2_000));
        assert!(!bob.is_verified(SignInName::Email));
        assert_eq!(directory.confirmation_code("bob"), None);
        let again = directory.confirm("bob", 2_000).unwrap_err();
        assert_eq!(again.message(), "User cannot be confirmed. Current status is CONFIRMED");
    }

    #[test]
    fn a_wrong_or_old_code_does_not() {
        let mut directory = directory();
        sign_up(&mut directory, "bob@example.com").unwrap();
        let code = directory.confirmation_code("bob").unwrap();

        let wrong = directory.confirm_sign_up("bob", "x", 1_000);
        assert_eq!(wrong, Err(Refusal::CodeMismatch));
        let late = directory.confirm_sign_up("bob", &code, 1_000 + DAY);
        assert!(matches!(late, Err(Refusal::ExpiredCode(_))));
        assert_eq!(directory.confirm_sign_up("bob", &code, 999 + DAY), Ok(()));
    }

    #[test]
    fn an_address_that_is_an_alias_already_is_refused_when_it_is_proven() {
        let mut directory = directory();
        sign_up(&mut directory, "alice@example.com").unwrap();
        let code = directory.confirmation_code("bob").unwrap();

        assert_eq!(directory.confirm_sign_up("bob", &code, 1_000), Err(Refusal::AliasExists));
    }

    #[test]
    fn who_signs_up_cannot_call_an_address_verified() {
        let attributes = vec![("email_verified".to_owned(), "true".to_owned())];
        let refused = directory().sign_up("bob", "Aa1!aaaa", attributes, 1_000).unwrap_err();

        assert_eq!(refused.message(), "A client attempted to write unauthorized attribute");
    }

    #[test]
    fn names_and_passwords_keep_the_rules() {
        let sign_up = |name: &str, password: &str| {
            directory().sign_up(name, password, Vec::new(), 1_000).unwrap_err()
        };

        assert_eq!(sign_up("Alice", "Aa1!aaaa"), Refusal::UsernameExists);
        assert_eq!(sign_up("bob", "weak"), Refusal::InvalidPassword("Password not long enough"));
        assert_eq!(sign_up("a b", "Aa1!aaaa").code(), "InvalidParameterException");
    }

    #[test]
    fn phone_numbers_are_masked_but_for_their_end() {
        assert_eq!(masked("+491701234567"), "+********4567");
        assert_eq!(masked("+1"), "+1");
    }
}
