//! `POST /oauth2/revoke`.

use base64::prelude::BASE64_STANDARD;

use super::*;
use crate::http::oauth::test_browser::post_with;

fn revoke(issuer: &TestIssuer, client: &str, token: &Value) -> Answer {
    let form = [("token", token.as_str().unwrap()), ("client_id", client)];
    post(issuer, "/oauth2/revoke", &form)
}

#[tokio::test]
async fn a_revoked_token_refreshes_nothing_and_its_access_tokens_are_refused() {
    let issuer = start().await;
    let tokens = tokens(&issuer, "web");
    let access = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let info =
        || Browser::new(&issuer).send("GET", "/oauth2/userInfo", &[("Authorization", &access)], "");
    assert_eq!(info().status, 200);

    for _ in 0..2 {
        let answer = revoke(&issuer, "web", &tokens["refresh_token"]);
        assert_eq!((answer.status, answer.text().as_str()), (200, ""));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }

    refuses(&refresh(&issuer, "web", &tokens["refresh_token"]), 400, "invalid_grant");
    assert_eq!(info().status, 401);
}

#[tokio::test]
async fn only_refresh_tokens_of_the_client_are_revoked() {
    let issuer = start().await;
    let own = tokens(&issuer, "web");
    let old = tokens(&issuer, "old");
    let refresh_token = &own["refresh_token"];

    assert_eq!(revoke(&issuer, "web", &"unknown".into()).status, 200);
    for (client, token, status, error) in [
        ("web", &own["access_token"], 400, "unsupported_token_type"),
        ("web", &own["id_token"], 400, "unsupported_token_type"),
        ("web", &"".into(), 400, "invalid_request"),
        ("", refresh_token, 400, "invalid_request"),
        ("rotating", refresh_token, 400, "invalid_request"),
        ("old", &old["refresh_token"], 400, "invalid_request"),
        ("nobody", refresh_token, 401, "invalid_client"),
        ("server", refresh_token, 401, "invalid_client"),
    ] {
        refuses(&revoke(&issuer, client, token), status, error);
    }
    assert_eq!(refresh(&issuer, "web", refresh_token).status, 200);

    for (secret, status) in [("s3cret%", 200), ("x", 401)] {
        let authorization = format!("Basic {}", BASE64_STANDARD.encode(format!("server:{secret}")));
        let form = [("token", "unknown")];
        let answer = post_with(&issuer, "/oauth2/revoke", &authorization, &form);
        assert_eq!(answer.status, status);
    }
}
