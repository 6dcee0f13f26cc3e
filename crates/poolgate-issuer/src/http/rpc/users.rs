//! What administrators do with users.

use serde_json::{Value, json};

use super::{Failure, Input, Outcome, nothing, pages::page, present, user_filter::Filter};
use crate::{directory::UserView, host::Host};

pub(super) fn admin_create_user(host: &Host, input: &Input<'_>) -> Outcome {
    let [pool, name] = input.texts(["UserPoolId", "Username"])?;
    match input.text("MessageAction")? {
        None | Some("SUPPRESS") => {}
        Some("RESEND") => {
            let message =
                "poolgate-issuer leaves the MessageAction RESEND out: use AdminSetUserPassword.";
            return Err(Failure::invalid(message));
        }
        Some(other) => {
            return Err(Failure::not_one_of("messageAction", other, &["RESEND", "SUPPRESS"]));
        }
    }
    let password = input.text("TemporaryPassword")?;
    let attributes = input.attributes("UserAttributes")?;
    let user = host.pool(pool)?.create_user(name, password, attributes)?;
    Ok(json!({"User": user_type(&user, None)}))
}

pub(super) fn admin_set_user_password(host: &Host, input: &Input<'_>) -> Outcome {
    let [pool, name, password] = input.texts(["UserPoolId", "Username", "Password"])?;
    host.pool(pool)?.set_password(name, password, input.flag("Permanent")?)?;
    Ok(nothing())
}

pub(super) fn admin_get_user(host: &Host, input: &Input<'_>) -> Outcome {
    let [pool, name] = input.texts(["UserPoolId", "Username"])?;
    let user = host.pool(pool)?.user(name)?;
    Ok(present([
        ("Username", user.username.into()),
        ("UserAttributes", pairs(&user.attributes)),
        ("UserCreateDate", user.created.into()),
        ("UserLastModifiedDate", user.modified.into()),
        ("Enabled", user.enabled.into()),
        ("UserStatus", user.status.name().into()),
        ("PreferredMfaSetting", user.preferred_mfa.into()),
        ("UserMFASettingList", Some(user.mfa).filter(|mfa| !mfa.is_empty()).into()),
    ]))
}

pub(super) fn admin_delete_user(host: &Host, input: &Input<'_>) -> Outcome {
    let [pool, name] = input.texts(["UserPoolId", "Username"])?;
    host.pool(pool)?.delete_user(name)?;
    Ok(nothing())
}

pub(super) fn list_users(host: &Host, input: &Input<'_>) -> Outcome {
    let [pool] = input.texts(["UserPoolId"])?;
    let filter = Filter::parse(input.text("Filter")?.unwrap_or_default())?;
    let shown = input.list_of_texts("AttributesToGet")?;
    let mut users = host.pool(pool)?.users();
    users.retain(|user| filter.matches(user));
    let (users, next) = page(input, "PaginationToken", &users)?;
    let users: Vec<_> = users.iter().map(|user| user_type(user, shown.as_deref())).collect();
    Ok(present([("Users", users.into()), ("PaginationToken", next.into())]))
}

/// An `AttributeListType`.
pub(super) fn pairs<'a>(attributes: impl IntoIterator<Item = &'a (String, String)>) -> Value {
    let pairs = attributes.into_iter();
    pairs.map(|(name, value)| json!({"Name": name, "Value": value})).collect()
}

/// A `UserType` with these attributes, or all.
fn user_type(user: &UserView, shown: Option<&[&str]>) -> Value {
    let is_shown = |name: &str| shown.is_none_or(|shown| shown.contains(&name));
    json!({
        "Username": user.username,
        "Attributes": pairs(user.attributes.iter().filter(|(name, _)| is_shown(name))),
        "UserCreateDate": user.created,
        "UserLastModifiedDate": user.modified,
        "Enabled": user.enabled,
        "UserStatus": user.status.name(),
    })
}

#[cfg(test)]
mod tests {
    use super::{super::test_call::*, *};
    use crate::TestIssuer;

    fn of_pool(issuer: &TestIssuer, name: &str, more: &[(&str, Value)]) -> Value {
        let mut input = json!({"UserPoolId": issuer.user_pool_id(), "Username": name});
        for (name, value) in more {
            input[*name] = value.clone();
        }
        input
    }

    #[tokio::test]
    async fn a_created_user_has_a_temporary_password() {
        let issuer = issuer().await;
        let email = json!([{"Name": "email", "Value": "carl@shop.example"}]);
        let more = [
            ("UserAttributes", email),
            ("TemporaryPassword", PASSWORD.into()),
            ("MessageAction", "SUPPRESS".into()),
        ];

        let user = done(&issuer, "AdminCreateUser", of_pool(&issuer, "carl", &more)).await;

        let user = &user["User"];
        assert_eq!((&user["Username"], &user["Enabled"]), (&json!("carl"), &json!(true)));
        assert_eq!(user["UserStatus"], "FORCE_CHANGE_PASSWORD");
        // Numbers, since SDKs do not read texts as times.
        assert_eq!(
            (&user["UserCreateDate"], &user["UserLastModifiedDate"]),
            (&json!(1_000_000), &json!(1_000_000))
        );
        assert_eq!(user["Attributes"][0]["Name"], "sub");
        assert_eq!(user["Attributes"][1], json!({"Name": "email", "Value": "carl@shop.example"}));

        let more = [("Password", "Another-Horse-1".into()), ("Permanent", false.into())];
        done(&issuer, "AdminSetUserPassword", of_pool(&issuer, "carl", &more)).await;
        let user = done(&issuer, "AdminGetUser", of_pool(&issuer, "carl", &[])).await;
        assert_eq!(user["UserStatus"], "FORCE_CHANGE_PASSWORD");
        let more = [("Password", "Third-Horse-1".into()), ("Permanent", true.into())];
        assert_eq!(
            done(&issuer, "AdminSetUserPassword", of_pool(&issuer, "carl", &more)).await,
            json!({})
        );
        let user = done(&issuer, "AdminGetUser", of_pool(&issuer, "carl", &[])).await;
        assert_eq!(user["UserStatus"], "CONFIRMED");
    }

    #[tokio::test]
    async fn a_user_is_read_and_deleted() {
        let issuer = issuer().await;
        let bob = || of_pool(&issuer, "sub-of-bob", &[]);

        let user = done(&issuer, "AdminGetUser", bob()).await;
        assert_eq!(
            user,
            json!({
                "Username": "bob",
                "UserAttributes": [{"Name": "sub", "Value": "sub-of-bob"}],
                "UserCreateDate": 1_000_000,
                "UserLastModifiedDate": 1_000_000,
                "Enabled": true,
                "UserStatus": "CONFIRMED",
                "PreferredMfaSetting": "SOFTWARE_TOKEN_MFA",
                "UserMFASettingList": ["SOFTWARE_TOKEN_MFA"],
            })
        );
        assert_eq!(done(&issuer, "AdminDeleteUser", bob()).await, json!({}));
        for operation in ["AdminGetUser", "AdminDeleteUser"] {
            let gone = refused(&issuer, operation, bob()).await;
            assert_eq!(
                gone,
                ("UserNotFoundException".to_owned(), "User does not exist.".to_owned())
            );
        }
    }

    #[tokio::test]
    async fn what_does_not_fit_is_named() {
        let issuer = issuer().await;
        let action = |name: &str| of_pool(&issuer, "carl", &[("MessageAction", name.into())]);
        let weak = [("TemporaryPassword", "weak".into())];
        let mut no_pool = of_pool(&issuer, "carl", &[]);
        no_pool["UserPoolId"] = "eu-west-1_X".into();

        for (input, code, message) in [
            (of_pool(&issuer, "ALICE", &[]), "UsernameExistsException", "User already exists"),
            (
                of_pool(&issuer, "carl", &weak),
                "InvalidPasswordException",
                "Password did not conform with policy: Password not long enough",
            ),
            (no_pool, "ResourceNotFoundException", "User pool eu-west-1_X does not exist."),
            (
                action("RESEND"),
                "InvalidParameterException",
                "poolgate-issuer leaves the MessageAction RESEND out: use AdminSetUserPassword.",
            ),
            (
                action("SING"),
                "InvalidParameterException",
                "1 validation error detected: Value 'SING' at 'messageAction' failed to satisfy constraint: Member must satisfy enum value set: [RESEND, SUPPRESS]",
            ),
        ] {
            let refused = refused(&issuer, "AdminCreateUser", input).await;
            assert_eq!((refused.0.as_str(), refused.1.as_str()), (code, message));
        }
    }

    #[tokio::test]
    async fn users_are_listed_by_pages_and_filters() {
        let issuer = issuer().await;
        let pool = issuer.user_pool_id();
        let names = |output: &Value| {
            let users = output["Users"].as_array().unwrap().iter();
            users.map(|user| user["Username"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
        };

        let first = done(&issuer, "ListUsers", json!({"UserPoolId": pool, "Limit": 2})).await;
        assert_eq!(names(&first), "alice bob");
        let input = json!({"UserPoolId": pool, "PaginationToken": first["PaginationToken"]});
        let second = done(&issuer, "ListUsers", input).await;
        assert_eq!((names(&second).as_str(), second.get("PaginationToken")), ("new", None));

        let input = json!({"UserPoolId": pool, "Filter": "email = \"alice@shop.example\"", "AttributesToGet": ["email"]});
        let found = done(&issuer, "ListUsers", input).await;
        assert_eq!(names(&found), "alice");
        assert_eq!(
            found["Users"][0]["Attributes"],
            json!([{"Name": "email", "Value": "alice@shop.example"}])
        );
    }
}
