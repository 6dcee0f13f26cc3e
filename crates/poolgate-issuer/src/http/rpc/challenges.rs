//! Answers to what a sign-in asks for.

use super::{Failure, Input, Outcome, input::missing_parameter, sign_in::client_of, step::step};
use crate::{
    config::AppClient,
    host::Host,
    pool::{Answer, Pool},
};

pub(super) fn respond_to_auth_challenge(host: &Host, input: &Input<'_>) -> Outcome {
    let [client_id, challenge] = input.texts(["ClientId", "ChallengeName"])?;
    let (pool, client) = host.client(client_id)?;
    respond(pool, client, challenge, input)
}

pub(super) fn admin_respond_to_auth_challenge(host: &Host, input: &Input<'_>) -> Outcome {
    let names = ["UserPoolId", "ClientId", "ChallengeName"];
    let [pool, client_id, challenge] = input.texts(names)?;
    let pool = host.pool(pool)?;
    respond(pool, client_of(pool, client_id)?, challenge, input)
}

fn respond(pool: &Pool, client: &AppClient, challenge: &str, input: &Input<'_>) -> Outcome {
    let responses = input.structure("ChallengeResponses")?;
    let session = input.session()?.ok_or_else(|| missing_parameter("Session"))?;
    let name = responses.parameter("USERNAME")?;
    let answer = answer(challenge, &responses)?;
    client.check_secret_hash(&[name], responses.text("SECRET_HASH")?)?;
    let next = pool.respond(client, session, name, answer);
    step(pool, next.map_err(|refusal| Pool::hidden(client, refusal))?)
}

fn answer(challenge: &str, responses: &Input<'_>) -> Result<Answer, Failure> {
    match challenge {
        "NEW_PASSWORD_REQUIRED" => Ok(Answer::NewPassword {
            password: responses.parameter("NEW_PASSWORD")?.to_owned(),
            attributes: responses.starting_with("userAttributes.")?,
        }),
        "SOFTWARE_TOKEN_MFA" => {
            let code = responses.parameter("SOFTWARE_TOKEN_MFA_CODE")?.to_owned();
            Ok(Answer::SoftwareTokenMfa { code })
        }
        "MFA_SETUP" => Ok(Answer::MfaSetup),
        other => Err(Failure::invalid(format!(
            "poolgate-issuer does not ask for {other:?}, but for NEW_PASSWORD_REQUIRED, SOFTWARE_TOKEN_MFA and MFA_SETUP."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::test_call::*;
    use crate::{TestIssuer, test_verifier::claims};

    /// Challenge, parameters and session of a sign-in that asks for something.
    async fn asked(issuer: &TestIssuer, name: &str) -> Value {
        let parameters = json!({"USERNAME": name, "PASSWORD": PASSWORD});
        let input = json!({"ClientId": "web", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters});
        let output = done(issuer, "InitiateAuth", input).await;
        assert_eq!(output.get("AuthenticationResult"), None);
        output
    }

    fn response(challenge: &str, session: &Value, responses: &Value) -> Value {
        json!({"ClientId": "web", "ChallengeName": challenge, "Session": session, "ChallengeResponses": responses})
    }

    fn username(output: &Value) -> Value {
        claims(output["AuthenticationResult"]["AccessToken"].as_str().unwrap())["username"].clone()
    }

    #[tokio::test]
    async fn a_temporary_password_has_to_be_changed() {
        let issuer = issuer().await;
        let output = asked(&issuer, "new").await;

        assert_eq!(output["ChallengeName"], "NEW_PASSWORD_REQUIRED");
        let parameters = &output["ChallengeParameters"];
        assert_eq!(parameters["USER_ID_FOR_SRP"], "new");
        assert_eq!(parameters["requiredAttributes"], "[]");
        let attributes: Value =
            serde_json::from_str(parameters["userAttributes"].as_str().unwrap()).unwrap();
        assert_eq!(attributes["email"], "new@shop.example");
        assert_eq!(attributes.get("sub"), None);

        let answer = |password: &str| {
            let responses =
                json!({"USERNAME": "new", "NEW_PASSWORD": password, "userAttributes.name": "New"});
            response("NEW_PASSWORD_REQUIRED", &output["Session"], &responses)
        };
        let weak = refused(&issuer, "RespondToAuthChallenge", answer("weak")).await;
        assert_eq!(weak.0, "InvalidPasswordException");
        let good = done(&issuer, "RespondToAuthChallenge", answer("Another-Horse-1")).await;
        assert_eq!(username(&good), "new");
        let id = claims(good["AuthenticationResult"]["IdToken"].as_str().unwrap());
        assert_eq!(id["name"], "New");
    }

    #[tokio::test]
    async fn an_app_has_to_give_its_code() {
        let issuer = issuer().await;
        let output = asked(&issuer, "bob").await;
        assert_eq!(output["ChallengeName"], "SOFTWARE_TOKEN_MFA");
        assert_eq!(output["ChallengeParameters"], json!({"USER_ID_FOR_SRP": "bob"}));
        let answer = |code: &str| {
            let responses = json!({"USERNAME": "bob", "SOFTWARE_TOKEN_MFA_CODE": code});
            response("SOFTWARE_TOKEN_MFA", &output["Session"], &responses)
        };

        let wrong = refused(&issuer, "RespondToAuthChallenge", answer("12345")).await;
        assert_eq!(wrong.0, "CodeMismatchException");
        let mut right = answer(&issuer.totp_code("bob").unwrap());
        right["UserPoolId"] = issuer.user_pool_id().into();
        let output = done(&issuer, "AdminRespondToAuthChallenge", right).await;
        assert_eq!(username(&output), "bob");
    }

    #[tokio::test]
    async fn where_everyone_needs_an_app_it_is_set_up_on_the_way() {
        let issuer = strict_issuer().await;
        let output = asked(&issuer, "alice").await;
        assert_eq!(output["ChallengeName"], "MFA_SETUP");
        assert_eq!(output["ChallengeParameters"]["MFAS_CAN_SETUP"], r#"["SOFTWARE_TOKEN_MFA"]"#);

        let input = json!({"Session": output["Session"]});
        let associated = done(&issuer, "AssociateSoftwareToken", input).await;
        assert_eq!(associated["SecretCode"].as_str().map(str::len), Some(52));
        let code = issuer.totp_code("alice").unwrap();
        let input = json!({"Session": associated["Session"], "UserCode": code});
        let verified = done(&issuer, "VerifySoftwareToken", input).await;
        assert_eq!(verified["Status"], "SUCCESS");

        let answer = response("MFA_SETUP", &verified["Session"], &json!({"USERNAME": "alice"}));
        assert_eq!(username(&done(&issuer, "RespondToAuthChallenge", answer).await), "alice");
    }

    #[tokio::test]
    async fn what_does_not_fit_is_named() {
        let issuer = issuer().await;
        let session = asked(&issuer, "new").await["Session"].take();
        let unknown = Value::from("x".repeat(20));
        let user = |name: &str| json!({"USERNAME": name, "NEW_PASSWORD": PASSWORD});

        for (input, code, message) in [
            (
                response("NEW_PASSWORD_REQUIRED", &Value::Null, &user("new")),
                "InvalidParameterException",
                "Missing required parameter Session",
            ),
            (
                response("NEW_PASSWORD_REQUIRED", &"x".into(), &user("new")),
                "InvalidParameterException",
                "1 validation error detected: Value at 'session' failed to satisfy constraint: Member must have length greater than or equal to 20",
            ),
            (
                response("NEW_PASSWORD_REQUIRED", &session, &json!({})),
                "InvalidParameterException",
                "Missing required parameter USERNAME",
            ),
            (
                response("SMS_MFA", &session, &user("new")),
                "InvalidParameterException",
                "poolgate-issuer does not ask for \"SMS_MFA\", but for NEW_PASSWORD_REQUIRED, SOFTWARE_TOKEN_MFA and MFA_SETUP.",
            ),
            (
                response("NEW_PASSWORD_REQUIRED", &unknown, &user("new")),
                "NotAuthorizedException",
                "Invalid session for the user.",
            ),
            (
                response("NEW_PASSWORD_REQUIRED", &session, &user("nobody")),
                "NotAuthorizedException",
                "Invalid session for the user.",
            ),
        ] {
            let refused = refused(&issuer, "RespondToAuthChallenge", input).await;
            assert_eq!((refused.0.as_str(), refused.1.as_str()), (code, message));
        }
    }
}
