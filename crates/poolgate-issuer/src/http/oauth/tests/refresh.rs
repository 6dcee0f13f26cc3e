//! `POST /oauth2/token` with a refresh token.

use serde_json::json;

use super::*;
use crate::test_verifier::claims;

#[tokio::test]
async fn a_refresh_gives_new_tokens_and_no_new_refresh_token() {
    let issuer = start().await;
    let first = tokens(&issuer, "web");
    issuer.clock().advance(Duration::from_secs(60));

    let answer = refresh(&issuer, "web", &first["refresh_token"]);

    let second = value(&answer);
    let names: Vec<_> = second.as_object().unwrap().keys().collect();
    assert_eq!(names, ["access_token", "expires_in", "id_token", "token_type"]);
    let [old, new] = [&first, &second].map(|it| claims(it["access_token"].as_str().unwrap()));
    assert_eq!((&old["auth_time"], &old["scope"]), (&new["auth_time"], &new["scope"]));
    assert_eq!(old["origin_jti"], new["origin_jti"]);
    assert_ne!(old["jti"], new["jti"]);
    refuses(&refresh(&issuer, "web", &json!("x")), 400, "invalid_grant");
    refuses(&refresh(&issuer, "old", &first["refresh_token"]), 400, "invalid_grant");
    refuses(&refresh(&issuer, "web", &json!("")), 400, "invalid_request");
    issuer.clock().advance(Duration::from_secs(30 * 86_400));
    refuses(&refresh(&issuer, "web", &first["refresh_token"]), 400, "invalid_grant");
}

#[tokio::test]
async fn a_rotating_client_has_a_grace_period() {
    let issuer = start().await;
    let first = tokens(&issuer, "rotating");

    let second = value(&refresh(&issuer, "rotating", &first["refresh_token"]));
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    issuer.clock().advance(Duration::from_secs(9));
    let third = refresh(&issuer, "rotating", &first["refresh_token"]);
    assert_eq!(third.status, 200);

    issuer.clock().advance(Duration::from_secs(1));
    for reused in [&first, &second, &value(&third)] {
        let answer = refresh(&issuer, "rotating", &reused["refresh_token"]);
        refuses(&answer, 400, "invalid_grant");
    }
}

#[tokio::test]
async fn a_client_that_may_not_refresh_has_a_token_that_it_cannot_use() {
    let issuer = start().await;
    let first = tokens(&issuer, "once");

    refuses(&refresh(&issuer, "once", &first["refresh_token"]), 400, "unauthorized_client");
}
