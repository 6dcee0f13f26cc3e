//! Signing in with a password or a refresh token.

use super::{Failure, Input, Outcome, refresh, step::step};
use crate::{
    config::{AppClient, Flow},
    host::Host,
    pool::Pool,
    refusal::Refusal,
};

pub(super) fn initiate_auth(host: &Host, input: &Input<'_>) -> Outcome {
    let [flow, client_id] = input.texts(["AuthFlow", "ClientId"])?;
    let (pool, client) = host.client(client_id)?;
    let parameters = input.structure("AuthParameters")?;
    match flow {
        "USER_PASSWORD_AUTH" => with_password(pool, client, Flow::UserPassword, &parameters),
        "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH" => Err(wrong_call()),
        _ => without_password(pool, client, flow, &parameters),
    }
}

pub(super) fn admin_initiate_auth(host: &Host, input: &Input<'_>) -> Outcome {
    let [pool, flow, client_id] = input.texts(["UserPoolId", "AuthFlow", "ClientId"])?;
    let pool = host.pool(pool)?;
    let client = client_of(pool, client_id)?;
    let parameters = input.structure("AuthParameters")?;
    match flow {
        "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH" => {
            with_password(pool, client, Flow::AdminUserPassword, &parameters)
        }
        "USER_PASSWORD_AUTH" => Err(wrong_call()),
        _ => without_password(pool, client, flow, &parameters),
    }
}

pub(super) fn client_of<'a>(pool: &'a Pool, id: &str) -> Result<&'a AppClient, Failure> {
    Ok(pool.client(id).ok_or_else(|| Refusal::no_client(id))?)
}

fn with_password(pool: &Pool, client: &AppClient, flow: Flow, parameters: &Input<'_>) -> Outcome {
    if !client.allows(flow) {
        let flow = if flow == Flow::UserPassword { "USER_PASSWORD_AUTH" } else { "Auth" };
        return Err(Failure::invalid(format!("{flow} flow not enabled for this client")));
    }
    let name = parameters.parameter("USERNAME")?;
    let password = parameters.parameter("PASSWORD")?;
    client.check_secret_hash(&[name], parameters.text("SECRET_HASH")?)?;
    step(pool, pool.sign_in(client, name, password)?)
}

fn without_password(
    pool: &Pool,
    client: &AppClient,
    flow: &str,
    parameters: &Input<'_>,
) -> Outcome {
    match flow {
        "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => {
            refresh::refresh_token_auth(pool, client, parameters)
        }
        flow if LEFT_OUT.contains(&flow) => Err(Failure::invalid(format!(
            "poolgate-issuer leaves {flow} out: use USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, or the authorize endpoint."
        ))),
        unknown => Err(Failure::not_one_of("authFlow", unknown, &FLOWS)),
    }
}

fn wrong_call() -> Failure {
    Failure::invalid("Initiate Auth method not supported.")
}

const LEFT_OUT: [&str; 3] = ["USER_SRP_AUTH", "CUSTOM_AUTH", "USER_AUTH"];
const FLOWS: [&str; 8] = [
    "USER_SRP_AUTH",
    "REFRESH_TOKEN_AUTH",
    "REFRESH_TOKEN",
    "CUSTOM_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "USER_PASSWORD_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "USER_AUTH",
];

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::test_call::*;
    use crate::{
        TestIssuer,
        test_verifier::{claims, verifies},
    };

    fn by_password(client: &str, name: &str, password: &str) -> Value {
        let parameters = json!({"USERNAME": name, "PASSWORD": password});
        json!({"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters})
    }

    fn by_admin(issuer: &TestIssuer, flow: &str) -> Value {
        let mut input = by_password("web", "alice", PASSWORD);
        input["AuthFlow"] = flow.into();
        input["UserPoolId"] = issuer.user_pool_id().into();
        input
    }

    #[track_caller]
    fn is(refused: &(String, String), code: &str, message: &str) {
        assert_eq!((refused.0.as_str(), refused.1.as_str()), (code, message));
    }

    #[tokio::test]
    async fn a_password_gives_three_tokens() {
        let issuer = issuer().await;

        let output = done(&issuer, "InitiateAuth", by_password("web", "alice", PASSWORD)).await;

        assert_eq!(output["ChallengeParameters"], json!({}));
        let tokens = &output["AuthenticationResult"];
        assert_eq!((&tokens["TokenType"], &tokens["ExpiresIn"]), (&json!("Bearer"), &json!(3_600)));
        assert_eq!(tokens["RefreshToken"].as_str().unwrap().split('.').count(), 5);
        let (access, id) =
            (tokens["AccessToken"].as_str().unwrap(), tokens["IdToken"].as_str().unwrap());
        assert!(verifies(&issuer.jwks_json(), access) && verifies(&issuer.jwks_json(), id));
        let (access, id) = (claims(access), claims(id));
        assert_eq!((&access["token_use"], &id["token_use"]), (&json!("access"), &json!("id")));
        assert_eq!((&access["client_id"], &id["aud"]), (&json!("web"), &json!("web")));
        assert_eq!(
            (&access["sub"], &id["email"]),
            (&json!("sub-of-alice"), &json!("alice@shop.example"))
        );
        assert_eq!(access["scope"], "aws.cognito.signin.user.admin");
        assert_eq!(access["cognito:groups"], json!(["Admins"]));
    }

    #[tokio::test]
    async fn an_administrator_signs_users_in() {
        let issuer = issuer().await;

        for flow in ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"] {
            let output = done(&issuer, "AdminInitiateAuth", by_admin(&issuer, flow)).await;
            let token = output["AuthenticationResult"]["AccessToken"].as_str().unwrap();
            assert_eq!(claims(token)["username"], "alice");
        }
        let wrong = refused(&issuer, "AdminInitiateAuth", by_admin(&issuer, "USER_PASSWORD_AUTH"));
        is(&wrong.await, "InvalidParameterException", "Initiate Auth method not supported.");
        let wrong = refused(&issuer, "InitiateAuth", by_admin(&issuer, "ADMIN_USER_PASSWORD_AUTH"));
        is(&wrong.await, "InvalidParameterException", "Initiate Auth method not supported.");
        let mut none = by_admin(&issuer, "ADMIN_USER_PASSWORD_AUTH");
        none["ClientId"] = "none".into();
        let none = refused(&issuer, "AdminInitiateAuth", none).await;
        is(&none, "InvalidParameterException", "Auth flow not enabled for this client");
        let mut other = by_admin(&issuer, "ADMIN_USER_PASSWORD_AUTH");
        other["UserPoolId"] = "eu-west-1_Other".into();
        let other = refused(&issuer, "AdminInitiateAuth", other).await;
        is(&other, "ResourceNotFoundException", "User pool client web does not exist.");
    }

    #[tokio::test]
    async fn a_wrong_name_or_password_is_refused() {
        let issuer = issuer().await;
        let wrong = ("NotAuthorizedException", "Incorrect username or password.");

        for (client, name, password, (code, message)) in [
            ("web", "alice", "wrong", wrong),
            ("web", "nobody", PASSWORD, wrong),
            (
                "x",
                "alice",
                PASSWORD,
                ("ResourceNotFoundException", "User pool client x does not exist."),
            ),
            (
                "none",
                "alice",
                PASSWORD,
                (
                    "InvalidParameterException",
                    "USER_PASSWORD_AUTH flow not enabled for this client",
                ),
            ),
        ] {
            let input = by_password(client, name, password);
            is(&refused(&issuer, "InitiateAuth", input).await, code, message);
        }
    }

    #[tokio::test]
    async fn what_is_missing_or_left_out_is_named() {
        let issuer = issuer().await;
        let flow = |flow: &str, parameters: Value| json!({"ClientId": "web", "AuthFlow": flow, "AuthParameters": parameters});

        for (input, message) in [
            (flow("USER_PASSWORD_AUTH", Value::Null), "Missing required parameter USERNAME"),
            (
                flow("USER_PASSWORD_AUTH", json!({"USERNAME": "alice"})),
                "Missing required parameter PASSWORD",
            ),
            (
                flow("USER_SRP_AUTH", json!({"USERNAME": "alice", "SRP_A": "1"})),
                "poolgate-issuer leaves USER_SRP_AUTH out: use USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, or the authorize endpoint.",
            ),
            (
                flow("PASSWORD", json!({})),
                "1 validation error detected: Value 'PASSWORD' at 'authFlow' failed to satisfy constraint: \
                 Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, \
                 ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]",
            ),
        ] {
            is(
                &refused(&issuer, "InitiateAuth", input).await,
                "InvalidParameterException",
                message,
            );
        }
    }

    #[tokio::test]
    async fn a_client_with_a_secret_proves_it() {
        let issuer = issuer().await;
        // printf 'aliceshop' | openssl dgst -sha256 -hmac s3cret -binary | base64
        let good = "uada9RKeK9TniWoaPwLT67QOtg9Ar7MZ1dIpIr+a170=";

        for (client, hash, message) in [
            (
                "shop",
                None,
                "Client shop is configured with secret but SECRET_HASH was not received",
            ),
            ("shop", Some("x"), "Unable to verify secret hash for client shop"),
            (
                "web",
                Some("x"),
                "Client web is not configured for secret but secret hash was received",
            ),
        ] {
            let mut input = by_password(client, "alice", PASSWORD);
            input["AuthParameters"]["SECRET_HASH"] = hash.into();
            is(&refused(&issuer, "InitiateAuth", input).await, "NotAuthorizedException", message);
        }
        let mut input = by_password("shop", "alice", PASSWORD);
        input["AuthParameters"]["SECRET_HASH"] = good.into();
        done(&issuer, "InitiateAuth", input).await;
    }
}
