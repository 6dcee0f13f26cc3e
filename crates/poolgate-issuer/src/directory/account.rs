//! One user.

use std::collections::BTreeMap;

use crate::{
    config::{Identity, SignInName, User, UserPool, UserStatus},
    random, totp,
};

#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) username: String,
    pub(crate) sub: String,
    /// Without `sub`.
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) groups: Vec<String>,
    pub(crate) status: UserStatus,
    pub(crate) enabled: bool,
    pub(crate) identity: Option<Identity>,
    pub(crate) created: u64,
    pub(crate) modified: u64,
    /// Of the last global sign-out.
    pub(crate) signed_out: Option<u64>,
    pub(super) password: Option<Password>,
    pub(super) old_passwords: Vec<String>,
    pub(super) confirmation: Option<Confirmation>,
    pub(super) totp: Option<Totp>,
    pub(super) mfa: MfaPreference,
}

#[derive(Clone, Debug)]
pub(super) struct Password {
    pub(super) text: String,
    pub(super) set: u64,
}

/// The code that was "sent" to a user who signed up.
#[derive(Clone, Debug)]
pub(super) struct Confirmation {
    pub(super) code: String,
    pub(super) expires: u64,
    /// What the code proves.
    pub(super) attribute: Option<SignInName>,
}

#[derive(Clone, Debug)]
pub(super) struct Totp {
    pub(super) secret: Vec<u8>,
    pub(super) is_verified: bool,
    pub(super) last_step: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MfaPreference {
    pub(super) enabled: bool,
    pub(super) preferred: bool,
}

impl Account {
    pub(super) fn configured(pool: &UserPool, user: &User, now: u64) -> Self {
        let sub = || random::subject(&pool.id, &user.username);
        let sub = user.subject.clone().unwrap_or_else(sub);
        let mut account = Self::new(pool, &user.username, sub, now);
        account.attributes.extend(user.attributes.clone());
        for name in [SignInName::Email, SignInName::PhoneNumber] {
            if account.attributes.contains_key(name.attribute()) {
                let is_verified = user.is_verified(name).to_string();
                let verified = format!("{}_verified", name.attribute());
                account.attributes.entry(verified).or_insert(is_verified);
            }
        }
        let confirmation =
            (user.status == UserStatus::Unconfirmed).then(|| account.new_confirmation(now));
        let totp_secret = user.totp_secret.as_deref().and_then(totp::secret);
        let has_totp = totp_secret.is_some();
        Self {
            groups: user.groups.clone(),
            status: user.status,
            enabled: !user.disabled,
            identity: user.identity.clone(),
            confirmation,
            password: user.password.clone().map(|text| Password { text, set: now }),
            totp: totp_secret.map(|secret| Totp { secret, is_verified: true, last_step: None }),
            mfa: MfaPreference { enabled: has_totp, preferred: has_totp },
            ..account
        }
    }

    /// Where users sign up with an e-mail address or phone number, it becomes an attribute and the `sub` the username.
    pub(super) fn new(pool: &UserPool, name: &str, sub: String, now: u64) -> Self {
        let mut attributes = BTreeMap::new();
        let username = match pool.username_attribute_of(name) {
            Some(attribute) => {
                attributes.insert(attribute.attribute().to_owned(), name.to_owned());
                sub.clone()
            }
            None => name.to_owned(),
        };
        Self {
            username,
            sub,
            attributes,
            groups: Vec::new(),
            status: UserStatus::Unconfirmed,
            enabled: true,
            identity: None,
            created: now,
            modified: now,
            signed_out: None,
            password: None,
            old_passwords: Vec::new(),
            confirmation: None,
            totp: None,
            mfa: MfaPreference::default(),
        }
    }

    pub(crate) fn is_verified(&self, name: SignInName) -> bool {
        let verified = format!("{}_verified", name.attribute());
        self.attributes.get(&verified).is_some_and(|value| value == "true")
    }

    /// All attributes, `sub` first.
    pub(crate) fn all_attributes(&self) -> Vec<(String, String)> {
        let own = self.attributes.iter().map(|(name, value)| (name.clone(), value.clone()));
        std::iter::once(("sub".to_owned(), self.sub.clone())).chain(own).collect()
    }

    pub(crate) fn view(&self) -> UserView {
        let mfa = self.mfa.enabled.then_some(SOFTWARE_TOKEN_MFA);
        UserView {
            username: self.username.clone(),
            sub: self.sub.clone(),
            attributes: self.all_attributes(),
            status: self.status,
            enabled: self.enabled,
            created: self.created,
            modified: self.modified,
            groups: self.groups.clone(),
            password: self.password.as_ref().map(|password| password.text.clone()),
            mfa: mfa.into_iter().collect(),
            preferred_mfa: mfa.filter(|_| self.mfa.preferred),
        }
    }
}

/// A user, for those who ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserView {
    pub(crate) username: String,
    pub(crate) sub: String,
    /// With `sub`.
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) status: UserStatus,
    pub(crate) enabled: bool,
    pub(crate) created: u64,
    pub(crate) modified: u64,
    pub(crate) groups: Vec<String>,
    pub(crate) password: Option<String>,
    /// The ways that are on.
    pub(crate) mfa: Vec<&'static str>,
    pub(crate) preferred_mfa: Option<&'static str>,
}

const SOFTWARE_TOKEN_MFA: &str = "SOFTWARE_TOKEN_MFA";
