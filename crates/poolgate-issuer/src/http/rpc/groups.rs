//! What administrators do with groups.

use serde_json::{Value, json};

use super::{Input, Outcome, nothing, pages::page, present};
use crate::{config::Group, directory::GroupView, host::Host, pool::Pool};

pub(super) fn create_group(host: &Host, input: &Input<'_>) -> Outcome {
    let [pool, name] = input.texts(["UserPoolId", "GroupName"])?;
    let mut group = Group::new(name);
    group.description = input.text("Description")?.map(str::to_owned);
    group.role_arn = input.text("RoleArn")?.map(str::to_owned);
    group.precedence = input.number("Precedence")?;
    let pool = host.pool(pool)?;
    let group = pool.create_group(group)?;
    Ok(json!({"Group": group_type(pool, &group)}))
}

pub(super) fn list_groups(host: &Host, input: &Input<'_>) -> Outcome {
    let [pool] = input.texts(["UserPoolId"])?;
    let pool = host.pool(pool)?;
    listed(pool, input, &pool.groups())
}

pub(super) fn admin_add_user_to_group(host: &Host, input: &Input<'_>) -> Outcome {
    let [pool, name, group] = input.texts(["UserPoolId", "Username", "GroupName"])?;
    host.pool(pool)?.add_to_group(name, group)?;
    Ok(nothing())
}

pub(super) fn admin_remove_user_from_group(host: &Host, input: &Input<'_>) -> Outcome {
    let [pool, name, group] = input.texts(["UserPoolId", "Username", "GroupName"])?;
    host.pool(pool)?.remove_from_group(name, group)?;
    Ok(nothing())
}

pub(super) fn admin_list_groups_for_user(host: &Host, input: &Input<'_>) -> Outcome {
    let [name, pool] = input.texts(["Username", "UserPoolId"])?;
    let pool = host.pool(pool)?;
    let of_user = pool.user(name)?.groups;
    let mut groups = pool.groups();
    groups.retain(|view| of_user.contains(&view.group.name));
    listed(pool, input, &groups)
}

fn listed(pool: &Pool, input: &Input<'_>, groups: &[GroupView]) -> Outcome {
    let (groups, next) = page(input, "NextToken", groups)?;
    let groups: Vec<_> = groups.iter().map(|group| group_type(pool, group)).collect();
    Ok(present([("Groups", groups.into()), ("NextToken", next.into())]))
}

/// A `GroupType`.
fn group_type(pool: &Pool, view: &GroupView) -> Value {
    let group = &view.group;
    present([
        ("GroupName", group.name.as_str().into()),
        ("UserPoolId", pool.id.as_str().into()),
        ("Description", group.description.as_deref().into()),
        ("RoleArn", group.role_arn.as_deref().into()),
        ("Precedence", group.precedence.into()),
        ("LastModifiedDate", view.modified.into()),
        ("CreationDate", view.created.into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::{super::test_call::*, *};
    use crate::test_verifier::claims;

    #[tokio::test]
    async fn a_group_is_created_and_listed() {
        let issuer = issuer().await;
        let pool = issuer.user_pool_id();
        let arn = "arn:aws:iam::123456789012:role/Staff";
        let staff = json!({
            "UserPoolId": pool, "GroupName": "Staff", "Description": "All", "RoleArn": arn, "Precedence": 0,
        });

        let output = done(&issuer, "CreateGroup", staff.clone()).await;

        let mut expected = staff.clone();
        expected["CreationDate"] = json!(1_000_000);
        expected["LastModifiedDate"] = json!(1_000_000);
        assert_eq!(output, json!({"Group": expected}));
        let list = done(&issuer, "ListGroups", json!({"UserPoolId": pool})).await;
        let admins = json!({"GroupName": "Admins", "UserPoolId": pool, "CreationDate": 1_000_000, "LastModifiedDate": 1_000_000});
        assert_eq!(list, json!({"Groups": [admins, expected]}));
        assert_eq!(refused(&issuer, "CreateGroup", staff).await.0, "GroupExistsException");
        let arn = json!({"UserPoolId": pool, "GroupName": "Guests", "RoleArn": "Guests"});
        assert_eq!(refused(&issuer, "CreateGroup", arn).await.0, "InvalidParameterException");
    }

    #[tokio::test]
    async fn users_come_and_go_and_tokens_show_it() {
        let issuer = issuer().await;
        let pool = issuer.user_pool_id();
        done(&issuer, "CreateGroup", json!({"UserPoolId": pool, "GroupName": "Staff"})).await;
        let of_alice =
            |group: &str| json!({"UserPoolId": pool, "Username": "alice", "GroupName": group});

        assert_eq!(done(&issuer, "AdminAddUserToGroup", of_alice("Staff")).await, json!({}));
        assert_eq!(done(&issuer, "AdminRemoveUserFromGroup", of_alice("Admins")).await, json!({}));

        let input = json!({"UserPoolId": pool, "Username": "alice"});
        let list = done(&issuer, "AdminListGroupsForUser", input).await;
        assert_eq!(list["Groups"].as_array().map(Vec::len), Some(1));
        assert_eq!(list["Groups"][0]["GroupName"], "Staff");
        let tokens = sign_in(&issuer, "web", "alice").await;
        for token in ["AccessToken", "IdToken"] {
            let claims = claims(tokens[token].as_str().unwrap());
            assert_eq!(claims["cognito:groups"], json!(["Staff"]));
        }
    }

    #[tokio::test]
    async fn user_and_group_have_to_be_there() {
        let issuer = issuer().await;
        let pool = issuer.user_pool_id();

        for operation in ["AdminAddUserToGroup", "AdminRemoveUserFromGroup"] {
            for (name, group, code) in [
                ("alice", "Staff", "ResourceNotFoundException"),
                ("nobody", "Admins", "UserNotFoundException"),
            ] {
                let input = json!({"UserPoolId": pool, "Username": name, "GroupName": group});
                assert_eq!(refused(&issuer, operation, input).await.0, code);
            }
        }
    }
}
