//! The calls of AWS SDKs: JSON 1.1 at `/`, named by a header.
//!
//! Signatures are not looked at: whoever reaches a test issuer may do everything.

mod challenges;
mod failure;
mod groups;
mod input;
mod own_user;
mod pages;
mod refresh;
mod sign_in;
mod sign_up;
mod step;
mod user_filter;
mod users;

#[cfg(test)]
mod test_call;

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Response, StatusCode, header},
    routing::post,
};
use serde_json::{Map, Value};

use self::{failure::Failure, input::Input};
use crate::{host::Host, random};

type Outcome = Result<Value, Failure>;
type Call = fn(&Host, &Input<'_>) -> Outcome;

const CALLS: [(&str, Call); 24] = [
    ("InitiateAuth", sign_in::initiate_auth),
    ("AdminInitiateAuth", sign_in::admin_initiate_auth),
    ("RespondToAuthChallenge", challenges::respond_to_auth_challenge),
    ("AdminRespondToAuthChallenge", challenges::admin_respond_to_auth_challenge),
    ("GetTokensFromRefreshToken", refresh::get_tokens_from_refresh_token),
    ("RevokeToken", refresh::revoke_token),
    ("GlobalSignOut", own_user::global_sign_out),
    ("GetUser", own_user::get_user),
    ("AssociateSoftwareToken", own_user::associate_software_token),
    ("VerifySoftwareToken", own_user::verify_software_token),
    ("SetUserMFAPreference", own_user::set_user_mfa_preference),
    ("SignUp", sign_up::sign_up),
    ("ConfirmSignUp", sign_up::confirm_sign_up),
    ("AdminConfirmSignUp", sign_up::admin_confirm_sign_up),
    ("AdminCreateUser", users::admin_create_user),
    ("AdminSetUserPassword", users::admin_set_user_password),
    ("AdminGetUser", users::admin_get_user),
    ("AdminDeleteUser", users::admin_delete_user),
    ("ListUsers", users::list_users),
    ("CreateGroup", groups::create_group),
    ("ListGroups", groups::list_groups),
    ("AdminAddUserToGroup", groups::admin_add_user_to_group),
    ("AdminRemoveUserFromGroup", groups::admin_remove_user_from_group),
    ("AdminListGroupsForUser", groups::admin_list_groups_for_user),
];

pub(super) fn routes() -> Router<Arc<Host>> {
    Router::new().route("/", post(answer).options(preflight))
}

async fn answer(State(host): State<Arc<Host>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    match call(&host, &headers, &body) {
        Ok(output) => written(&output),
        Err(failure) => failure.answer(),
    }
}

fn call(host: &Host, headers: &HeaderMap, body: &[u8]) -> Outcome {
    let call = named(headers)?;
    let members = input::members(body)?;
    call(host, &Input::new(&members))
}

/// `Content-Type: application/x-amz-json-1.1` and `X-Amz-Target: AWSCognitoIdentityProviderService.{name}`.
fn named(headers: &HeaderMap) -> Result<Call, Failure> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = text(header::CONTENT_TYPE.as_str());
    if media_type.split(';').next().map(str::trim) != Some(MEDIA_TYPE) {
        let message = format!("The Content-Type is {media_type:?} and has to be {MEDIA_TYPE}.");
        return Err(Failure::unknown_operation(message));
    }
    let target = text("x-amz-target");
    let name = target.strip_prefix(SERVICE).unwrap_or_default();
    let call = CALLS.iter().find(|(known, _)| *known == name);
    call.map(|(_, call)| *call).ok_or_else(|| Failure::unknown_operation(not_here(target)))
}

fn not_here(target: &str) -> String {
    let here = CALLS.map(|(name, _)| name).join(", ");
    match target.strip_prefix(SERVICE) {
        Some(name) => {
            format!("poolgate-issuer does not have the operation {name}. It has: {here}.")
        }
        None => format!("The X-Amz-Target is {target:?} and has to be {SERVICE}{{operation}}."),
    }
}

fn written(output: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(output.to_string()));
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-type", MEDIA_TYPE),
        ("access-control-expose-headers", EXPOSED),
        ("x-amzn-requestid", &random::uuid()),
    ] {
        headers.insert(name, value.parse().expect("a header value"));
    }
    response
}

/// Browsers ask before they send `X-Amz-Target`.
async fn preflight() -> Response<Body> {
    let response = Response::builder()
        .status(StatusCode::OK)
        .header("access-control-allow-methods", "POST")
        .header("access-control-allow-headers", "*, authorization")
        .header("access-control-max-age", "172800");
    response.body(Body::empty()).expect("the headers are good")
}

/// An output without the members that are null.
fn present<const N: usize>(members: [(&str, Value); N]) -> Value {
    let members = members.into_iter().filter(|(_, value)| !value.is_null());
    members.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
}

/// The output of a call that only does something.
fn nothing() -> Value {
    Value::Object(Map::new())
}

const MEDIA_TYPE: &str = "application/x-amz-json-1.1";
const SERVICE: &str = "AWSCognitoIdentityProviderService.";
const EXPOSED: &str = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{test_call::*, *};

    #[tokio::test]
    async fn an_answer_is_json_and_has_a_request_id() {
        let issuer = issuer().await;
        let input = json!({"UserPoolId": issuer.user_pool_id()});

        let answer = send(&issuer, "ListGroups", &input.to_string()).await;

        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some(MEDIA_TYPE));
        assert_eq!(answer.header("x-amzn-requestid").map(str::len), Some(36));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("x-amzn-errortype"), None);
    }

    #[tokio::test]
    async fn a_refusal_names_itself_in_body_and_headers() {
        let answer = send(&issuer().await, "GetUser", r#"{"AccessToken": "x"}"#).await;

        assert_eq!(answer.status, 400);
        assert_eq!(
            json_of(&answer),
            json!({"__type": "NotAuthorizedException", "message": "Invalid Access Token"})
        );
        assert_eq!(answer.header("content-type"), Some(MEDIA_TYPE));
        assert_eq!(answer.header("x-amzn-errortype"), Some("NotAuthorizedException:"));
        assert_eq!(answer.header("x-amzn-errormessage"), Some("Invalid Access Token"));
        assert_eq!(answer.header("x-amzn-requestid").map(str::len), Some(36));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }

    #[tokio::test]
    async fn a_call_that_is_left_out_is_named() {
        let (code, message) = refused(&issuer().await, "ForgotPassword", json!({})).await;

        assert_eq!(code, "UnknownOperationException");
        let start =
            "poolgate-issuer does not have the operation ForgotPassword. It has: InitiateAuth, ";
        assert!(message.starts_with(start), "{message}");
    }

    #[tokio::test]
    async fn target_and_media_type_have_to_be_there() {
        let issuer = issuer().await;
        let get_user = ("x-amz-target", "AWSCognitoIdentityProviderService.GetUser");

        for (headers, message) in [
            (
                vec![("content-type", "application/json"), get_user],
                "The Content-Type is \"application/json\" and has to be application/x-amz-json-1.1.",
            ),
            (vec![get_user], "The Content-Type is \"\" and has to be application/x-amz-json-1.1."),
            (
                vec![("content-type", MEDIA_TYPE)],
                "The X-Amz-Target is \"\" and has to be AWSCognitoIdentityProviderService.{operation}.",
            ),
            (
                vec![("content-type", MEDIA_TYPE), ("x-amz-target", "DynamoDB.GetItem")],
                "The X-Amz-Target is \"DynamoDB.GetItem\" and has to be AWSCognitoIdentityProviderService.{operation}.",
            ),
        ] {
            let answer = request(&issuer, "POST", &headers, "{}").await;
            assert_eq!((answer.status, json_of(&answer)["message"].as_str()), (400, Some(message)));
        }
        let charset = [("content-type", "application/x-amz-json-1.1; charset=utf-8"), get_user];
        let answer = request(&issuer, "POST", &charset, r#"{"AccessToken": "x"}"#).await;
        assert_eq!(json_of(&answer)["__type"], "NotAuthorizedException");
    }

    #[tokio::test]
    async fn a_body_has_to_be_an_object() {
        for body in ["", "[]", "null", "{"] {
            let answer = send(&issuer().await, "GetUser", body).await;
            assert_eq!(
                (answer.status, &json_of(&answer)["__type"]),
                (400, &"SerializationException".into())
            );
        }
    }

    #[tokio::test]
    async fn browsers_may_call() {
        let issuer = issuer().await;

        let answer = request(&issuer, "OPTIONS", &[("origin", "http://localhost:3000")], "").await;

        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("access-control-allow-methods"), Some("POST"));
        assert_eq!(answer.header("access-control-allow-headers"), Some("*, authorization"));
        assert_eq!(request(&issuer, "GET", &[], "").await.status, 405);
    }
}
