//! User pools.

use serde::Deserialize;

use super::{
    AppClient, Group, IssuerMode, PasswordPolicy, ResourceServer, SignInName, User, names,
};
use crate::algorithm::Algorithm;

/// A user pool: its clients, APIs, groups and users, and how it behaves.
///
/// ```
/// use poolgate_issuer::{AppClient, Group, ResourceServer, TestIssuer, User, UserPool};
///
/// let shop = UserPool::new("eu-west-1_Shop")
///     .client(AppClient::new("web").callback_url("http://localhost:3000/callback"))
///     .resource_server(ResourceServer::new("orders").scope("read").scope("write"))
///     .group(Group::new("Admins").precedence(1).role_arn("arn:aws:iam::123456789012:role/Admins"))
///     .user(User::new("alice").password("Correct-horse-1").group("Admins"));
/// let issuer = TestIssuer::builder().user_pool(shop).offline();
/// assert_eq!(issuer.user_pool_id(), "eu-west-1_Shop");
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UserPool {
    /// The id, such as `eu-west-1_AbCdEf123`.
    pub id: String,
    /// What stands in `iss`: as the builder says unless set, and that is [`IssuerMode::Aws`].
    #[serde(default)]
    pub issuer: Option<IssuerMode>,
    /// The algorithm of both keys: as the builder says unless set, and that is [`Algorithm::Rs256`].
    #[serde(default)]
    pub algorithm: Option<Algorithm>,
    /// The app clients. A pool without any gets a public one with a random id, every flow, and the callback URL
    /// `http://localhost`.
    #[serde(default)]
    pub clients: Vec<AppClient>,
    /// The APIs with scopes of their own.
    #[serde(default)]
    pub resource_servers: Vec<ResourceServer>,
    /// The groups.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// The users.
    #[serde(default)]
    pub users: Vec<User>,
    /// What a password must be like.
    #[serde(default)]
    pub password_policy: PasswordPolicy,
    /// Users sign up and in with these instead of a username of their own. Not together with `alias_attributes`.
    #[serde(default)]
    pub username_attributes: Vec<SignInName>,
    /// Users sign in with these beside their username, e-mail addresses and phone numbers once verified.
    #[serde(default)]
    pub alias_attributes: Vec<SignInName>,
    /// Multi-factor authentication with an authenticator app.
    #[serde(default)]
    pub mfa: Mfa,
    /// Whether tokens write `/` as `\/` in their JSON, as Cognito's do.
    #[serde(default)]
    pub escape_slashes: bool,
    /// Whether discovery tells of PKCE with `code_challenge_methods_supported`, which Cognito leaves out.
    #[serde(default)]
    pub advertise_pkce: bool,
}

impl UserPool {
    /// A pool with this id, such as `eu-west-1_AbCdEf123`.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            issuer: None,
            algorithm: None,
            clients: Vec::new(),
            resource_servers: Vec::new(),
            groups: Vec::new(),
            users: Vec::new(),
            password_policy: PasswordPolicy::new(),
            username_attributes: Vec::new(),
            alias_attributes: Vec::new(),
            mfa: Mfa::Off,
            escape_slashes: false,
            advertise_pkce: false,
        }
    }

    /// What stands in `iss`.
    #[must_use]
    pub fn issuer(mut self, mode: IssuerMode) -> Self {
        self.issuer = Some(mode);
        self
    }

    /// The algorithm of both keys.
    #[must_use]
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// Adds an app client. [`TestIssuer::client_id`](crate::TestIssuer::client_id) is that of the first.
    #[must_use]
    pub fn client(mut self, client: AppClient) -> Self {
        self.clients.push(client);
        self
    }

    /// Adds an API with scopes of its own.
    #[must_use]
    pub fn resource_server(mut self, server: ResourceServer) -> Self {
        self.resource_servers.push(server);
        self
    }

    /// Adds a group, which can be just a name.
    #[must_use]
    pub fn group(mut self, group: impl Into<Group>) -> Self {
        self.groups.push(group.into());
        self
    }

    /// Adds a user.
    #[must_use]
    pub fn user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    /// What a password must be like.
    #[must_use]
    pub fn password_policy(mut self, policy: PasswordPolicy) -> Self {
        self.password_policy = policy;
        self
    }

    /// Users sign up and in with this instead of a username of their own.
    #[must_use]
    pub fn username_attribute(mut self, name: SignInName) -> Self {
        self.username_attributes.push(name);
        self
    }

    /// Users sign in with this beside their username.
    #[must_use]
    pub fn alias_attribute(mut self, name: SignInName) -> Self {
        self.alias_attributes.push(name);
        self
    }

    /// Multi-factor authentication with an authenticator app.
    #[must_use]
    pub fn mfa(mut self, mfa: Mfa) -> Self {
        self.mfa = mfa;
        self
    }

    /// Tokens write `/` as `\/` in their JSON, as Cognito's do.
    #[must_use]
    pub fn escape_slashes(mut self) -> Self {
        self.escape_slashes = true;
        self
    }

    /// Discovery tells of PKCE with `code_challenge_methods_supported`, which Cognito leaves out.
    #[must_use]
    pub fn advertise_pkce(mut self) -> Self {
        self.advertise_pkce = true;
        self
    }

    /// The part of the id before the `_`. Of a checked pool only.
    pub(crate) fn region(&self) -> &str {
        names::region(&self.id).unwrap_or_default()
    }

    /// What users may sign in with beside their username.
    pub(crate) fn sign_in_names(&self) -> impl Iterator<Item = SignInName> + '_ {
        self.username_attributes.iter().chain(&self.alias_attributes).copied()
    }
}

/// Multi-factor authentication with an authenticator app (TOTP). Codes by SMS and e-mail are not modelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Mfa {
    /// Nobody is asked for a code.
    #[default]
    Off,
    /// Users who set up an app and prefer it are asked.
    Optional,
    /// Everyone is asked, and must set up an app at the first sign-in.
    On,
}
