//! The rules of app clients.

use std::{ops::RangeInclusive, time::Duration};

use super::{
    AppClient, UserPool,
    attributes::is_known_attribute,
    callback_url, names,
    places::{Checked, each_text, ensure, unique_texts},
};
use crate::Flow;

pub(super) fn client(pool: &UserPool, client: &AppClient) -> Checked {
    ensure(names::is_client_id(&client.id), "id", || {
        format!("{:?} is not a client id: letters, digits, _ and +", client.id)
    })?;
    ensure(client.secret.as_deref() != Some(""), "secret", || "it is empty".to_owned())?;
    flows(client)?;
    scopes(pool, client)?;
    urls("callback_urls", &client.callback_urls)?;
    urls("logout_urls", &client.logout_urls)?;
    each_text("read_attributes", client.read_attributes.as_deref().unwrap_or_default(), |name| {
        (!is_known_attribute(name))
            .then(|| format!("{name:?} is neither a standard attribute nor custom:*"))
    })?;
    lifetimes(client)
}

fn flows(client: &AppClient) -> Checked {
    let flows = client.flows.as_deref().unwrap_or_default();
    let misfit = flows.iter().position(|flow| !client.fits(*flow));
    let place = format!("flows[{}]", misfit.unwrap_or_default());
    ensure(misfit.is_none(), &place, || match misfit.map(|at| flows[at]) {
        Some(Flow::ClientCredentials) => "client_credentials needs a secret".to_owned(),
        _ => "refresh_token cannot go with refresh_rotation".to_owned(),
    })
}

fn scopes(pool: &UserPool, client: &AppClient) -> Checked {
    let scopes = client.scopes.as_deref().unwrap_or_default();
    each_text("scopes", scopes, |scope| {
        let reason = if scope.contains('/') {
            "is not a scope of a resource server of this pool"
        } else {
            "is neither a standard scope nor \"{resource server}/{scope}\""
        };
        (!pool.has_scope(scope)).then(|| format!("{scope:?} {reason}"))
    })?;
    unique_texts("scopes", scopes)
}

fn urls(list: &str, urls: &[String]) -> Checked {
    each_text(list, urls, |url| {
        callback_url::refusal(url).map(|reason| format!("{url:?} {reason}"))
    })?;
    unique_texts(list, urls)
}

fn lifetimes(client: &AppClient) -> Checked {
    within("access_token_seconds", client.access_token_lifetime, 300..=86_400)?;
    within("id_token_seconds", client.id_token_lifetime, 300..=86_400)?;
    within("refresh_token_seconds", client.refresh_token_lifetime, 3_600..=315_360_000)?;
    within("auth_session_seconds", client.auth_session_lifetime, 180..=900)?;
    let rotation = client.refresh_rotation.unwrap_or_default();
    within("refresh_rotation.grace_seconds", rotation.grace, 0..=60)
}

fn within(place: &str, time: Duration, bounds: RangeInclusive<u64>) -> Checked {
    let is_whole = time.subsec_nanos() == 0;
    ensure(is_whole && bounds.contains(&time.as_secs()), place, || {
        let seconds = time.as_secs_f64();
        format!("{seconds} is not within {} and {} seconds", bounds.start(), bounds.end())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::Config;

    fn result(members: &Value) -> Result<Config, String> {
        let mut client = json!({"id": "web"});
        for (name, value) in members.as_object().unwrap() {
            client[name] = value.clone();
        }
        let servers = json!([{"identifier": "orders", "scopes": ["read"]}]);
        let pool = json!({"id": "eu-west-1_A", "clients": [client], "resource_servers": servers});
        let config = json!({ "user_pools": [pool] }).to_string();
        Config::from_json(&config).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn accepts(members: &Value) {
        assert_eq!(result(members).err(), None);
    }

    #[track_caller]
    fn refuses(members: &Value, shown: &str) {
        assert_eq!(result(members).unwrap_err(), format!("user_pools[0].clients[0].{shown}"));
    }

    #[test]
    fn ids_and_secrets_are_not_empty() {
        refuses(
            &json!({"id": "my-app"}),
            "id: \"my-app\" is not a client id: letters, digits, _ and +",
        );
        refuses(&json!({"secret": ""}), "secret: it is empty");
    }

    #[test]
    fn flows_fit_the_client() {
        accepts(&json!({"flows": ["code", "refresh_token", "user_password"]}));
        accepts(&json!({"flows": ["client_credentials"], "secret": "s"}));
        refuses(
            &json!({"flows": ["code", "client_credentials"]}),
            "flows[1]: client_credentials needs a secret",
        );
        refuses(
            &json!({"flows": ["refresh_token"], "refresh_rotation": {}}),
            "flows[0]: refresh_token cannot go with refresh_rotation",
        );
    }

    #[test]
    fn scopes_are_standard_or_of_a_resource_server() {
        accepts(&json!({"scopes": ["openid", "aws.cognito.signin.user.admin", "orders/read"]}));
        refuses(
            &json!({"scopes": ["openid", "orders/write"]}),
            "scopes[1]: \"orders/write\" is not a scope of a resource server of this pool",
        );
        refuses(
            &json!({"scopes": ["offline_access"]}),
            "scopes[0]: \"offline_access\" is neither a standard scope nor \
             \"{resource server}/{scope}\"",
        );
        refuses(&json!({"scopes": ["openid", "openid"]}), "scopes[1]: \"openid\" is there twice");
    }

    #[test]
    fn urls_are_checked() {
        accepts(&json!({"callback_urls": ["https://a/b"], "logout_urls": ["app://x"]}));
        refuses(
            &json!({"callback_urls": ["https://a", "http://a"]}),
            "callback_urls[1]: \"http://a\" is http, \
             which is allowed for localhost, 127.0.0.1 and [::1] only",
        );
        refuses(
            &json!({"logout_urls": ["https://a#b"]}),
            "logout_urls[0]: \"https://a#b\" has a fragment",
        );
        refuses(
            &json!({"read_attributes": ["plan"]}),
            "read_attributes[0]: \"plan\" is neither a standard attribute nor custom:*",
        );
    }

    #[test]
    fn lifetimes_keep_to_the_bounds_of_cognito() {
        for (member, low, high) in [
            ("access_token_seconds", 300, 86_400),
            ("id_token_seconds", 300, 86_400),
            ("refresh_token_seconds", 3_600, 315_360_000),
            ("auth_session_seconds", 180, 900),
        ] {
            accepts(&json!({ member: low }));
            accepts(&json!({ member: high }));
            for outside in [low - 1, high + 1] {
                refuses(
                    &json!({ member: outside }),
                    &format!("{member}: {outside} is not within {low} and {high} seconds"),
                );
            }
        }
        accepts(&json!({"refresh_rotation": {"grace_seconds": 60}}));
        refuses(
            &json!({"refresh_rotation": {"grace_seconds": 61}}),
            "refresh_rotation.grace_seconds: 61 is not within 0 and 60 seconds",
        );
    }
}
