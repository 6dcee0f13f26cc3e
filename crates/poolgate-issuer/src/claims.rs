//! The claims of Cognito's tokens, in the order and the types in which Cognito writes them.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::{key_ring::Purpose, members::Members, random, token::TokenBuilder};

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

/// When a token was made and ends, in Unix seconds.
pub(crate) struct Times {
    pub(crate) issued: u64,
    pub(crate) expires: u64,
}

pub(crate) fn of(token: &TokenBuilder) -> Members {
    match token.kind {
        Kind::Access => access(token),
        Kind::Id => id(token),
        Kind::ClientCredentials => client_credentials(token),
    }
}

fn access(token: &TokenBuilder) -> Members {
    let times = token.times();
    let mut claims = Members::default();
    claims.set("sub", token.subject_of_user());
    set_groups(&mut claims, token);
    claims.set("iss", token.issuer.issuer());
    claims.set("version", 2);
    claims.set("client_id", token.client());
    claims.set("origin_jti", random::uuid());
    claims.set("event_id", random::uuid());
    claims.set("token_use", "access");
    set_scope(&mut claims, token, USER_SCOPE);
    set_times(&mut claims, &times);
    claims.set("jti", random::uuid());
    claims.set("username", token.username_or_default());
    claims
}

fn id(token: &TokenBuilder) -> Members {
    let times = token.times();
    let mut claims = Members::default();
    claims.set("at_hash", some_hash());
    claims.set("sub", token.subject_of_user());
    set_groups(&mut claims, token);
    claims.set("email_verified", true);
    claims.set("iss", token.issuer.issuer());
    claims.set("cognito:username", token.username_or_default());
    claims.set("origin_jti", random::uuid());
    claims.set("aud", token.client());
    claims.set("event_id", random::uuid());
    claims.set("token_use", "id");
    set_times(&mut claims, &times);
    claims.set("jti", random::uuid());
    claims.set("email", format!("{}@example.com", token.username_or_default()));
    claims
}

fn client_credentials(token: &TokenBuilder) -> Members {
    let times = token.times();
    let mut claims = Members::default();
    claims.set("sub", token.client());
    claims.set("token_use", "access");
    set_scope(&mut claims, token, MACHINE_SCOPE);
    set_times(&mut claims, &times);
    claims.set("iss", token.issuer.issuer());
    claims.set("version", 2);
    claims.set("jti", random::uuid());
    claims.set("client_id", token.client());
    claims
}

/// A user without groups has no such claim: Cognito never writes an empty list.
fn set_groups(claims: &mut Members, token: &TokenBuilder) {
    if !token.groups.is_empty() {
        claims.set("cognito:groups", token.groups.clone());
    }
}

fn set_scope(claims: &mut Members, token: &TokenBuilder, default: &str) {
    match &token.scopes {
        None => claims.set("scope", default),
        Some(scopes) if scopes.is_empty() => {}
        Some(scopes) => claims.set("scope", scopes.join(" ")),
    }
}

fn set_times(claims: &mut Members, times: &Times) {
    claims.set("auth_time", times.issued);
    claims.set("exp", times.expires);
    claims.set("iat", times.issued);
}

/// As of an access token that nobody kept.
fn some_hash() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(random::bytes::<16>())
}

const USER_SCOPE: &str = "aws.cognito.signin.user.admin openid email";
const MACHINE_SCOPE: &str = "test-api/read";

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{Algorithm, TestClock, TestIssuer, TokenBuilder, test_verifier};

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
