//! `/oauth2/userInfo`.

use serde_json::json;

use super::*;

fn info(issuer: &TestIssuer, method: &str, authorization: &str) -> Answer {
    let headers: &[(&str, &str)] =
        if authorization.is_empty() { &[] } else { &[("Authorization", authorization)] };
    Browser::new(issuer).send(method, "/oauth2/userInfo", headers, "")
}

fn of(issuer: &TestIssuer, token: &Value) -> Answer {
    info(issuer, "GET", &format!("Bearer {}", token.as_str().unwrap()))
}

#[track_caller]
fn is_refused(answer: &Answer, status: u16, error: &str, description: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    let body = json!({"error": error, "error_description": description});
    assert_eq!(value(answer), body);
    let challenge = format!(r#"Bearer error="{error}", error_description="{description}""#);
    assert_eq!(answer.header("www-authenticate"), Some(challenge.as_str()));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
}

const BAD_REQUEST: &str = "Bad OAuth2 request at UserInfo Endpoint";
const BAD_TOKEN: &str =
    "Access token is expired, disabled, or deleted, or the user has globally signed out.";

#[tokio::test]
async fn all_values_are_texts() {
    let issuer = start().await;
    let tokens = tokens(&issuer, "web");
    let authorization = format!("bearer {}", tokens["access_token"].as_str().unwrap());

    for method in ["GET", "POST"] {
        let answer = info(&issuer, method, &authorization);
        assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
        let sub = crate::test_verifier::claims(tokens["id_token"].as_str().unwrap())["sub"].clone();
        assert_eq!(
            value(&answer),
            json!({
                "sub": sub,
                "username": "alice",
                "email": "alice@example.com",
                "email_verified": "true",
            })
        );
    }
}

#[tokio::test]
async fn the_token_needs_the_openid_scope() {
    let issuer = start().await;
    let code = code(&issuer, "web", &[("scope", "orders/read")]);
    let tokens = value(&post(&issuer, "/oauth2/token", &code_form("web", &code)));
    let sdk = issuer.access_token_for("alice").scope("aws.cognito.signin.user.admin").sign();

    for token in [&tokens["access_token"], &sdk.into()] {
        let reason = "Access token does not contain openid scope";
        is_refused(&of(&issuer, token), 401, "invalid_token", reason);
    }
}

#[tokio::test]
async fn requests_without_a_good_token_are_refused() {
    let issuer = start().await;
    let tokens = tokens(&issuer, "web");

    for authorization in ["", "Bearer", "Bearer ", "Basic YTpi"] {
        is_refused(&info(&issuer, "GET", authorization), 400, "invalid_request", BAD_REQUEST);
    }
    for token in [&tokens["id_token"], &tokens["refresh_token"], &"x".into(), &"a.b.c".into()] {
        is_refused(&of(&issuer, token), 401, "invalid_token", BAD_TOKEN);
    }
    issuer.clock().advance(Duration::from_secs(3_600));
    is_refused(&of(&issuer, &tokens["access_token"]), 401, "invalid_token", BAD_TOKEN);
}

#[tokio::test]
async fn a_global_sign_out_ends_it_but_not_the_browser() {
    let issuer = start().await;
    let mut browser = Browser::new(&issuer);
    let answer = sign_in(&mut browser, &authorize("web", &[]), "alice");
    let code = carried(&answer, CALLBACK)["code"].clone();
    let tokens = value(&post(&issuer, "/oauth2/token", &code_form("web", &code)));
    assert_eq!(of(&issuer, &tokens["access_token"]).status, 200);

    issuer.pool.sign_out_everywhere("alice").unwrap();

    is_refused(&of(&issuer, &tokens["access_token"]), 401, "invalid_token", BAD_TOKEN);
    refuses(&refresh(&issuer, "web", &tokens["refresh_token"]), 400, "invalid_grant");
    let silent = browser.get(&authorize("web", &[("prompt", "none")]));
    assert!(carried(&silent, CALLBACK).contains_key("code"));
}
