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
    order::Control,
};
use crate::{config::Group, host::Host};

pub(super) fn routes() -> Router<Arc<Host>> {
    Router::new()
        .route("/_test/pools/{pool}/groups", get(all))
        .route("/_test/pools/{pool}/users/{user}/groups/{group}", put(add).delete(remove))
}

async fn all(Control(issuer): Control) -> Answer {
    let groups = issuer.pool.groups();
    let groups = groups.iter().map(|view| described(&view.group));
    answer::json(&json!({ "groups": groups.collect::<Vec<_>>() }))
}

async fn add(Control(issuer): Control, Path(it): Path<Membership>) -> Answer {
    let added = issuer.pool.add_to_group(&it.user, &it.group);
    added.map_err(Refused::by_pool("path"))?;
    answer::done()
}

async fn remove(Control(issuer): Control, Path(it): Path<Membership>) -> Answer {
    let removed = issuer.pool.remove_from_group(&it.user, &it.group);
    removed.map_err(Refused::by_pool("path"))?;
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
    async fn a_user_joins_and_leaves_a_group() {
        let admin = testing::start().await;
        let path = admin.pool("users/alice/groups/Basic");
        let groups = || admin.issuer.pool.user("alice").unwrap().groups;

        admin.put(&path, String::new()).await;
        assert_eq!(groups(), ["Admins", "Basic"]);
        admin.delete(&path).await;
        assert_eq!(groups(), ["Admins"]);

        let path = admin.pool("users/alice/groups/x");
        admin.refuses("PUT", &path, "", 404, "path", "Group not found.").await;
        let path = admin.pool("users/x/groups/Basic");
        admin.refuses("DELETE", &path, "", 404, "path", "User does not exist.").await;
    }
}
