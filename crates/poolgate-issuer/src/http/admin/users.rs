//! Users of a pool, and the codes that a real pool or an authenticator app would have given them.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Router, extract::Path, http::StatusCode, routing::get};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::{self, Answer, Refused},
    order::{Control, Order},
};
use crate::{config::User, directory::UserView, host::Host, issuer::TestIssuer, refusal::Refusal};

pub(super) fn routes() -> Router<Arc<Host>> {
    Router::new()
        .route("/_test/pools/{pool}/users", get(all).post(add))
        .route("/_test/pools/{pool}/users/{user}", get(one))
        .route("/_test/pools/{pool}/users/{user}/confirmation-code", get(confirmation_code))
        .route("/_test/pools/{pool}/users/{user}/totp-code", get(totp_code))
}

async fn all(Control(issuer): Control) -> Answer {
    let users = issuer.pool.users().into_iter().map(described);
    answer::json(&json!({ "users": users.collect::<Vec<_>>() }))
}

async fn one(Control(issuer): Control, Path(path): Path<Named>) -> Answer {
    answer::json(&described(find(&issuer, &path)?))
}

/// As in the configuration.
async fn add(Control(issuer): Control, Order(user): Order<User>) -> Answer {
    user.check().map_err(|error| Refused::bad(error.place(), error.reason()))?;
    let added = issuer.pool.add_user(&user);
    let added = added.map_err(|refusal| Refused::by_pool(member(&refusal))(refusal))?;
    answer::json(&described(added))
}

/// What of a user the pool cannot take.
fn member(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::ResourceNotFound(_) => "groups",
        Refusal::AliasExists => "attributes",
        _ => "username",
    }
}

async fn confirmation_code(Control(issuer): Control, Path(path): Path<Named>) -> Answer {
    find(&issuer, &path)?;
    code(issuer.confirmation_code(&path.user), "the user has no sign-up to confirm")
}

async fn totp_code(Control(issuer): Control, Path(path): Path<Named>) -> Answer {
    find(&issuer, &path)?;
    code(issuer.totp_code(&path.user), "the user has no authenticator app, or used its codes up")
}

#[derive(Deserialize)]
struct Named {
    user: String,
}

fn find(issuer: &TestIssuer, path: &Named) -> Result<UserView, Refused> {
    issuer.pool.user(&path.user).map_err(Refused::by_pool("user"))
}

fn code(code: Option<String>, missing: &str) -> Answer {
    let code = code.ok_or_else(|| Refused::new(StatusCode::NOT_FOUND, "user", missing))?;
    answer::json(&json!({ "code": code }))
}

fn described(user: UserView) -> Value {
    json!({
        "username": user.username,
        "sub": user.sub,
        "attributes": user.attributes.into_iter().collect::<BTreeMap<_, _>>(),
        "status": user.status.name(),
        "enabled": user.enabled,
        "groups": user.groups,
        "mfa": user.mfa,
        "preferred_mfa": user.preferred_mfa,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing;

    #[tokio::test]
    async fn users_are_shown_as_the_pool_knows_them() {
        let admin = testing::start().await;

        let users = admin.get(&admin.pool("users")).await;
        let alice = admin.get(&admin.pool("users/alice")).await;

        assert_eq!(users["users"].as_array().unwrap().len(), 2);
        assert_eq!(users["users"][0], alice);
        let sub = &admin.issuer.pool.user("alice").unwrap().sub;
        assert_eq!(
            alice,
            json!({
                "username": "alice",
                "sub": sub,
                "attributes": { "sub": sub, "email": "alice@shop.example", "email_verified": "true" },
                "status": "CONFIRMED",
                "enabled": true,
                "groups": ["Admins"],
                "mfa": [],
                "preferred_mfa": null,
            })
        );
    }

    #[tokio::test]
    async fn a_user_is_added_as_in_a_configuration() {
        let admin = testing::start().await;
        let path = admin.pool("users");
        let carol =
            r#"{"username":"carol","groups":["Basic"],"attributes":{"custom:plan":"gold"}}"#;

        let added = admin.post(&path, carol).await;

        assert_eq!((&added["groups"], &added["username"]), (&json!(["Basic"]), &json!("carol")));
        assert_eq!(admin.get(&admin.pool("users/carol")).await, added);
        admin.refuses("POST", &path, carol, 409, "username", "UsernameExistsException").await;
        let body = r#"{"username":"dave","groups":["x"]}"#;
        admin.refuses("POST", &path, body, 404, "groups", "Group x not found.").await;
    }

    #[tokio::test]
    async fn a_user_keeps_the_rules_of_a_configuration() {
        let admin = testing::start().await;
        let path = admin.pool("users");

        for (body, place, reason) in [
            (r#"{"username":"d","gruops":[]}"#, "gruops", "unknown field `gruops`"),
            (r#"{"username":"d e"}"#, "username", "\"d e\" is not a name"),
            (r#"{"username":"d","attributes":{"plan":"x"}}"#, "attributes.plan", "custom:*"),
            (r#"{"username":"d","totp_secret":"!"}"#, "totp_secret", "base32"),
            (r#"{"username":"d","groups":["Basic","Basic"]}"#, "groups[1]", "is there twice"),
        ] {
            admin.refuses("POST", &path, body, 400, place, reason).await;
        }
        assert_eq!(admin.issuer.pool.users().len(), 2);
    }

    #[tokio::test]
    async fn the_code_of_a_sign_up_can_be_read() {
        let admin = testing::start().await;
        let pool = &admin.issuer.pool;
        let email = ("email".to_owned(), "erin@shop.example".to_owned());
        pool.sign_up("erin", "Correct-horse-1", vec![email]).unwrap();

        let path = admin.pool("users/erin/confirmation-code");
        let code = admin.get(&path).await["code"].as_str().unwrap().to_owned();

        pool.confirm_sign_up("erin", &code).unwrap();
        admin.refuses("GET", &path, "", 404, "user", "has no sign-up to confirm").await;
        let path = admin.pool("users/x/confirmation-code");
        admin.refuses("GET", &path, "", 404, "user", "User does not exist.").await;
    }

    #[tokio::test]
    async fn the_code_of_an_authenticator_app_can_be_read() {
        let admin = testing::start().await;

        let code = admin.get(&admin.pool("users/bob/totp-code")).await["code"].clone();

        assert_eq!(code.as_str(), admin.issuer.totp_code("bob").as_deref());
        let path = admin.pool("users/alice/totp-code");
        admin.refuses("GET", &path, "", 404, "user", "has no authenticator app").await;
    }
}
