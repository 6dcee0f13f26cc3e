//! What an app client may do, asked while the issuer runs.

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_STANDARD};

use super::{AppClient, Flow};
use crate::refusal::Refusal;

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

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
