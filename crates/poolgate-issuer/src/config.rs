//! User pools as data: from a file, or from builders.

mod app_client;
mod attributes;
mod callback_url;
mod check;
mod check_client;
mod check_user;
mod client_rules;
mod error;
mod flow;
mod group;
mod identity;
mod issuer_mode;
mod names;
mod parse;
mod password_policy;
mod places;
mod resource_server;
mod rotation;
mod scopes;
mod seconds;
mod sign_in_name;
mod user;
mod user_pool;

use serde::Deserialize;

#[cfg(feature = "cli")]
pub(crate) use self::names::{is_client_id, is_user_pool_id};
pub use self::{
    app_client::AppClient,
    error::ConfigError,
    flow::Flow,
    group::Group,
    identity::Identity,
    issuer_mode::IssuerMode,
    password_policy::PasswordPolicy,
    resource_server::ResourceServer,
    rotation::RefreshRotation,
    sign_in_name::SignInName,
    user::{User, UserStatus},
    user_pool::{Mfa, UserPool},
};
pub(crate) use self::{
    attributes::{is_known_attribute, looks_like_email, looks_like_phone_number},
    callback_url::refusal as callback_url_refusal,
    check_user::MOST_GROUPS,
    names::{is_name, is_role_arn},
    scopes::{InvalidScope, SDK_SCOPE},
};

/// The user pools of one server.
///
/// ```
/// use poolgate_issuer::{Config, TestIssuer};
///
/// let config = Config::from_json(r#"{"user_pools": [{
///     "id": "eu-west-1_Shop",
///     "clients": [{"id": "web", "callback_urls": ["https://shop.example/callback"], "scopes": ["openid", "orders/read"]}],
///     "resource_servers": [{"identifier": "orders", "scopes": ["read", "write"]}],
///     "groups": [{"name": "Admins", "precedence": 1}, {"name": "Premium", "precedence": 5}, {"name": "Basic", "precedence": 10}],
///     "users": [{"username": "alice", "password": "Correct-horse-1", "groups": ["Admins"], "attributes": {"email": "alice@shop.example"}}]
/// }]}"#)?;
/// let issuer = TestIssuer::builder().config(config).offline();
/// assert_eq!(issuer.client_id(), "web");
/// # Ok::<(), poolgate_issuer::ConfigError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// The pools. Their ids and the ids of all their clients differ.
    pub user_pools: Vec<UserPool>,
}

impl Config {
    /// These pools.
    pub fn new(user_pools: impl IntoIterator<Item = UserPool>) -> Self {
        Self { user_pools: user_pools.into_iter().collect() }
    }

    /// Reads and [checks](Self::check) a JSON file.
    ///
    /// # Errors
    /// The first place that does not fit, and why.
    ///
    /// ```
    /// use poolgate_issuer::Config;
    ///
    /// let refused = Config::from_json(r#"{"user_pools": [{
    ///     "id": "eu-west-1_Shop",
    ///     "clients": [{"id": "web", "scopes": ["openid", "orders/read"]}]
    /// }]}"#).unwrap_err();
    /// assert_eq!(
    ///     refused.to_string(),
    ///     "user_pools[0].clients[0].scopes[1]: \"orders/read\" is not a scope of a resource server of this pool"
    /// );
    /// ```
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        let config = parse::json(text)?;
        config.check()?;
        Ok(config)
    }

    /// Reads and [checks](Self::check) a TOML file.
    ///
    /// # Errors
    /// The first place that does not fit, and why.
    ///
    /// ```
    /// use poolgate_issuer::Config;
    ///
    /// let config = Config::from_toml(r#"
    ///     [[user_pools]]
    ///     id = "eu-west-1_Shop"
    ///
    ///     [[user_pools.groups]]
    ///     name = "Admins"
    ///     precedence = 1
    /// "#)?;
    /// assert_eq!(config.user_pools.len(), 1);
    /// # Ok::<(), poolgate_issuer::ConfigError>(())
    /// ```
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let config = parse::toml(text)?;
        config.check()?;
        Ok(config)
    }

    /// Whether a server can be started with these pools.
    ///
    /// # Errors
    /// The first place that does not fit, and why.
    pub fn check(&self) -> Result<(), ConfigError> {
        check::config(self)
    }
}
