//! The kinds of tokens that a builder makes, and what they say when nothing is set.

use serde_json::Value;

use crate::{
    claims::{self, Stamp},
    key_ring::Purpose,
    members::Members,
    person::Person,
    random,
    token::TokenBuilder,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Access,
    Id,
    ClientCredentials,
}

impl Kind {
    pub(crate) fn purpose(self) -> Purpose {
        match self {
            Self::Access | Self::ClientCredentials => Purpose::Access,
            Self::Id => Purpose::Id,
        }
    }
}

impl TokenBuilder {
    /// The claims before the edits of the test.
    pub(crate) fn claims(&self) -> Members {
        let times = self.times();
        let (origin_jti, event_id) = (random::uuid(), random::uuid());
        let stamp = Stamp {
            issuer: self.issuer.issuer(),
            client_id: self.client(),
            origin_jti: Some(&origin_jti),
            event_id: &event_id,
            auth_time: times.issued,
            issued: times.issued,
        };
        match self.kind {
            Kind::Access => {
                claims::access(&self.who(), &stamp, times.expires, &self.scopes_or_default(), true)
            }
            Kind::Id => {
                // As of an access token that nobody kept.
                let hash = random::base64url(16);
                claims::id(&self.who(), &stamp, times.expires, None, Some(&hash))
            }
            Kind::ClientCredentials => claims::machine(
                stamp.issuer,
                stamp.client_id,
                times.issued,
                times.expires,
                &self.scopes_or_default(),
            ),
        }
    }

    fn who(&self) -> Person {
        let mut person = self.person.clone().unwrap_or_else(|| self.made_up_person());
        person.membership.groups.clone_from(&self.groups);
        person
    }

    fn made_up_person(&self) -> Person {
        let username = self.username_or_default();
        let email = format!("{username}@example.com");
        Person {
            username: username.to_owned(),
            sub: random::subject(self.issuer.user_pool_id(), username),
            attributes: vec![
                ("email_verified".to_owned(), Value::Bool(true)),
                ("email".to_owned(), email.into()),
            ],
            ..Person::default()
        }
    }

    fn scopes_or_default(&self) -> Vec<String> {
        let default = || match self.kind {
            Kind::Access | Kind::Id => USER_SCOPES.map(str::to_owned).into(),
            Kind::ClientCredentials => self.machine_scopes(),
        };
        self.scopes.clone().unwrap_or_else(default)
    }

    /// All that the client could ask for. One that the pool does not have is taken for the first.
    fn machine_scopes(&self) -> Vec<String> {
        let pool = &self.issuer.pool;
        let client = pool.client(self.client()).unwrap_or_else(|| pool.first_client());
        pool.config.machine_scopes(client, None).unwrap_or_default()
    }
}

const USER_SCOPES: [&str; 3] = ["aws.cognito.signin.user.admin", "openid", "email"];

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{
        Algorithm, AppClient, ResourceServer, TestClock, TestIssuer, TokenBuilder, UserPool,
        test_verifier,
    };

    fn issuer() -> TestIssuer {
        TestIssuer::builder()
            .user_pool_id("eu-west-1_Pool")
            .client_id("client")
            .algorithm(Algorithm::EdDsa)
            .clock(TestClock::at(1_000_000))
            .offline()
    }

    /// The claims, with those that are new in each token taken out after a look at them.
    fn claims(token: &TokenBuilder, random: &[&str]) -> Value {
        let mut claims = test_verifier::claims(&token.sign());
        for name in random {
            let value = claims.as_object_mut().unwrap().remove(*name);
            assert_eq!(value.unwrap().as_str().unwrap().len(), 36, "{name}");
        }
        claims
    }

    #[test]
    fn an_access_token_of_a_user() {
        let token = issuer().access_token().username("alice").subject("s");

        assert_eq!(
            claims(&token, &["jti", "origin_jti", "event_id"]),
            json!({
                "sub": "s",
                "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool",
                "client_id": "client",
                "token_use": "access",
                "scope": "aws.cognito.signin.user.admin openid email",
                "auth_time": 1_000_000,
                "exp": 1_003_600,
                "iat": 1_000_000,
                "username": "alice",
                "version": 2,
            })
        );
    }

    #[test]
    fn an_id_token() {
        let token = issuer().id_token().username("alice").subject("s");
        let token = token.access_token("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");

        assert_eq!(
            claims(&token, &["jti", "origin_jti", "event_id"]),
            json!({
                "sub": "s",
                "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool",
                "aud": "client",
                "token_use": "id",
                "auth_time": 1_000_000,
                "exp": 1_003_600,
                "iat": 1_000_000,
                "cognito:username": "alice",
                "email": "alice@example.com",
                "email_verified": true,
                "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
            })
        );
    }

    #[test]
    fn an_access_token_of_a_machine() {
        let token = issuer().client_credentials_token();

        assert_eq!(
            claims(&token, &["jti"]),
            json!({
                "sub": "client",
                "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool",
                "client_id": "client",
                "token_use": "access",
                "scope": "test-api/read",
                "auth_time": 1_000_000,
                "exp": 1_003_600,
                "iat": 1_000_000,
                "version": 2,
            })
        );
    }

    #[test]
    fn a_machine_has_the_scopes_that_its_client_may_ask_for() {
        let robot = AppClient::new("robot").scope("openid").scope("orders/read");
        let pool = UserPool::new("eu-west-1_Pool")
            .client(AppClient::new("web"))
            .client(robot)
            .client(AppClient::new("page").scope("openid"))
            .resource_server(ResourceServer::new("orders").scope("read").scope("write"));
        let builder = TestIssuer::builder().user_pool(pool).algorithm(Algorithm::EdDsa);
        let token = builder.offline().client_credentials_token();
        let scope = |client| claims(&token.clone().client_id(client), &["jti"])["scope"].clone();

        assert_eq!(scope("robot"), "orders/read");
        assert_eq!(scope("web"), "orders/read orders/write");
        assert_eq!(scope("stranger"), "orders/read orders/write");
        assert_eq!(scope("page"), Value::Null);
    }

    #[test]
    fn a_user_has_one_sub_and_each_token_its_own_jti() {
        let issuer = issuer();
        let alice = issuer.access_token().username("alice");

        let first = test_verifier::claims(&alice.sign());
        let second = test_verifier::claims(&alice.sign());
        let id = test_verifier::claims(&issuer.id_token().username("alice").sign());
        let bob = test_verifier::claims(&issuer.access_token().username("bob").sign());

        assert_eq!(first["sub"], id["sub"]);
        assert_eq!(first["sub"].as_str().unwrap().len(), 36);
        assert_ne!(first["sub"], bob["sub"]);
        assert_ne!(first["jti"], second["jti"]);
    }

    #[test]
    fn an_id_token_has_a_hash_even_without_its_access_token() {
        let claims = test_verifier::claims(&issuer().id_token().sign());

        assert_eq!(claims["at_hash"].as_str().unwrap().len(), 22);
    }
}
