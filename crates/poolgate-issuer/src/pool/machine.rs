//! Tokens of machines, which have no user and no session.

use super::Pool;
use crate::{
    claims,
    config::AppClient,
    grant::TokenSet,
    key_ring::Purpose,
    pre_token::{TokenChanges, TokenEvent},
    refusal::Refusal,
};

impl Pool {
    /// An access token for the client itself.
    pub(crate) fn client_credentials(
        &self,
        client: &AppClient,
        scopes: &[String],
    ) -> Result<TokenSet, Refusal> {
        let changes = match self.hook() {
            Some(hook) => hook.for_machine(&self.machine_event(client, scopes))?,
            None => TokenChanges::new(),
        };
        let issued = self.now();
        let expires_in = client.access_token_lifetime.as_secs();
        let expires = issued.saturating_add(expires_in);
        let scopes = changes.scopes(scopes);
        let mut access = claims::machine(&self.issuer, &client.id, issued, expires, &scopes);
        changes.change_access(&mut access);
        let next = self.state().next_claims.pop_front().unwrap_or_default();
        let access_token = self.sign(Purpose::Access, access, &next);
        Ok(TokenSet { access_token, id_token: None, refresh_token: None, expires_in })
    }

    fn machine_event(&self, client: &AppClient, scopes: &[String]) -> TokenEvent {
        TokenEvent {
            trigger_source: "TokenGeneration_ClientCredentials",
            user_pool_id: self.id.clone(),
            client_id: client.id.clone(),
            username: "ClientCredentials".to_owned(),
            attributes: [].into(),
            groups: Vec::new(),
            roles: Vec::new(),
            preferred_role: None,
            scopes: scopes.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{TriggerVersion, pool::test_pool::pool, pre_token::Hook, test_verifier::claims};

    #[test]
    fn a_machine_has_scopes_and_no_user() {
        let pool = pool();
        let robot = pool.client("robot").unwrap();

        let set = pool.client_credentials(robot, &["orders/read".to_owned()]).unwrap();

        assert_eq!((set.id_token, set.refresh_token, set.expires_in), (None, None, 3_600));
        let claims = claims(&set.access_token);
        assert_eq!((&claims["sub"], &claims["scope"]), (&json!("robot"), &json!("orders/read")));
        assert_eq!(claims.get("username"), None);
    }

    #[test]
    fn only_the_newest_hook_sees_machines() {
        let pool = pool();
        let robot = pool.client("robot").unwrap();
        for (version, changed) in [
            (TriggerVersion::V1, Value::Null),
            (TriggerVersion::V2, Value::Null),
            (TriggerVersion::V3, json!(true)),
        ] {
            pool.set_hook(Some(Hook::new(version, |event| {
                assert_eq!(event.trigger_source, "TokenGeneration_ClientCredentials");
                TokenChanges::new().access_claim("x", true)
            })));
            let set = pool.client_credentials(robot, &["orders/read".to_owned()]).unwrap();
            assert_eq!(claims(&set.access_token)["x"], changed, "{version:?}");
        }
    }
}
