//! Users of a pool, as they are when the issuer starts.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Identity, SignInName};

/// A user of a user pool.
///
/// ```
/// use poolgate_issuer::{TestIssuer, User, UserPool};
///
/// let pool = UserPool::new("eu-west-1_Shop")
///     .group("Admins")
///     .user(User::new("alice").password("Correct-horse-1").group("Admins").attribute("custom:plan", "gold"))
///     .user(User::federated("Google", "1057").attribute("email", "bob@example.com"));
/// let issuer = TestIssuer::builder().user_pool(pool).offline();
/// let token = issuer.id_token_for("alice").sign();
/// # let _ = token;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct User {
    /// The username. In a pool with [`username_attributes`](crate::UserPool::username_attribute) it may be an e-mail
    /// address or phone number; the username in tokens is then the `sub`, as in Cognito.
    pub username: String,
    /// The password, whatever the policy says. A user without one cannot sign in by password.
    #[serde(default)]
    pub password: Option<String>,
    /// The `sub`. Unless set, it is a UUID that follows from pool and username.
    #[serde(default)]
    pub subject: Option<String>,
    /// The attributes by name, `custom:*` included. An e-mail address or phone number of a confirmed user is verified
    /// unless `email_verified` or `phone_number_verified` says otherwise; that of a federated user is not.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// The groups, by name.
    #[serde(default)]
    pub groups: Vec<String>,
    /// The state of the account, [`UserStatus::Confirmed`] unless set.
    #[serde(default)]
    pub status: UserStatus,
    /// A disabled user cannot sign in.
    #[serde(default)]
    pub disabled: bool,
    /// The secret of the user's authenticator app in base32: asked for at sign-in if the pool has MFA.
    #[serde(default)]
    pub totp_secret: Option<String>,
    /// Where a federated user comes from.
    #[serde(default)]
    pub identity: Option<Identity>,
}

impl User {
    /// A confirmed user without password.
    pub fn new(username: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            password: None,
            subject: None,
            attributes: BTreeMap::new(),
            groups: Vec::new(),
            status: UserStatus::Confirmed,
            disabled: false,
            totp_secret: None,
            identity: None,
        }
    }

    /// A user who signs in through another identity provider. The username is `{provider}_{user_id}`, and the user is
    /// in the provider's own group `{pool id}_{provider}`.
    pub fn federated(provider: impl Into<String>, user_id: impl Into<String>) -> Self {
        let identity = Identity::new(provider, user_id);
        let username = format!("{}_{}", identity.provider_name, identity.user_id);
        let status = UserStatus::ExternalProvider;
        Self { identity: Some(identity), status, ..Self::new(username) }
    }

    /// The password, whatever the policy says.
    #[must_use]
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// The `sub`.
    #[must_use]
    pub fn subject(mut self, sub: impl Into<String>) -> Self {
        self.subject = Some(sub.into());
        self
    }

    /// Sets an attribute: a standard one, or `custom:*`.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }

    /// Adds the user to a group of the pool.
    #[must_use]
    pub fn group(mut self, name: impl Into<String>) -> Self {
        self.groups.push(name.into());
        self
    }

    /// The state of the account.
    #[must_use]
    pub fn status(mut self, status: UserStatus) -> Self {
        self.status = status;
        self
    }

    /// The user cannot sign in.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }

    /// The secret of the user's authenticator app, in base32.
    #[must_use]
    pub fn totp_secret(mut self, base32: impl Into<String>) -> Self {
        self.totp_secret = Some(base32.into());
        self
    }

    /// Where a federated user comes from, if [`federated`](Self::federated) does not say it all.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Whether the e-mail address or phone number counts as verified.
    pub(crate) fn is_verified(&self, name: SignInName) -> bool {
        let told = self.attributes.get(&format!("{}_verified", name.attribute()));
        let is_own = self.identity.is_none() && self.status != UserStatus::Unconfirmed;
        told.map_or(is_own, |value| value == "true")
    }
}

/// The state of a user's account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UserStatus {
    /// Can sign in.
    #[default]
    Confirmed,
    /// Signed up, and has not confirmed it yet.
    Unconfirmed,
    /// Has a temporary password and must set another at sign-in.
    ForceChangePassword,
    /// Must reset the password first.
    ResetRequired,
    /// Signs in through another identity provider.
    ExternalProvider,
}

impl UserStatus {
    /// The name in Cognito's API, such as `FORCE_CHANGE_PASSWORD`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::Unconfirmed => "UNCONFIRMED",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
            Self::ResetRequired => "RESET_REQUIRED",
            Self::ExternalProvider => "EXTERNAL_PROVIDER",
        }
    }
}
