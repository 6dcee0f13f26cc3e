//! App clients: what may ask a pool for tokens.

use std::time::Duration;

use serde::Deserialize;

use super::{Flow, RefreshRotation};

/// An app client of a user pool. Public unless it has a secret.
///
/// ```
/// use std::time::Duration;
/// use poolgate_issuer::{AppClient, Flow};
///
/// let web = AppClient::new("web")
///     .callback_url("https://shop.example/callback")
///     .scope("openid")
///     .scope("orders/read")
///     .access_token_lifetime(Duration::from_secs(600));
/// let robot = AppClient::new("robot").secret("s3cret").flow(Flow::ClientCredentials).scope("orders/read");
/// # let _ = (web, robot);
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AppClient {
    /// The client id.
    pub id: String,
    /// The client secret. A client without one is public.
    #[serde(default)]
    pub secret: Option<String>,
    /// The allowed flows. None given: every one that fits, so [`Flow::ClientCredentials`] only with a secret, and
    /// [`Flow::RefreshToken`] only without rotation.
    #[serde(default)]
    pub flows: Option<Vec<Flow>>,
    /// The allowed scopes. None given: every scope of the pool.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// Where a sign-in may lead back to, compared exactly.
    #[serde(default)]
    pub callback_urls: Vec<String>,
    /// Where a sign-out may lead to, compared exactly.
    #[serde(default)]
    pub logout_urls: Vec<String>,
    /// The attributes that ID tokens and `userInfo` may show. None given: all.
    #[serde(default)]
    pub read_attributes: Option<Vec<String>>,
    /// How long access tokens live: 5 minutes to a day, an hour unless set.
    #[serde(default = "hour", rename = "access_token_seconds", with = "super::seconds")]
    pub access_token_lifetime: Duration,
    /// How long ID tokens live: 5 minutes to a day, an hour unless set.
    #[serde(default = "hour", rename = "id_token_seconds", with = "super::seconds")]
    pub id_token_lifetime: Duration,
    /// How long refresh tokens live: an hour to 10 years, 30 days unless set.
    #[serde(default = "month", rename = "refresh_token_seconds", with = "super::seconds")]
    pub refresh_token_lifetime: Duration,
    /// How long a challenge waits for its answer: 3 to 15 minutes, 3 unless set.
    #[serde(default = "three_minutes", rename = "auth_session_seconds", with = "super::seconds")]
    pub auth_session_lifetime: Duration,
    /// Rotation of refresh tokens, off unless set.
    #[serde(default)]
    pub refresh_rotation: Option<RefreshRotation>,
    /// Whether refresh tokens can be revoked, and tokens have `origin_jti`. On unless set.
    #[serde(default = "on")]
    pub token_revocation: bool,
    /// Whether an unknown user is told like a wrong password. On unless set.
    #[serde(default = "on")]
    pub prevent_user_existence_errors: bool,
}

impl AppClient {
    /// A public client that may use every flow and scope, without callback URLs.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: None,
            flows: None,
            scopes: None,
            callback_urls: Vec::new(),
            logout_urls: Vec::new(),
            read_attributes: None,
            access_token_lifetime: hour(),
            id_token_lifetime: hour(),
            refresh_token_lifetime: month(),
            auth_session_lifetime: three_minutes(),
            refresh_rotation: None,
            token_revocation: true,
            prevent_user_existence_errors: true,
        }
    }

    /// Makes it a confidential client with this secret.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// Adds a flow. The first one named replaces the default.
    #[must_use]
    pub fn flow(mut self, flow: Flow) -> Self {
        self.flows.get_or_insert_default().push(flow);
        self
    }

    /// Adds a scope. The first one named replaces the default.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.get_or_insert_default().push(scope.into());
        self
    }

    /// Adds a URL that a sign-in may lead back to: https, http on localhost, or a scheme of an app.
    #[must_use]
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_urls.push(url.into());
        self
    }

    /// Adds a URL that a sign-out may lead to.
    #[must_use]
    pub fn logout_url(mut self, url: impl Into<String>) -> Self {
        self.logout_urls.push(url.into());
        self
    }

    /// Adds an attribute that the client may read. The first one named replaces the default, which is all.
    #[must_use]
    pub fn read_attribute(mut self, name: impl Into<String>) -> Self {
        self.read_attributes.get_or_insert_default().push(name.into());
        self
    }

    /// How long access tokens live: 5 minutes to a day.
    #[must_use]
    pub fn access_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.access_token_lifetime = lifetime;
        self
    }

    /// How long ID tokens live: 5 minutes to a day.
    #[must_use]
    pub fn id_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.id_token_lifetime = lifetime;
        self
    }

    /// How long refresh tokens live: an hour to 10 years.
    #[must_use]
    pub fn refresh_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.refresh_token_lifetime = lifetime;
        self
    }

    /// How long a challenge waits for its answer: 3 to 15 minutes.
    #[must_use]
    pub fn auth_session_lifetime(mut self, lifetime: Duration) -> Self {
        self.auth_session_lifetime = lifetime;
        self
    }

    /// Each refresh gives a new refresh token; the old one stays good for this long, at most a minute.
    #[must_use]
    pub fn refresh_rotation(mut self, grace: Duration) -> Self {
        self.refresh_rotation = Some(RefreshRotation { grace });
        self
    }

    /// Whether refresh tokens can be revoked, and tokens have `origin_jti`.
    #[must_use]
    pub fn token_revocation(mut self, on: bool) -> Self {
        self.token_revocation = on;
        self
    }

    /// Whether an unknown user is told like a wrong password.
    #[must_use]
    pub fn prevent_user_existence_errors(mut self, on: bool) -> Self {
        self.prevent_user_existence_errors = on;
        self
    }
}

fn hour() -> Duration {
    Duration::from_secs(3_600)
}

fn month() -> Duration {
    Duration::from_secs(30 * 86_400)
}

fn three_minutes() -> Duration {
    Duration::from_secs(180)
}

fn on() -> bool {
    true
}
