//! Refresh tokens: new tokens for them, and their end.

use serde_json::json;

use super::{Failure, Input, Outcome, nothing, step::result};
use crate::{
    config::{AppClient, Flow},
    host::Host,
    pool::Pool,
    refusal::Refusal,
};

/// `REFRESH_TOKEN_AUTH` of a sign-in. Rotating clients use [`get_tokens_from_refresh_token`].
pub(super) fn refresh_token_auth(
    pool: &Pool,
    client: &AppClient,
    parameters: &Input<'_>,
) -> Outcome {
    if client.rotates() {
        return Err(Failure::invalid(
            "REFRESH_TOKEN_AUTH flow not enabled for this client: with refresh token rotation, use GetTokensFromRefreshToken.",
        ));
    }
    if !client.allows(Flow::RefreshToken) {
        return Err(Failure::invalid("REFRESH_TOKEN_AUTH flow not enabled for this client"));
    }
    let token = parameters.parameter("REFRESH_TOKEN")?;
    let hash = parameters.text("SECRET_HASH")?;
    if let Some((username, sub)) = pool.user_of_refresh_token(token) {
        client.check_secret_hash(&[&username, &sub], hash)?;
    }
    let tokens = pool.refresh(client, token)?;
    Ok(json!({"AuthenticationResult": result(tokens), "ChallengeParameters": {}}))
}

pub(super) fn get_tokens_from_refresh_token(host: &Host, input: &Input<'_>) -> Outcome {
    let [token, client_id] = input.texts(["RefreshToken", "ClientId"])?;
    let (pool, client) = host.client(client_id)?;
    if !client.accepts_secret(input.text("ClientSecret")?) {
        return Err(Refusal::NotAuthorized(wrong_secret(client)).into());
    }
    Ok(json!({"AuthenticationResult": result(pool.refresh(client, token)?)}))
}

/// Every token of the family is gone then.
pub(super) fn revoke_token(host: &Host, input: &Input<'_>) -> Outcome {
    let [token, client_id] = input.texts(["Token", "ClientId"])?;
    let (pool, client) = host.client(client_id).map_err(unauthorized)?;
    if !client.accepts_secret(input.text("ClientSecret")?) {
        return Err(Failure::unauthorized(wrong_secret(client)));
    }
    pool.revoke(client, token).map_err(unauthorized)?;
    Ok(nothing())
}

/// This call has a name of its own for a client that may not.
fn unauthorized(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::NotAuthorized(reason) | Refusal::ResourceNotFound(reason) => {
            Failure::unauthorized(reason)
        }
        other => other.into(),
    }
}

fn wrong_secret(client: &AppClient) -> String {
    format!("Unable to verify secret for client {}", client.id)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{super::test_call::*, *};
    use crate::{TestIssuer, test_verifier::claims};

    fn by_token(client: &str, token: &Value) -> Value {
        let parameters = json!({"REFRESH_TOKEN": token});
        json!({"ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters})
    }

    async fn refuses(
        issuer: &TestIssuer,
        operation: &str,
        input: Value,
        code: &str,
        message: &str,
    ) {
        let refused = refused(issuer, operation, input).await;
        assert_eq!((refused.0.as_str(), refused.1.as_str()), (code, message));
    }

    #[tokio::test]
    async fn a_refresh_token_gives_two_tokens_of_the_same_sign_in() {
        let issuer = issuer().await;
        let first = sign_in(&issuer, "web", "alice").await;
        issuer.clock().advance(std::time::Duration::from_secs(60));

        for flow in ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"] {
            let mut input = by_token("web", &first["RefreshToken"]);
            input["AuthFlow"] = flow.into();
            input["UserPoolId"] = issuer.user_pool_id().into();
            for operation in ["InitiateAuth", "AdminInitiateAuth"] {
                let output = done(&issuer, operation, input.clone()).await;
                let next = &output["AuthenticationResult"];
                assert_eq!(next.get("RefreshToken"), None);
                let claims = |tokens: &Value| claims(tokens["AccessToken"].as_str().unwrap());
                let (old, new) = (claims(&first), claims(next));
                assert_eq!(
                    (&old["origin_jti"], &old["auth_time"]),
                    (&new["origin_jti"], &new["auth_time"])
                );
                assert_ne!((&old["jti"], &old["iat"]), (&new["jti"], &new["iat"]));
                assert!(next["IdToken"].is_string());
            }
        }
        refuses(
            &issuer,
            "InitiateAuth",
            by_token("web", &"x".into()),
            "NotAuthorizedException",
            "Invalid Refresh Token",
        )
        .await;
    }

    #[tokio::test]
    async fn the_hash_of_a_refresh_is_over_username_or_sub() {
        let issuer = issuer().await;
        // printf 'aliceshop' | openssl dgst -sha256 -hmac s3cret -binary | base64
        let of_name = "uada9RKeK9TniWoaPwLT67QOtg9Ar7MZ1dIpIr+a170=";
        let of_sub = "WzLCNsudTnKTpiQi7gKY7WB+Ls7Q74rsBGcws1s9fXE=";
        let parameters = json!({"USERNAME": "alice", "PASSWORD": PASSWORD, "SECRET_HASH": of_name});
        let input = json!({"ClientId": "shop", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters});
        let output = done(&issuer, "InitiateAuth", input).await;
        let token = &output["AuthenticationResult"]["RefreshToken"];

        for hash in [of_name, of_sub] {
            let mut input = by_token("shop", token);
            input["AuthParameters"]["SECRET_HASH"] = hash.into();
            done(&issuer, "InitiateAuth", input).await;
        }
        let mut input = by_token("shop", token);
        input["AuthParameters"]["SECRET_HASH"] = "x".into();
        let message = "Unable to verify secret hash for client shop";
        refuses(&issuer, "InitiateAuth", input, "NotAuthorizedException", message).await;
    }

    #[tokio::test]
    async fn a_rotating_client_gets_a_new_refresh_token() {
        let issuer = issuer().await;
        let first = sign_in(&issuer, "app", "alice").await["RefreshToken"].take();
        let input = json!({"ClientId": "app", "RefreshToken": first});

        let output = done(&issuer, "GetTokensFromRefreshToken", input.clone()).await;
        assert!(output["AuthenticationResult"]["RefreshToken"].is_string());
        assert_ne!(output["AuthenticationResult"]["RefreshToken"], first);
        assert_eq!(output.get("ChallengeParameters"), None);

        issuer.clock().advance(std::time::Duration::from_secs(10));
        let reuse = refused(&issuer, "GetTokensFromRefreshToken", input).await;
        assert_eq!(reuse.0, "RefreshTokenReuseException");
        let message = "REFRESH_TOKEN_AUTH flow not enabled for this client: with refresh token rotation, use GetTokensFromRefreshToken.";
        let input = by_token("app", &first);
        refuses(&issuer, "InitiateAuth", input, "InvalidParameterException", message).await;
    }

    #[tokio::test]
    async fn other_clients_get_no_new_refresh_token_and_the_secret_counts() {
        let issuer = issuer().await;
        let token = sign_in(&issuer, "web", "alice").await["RefreshToken"].take();
        let mut input = json!({"ClientId": "web", "RefreshToken": token});

        let output = done(&issuer, "GetTokensFromRefreshToken", input.clone()).await;
        assert_eq!(output["AuthenticationResult"].get("RefreshToken"), None);
        input["ClientSecret"] = "s3cret".into();
        let message = "Unable to verify secret for client web";
        let operation = "GetTokensFromRefreshToken";
        refuses(&issuer, operation, input.clone(), "NotAuthorizedException", message).await;
        input["ClientId"] = "shop".into();
        refuses(&issuer, operation, input, "NotAuthorizedException", "Invalid Refresh Token").await;
    }

    #[tokio::test]
    async fn a_revoked_token_is_good_for_nothing() {
        let issuer = issuer().await;
        let tokens = sign_in(&issuer, "web", "alice").await;
        let input = json!({"ClientId": "web", "Token": tokens["RefreshToken"]});

        assert_eq!(done(&issuer, "RevokeToken", input.clone()).await, json!({}));
        assert_eq!(done(&issuer, "RevokeToken", input).await, json!({}));

        let code = "NotAuthorizedException";
        let input = by_token("web", &tokens["RefreshToken"]);
        refuses(&issuer, "InitiateAuth", input, code, "Refresh Token has been revoked").await;
        let input = json!({"AccessToken": tokens["AccessToken"]});
        refuses(&issuer, "GetUser", input, code, "Access Token has been revoked").await;
    }

    #[tokio::test]
    async fn only_the_client_revokes_and_only_refresh_tokens() {
        let issuer = issuer().await;
        let tokens = sign_in(&issuer, "web", "alice").await;
        let revoke = |client: &str, token: &str, secret: Option<&str>| json!({"ClientId": client, "Token": tokens[token], "ClientSecret": secret});

        for (input, code, message) in [
            (
                revoke("web", "AccessToken", None),
                "UnsupportedTokenTypeException",
                "Unsupported token type",
            ),
            (
                revoke("app", "RefreshToken", None),
                "UnauthorizedException",
                "The token was not issued to this client.",
            ),
            (
                revoke("shop", "RefreshToken", Some("x")),
                "UnauthorizedException",
                "Unable to verify secret for client shop",
            ),
            (
                revoke("x", "RefreshToken", None),
                "UnauthorizedException",
                "User pool client x does not exist.",
            ),
        ] {
            refuses(&issuer, "RevokeToken", input, code, message).await;
        }
    }
}
