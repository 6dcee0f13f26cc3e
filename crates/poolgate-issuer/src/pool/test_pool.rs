//! A pool with someone of every kind, for the tests of its tokens.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::{Pool, SignIn};
use crate::{
    Algorithm, AppClient, Group, Mfa, ResourceServer, TestClock, TestIssuer, User, UserPool,
    UserStatus, grant::Grant, test_verifier::claims,
};

pub(super) const ARN: &str = "arn:aws:iam::123456789012:role/";

pub(super) fn settings() -> UserPool {
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
        .user(User::federated("Google", "1057").subject("g").attribute("email", "g@example.com"))
}

pub(super) fn issuer(pool: UserPool) -> TestIssuer {
    TestIssuer::builder()
        .user_pool(pool)
        .algorithm(Algorithm::EdDsa)
        .clock(TestClock::at(1_000_000))
        .offline()
}

pub(super) fn pool() -> Arc<Pool> {
    Arc::clone(&issuer(settings()).pool)
}

pub(super) fn grant(pool: &Pool, client: &str, name: &str, scopes: &str) -> Grant {
    let login = pool.sign_in_without_password(pool.client(client).unwrap(), name).unwrap();
    Grant::oauth(&login, scopes.split(' ').map(str::to_owned).collect())
}

/// The claims of both tokens, with those that are new in each taken out after a look at them.
pub(super) fn tokens(pool: &Pool, grant: Grant) -> (Value, Value) {
    let tokens = pool.tokens(grant).unwrap();
    let both = [tokens.access_token, tokens.id_token.unwrap_or_default()];
    let [access, id] = both.map(|token| {
        let mut claims = if token.is_empty() { json!({}) } else { claims(&token) };
        for name in RANDOM {
            let value = claims.as_object_mut().unwrap().remove(name);
            assert_eq!(value.map_or(36, |text| text.as_str().unwrap().len()), 36, "{name}");
        }
        claims
    });
    (access, id)
}

const RANDOM: [&str; 3] = ["jti", "origin_jti", "event_id"];

/// People who sign in with the password `pw`: alice, bob with an app, and one who has to set a new password.
pub(super) fn people(mfa: Mfa) -> Arc<Pool> {
    let user = |name: &str| User::new(name).password("pw");
    let pool = UserPool::new("eu-west-1_A")
        .mfa(mfa)
        .client(AppClient::new("web"))
        .client(AppClient::new("app"))
        .user(user("alice"))
        .user(user("bob").totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
        .user(user("new").status(UserStatus::ForceChangePassword));
    let builder = TestIssuer::builder().user_pool(pool).algorithm(Algorithm::EdDsa);
    Arc::clone(&builder.clock(TestClock::at(1_000_000)).offline().pool)
}

pub(super) fn sign_in(pool: &Pool, name: &str) -> SignIn {
    pool.sign_in(pool.first_client(), name, "pw").unwrap()
}
