//! Making tokens: the draft with its claims, then those that a test queued, then the signature.

use serde_json::{Map, Value};

use super::{Pool, draft::Draft};
use crate::{
    claims::Stamp,
    config::AppClient,
    directory::{Account, Membership},
    grant::TokenSet,
    jws,
    key_ring::Purpose,
    members::Members,
    person::{self, Person},
    refusal::Refusal,
    sessions::Family,
};

/// Why a user gets tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    SignIn,
    Refresh,
}

impl Pool {
    pub(super) fn issue(
        &self,
        client: &AppClient,
        family: &Family,
        reason: Reason,
    ) -> Result<TokenSet, Refusal> {
        let (account, mut membership, next) = self.facts(&family.grant.username)?;
        let changes = self.changes(client, family, reason, &account, &membership)?;
        changes.change_membership(&mut membership);
        let attributes = person::readable(&account, client, &family.grant.scopes);
        let draft = Draft {
            client,
            grant: &family.grant,
            person: Person::new(&account, membership, attributes),
            changes,
            stamp: Stamp {
                issuer: &self.issuer,
                client_id: &client.id,
                origin_jti: client.token_revocation.then_some(&family.origin_jti),
                event_id: &family.event_id,
                auth_time: family.grant.auth_time,
                issued: self.now(),
            },
        };
        let access_token = self.sign(Purpose::Access, draft.access(), &next);
        let id = family.grant.has_id_token().then(|| draft.id(&access_token));
        Ok(TokenSet {
            id_token: id.map(|claims| self.sign(Purpose::Id, claims, &next)),
            access_token,
            refresh_token: None,
            expires_in: client.access_token_lifetime.as_secs(),
        })
    }

    /// What the directory says now, and the claims that a test wants in the next tokens.
    fn facts(&self, username: &str) -> Result<(Account, Membership, Map<String, Value>), Refusal> {
        let mut state = self.state();
        let account = state.directory.find(username)?.clone();
        account.ensure_enabled()?;
        let membership = state.directory.membership(&account.groups);
        let next = state.next_claims.pop_front().unwrap_or_default();
        Ok((account, membership, next))
    }

    /// What a test queued is the last word, whatever it says.
    pub(super) fn sign(
        &self,
        purpose: Purpose,
        mut claims: Members,
        next: &Map<String, Value>,
    ) -> String {
        for (name, value) in next {
            match value {
                Value::Null => claims.remove(name),
                value => claims.set(name, value.clone()),
            }
        }
        let algorithm = self.keys.algorithm();
        let (kid, key) = self.keys.signing(purpose, algorithm);
        let written = |members: &Members| jws::written(members, self.config.escape_slashes);
        jws::sign(&written(&jws::header(&kid, algorithm)), &written(&claims), &key)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{
        grant::Grant,
        pool::test_pool::{grant, issuer, pool, settings, tokens},
        test_verifier::verifies,
    };

    #[test]
    fn slashes_are_escaped_on_request() {
        let issuer = issuer(settings().escape_slashes());
        let login = issuer.pool.sign_in_without_password(issuer.pool.first_client(), "bob");
        let token = issuer.pool.tokens(Grant::sdk(&login.unwrap())).unwrap().access_token;

        for token in [token, issuer.access_token_for("bob").sign()] {
            let payload = crate::test_verifier::parts(&token).payload;
            assert!(String::from_utf8(payload).unwrap().contains(r#""iss":"https:\/\/cognito"#));
            assert!(verifies(&issuer.jwks_json(), &token));
        }
    }

    #[test]
    fn queued_claims_are_the_last_word_for_one_answer() {
        let pool = pool();
        let queued = json!({"sub": "root", "exp": null, "x": [1]});
        pool.next_claims(queued.as_object().unwrap().clone());

        let (access, id) = tokens(&pool, grant(&pool, "web", "bob", "openid"));
        let (next, _) = tokens(&pool, grant(&pool, "web", "bob", "openid"));

        for changed in [access, id] {
            assert_eq!((&changed["sub"], &changed["x"]), (&json!("root"), &json!([1])));
            assert_eq!(changed.get("exp"), None);
        }
        assert_eq!((&next["sub"], next.get("x")), (&json!("b"), None));
    }
}
