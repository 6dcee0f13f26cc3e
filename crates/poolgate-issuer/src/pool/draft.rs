//! The claims of a user's two tokens, with the changes of the hook.

use std::time::Duration;

use crate::{
    claims::{self, Stamp, half_hash},
    config::AppClient,
    grant::{Grant, Origin},
    members::Members,
    person::Person,
    pre_token::TokenChanges,
};

/// What both tokens are made of.
pub(super) struct Draft<'a> {
    pub(super) client: &'a AppClient,
    pub(super) grant: &'a Grant,
    pub(super) person: Person,
    pub(super) changes: TokenChanges,
    pub(super) stamp: Stamp<'a>,
}

impl Draft<'_> {
    pub(super) fn access(&self) -> Members {
        let expires = self.expires(self.client.access_token_lifetime);
        let scopes = self.changes.scopes(&self.grant.scopes);
        let mut claims =
            claims::access(&self.person, &self.stamp, expires, &scopes, self.is_hosted());
        if let Some(resource) = &self.grant.resource {
            claims.set("aud", resource.as_str());
        }
        self.changes.change_access(&mut claims);
        claims
    }

    pub(super) fn id(&self, access_token: &str) -> Members {
        let expires = self.expires(self.client.id_token_lifetime);
        let at_hash = self.is_hosted().then(|| half_hash(access_token));
        let nonce = self.grant.nonce.as_deref();
        let mut claims = claims::id(&self.person, &self.stamp, expires, nonce, at_hash.as_deref());
        self.changes.change_id(&mut claims);
        claims
    }

    fn is_hosted(&self) -> bool {
        self.grant.origin == Origin::OAuth
    }

    fn expires(&self, lifetime: Duration) -> u64 {
        self.stamp.issued.saturating_add(lifetime.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        User, UserPool,
        pool::test_pool::{ARN, grant, issuer, pool, settings, tokens},
        test_verifier::claims,
    };

    #[test]
    fn the_tokens_of_an_oauth_sign_in() {
        let pool = pool();
        let grant = grant(&pool, "web", "alice", "openid orders/read");
        let set = pool.tokens(grant.clone().nonce(Some("n".to_owned()))).unwrap();
        let at_hash = half_hash(&set.access_token);
        assert_eq!(set.expires_in, 600);
        assert_eq!(claims(&set.id_token.unwrap())["at_hash"], at_hash);

        let (access, mut id) = tokens(&pool, grant.nonce(Some("n".to_owned())));

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
        let (access, id) = tokens(&pool, Grant::sdk(&login));

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
        let (access, id) = tokens(&pool, grant(&pool, "web", "Google_1057", "openid"));

        assert_eq!(access["cognito:groups"], json!(["eu-west-1_A_Google"]));
        assert_eq!(id["cognito:username"], "Google_1057");
        assert_eq!(id["identities"][0]["userId"], "1057");
        assert_eq!(id["email_verified"], false);
    }

    #[test]
    fn id_tokens_need_openid_and_scopes_limit_their_attributes() {
        let pool = pool();

        let (_, none) = tokens(&pool, grant(&pool, "web", "bob", "orders/read"));
        let (_, phone) = tokens(&pool, grant(&pool, "web", "bob", "openid phone"));

        assert_eq!(none, json!({}));
        assert_eq!((phone.get("email"), &phone["sub"]), (None, &json!("b")));
    }

    #[test]
    fn a_resource_becomes_the_audience_of_access_tokens() {
        let pool = pool();
        let grant = grant(&pool, "web", "bob", "openid");
        let url = "https://orders.example".to_owned();

        let (access, id) = tokens(&pool, grant.resource(Some(url.clone())));

        assert_eq!(access["aud"], url);
        assert_eq!(id["aud"], "web");
    }

    #[test]
    fn without_revocation_tokens_have_no_origin() {
        let pool = pool();

        let set = pool.tokens(grant(&pool, "old", "bob", "openid")).unwrap();

        for token in [set.access_token, set.id_token.unwrap()] {
            assert_eq!(claims(&token).get("origin_jti"), None);
        }
    }

    #[test]
    fn a_hundred_groups_are_all_there() {
        let names: Vec<_> = (0..100).map(|number| format!("g{number}")).collect();
        let user = names.iter().fold(User::new("many"), User::group);
        let settings = names.iter().fold(settings().user(user), UserPool::group);
        let pool = &issuer(settings).pool;

        let (access, id) = tokens(pool, grant(pool, "web", "many", "openid"));

        assert_eq!(
            (&access["cognito:groups"], &id["cognito:groups"]),
            (&json!(names), &json!(names))
        );
    }
}
