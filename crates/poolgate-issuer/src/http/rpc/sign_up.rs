//! Users who sign up by themselves.

use serde_json::json;

use super::{Failure, Input, Outcome, nothing, present};
use crate::{config::AppClient, host::Host, refusal::Refusal};

/// The code is not sent anywhere: `TestIssuer::confirmation_code` and the admin API tell it.
pub(super) fn sign_up(host: &Host, input: &Input<'_>) -> Outcome {
    let [client_id, name, password] = input.texts(["ClientId", "Username", "Password"])?;
    let attributes = input.attributes("UserAttributes")?;
    let (pool, client) = host.client(client_id)?;
    check_secret_hash(client, name, input)?;
    let user = pool.sign_up(name, password, attributes)?;
    let delivery = user.delivery.map(|delivery| {
        json!({
            "AttributeName": delivery.attribute,
            "DeliveryMedium": delivery.medium,
            "Destination": delivery.destination,
        })
    });
    Ok(present([
        ("UserConfirmed", false.into()),
        ("UserSub", user.sub.into()),
        ("CodeDeliveryDetails", delivery.into()),
    ]))
}

pub(super) fn confirm_sign_up(host: &Host, input: &Input<'_>) -> Outcome {
    let [client_id, name, code] = input.texts(["ClientId", "Username", "ConfirmationCode"])?;
    let takes_alias = input.flag("ForceAliasCreation")?;
    let (pool, client) = host.client(client_id)?;
    check_secret_hash(client, name, input)?;
    match pool.confirm_sign_up(name, code) {
        Ok(()) => Ok(nothing()),
        // So that nobody learns by it who is there.
        Err(Refusal::UserNotFound) if client.prevent_user_existence_errors => {
            Err(Refusal::ExpiredCode(NEW_CODE).into())
        }
        Err(Refusal::AliasExists) if takes_alias => Err(Failure::invalid(
            "poolgate-issuer leaves ForceAliasCreation out: another user has this alias.",
        )),
        Err(refusal) => Err(refusal.into()),
    }
}

pub(super) fn admin_confirm_sign_up(host: &Host, input: &Input<'_>) -> Outcome {
    let [pool, name] = input.texts(["UserPoolId", "Username"])?;
    host.pool(pool)?.confirm(name)?;
    Ok(nothing())
}

fn check_secret_hash(client: &AppClient, name: &str, input: &Input<'_>) -> Result<(), Failure> {
    Ok(client.check_secret_hash(&[name], input.text("SecretHash")?)?)
}

const NEW_CODE: &str = "Invalid code provided, please request a code again.";

#[cfg(test)]
mod tests {
    use super::{super::test_call::*, *};
    use crate::{AppClient, Mfa, SignInName, TestIssuer, User};

    fn carl(client: &str) -> serde_json::Value {
        json!({"ClientId": client, "Username": "carl", "Password": PASSWORD, "UserAttributes": [
            {"Name": "email", "Value": "carl@shop.example"}, {"Name": "custom:plan", "Value": "gold"},
        ]})
    }

    fn confirm(name: &str, code: &str) -> serde_json::Value {
        json!({"ClientId": "web", "Username": name, "ConfirmationCode": code})
    }

    async fn refuses(
        issuer: &TestIssuer,
        operation: &str,
        input: serde_json::Value,
        expected: (&str, &str),
    ) {
        let refused = refused(issuer, operation, input).await;
        assert_eq!((refused.0.as_str(), refused.1.as_str()), expected);
    }

    #[tokio::test]
    async fn a_user_signs_up_and_confirms() {
        let issuer = issuer().await;
        let output = done(&issuer, "SignUp", carl("web")).await;
        assert_eq!(output["UserConfirmed"], false);
        assert_eq!(
            output["CodeDeliveryDetails"],
            json!({"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "c***@s***"})
        );
        let early = json!({"ClientId": "web", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "carl", "PASSWORD": PASSWORD}});
        let early = refused(&issuer, "InitiateAuth", early).await;
        assert_eq!(early.0, "UserNotConfirmedException");

        let wrong = refused(&issuer, "ConfirmSignUp", confirm("carl", "x")).await;
        assert_eq!(wrong.0, "CodeMismatchException");
        let code = issuer.confirmation_code("carl").unwrap();
        assert_eq!(done(&issuer, "ConfirmSignUp", confirm("carl", &code)).await, json!({}));

        let token = sign_in(&issuer, "web", "carl").await["AccessToken"].take();
        let user = done(&issuer, "GetUser", json!({"AccessToken": token})).await;
        let attributes = user["UserAttributes"].as_array().unwrap();
        assert_eq!(attributes[0]["Value"], output["UserSub"]);
        for (name, value) in [("email_verified", "true"), ("custom:plan", "gold")] {
            assert!(attributes.contains(&json!({"Name": name, "Value": value})), "{attributes:?}");
        }
    }

    #[tokio::test]
    async fn an_administrator_confirms_without_the_code() {
        let issuer = issuer().await;
        done(&issuer, "SignUp", carl("web")).await;
        let input = json!({"UserPoolId": issuer.user_pool_id(), "Username": "carl"});

        assert_eq!(done(&issuer, "AdminConfirmSignUp", input.clone()).await, json!({}));

        sign_in(&issuer, "web", "carl").await;
        let again =
            ("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED");
        refuses(&issuer, "AdminConfirmSignUp", input, again).await;
    }

    #[tokio::test]
    async fn what_a_new_user_may_not_have_is_refused() {
        let issuer = issuer().await;
        let with = |name: &str, value: serde_json::Value| {
            let mut input = carl("web");
            input[name] = value;
            input
        };
        let verified = json!([{"Name": "email_verified", "Value": "true"}]);

        for (input, code) in [
            (with("Username", "Alice".into()), "UsernameExistsException"),
            (with("Password", "weak".into()), "InvalidPasswordException"),
            (with("UserAttributes", verified), "NotAuthorizedException"),
            (with("ClientId", "x".into()), "ResourceNotFoundException"),
            (with("ClientId", "shop".into()), "NotAuthorizedException"),
            (with("SecretHash", "x".into()), "NotAuthorizedException"),
        ] {
            assert_eq!(refused(&issuer, "SignUp", input).await.0, code);
        }
        // printf 'carlshop' | openssl dgst -sha256 -hmac s3cret -binary | base64
        let mut input = carl("shop");
        input["SecretHash"] = "T/1sA+D5gAX+GhUTNIfykJM6fKw0mQStGXncqLYcyzQ=".into();
        done(&issuer, "SignUp", input).await;
    }

    #[tokio::test]
    async fn who_confirms_does_not_learn_who_is_there() {
        let issuer = issuer().await;

        let hidden =
            ("ExpiredCodeException", "Invalid code provided, please request a code again.");
        refuses(&issuer, "ConfirmSignUp", confirm("nobody", "123456"), hidden).await;
        let mut input = confirm("nobody", "123456");
        input["ClientId"] = "none".into();
        let told = ("UserNotFoundException", "User does not exist.");
        refuses(&issuer, "ConfirmSignUp", input, told).await;
    }

    #[tokio::test]
    async fn an_alias_is_not_taken_from_another() {
        let carla = User::new("carla").attribute("email", "carl@shop.example");
        let other = crate::UserPool::new("eu-west-1_B").alias_attribute(SignInName::Email);
        let issuer = started(other.client(AppClient::new("web")).mfa(Mfa::Off).user(carla)).await;
        done(&issuer, "SignUp", carl("web")).await;
        let mut input = confirm("carl", &issuer.confirmation_code("carl").unwrap());

        assert_eq!(
            refused(&issuer, "ConfirmSignUp", input.clone()).await.0,
            "AliasExistsException"
        );
        input["ForceAliasCreation"] = true.into();
        let left_out =
            "poolgate-issuer leaves ForceAliasCreation out: another user has this alias.";
        refuses(&issuer, "ConfirmSignUp", input, ("InvalidParameterException", left_out)).await;
    }
}
