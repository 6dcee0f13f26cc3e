//! What users do with their own access token.

use super::{Failure, Input, Outcome, nothing, present, users::pairs};
use crate::{
    config::SDK_SCOPE,
    host::Host,
    pool::{Pool, TokenOwner, TotpBy},
};

pub(super) fn get_user(host: &Host, input: &Input<'_>) -> Outcome {
    let (pool, owner) = owner(host, input)?;
    let sub = ("sub".to_owned(), owner.user.sub.clone());
    // `email` and `phone` beside its own scope limit ID tokens and `userInfo`, not this.
    let readable = pool.readable_attributes(&owner, &[]);
    Ok(present([
        ("Username", owner.user.username.into()),
        ("UserAttributes", pairs(std::iter::once(&sub).chain(&readable))),
        ("PreferredMfaSetting", owner.user.preferred_mfa.into()),
        ("UserMFASettingList", Some(owner.user.mfa).filter(|mfa| !mfa.is_empty()).into()),
    ]))
}

/// All tokens of the user are gone then, but a browser stays signed in.
pub(super) fn global_sign_out(host: &Host, input: &Input<'_>) -> Outcome {
    let (pool, owner) = owner(host, input)?;
    pool.sign_out_everywhere(&owner.user.username)?;
    Ok(nothing())
}

pub(super) fn associate_software_token(host: &Host, input: &Input<'_>) -> Outcome {
    let (pool, by) = signing_in_or_in(host, input)?;
    let association = pool.associate_software_token(by)?;
    Ok(present([
        ("SecretCode", association.secret.into()),
        ("Session", association.session.into()),
    ]))
}

pub(super) fn verify_software_token(host: &Host, input: &Input<'_>) -> Outcome {
    let [code] = input.texts(["UserCode"])?;
    let (pool, by) = signing_in_or_in(host, input)?;
    let session = pool.verify_software_token(by, code)?;
    Ok(present([("Status", "SUCCESS".into()), ("Session", session.into())]))
}

pub(super) fn set_user_mfa_preference(host: &Host, input: &Input<'_>) -> Outcome {
    let (pool, owner) = owner(host, input)?;
    for left_out in ["SMSMfaSettings", "EmailMfaSettings", "WebAuthnMfaSettings"] {
        if input.structure(left_out)?.flag("Enabled")? {
            let message =
                format!("poolgate-issuer leaves {left_out} out: use SoftwareTokenMfaSettings.");
            return Err(Failure::invalid(message));
        }
    }
    if let Some(settings) = input.structure("SoftwareTokenMfaSettings")?.given() {
        let (enabled, preferred) = (settings.flag("Enabled")?, settings.flag("PreferredMfa")?);
        pool.set_mfa_preference(&owner.user.username, enabled, preferred)?;
    }
    Ok(nothing())
}

fn owner<'a>(host: &'a Host, input: &Input<'_>) -> Result<(&'a Pool, TokenOwner), Failure> {
    let [token] = input.texts(["AccessToken"])?;
    let pool = host.pool_of_access_token(token)?;
    Ok((pool, pool.user_of_access_token(token, SDK_SCOPE)?))
}

/// A user who is in, or on the way there.
fn signing_in_or_in<'a, 'b>(
    host: &'a Host,
    input: &Input<'b>,
) -> Result<(&'a Pool, TotpBy<'b>), Failure> {
    match (input.text("AccessToken")?, input.session()?) {
        (Some(token), None) => Ok((host.pool_of_access_token(token)?, TotpBy::AccessToken(token))),
        (None, Some(session)) => Ok((host.pool_of_session(session)?, TotpBy::Session(session))),
        _ => Err(Failure::invalid("Either AccessToken or Session has to be given, and not both.")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use serde_json::Value;

    use super::super::test_call::*;
    use crate::config::SDK_SCOPE;

    #[tokio::test]
    async fn users_see_themselves() {
        let issuer = issuer().await;
        let token = sign_in(&issuer, "web", "alice").await["AccessToken"].take();

        let user = done(&issuer, "GetUser", json!({"AccessToken": token})).await;

        assert_eq!(
            user,
            json!({"Username": "alice", "UserAttributes": [
                {"Name": "sub", "Value": "sub-of-alice"},
                {"Name": "email", "Value": "alice@shop.example"},
                {"Name": "email_verified", "Value": "true"},
            ]})
        );
    }

    #[tokio::test]
    async fn users_see_all_of_themselves_whatever_else_the_token_is_for() {
        let issuer = issuer().await;
        let token =
            issuer.access_token_for("alice").scope(SDK_SCOPE).scope("openid").scope("phone");

        let user = done(&issuer, "GetUser", json!({"AccessToken": token.sign()})).await;

        let email = json!({"Name": "email", "Value": "alice@shop.example"});
        assert!(user["UserAttributes"].as_array().unwrap().contains(&email), "{user}");
    }

    #[tokio::test]
    async fn a_token_without_the_scope_is_not_enough() {
        let issuer = issuer().await;
        let token = issuer.access_token_for("alice").claim("scope", "openid").sign();

        let (code, message) = refused(&issuer, "GetUser", json!({"AccessToken": token})).await;

        assert_eq!(code, "NotAuthorizedException");
        assert_eq!(message, "Access Token does not have required scopes");
    }

    #[tokio::test]
    async fn a_global_sign_out_ends_every_token() {
        let issuer = issuer().await;
        let first = sign_in(&issuer, "web", "alice").await;
        let second = sign_in(&issuer, "app", "alice").await;

        let output = done(&issuer, "GlobalSignOut", json!({"AccessToken": first["AccessToken"]}));
        assert_eq!(output.await, json!({}));

        for tokens in [&first, &second] {
            let input = json!({"AccessToken": tokens["AccessToken"]});
            let (code, message) = refused(&issuer, "GetUser", input).await;
            assert_eq!(
                (code.as_str(), message.as_str()),
                ("NotAuthorizedException", "Access Token has been revoked")
            );
        }
        let input = json!({"ClientId": "app", "RefreshToken": second["RefreshToken"]});
        refused(&issuer, "GetTokensFromRefreshToken", input).await;
        sign_in(&issuer, "web", "alice").await;
    }

    #[tokio::test]
    async fn an_app_is_set_up_and_switched_on() {
        let issuer = issuer().await;
        let token = sign_in(&issuer, "web", "alice").await["AccessToken"].take();
        let with = |name: &str, value: Value| json!({"AccessToken": token, name: value});
        let on =
            || with("SoftwareTokenMfaSettings", json!({"Enabled": true, "PreferredMfa": true}));

        let early = refused(&issuer, "SetUserMFAPreference", on()).await;
        assert_eq!(early.0, "InvalidParameterException");
        let associated =
            done(&issuer, "AssociateSoftwareToken", json!({"AccessToken": token})).await;
        assert_eq!(associated.get("Session"), None);
        let wrong = refused(&issuer, "VerifySoftwareToken", with("UserCode", "12345".into())).await;
        assert_eq!(wrong.0, "EnableSoftwareTokenMFAException");
        let code = issuer.totp_code("alice").unwrap();
        let verified = done(&issuer, "VerifySoftwareToken", with("UserCode", code.into())).await;
        assert_eq!(verified, json!({"Status": "SUCCESS"}));
        assert_eq!(done(&issuer, "SetUserMFAPreference", on()).await, json!({}));

        let user = done(&issuer, "GetUser", json!({"AccessToken": token})).await;
        assert_eq!(user["UserMFASettingList"], json!(["SOFTWARE_TOKEN_MFA"]));
        assert_eq!(user["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA");
        let off = with("SoftwareTokenMfaSettings", json!({"Enabled": false}));
        done(&issuer, "SetUserMFAPreference", off).await;
        sign_in(&issuer, "web", "alice").await;
    }

    #[tokio::test]
    async fn what_does_not_fit_is_named() {
        let issuer = issuer().await;
        let token = sign_in(&issuer, "web", "alice").await["AccessToken"].take();
        let sms = json!({"AccessToken": token, "SMSMfaSettings": {"Enabled": true}});
        let either = "Either AccessToken or Session has to be given, and not both.";

        for (operation, input, code, message) in [
            (
                "SetUserMFAPreference",
                sms,
                "InvalidParameterException",
                "poolgate-issuer leaves SMSMfaSettings out: use SoftwareTokenMfaSettings.",
            ),
            ("AssociateSoftwareToken", json!({}), "InvalidParameterException", either),
            (
                "AssociateSoftwareToken",
                json!({"Session": "x".repeat(20)}),
                "NotAuthorizedException",
                "Invalid session for the user.",
            ),
        ] {
            let refused = refused(&issuer, operation, input).await;
            assert_eq!((refused.0.as_str(), refused.1.as_str()), (code, message));
        }
        done(&issuer, "SetUserMFAPreference", json!({"AccessToken": token})).await;
    }
}
