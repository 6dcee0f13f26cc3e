//! App clients: what may ask a pool for tokens.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;

use super::{Flow, RefreshRotation};
use crate::refusal::Refusal;

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

/// # At run time
impl AppClient {
    pub(crate) fn is_public(&self) -> bool {
        self.secret.is_none()
    }

    pub(crate) fn rotates(&self) -> bool {
        self.refresh_rotation.is_some()
    }

    pub(crate) fn accepts_secret(&self, secret: Option<&str>) -> bool {
        self.secret.as_deref() == secret
    }

    pub(crate) fn allows(&self, flow: Flow) -> bool {
        match &self.flows {
            Some(flows) => flows.contains(&flow),
            None => self.fits(flow),
        }
    }

    /// Whether it could be allowed this flow.
    pub(super) fn fits(&self, flow: Flow) -> bool {
        match flow {
            Flow::ClientCredentials => !self.is_public(),
            Flow::RefreshToken => !self.rotates(),
            Flow::Code | Flow::Implicit | Flow::UserPassword | Flow::AdminUserPassword => true,
        }
    }

    pub(crate) fn has_callback(&self, url: &str) -> bool {
        self.callback_urls.iter().any(|known| known == url)
    }

    pub(crate) fn has_logout(&self, url: &str) -> bool {
        self.logout_urls.iter().any(|known| known == url)
    }

    pub(crate) fn may_read(&self, attribute: &str) -> bool {
        self.read_attributes
            .as_ref()
            .is_none_or(|readable| readable.iter().any(|name| name == attribute))
    }

    /// `SECRET_HASH`: base64 of HMAC-SHA256(secret, name + client id), over one of these names.
    pub(crate) fn check_secret_hash(
        &self,
        names: &[&str],
        hash: Option<&str>,
    ) -> Result<(), Refusal> {
        let id = &self.id;
        let refused = |reason: String| Err(Refusal::NotAuthorized(reason));
        match (&self.secret, hash) {
            (None, None) => Ok(()),
            (None, Some(_)) => refused(format!(
                "Client {id} is not configured for secret but secret hash was received"
            )),
            (Some(_), None) => refused(format!(
                "Client {id} is configured with secret but SECRET_HASH was not received"
            )),
            (Some(secret), Some(hash)) => {
                if names.iter().any(|name| secret_hash(secret, name, id) == hash) {
                    return Ok(());
                }
                refused(format!("Unable to verify secret hash for client {id}"))
            }
        }
    }
}

fn secret_hash(secret: &str, name: &str, client_id: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{name}{client_id}").as_bytes());
    BASE64_STANDARD.encode(tag)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_without_flows_may_use_those_that_fit() {
        let public = AppClient::new("a");
        assert!(public.allows(Flow::Code) && public.allows(Flow::RefreshToken));
        assert!(!public.allows(Flow::ClientCredentials));

        assert!(AppClient::new("a").secret("s").allows(Flow::ClientCredentials));
        let rotating = AppClient::new("a").refresh_rotation(Duration::ZERO);
        assert!(!rotating.allows(Flow::RefreshToken));

        let code = AppClient::new("a").flow(Flow::Code);
        assert!(code.allows(Flow::Code) && !code.allows(Flow::UserPassword));
    }

    #[test]
    fn urls_are_compared_exactly() {
        let client = AppClient::new("a").callback_url("https://a/b").logout_url("https://a/out");

        assert!(client.has_callback("https://a/b") && client.has_logout("https://a/out"));
        for other in ["https://a/b/", "https://A/b", "https://a/b?x=1", "https://a/out"] {
            assert!(!client.has_callback(other), "{other}");
        }
        assert!(!client.has_logout("https://a/b"));
    }

    #[test]
    fn only_the_right_secret_is_accepted_and_a_public_client_has_none() {
        let public = AppClient::new("a");
        assert!(public.accepts_secret(None) && !public.accepts_secret(Some("")));

        let confidential = AppClient::new("a").secret("s");
        assert!(confidential.accepts_secret(Some("s")));
        assert!(!confidential.accepts_secret(Some("S")) && !confidential.accepts_secret(None));
    }

    #[test]
    fn the_secret_hash_is_over_name_and_client() {
        let client = AppClient::new("client").secret("secret");
        // printf aliceclient | openssl dgst -sha256 -hmac secret -binary | base64
        let hash = "RTsve+FQ659UKyESgvLg9GYmZEL+QjzQsW/OjL77/b0=";

        assert_eq!(client.check_secret_hash(&["alice"], Some(hash)), Ok(()));
        assert_eq!(client.check_secret_hash(&["sub", "alice"], Some(hash)), Ok(()));
        for (client, names, hash, reason) in [
            (&client, ["bob"], Some(hash), "Unable to verify secret hash for client client"),
            (
                &client,
                ["alice"],
                None,
                "Client client is configured with secret but SECRET_HASH was not received",
            ),
            (
                &AppClient::new("client"),
                ["alice"],
                Some(hash),
                "Client client is not configured for secret but secret hash was received",
            ),
        ] {
            let refused = client.check_secret_hash(&names, hash);
            assert_eq!(refused, Err(Refusal::NotAuthorized(reason.to_owned())));
        }
        assert_eq!(AppClient::new("client").check_secret_hash(&["alice"], None), Ok(()));
    }
}
