//! Groups of a pool, and who is in them.

use std::sync::Arc;

use axum::{
    Router,
    extract::Path,
    routing::{get, put},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::{self, Answer, Refused},
    order::{Control, Order},
};
use crate::{config::Group, host::Host, refusal::Refusal};

pub(super) fn routes() -> Router<Arc<Host>> {
    Router::new()
        .route("/_test/pools/{pool}/groups", get(all).post(create))
        .route("/_test/pools/{pool}/users/{user}/groups/{group}", put(add).delete(remove))
}

async fn all(Control(issuer): Control) -> Answer {
    let groups = issuer.pool.groups();
    let groups = groups.iter().map(|view| described(&view.group));
    answer::json(&json!({ "groups": groups.collect::<Vec<_>>() }))
}

/// As in the configuration.
async fn create(Control(issuer): Control, Order(group): Order<Group>) -> Answer {
    group.check().map_err(|error| Refused::bad(error.place(), error.reason()))?;
    let created = issuer.pool.create_group(group).map_err(Refused::by_pool("name"))?;
    answer::json(&described(&created.group))
}

async fn add(Control(issuer): Control, Path(it): Path<Membership>) -> Answer {
    told(issuer.pool.add_to_group(&it.user, &it.group))
}

async fn remove(Control(issuer): Control, Path(it): Path<Membership>) -> Answer {
    told(issuer.pool.remove_from_group(&it.user, &it.group))
}

fn told(changed: Result<(), Refusal>) -> Answer {
    changed.map_err(|refusal| {
        let is_user = matches!(refusal, Refusal::UserNotFound);
        Refused::by_pool(if is_user { "user" } else { "group" })(refusal)
    })?;
    answer::done()
}

#[derive(Deserialize)]
struct Membership {
    user: String,
    group: String,
}

fn described(group: &Group) -> Value {
    json!({
        "name": group.name,
        "description": group.description,
        "precedence": group.precedence,
        "role_arn": group.role_arn,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing;

    #[tokio::test]
    async fn groups_are_listed_as_configured() {
        let admin = testing::start().await;

        let groups = admin.get(&admin.pool("groups")).await;

        let [admins, basic] = [0, 1].map(|index| groups["groups"][index].clone());
        assert_eq!((&admins["name"], &admins["precedence"]), (&json!("Admins"), &json!(1)));
        assert_eq!((&basic["name"], &basic["precedence"]), (&json!("Basic"), &json!(null)));
    }

    #[tokio::test]
    async fn a_group_is_created_as_in_a_configuration() {
        let admin = testing::start().await;
        let path = admin.pool("groups");

        let created = admin.post(&path, r#"{"name":"Premium","precedence":5}"#).await;

        assert_eq!(admin.get(&path).await["groups"][2], created);
        assert_eq!((&created["name"], &created["precedence"]), (&json!("Premium"), &json!(5)));
        for (body, status, place, reason) in [
            (r#"{"name":"Premium"}"#, 409, "name", "GroupExistsException"),
            (r#"{"name":"a b"}"#, 400, "name", "\"a b\" is not a name"),
            (r#"{"name":"A","role_arn":"Admins"}"#, 400, "role_arn", "is not a role"),
            (r#"{"name":"A","precedence":-1}"#, 400, "precedence", "invalid value"),
        ] {
            admin.refuses("POST", &path, body, status, place, reason).await;
        }
    }

    #[tokio::test]
    async fn a_user_joins_and_leaves_a_group() {
        let admin = testing::start().await;
        let path = admin.pool("users/alice/groups/Basic");
        let groups = || admin.issuer.pool.user("alice").unwrap().groups;

        admin.put(&path, String::new()).await;
        assert_eq!(groups(), ["Admins", "Basic"]);
        admin.delete(&path).await;
        assert_eq!(groups(), ["Admins"]);

        let path = admin.pool("users/alice/groups/x");
        admin.refuses("PUT", &path, "", 404, "group", "Group not found.").await;
        let path = admin.pool("users/x/groups/Basic");
        admin.refuses("DELETE", &path, "", 404, "user", "User does not exist.").await;
    }
}
