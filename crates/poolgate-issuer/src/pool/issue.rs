//! Making tokens: claims, then the hook's changes, then those that a test queued, then the signature.

use serde_json::{Map, Value};

use super::Pool;
use crate::{
    claims::{self, Stamp, half_hash},
    config::AppClient,
    directory::{Account, Membership},
    grant::{Origin, TokenSet},
    jws,
    key_ring::Purpose,
    members::Members,
    person::{self, Person},
    pre_token::{TokenChanges, TokenEvent},
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
        let grant = &family.grant;
        let (account, mut membership, next) = self.facts(&grant.username)?;
        let changes = self.changes(&self.event(client, family, reason, &account, &membership))?;
        changes.change_membership(&mut membership);
        let attributes = person::readable(&account, client, &grant.scopes);
        let person = Person::new(&account, membership, attributes);
        let stamp = Stamp {
            issuer: &self.issuer,
            client_id: &client.id,
            origin_jti: client.token_revocation.then_some(&family.origin_jti),
            event_id: &family.event_id,
            auth_time: grant.auth_time,
            issued: self.now(),
        };
        let is_hosted = grant.origin == Origin::OAuth;

        let expires_in = client.access_token_lifetime.as_secs();
        let scopes = changes.scopes(&grant.scopes);
        let expires = stamp.issued.saturating_add(expires_in);
        let mut access = claims::access(&person, &stamp, expires, &scopes, is_hosted);
        if let Some(resource) = &grant.resource {
            access.set("aud", resource.as_str());
        }
        changes.change_access(&mut access);
        let access_token = self.sign(Purpose::Access, access, &next);

        let id_token = grant.has_id_token().then(|| {
            let expires = stamp.issued.saturating_add(client.id_token_lifetime.as_secs());
            let hash = is_hosted.then(|| half_hash(&access_token));
            let nonce = grant.nonce.as_deref();
            let mut id = claims::id(&person, &stamp, expires, nonce, hash.as_deref());
            changes.change_id(&mut id);
            self.sign(Purpose::Id, id, &next)
        });
        Ok(TokenSet { access_token, id_token, refresh_token: None, expires_in })
    }

    /// An access token for the client itself.
    pub(crate) fn client_credentials(
        &self,
        client: &AppClient,
        scopes: &[String],
    ) -> Result<TokenSet, Refusal> {
        let hook = self.hook();
        let event = || self.machine_event(client, scopes);
        let changes =
            hook.map_or_else(|| Ok(TokenChanges::new()), |hook| hook.for_machine(&event()))?;
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

    /// What the directory says now, and the claims that a test wants in the next tokens.
    fn facts(&self, username: &str) -> Result<(Account, Membership, Map<String, Value>), Refusal> {
        let mut state = self.state();
        let account = state.directory.find(username)?.clone();
        account.ensure_enabled()?;
        let membership = state.directory.membership(&account.groups);
        let next = state.next_claims.pop_front().unwrap_or_default();
        Ok((account, membership, next))
    }

    fn changes(&self, event: &TokenEvent) -> Result<TokenChanges, Refusal> {
        self.hook().map_or_else(|| Ok(TokenChanges::new()), |hook| hook.for_user(event))
    }

    fn event(
        &self,
        client: &AppClient,
        family: &Family,
        reason: Reason,
        account: &Account,
        membership: &Membership,
    ) -> TokenEvent {
        TokenEvent {
            trigger_source: match (reason, family.grant.origin) {
                (Reason::Refresh, _) => "TokenGeneration_RefreshTokens",
                (Reason::SignIn, Origin::OAuth) => "TokenGeneration_HostedAuth",
                (Reason::SignIn, Origin::Sdk) => "TokenGeneration_Authentication",
            },
            user_pool_id: self.id.clone(),
            client_id: client.id.clone(),
            username: account.username.clone(),
            attributes: account.all_attributes().into_iter().collect(),
            groups: membership.groups.clone(),
            roles: membership.roles.clone(),
            preferred_role: membership.preferred_role.clone(),
            scopes: family.grant.scopes.clone(),
        }
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

    /// What a test queued is the last word, whatever it says.
    fn sign(&self, purpose: Purpose, mut claims: Members, next: &Map<String, Value>) -> String {
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
    use std::{sync::Arc, time::Duration};

    use serde_json::json;

    use super::*;
    use crate::{
        Algorithm, Group, ResourceServer, TestClock, TestIssuer, TriggerVersion, User, UserPool,
        grant::Grant,
        pre_token::Hook,
        test_verifier::{claims, verifies},
    };

    const ARN: &str = "arn:aws:iam::123456789012:role/";

    fn settings() -> UserPool {
        let group =
            |name: &str, rank| Group::new(name).precedence(rank).role_arn(format!("{ARN}{name}"));
        let web = AppClient::new("web")
            .access_token_lifetime(Duration::from_secs(600))
            .id_token_lifetime(Duration::from_secs(900));
        UserPool::new("eu-west-1_A")
            .client(web)
            .client(AppClient::new("old").token_revocation(false))
            .client(AppClient::new("robot").secret("s"))
            .resource_server(ResourceServer::new("orders").scope("read"))
            .group(group("Basic", 10))
            .group(group("Admins", 1))
            .user(User::new("alice").subject("s").group("Basic").group("Admins"))
            .user(User::new("bob").subject("b").attribute("email", "bob@example.com"))
            .user(
                User::federated("Google", "1057").subject("g").attribute("email", "g@example.com"),
            )
    }

    fn issuer(pool: UserPool) -> TestIssuer {
        TestIssuer::builder()
            .user_pool(pool)
            .algorithm(Algorithm::EdDsa)
            .clock(TestClock::at(1_000_000))
            .offline()
    }

    fn pool() -> Arc<Pool> {
        Arc::clone(&issuer(settings()).pool)
    }

    fn grant(pool: &Pool, client: &str, name: &str, scopes: &str) -> Grant {
        let login = pool.sign_in_without_password(pool.client(client).unwrap(), name).unwrap();
        Grant::oauth(&login, scopes.split(' ').map(str::to_owned).collect())
    }

    /// The claims of both tokens, with those that are new in each taken out after a look at them.
    fn tokens(pool: &Pool, grant: Grant, random: &[&str]) -> (Value, Value) {
        let tokens = pool.tokens(grant).unwrap();
        let both = [tokens.access_token, tokens.id_token.unwrap_or_default()];
        let [access, id] = both.map(|token| {
            let mut claims = if token.is_empty() { json!({}) } else { claims(&token) };
            for name in random {
                let value = claims.as_object_mut().unwrap().remove(*name);
                assert_eq!(value.map_or(36, |text| text.as_str().unwrap().len()), 36, "{name}");
            }
            claims
        });
        (access, id)
    }

    const RANDOM: [&str; 3] = ["jti", "origin_jti", "event_id"];

    #[test]
    fn the_tokens_of_an_oauth_sign_in() {
        let pool = pool();
        let grant = grant(&pool, "web", "alice", "openid orders/read");
        let set = pool.tokens(grant.clone().nonce(Some("n".to_owned()))).unwrap();
        let at_hash = half_hash(&set.access_token);
        assert_eq!(set.expires_in, 600);
        assert_eq!(claims(&set.id_token.unwrap())["at_hash"], at_hash);

        let (access, mut id) = tokens(&pool, grant.nonce(Some("n".to_owned())), &RANDOM);

        let iss = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A";
        assert_eq!(
            access,
            json!({
                "sub": "s",
                "cognito:groups": ["Basic", "Admins"],
                "iss": iss,
                "version": 2,
                "client_id": "web",
                "token_use": "access",
                "scope": "openid orders/read",
                "auth_time": 1_000_000,
                "exp": 1_000_600,
                "iat": 1_000_000,
                "username": "alice",
            })
        );
        assert_eq!(id.as_object_mut().unwrap().remove("at_hash").unwrap().to_string().len(), 24);
        assert_eq!(
            id,
            json!({
                "sub": "s",
                "cognito:groups": ["Basic", "Admins"],
                "cognito:preferred_role": format!("{ARN}Admins"),
                "iss": iss,
                "cognito:username": "alice",
                "nonce": "n",
                "cognito:roles": [format!("{ARN}Basic"), format!("{ARN}Admins")],
                "aud": "web",
                "token_use": "id",
                "auth_time": 1_000_000,
                "exp": 1_000_900,
                "iat": 1_000_000,
            })
        );
    }

    #[test]
    fn the_tokens_of_an_sdk_sign_in() {
        let pool = pool();
        let login = pool.sign_in_without_password(pool.first_client(), "bob").unwrap();
        let (access, id) = tokens(&pool, Grant::sdk(&login), &RANDOM);

        assert_eq!(access["scope"], "aws.cognito.signin.user.admin");
        for absent in ["version", "cognito:groups", "aud"] {
            assert_eq!(access.get(absent), None, "{absent}");
        }
        for absent in ["at_hash", "cognito:groups", "cognito:roles", "cognito:preferred_role"] {
            assert_eq!(id.get(absent), None, "{absent}");
        }
        assert_eq!(
            (&id["email"], &id["email_verified"]),
            (&json!("bob@example.com"), &json!(true))
        );
    }

    #[test]
    fn a_federated_user_has_identities_and_the_group_of_the_provider() {
        let pool = pool();
        let (access, id) = tokens(&pool, grant(&pool, "web", "Google_1057", "openid"), &RANDOM);

        assert_eq!(access["cognito:groups"], json!(["eu-west-1_A_Google"]));
        assert_eq!(id["cognito:username"], "Google_1057");
        assert_eq!(id["identities"][0]["userId"], "1057");
        assert_eq!(id["email_verified"], false);
    }

    #[test]
    fn id_tokens_need_openid_and_scopes_limit_their_attributes() {
        let pool = pool();

        let (_, none) = tokens(&pool, grant(&pool, "web", "bob", "orders/read"), &RANDOM);
        let (_, phone) = tokens(&pool, grant(&pool, "web", "bob", "openid phone"), &RANDOM);

        assert_eq!(none, json!({}));
        assert_eq!((phone.get("email"), &phone["sub"]), (None, &json!("b")));
    }

    #[test]
    fn a_resource_becomes_the_audience_of_access_tokens() {
        let pool = pool();
        let grant = grant(&pool, "web", "bob", "openid");
        let url = "https://orders.example".to_owned();

        let (access, id) = tokens(&pool, grant.resource(Some(url.clone())), &RANDOM);

        assert_eq!(access["aud"], url);
        assert_eq!(id["aud"], "web");
    }

    #[test]
    fn without_revocation_tokens_have_no_origin() {
        let pool = pool();
        let (access, id) = tokens(&pool, grant(&pool, "old", "bob", "openid"), &[]);

        assert_eq!((access.get("origin_jti"), id.get("origin_jti")), (None, None));
    }

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
    fn queued_claims_are_the_last_word_for_one_answer() {
        let pool = pool();
        let queued = json!({"sub": "root", "exp": null, "x": [1]});
        pool.next_claims(queued.as_object().unwrap().clone());

        let (access, id) = tokens(&pool, grant(&pool, "web", "bob", "openid"), &RANDOM);
        let (next, _) = tokens(&pool, grant(&pool, "web", "bob", "openid"), &RANDOM);

        for changed in [access, id] {
            assert_eq!((&changed["sub"], &changed["x"]), (&json!("root"), &json!([1])));
            assert_eq!(changed.get("exp"), None);
        }
        assert_eq!((&next["sub"], next.get("x")), (&json!("b"), None));
    }

    #[test]
    fn the_hook_changes_what_it_may() {
        let pool = pool();
        pool.set_hook(Some(Hook::new(TriggerVersion::V2, |event| {
            assert_eq!(event.trigger_source, "TokenGeneration_HostedAuth");
            assert_eq!(event.groups, ["Basic", "Admins"]);
            TokenChanges::new()
                .access_claim("tenant", json!({"id": 7}))
                .id_claim("tier", "gold")
                .scope("orders/read")
                .without_scope("openid")
                .groups(["Guests"])
                .roles([""; 0])
                .preferred_role(ARN)
        })));

        let (access, id) = tokens(&pool, grant(&pool, "web", "alice", "openid email"), &RANDOM);

        assert_eq!(access["tenant"], json!({"id": 7}));
        assert_eq!(access["scope"], "email orders/read");
        assert_eq!(access["cognito:groups"], json!(["Guests"]));
        assert_eq!(id["tier"], "gold");
        assert_eq!(id["cognito:groups"], json!(["Guests"]));
        assert_eq!((id.get("cognito:roles"), &id["cognito:preferred_role"]), (None, &json!(ARN)));
        assert_eq!((access.get("tier"), id.get("tenant")), (None, None));
    }

    #[test]
    fn a_hook_that_empties_the_groups_takes_the_claim_away() {
        let pool = pool();
        let hook = Hook::new(TriggerVersion::V1, |_| TokenChanges::new().groups([""; 0]));
        pool.set_hook(Some(hook));

        let (access, id) = tokens(&pool, grant(&pool, "web", "alice", "openid"), &RANDOM);

        assert_eq!((access.get("cognito:groups"), id.get("cognito:groups")), (None, None));
    }

    #[test]
    fn a_hook_that_goes_too_far_fails_the_sign_in() {
        let pool = pool();
        pool.set_hook(Some(Hook::new(TriggerVersion::V1, |_| {
            TokenChanges::new().access_claim("a", 1)
        })));

        let refusal = pool.tokens(grant(&pool, "web", "alice", "openid")).unwrap_err();

        assert_eq!(refusal.code(), "InvalidLambdaResponseException");
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
