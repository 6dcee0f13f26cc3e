//! `GET /oauth2/authorize`.

use super::*;
use crate::{TokenChanges, TriggerVersion, test_verifier::claims};

#[tokio::test]
async fn a_browser_comes_back_with_a_code_and_stays_signed_in() {
    let issuer = start().await;
    let mut browser = Browser::new(&issuer);

    let answer = sign_in(&mut browser, &authorize("web", &[]), "alice");
    let first = carried(&answer, CALLBACK);
    assert_eq!(first.keys().collect::<Vec<_>>(), ["code", "state"]);
    assert_eq!(first["state"], "s");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("login-eu-west-1_Shop="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"), "{cookie}");

    issuer.clock().advance(Duration::from_secs(3_599));
    for prompt in ["", "none", "consent"] {
        let silent = browser.get(&authorize("rotating", &[("prompt", prompt)]));
        assert!(carried(&silent, CALLBACK).contains_key("code"), "{prompt}");
    }
    issuer.clock().advance(Duration::from_secs(1));
    let late = browser.get(&authorize("web", &[("prompt", "none")]));
    assert_eq!(carried(&late, CALLBACK)["error"], "login_required");
}

#[tokio::test]
async fn a_callback_keeps_its_query_and_a_state_that_is_not_there_stays_away() {
    let issuer = start().await;
    let request = authorize("web", &[("redirect_uri", "app://back?a=b"), ("state", "")]);

    let answer = sign_in(&mut Browser::new(&issuer), &request, "alice");

    let carried = carried(&answer, "app://back?a=b");
    assert!(answer.header("location").unwrap().starts_with("app://back?a=b&code="));
    assert_eq!(carried.keys().collect::<Vec<_>>(), ["code"]);
}

#[tokio::test]
async fn the_implicit_flow_answers_in_the_fragment() {
    let issuer = start().await;
    let request =
        authorize("web", &[("response_type", "token"), ("nonce", "n"), ("scope", "openid")]);
    let mut browser = Browser::new(&issuer);

    let answer = sign_in(&mut browser, &request, "alice");

    assert!(answer.header("location").unwrap().starts_with(&format!("{CALLBACK}#")));
    let got = carried(&answer, CALLBACK);
    assert_eq!((got["token_type"].as_str(), got["expires_in"].as_str()), ("Bearer", "3600"));
    assert_eq!(got["state"], "s");
    assert_eq!(claims(&got["id_token"])["nonce"], "n");
    assert_eq!(claims(&got["access_token"])["scope"], "openid");
    assert!(!got.contains_key("refresh_token"));

    let request = authorize("web", &[("response_type", "token"), ("scope", "orders/read")]);
    let got = carried(&browser.get(&request), CALLBACK);
    assert!(got.contains_key("access_token") && !got.contains_key("id_token"));
}

#[tokio::test]
async fn errors_of_a_known_client_go_back_to_it() {
    let issuer = start().await;
    let invalid: &[(&str, &str)] = &[
        ("response_type", ""),
        ("response_type", "code token"),
        ("prompt", "none login"),
        ("prompt", "create"),
        ("code_challenge", ""),
        ("code_challenge", "short"),
        ("code_challenge_method", ""),
        ("code_challenge_method", "plain"),
        ("max_age", "-1"),
        ("resource", "orders"),
        ("resource", "https://a/#b"),
        ("identity_provider", "Google"),
        ("idp_identifier", "example.com"),
    ];
    let invalid = invalid.iter().map(|parameter| ("web", *parameter, "invalid_request"));
    for (client, parameter, error) in invalid.chain([
        ("machine", ("state", "s"), "unauthorized_client"),
        ("web", ("scope", "orders/write"), "invalid_scope"),
        ("web", ("scope", "openid offline_access"), "invalid_scope"),
        ("web", ("scope", "email"), "invalid_scope"),
        ("web", ("prompt", "none"), "login_required"),
    ]) {
        let answer = Browser::new(&issuer).get(&authorize(client, &[parameter]));
        let carried = carried(&answer, &format!("{CALLBACK}?")[..CALLBACK.len()]);
        assert_eq!(carried["error"], error, "{parameter:?}");
        assert_eq!(carried["state"], "s", "{parameter:?}");
        assert!(!carried["error_description"].is_empty(), "{parameter:?}");
    }

    let implicit = authorize("web", &[("response_type", "token"), ("scope", "x")]);
    let answer = Browser::new(&issuer).get(&implicit);
    assert!(answer.header("location").unwrap().contains("callback#error=invalid_scope"));
    let twice = authorize("web", &[("scope", "openid"), ("scope", "openid")]);
    let answer = Browser::new(&issuer).get(&twice);
    assert_eq!(carried(&answer, CALLBACK)["error"], "invalid_request");
    let own = authorize("web", &[("identity_provider", "COGNITO")]);
    page(&mut Browser::new(&issuer), &own);
}

#[tokio::test]
async fn nobody_is_sent_to_where_no_client_of_ours_is() {
    let issuer = start().await;

    for (client, more, error) in [
        ("", &[][..], "invalid_request"),
        ("nobody", &[], "invalid_client"),
        ("web", &[("redirect_uri", "")], "invalid_request"),
        ("web", &[("redirect_uri", "https://shop.example/callback/")], "redirect_mismatch"),
        ("web", &[("redirect_uri", "https://evil.example")], "redirect_mismatch"),
        ("web", &[("redirect_uri", CALLBACK), ("redirect_uri", CALLBACK)], "invalid_request"),
        ("web", &[("client_id", "web"), ("client_id", "other")], "invalid_request"),
    ] {
        let request = authorize(client, more);
        for request in [request.clone(), request.replace("/oauth2/authorize", "/login")] {
            let answer = Browser::new(&issuer).get(&request);
            assert_eq!((answer.status, answer.header("location")), (400, None), "{request}");
            assert!(answer.text().contains(&format!("<code>{error}</code>")), "{request}");
        }
    }
    let posted = Browser::new(&issuer).post(&authorize("web", &[]), &[]);
    assert_eq!((posted.status, posted.header("allow")), (405, Some("GET,HEAD")));
}

#[tokio::test]
async fn who_is_signed_in_may_be_asked_again() {
    let issuer = start().await;
    let mut browser = Browser::new(&issuer);
    sign_in(&mut browser, &authorize("web", &[]), "alice");
    issuer.clock().advance(Duration::from_secs(100));

    for again in [("prompt", "login"), ("max_age", "100"), ("max_age", "0")] {
        let shown = page(&mut browser, &authorize("web", &[again])).text();
        assert!(!shown.contains("Continue as"), "{again:?}");
        let forced = authorize("web", &[again]).replace("/oauth2/authorize", "/login");
        let answer = browser.post(&forced, &[("step", "stay")]);
        assert_eq!(answer.status, 400, "{again:?}");
        assert!(answer.text().contains("signed in no longer"), "{again:?}");
    }
    let young = browser.get(&authorize("web", &[("max_age", "101")]));
    assert!(carried(&young, CALLBACK).contains_key("code"));
    let stale = browser.get(&authorize("web", &[("max_age", "9"), ("prompt", "none")]));
    assert_eq!(carried(&stale, CALLBACK)["error"], "login_required");
}

#[tokio::test]
async fn people_sign_in_and_up_until_the_end_of_time() {
    let issuer = start().await;
    issuer.clock().advance(Duration::from_secs(u64::MAX));

    let answer = sign_in(&mut Browser::new(&issuer), &authorize("web", &[]), "alice");

    assert!(carried(&answer, CALLBACK).contains_key("code"));
    issuer.pool.sign_up("dave", "Aa1!aaaa", Vec::new()).unwrap();
}

#[tokio::test]
async fn an_account_is_chosen() {
    let issuer = start().await;
    let mut browser = Browser::new(&issuer);
    sign_in(&mut browser, &authorize("web", &[]), "alice");
    issuer.clock().advance(Duration::from_secs(100));
    let choose = authorize("web", &[("prompt", "select_account")]);

    let shown = page(&mut browser, &choose).text();
    let stayed = browser.submit(&shown, &[]);
    let code = carried(&stayed, CALLBACK)["code"].clone();
    let same = value(&post(&issuer, "/oauth2/token", &code_form("web", &code)));
    let claims = claims(same["id_token"].as_str().unwrap());
    assert_eq!((&claims["cognito:username"], &claims["auth_time"]), (&"alice".into(), &NOW.into()));

    let shown = page(&mut browser, &choose).text();
    browser.submit(&shown, &[("user", "bob"), ("step", "pick")]);
    let shown = page(&mut browser, &choose).text();
    assert!(shown.contains("Continue as bob"), "{shown}");
}

#[tokio::test]
async fn a_resource_and_a_nonce_reach_the_tokens() {
    let issuer = start().await;
    let code = code(&issuer, "web", &[("resource", "https://api.example/v1"), ("nonce", "a\"b")]);

    let tokens = value(&post(&issuer, "/oauth2/token", &code_form("web", &code)));

    let claim = |kind: &str, name: &str| claims(tokens[kind].as_str().unwrap())[name].clone();
    assert_eq!(claim("access_token", "aud"), "https://api.example/v1");
    assert_eq!(claim("id_token", "nonce"), "a\"b");
    assert_eq!(claim("id_token", "aud"), "web");
}

#[tokio::test]
async fn pools_on_one_host_know_their_own_users_and_browsers() {
    let issuer = start().await;
    let mut browser = Browser::new(&issuer);
    sign_in(&mut browser, &authorize("web", &[]), "alice");

    let shown = page(&mut browser, &authorize("other", &[])).text();
    assert!(shown.contains("carol") && !shown.contains("alice"), "{shown}");
    let stranger = sign_in(&mut browser, &authorize("other", &[]), "alice");
    assert!(stranger.text().contains("Incorrect username or password."));
    let answer = sign_in(&mut browser, &authorize("other", &[]), "carol");
    let code = carried(&answer, CALLBACK)["code"].clone();
    let tokens = value(&post(&issuer, "/oauth2/token", &code_form("other", &code)));
    let issuers = claims(tokens["access_token"].as_str().unwrap())["iss"].clone();
    assert_eq!(issuers, issuer.pool("us-east-1_Other").unwrap().issuer());

    for client in ["web", "other"] {
        let silent = browser.get(&authorize(client, &[("prompt", "none")]));
        assert!(carried(&silent, CALLBACK).contains_key("code"), "{client}");
    }
    let elsewhere = post(&issuer, "/oauth2/token", &code_form("web", &code));
    refuses(&elsewhere, 400, "invalid_grant");
}

#[tokio::test]
async fn a_hook_that_fails_is_told() {
    let issuer = start().await;
    issuer
        .pre_token_generation(TriggerVersion::V2, |_| TokenChanges::new().access_claim("sub", "x"));

    let implicit = authorize("web", &[("response_type", "token")]);
    let answer = sign_in(&mut Browser::new(&issuer), &implicit, "alice");
    let carried = carried(&answer, CALLBACK);
    assert_eq!(carried["error"], "server_error");
    assert!(carried["error_description"].contains("sub"), "{carried:?}");

    let code = code(&issuer, "web", &[]);
    let answer = post(&issuer, "/oauth2/token", &code_form("web", &code));
    assert_eq!((answer.status, &value(&answer)["error"]), (400, &"invalid_request".into()));
    assert!(answer.text().contains("sub"), "{}", answer.text());
}
