//! What attributes may be set to.

use super::{Account, Directory};
use crate::{
    config::{SignInName, is_known_attribute, looks_like_email, looks_like_phone_number},
    refusal::Refusal,
};

impl Directory {
    /// Sets attributes as an administrator. A changed address is not verified unless that is set too.
    pub(crate) fn set_attributes(
        &mut self,
        name: &str,
        attributes: Vec<(String, String)>,
        now: u64,
    ) -> Result<(), Refusal> {
        let mut account = self.find(name)?.clone();
        account.set_attributes(attributes)?;
        account.modified = now;
        self.ensure_aliases_free(&account)?;
        *self.find_mut(name)? = account;
        Ok(())
    }

    /// As the user: addresses are proven, not called verified.
    pub(crate) fn set_own_attributes(
        &mut self,
        name: &str,
        attributes: Vec<(String, String)>,
        now: u64,
    ) -> Result<(), Refusal> {
        ensure_own(&attributes)?;
        self.set_attributes(name, attributes, now)
    }
}

impl Account {
    pub(super) fn set_attributes(
        &mut self,
        attributes: Vec<(String, String)>,
    ) -> Result<(), Refusal> {
        for (name, value) in &attributes {
            ensure_fits(name, value)?;
        }
        for name in [SignInName::Email, SignInName::PhoneNumber] {
            if attributes.iter().any(|(changed, _)| changed == name.attribute()) {
                let verified = format!("{}_verified", name.attribute());
                self.attributes.insert(verified, "false".to_owned());
            }
        }
        self.attributes.extend(attributes);
        Ok(())
    }
}

/// What only an administrator may write.
pub(super) fn ensure_own(attributes: &[(String, String)]) -> Result<(), Refusal> {
    let is_proof = |name: &str| ["email_verified", "phone_number_verified"].contains(&name);
    if attributes.iter().any(|(name, _)| is_proof(name)) {
        return Err(Refusal::not_authorized("A client attempted to write unauthorized attribute"));
    }
    Ok(())
}

fn ensure_fits(name: &str, value: &str) -> Result<(), Refusal> {
    let refused = |reason: String| Err(Refusal::InvalidParameter(reason));
    match name {
        "email" if !looks_like_email(value) => refused("Invalid email address format.".to_owned()),
        "phone_number" if !looks_like_phone_number(value) => {
            refused("Invalid phone number format.".to_owned())
        }
        "email_verified" | "phone_number_verified" if !["true", "false"].contains(&value) => {
            refused(format!("{name} is \"true\" or \"false\"."))
        }
        _ if !is_known_attribute(name) => refused(format!(
            "Attributes did not conform to the schema: {name}: Attribute does not exist in the schema."
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::{User, UserPool};

    fn directory() -> Directory {
        let pool = UserPool::new("eu-west-1_A")
            .alias_attribute(SignInName::Email)
            .user(User::new("alice").attribute("email", "alice@example.com"))
            .user(User::new("bob"));
        Directory::new(&Arc::new(pool), 1_000)
    }

    fn set(directory: &mut Directory, name: &str, pairs: &[(&str, &str)]) -> Result<(), Refusal> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        directory.set_attributes(name, pairs.iter().map(owned).collect(), 2_000)
    }

    #[test]
    fn a_changed_address_is_not_verified() {
        let mut directory = directory();
        assert!(directory.find("alice").unwrap().is_verified(SignInName::Email));

        set(&mut directory, "alice", &[("email", "new@example.com")]).unwrap();
        assert!(!directory.find("alice").unwrap().is_verified(SignInName::Email));
        assert_eq!(directory.find("alice").unwrap().modified, 2_000);

        let verified = [("email_verified", "true"), ("email", "new@example.com")];
        set(&mut directory, "alice", &verified).unwrap();
        assert!(directory.find("alice").unwrap().is_verified(SignInName::Email));
    }

    #[test]
    fn users_cannot_call_their_addresses_verified() {
        let mut directory = directory();
        let mut set_own = |name: &str, value: &str| {
            directory.set_own_attributes("alice", vec![(name.to_owned(), value.to_owned())], 1_000)
        };

        assert_eq!(set_own("name", "Alice"), Ok(()));
        assert_eq!(set_own("custom:is_verified", "true"), Ok(()));
        for name in ["email_verified", "phone_number_verified"] {
            let refused = set_own(name, "true").unwrap_err();
            assert_eq!(refused.message(), "A client attempted to write unauthorized attribute");
        }
    }

    #[test]
    fn an_alias_has_one_owner() {
        let mut directory = directory();
        let taken = ("email", "Alice@example.com");

        assert_eq!(set(&mut directory, "bob", &[taken]), Ok(()));
        assert_eq!(
            set(&mut directory, "bob", &[taken, ("email_verified", "true")]),
            Err(Refusal::AliasExists)
        );
    }

    #[test]
    fn values_fit_their_attributes() {
        let mut directory = directory();

        for (name, value, reason) in [
            ("email", "alice", "Invalid email address format."),
            ("phone_number", "0170", "Invalid phone number format."),
            ("email_verified", "yes", "email_verified is \"true\" or \"false\"."),
            (
                "plan",
                "gold",
                "Attributes did not conform to the schema: plan: Attribute does not exist in the schema.",
            ),
        ] {
            let refusal = set(&mut directory, "alice", &[(name, value)]).unwrap_err();
            assert_eq!(refusal, Refusal::InvalidParameter(reason.to_owned()));
        }
        assert_eq!(set(&mut directory, "alice", &[("custom:plan", "gold")]), Ok(()));
    }
}
