//! The rules that a configuration has to keep beyond its grammar.

use super::{
    Config, PasswordPolicy, ResourceServer, SignInName, UserPool, check_client, check_user, names,
    places::{Checked, each, each_text, ensure, unique, unique_in, unique_texts},
};

pub(super) fn config(config: &Config) -> Checked {
    let pools = &config.user_pools;
    ensure(!pools.is_empty(), "user_pools", || "there has to be one".to_owned())?;
    let ids = pools.iter().enumerate();
    unique(ids.map(|(at, pool)| (format!("user_pools[{at}].id"), pool.id.clone())))?;
    unique(pools.iter().enumerate().flat_map(|(at, pool)| {
        let clients = pool.clients.iter().enumerate();
        clients.map(move |(client, it)| {
            (format!("user_pools[{at}].clients[{client}].id"), it.id.clone())
        })
    }))?;
    each("user_pools", pools, pool)
}

fn pool(pool: &UserPool) -> Checked {
    ensure(names::region(&pool.id).is_some(), "id", || {
        format!("{:?} is not a user pool id such as \"eu-west-1_AbCdEf123\"", pool.id)
    })?;
    password_policy(&pool.password_policy).map_err(|error| error.within("password_policy"))?;
    sign_in_names(pool)?;
    each("resource_servers", &pool.resource_servers, resource_server)?;
    unique_in("resource_servers", "identifier", &pool.resource_servers, |it| &it.identifier)?;
    each("clients", &pool.clients, |client| check_client::client(pool, client))?;
    check_user::groups(pool)?;
    check_user::users(pool)
}

fn password_policy(policy: &PasswordPolicy) -> Checked {
    let within = |place: &str, value: u16, low: u16, high: u16| {
        ensure((low..=high).contains(&value), place, || {
            format!("{value} is not within {low} and {high}")
        })
    };
    within("minimum_length", policy.minimum_length.into(), 6, 99)?;
    within("history_size", policy.history_size.into(), 0, 24)?;
    within("temporary_password_days", policy.temporary_password_days, 1, 365)
}

fn sign_in_names(pool: &UserPool) -> Checked {
    let both = !pool.username_attributes.is_empty() && !pool.alias_attributes.is_empty();
    ensure(!both, "alias_attributes", || {
        "a pool has username_attributes or alias_attributes, not both".to_owned()
    })?;
    let preferred = SignInName::PreferredUsername;
    let place = pool.username_attributes.iter().position(|name| *name == preferred);
    ensure(place.is_none(), &format!("username_attributes[{}]", place.unwrap_or_default()), || {
        "preferred_username can only be an alias attribute".to_owned()
    })
}

fn resource_server(server: &ResourceServer) -> Checked {
    ensure(names::is_resource_server(&server.identifier), "identifier", || {
        format!("{:?} is not an identifier of visible ASCII without \" and \\", server.identifier)
    })?;
    each_text("scopes", &server.scopes, |scope| {
        (!names::is_scope_name(scope))
            .then(|| format!("{scope:?} is not the name of a scope: visible ASCII without \" / \\"))
    })?;
    unique_texts("scopes", &server.scopes)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn refuses(pool: &Value, shown: &str) {
        let config = json!({ "user_pools": [pool] }).to_string();
        assert_eq!(Config::from_json(&config).unwrap_err().to_string(), shown);
    }

    /// A pool with this member.
    fn with(member: &str, value: Value) -> Value {
        let mut pool = json!({"id": "eu-west-1_A"});
        pool[member] = value;
        pool
    }

    #[test]
    fn a_pool_is_only_its_id() {
        assert!(Config::from_json(r#"{"user_pools": [{"id": "eu-west-1_A"}]}"#).is_ok());
        refuses(
            &json!({"id": "pool"}),
            "user_pools[0].id: \"pool\" is not a user pool id such as \"eu-west-1_AbCdEf123\"",
        );
    }

    #[test]
    fn a_configuration_has_a_pool() {
        let refused = Config::from_json(r#"{"user_pools": []}"#).unwrap_err();
        assert_eq!(refused.to_string(), "user_pools: there has to be one");
    }

    #[test]
    fn a_pool_has_username_attributes_or_aliases() {
        let mut pool = with("username_attributes", json!(["email"]));
        pool["alias_attributes"] = json!(["email", "preferred_username"]);
        refuses(
            &pool,
            "user_pools[0].alias_attributes: \
             a pool has username_attributes or alias_attributes, not both",
        );
        refuses(
            &with("username_attributes", json!(["email", "preferred_username"])),
            "user_pools[0].username_attributes[1]: \
             preferred_username can only be an alias attribute",
        );
    }

    #[test]
    fn the_password_policy_keeps_to_the_bounds_of_cognito() {
        for (member, value, low, high) in [
            ("minimum_length", 5, 6, 99),
            ("minimum_length", 100, 6, 99),
            ("history_size", 25, 0, 24),
            ("temporary_password_days", 0, 1, 365),
            ("temporary_password_days", 366, 1, 365),
        ] {
            refuses(
                &with("password_policy", json!({ member: value })),
                &format!(
                    "user_pools[0].password_policy.{member}: {value} is not within {low} and {high}"
                ),
            );
        }
    }

    #[test]
    fn names_are_there_once() {
        for (list, member, place) in [
            ("groups", "name", "groups[1].name"),
            ("users", "username", "users[1].username"),
            ("resource_servers", "identifier", "resource_servers[1].identifier"),
            ("clients", "id", "clients[1].id"),
        ] {
            refuses(
                &with(list, json!([{ member: "x" }, { member: "x" }])),
                &format!("user_pools[0].{place}: \"x\" is there twice"),
            );
        }
        refuses(
            &with("users", json!([{"username": "Alice"}, {"username": "alice"}])),
            "user_pools[0].users[1].username: \"alice\" is there twice",
        );
        refuses(
            &with("resource_servers", json!([{"identifier": "a", "scopes": ["r", "r"]}])),
            "user_pools[0].resource_servers[0].scopes[1]: \"r\" is there twice",
        );
    }

    #[test]
    fn pools_share_no_ids() {
        let config = Config::new([UserPool::new("eu-west-1_A"), UserPool::new("eu-west-1_A")]);
        assert_eq!(config.check().unwrap_err().place(), "user_pools[1].id");

        let pool = |id| UserPool::new(id).client(crate::AppClient::new("web"));
        let config = Config::new([pool("eu-west-1_A"), pool("eu-west-1_B")]);
        assert_eq!(config.check().unwrap_err().place(), "user_pools[1].clients[0].id");
    }

    #[test]
    fn names_follow_the_service_model() {
        for (list, item, shown) in [
            (
                "groups",
                json!({"name": "two words"}),
                "name: \"two words\" is not a name of 1 to 128 characters without spaces",
            ),
            (
                "groups",
                json!({"name": "A", "role_arn": "Admins"}),
                "role_arn: \"Admins\" is not a role such as \
                 \"arn:aws:iam::123456789012:role/Admins\"",
            ),
            (
                "users",
                json!({"username": ""}),
                "username: \"\" is not a name of 1 to 128 characters without spaces",
            ),
            (
                "users",
                json!({"username": "a", "attributes": {"plan": "gold"}}),
                "attributes.plan: \"plan\" is neither a standard attribute nor custom:*",
            ),
            (
                "users",
                json!({"username": "a", "totp_secret": "1"}),
                "totp_secret: this is not base32",
            ),
            (
                "resource_servers",
                json!({"identifier": "a b"}),
                "identifier: \"a b\" is not an identifier of visible ASCII without \" and \\",
            ),
            (
                "resource_servers",
                json!({"identifier": "a", "scopes": ["x", "b/c"]}),
                "scopes[1]: \"b/c\" is not the name of a scope: visible ASCII without \" / \\",
            ),
        ] {
            refuses(&with(list, json!([item])), &format!("user_pools[0].{list}[0].{shown}"));
        }
    }
}
