//! `POST /oauth2/token`.

use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::*;
use crate::{http::oauth::test_browser::post_with, test_verifier::claims};

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")))
}

fn with<'a>(form: &[(&'a str, &'a str)], name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let others = form.iter().filter(|(known, _)| *known != name).copied();
    others.chain([(name, value)]).collect()
}

#[tokio::test]
async fn a_code_gives_the_tokens_of_the_sign_in() {
    let issuer = start().await;
    let code = code(&issuer, "web", &[("scope", "openid orders/read")]);
    issuer.clock().advance(Duration::from_secs(60));

    let answer = post(&issuer, "/oauth2/token", &code_form("web", &code));

    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let tokens = value(&answer);
    let names: Vec<_> = tokens.as_object().unwrap().keys().collect();
    assert_eq!(names, ["access_token", "expires_in", "id_token", "refresh_token", "token_type"]);
    assert_eq!((&tokens["expires_in"], &tokens["token_type"]), (&json!(3_600), &json!("Bearer")));
    let access = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(access["scope"], "openid orders/read");
    assert_eq!((&access["username"], &access["client_id"]), (&json!("alice"), &json!("web")));
    assert_eq!((&access["auth_time"], &access["iat"]), (&json!(NOW), &json!(NOW + 60)));
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["sub"], access["sub"]);
    assert_eq!(tokens["refresh_token"].as_str().unwrap().split('.').count(), 5);
}

#[tokio::test]
async fn scopes_are_as_asked_for_or_all_of_the_client() {
    let issuer = start().await;

    for (scope, expected, has_id_token) in [
        ("", "openid email orders/read", true),
        ("orders/read", "orders/read", false),
        ("openid  email openid", "openid email", true),
    ] {
        let code = code(&issuer, "web", &[("scope", scope)]);
        let tokens = value(&post(&issuer, "/oauth2/token", &code_form("web", &code)));
        let access = claims(tokens["access_token"].as_str().unwrap());
        assert_eq!(access["scope"], expected);
        assert_eq!(tokens.get("id_token").is_some(), has_id_token, "{scope}");
    }
}

#[tokio::test]
async fn a_code_is_good_once_for_who_asked_for_it_and_for_five_minutes() {
    let issuer = start().await;
    let good = code(&issuer, "web", &[]);
    let good = code_form("web", &good);
    assert_eq!(post(&issuer, "/oauth2/token", &good).status, 200);
    refuses(&post(&issuer, "/oauth2/token", &good), 400, "invalid_grant");

    for (name, value) in [
        ("code", "x"),
        ("client_id", "rotating"),
        ("redirect_uri", "app://back?a=b"),
        ("redirect_uri", "https://shop.example/callback?"),
        ("code_verifier", "another-verifier-of-forty-three-characters-"),
        ("code_verifier", ""),
    ] {
        let code = code(&issuer, "web", &[]);
        let form = with(&code_form("web", &code), name, value);
        refuses(&post(&issuer, "/oauth2/token", &form), 400, "invalid_grant");
    }
    let no_challenge = [("code_challenge", ""), ("code_challenge_method", "")];
    let plain = code(&issuer, "web", &no_challenge);
    refuses(&post(&issuer, "/oauth2/token", &code_form("web", &plain)), 400, "invalid_grant");
    let plain = code(&issuer, "web", &no_challenge);
    let form = with(&code_form("web", &plain), "code_verifier", "");
    assert_eq!(post(&issuer, "/oauth2/token", &form).status, 200);

    let late = code(&issuer, "web", &[]);
    issuer.clock().advance(Duration::from_secs(300));
    refuses(&post(&issuer, "/oauth2/token", &code_form("web", &late)), 400, "invalid_grant");
}

#[tokio::test]
async fn what_is_not_a_token_request_is_refused() {
    let issuer = start().await;
    let good = code_form("web", "x");

    for (name, value, error) in [
        ("grant_type", "", "invalid_request"),
        ("grant_type", "password", "unsupported_grant_type"),
        ("client_id", "", "invalid_request"),
        ("client_id", "nobody", "invalid_client"),
        ("client_secret", "s3cret", "invalid_client"),
        ("client_id", "machine", "invalid_client"),
        ("code", "", "invalid_request"),
        ("redirect_uri", "", "invalid_request"),
    ] {
        let answer = post(&issuer, "/oauth2/token", &with(&good, name, value));
        refuses(&answer, 400, error);
    }
    let machine = [("grant_type", "authorization_code"), ("code", "x")];
    let answer = post_with(&issuer, "/oauth2/token", &basic("machine", "s3cret"), &machine);
    refuses(&answer, 400, "unauthorized_client");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let answer = post_with(&issuer, "/oauth2/token", &basic("machine", "s3cret"), &refresh);
    refuses(&answer, 400, "unauthorized_client");
    let mut twice = good.clone();
    twice.push(("code", "y"));
    refuses(&post(&issuer, "/oauth2/token", &twice), 400, "invalid_request");
    let json = [("Content-Type", "application/json")];
    let answer = Browser::new(&issuer).send("POST", "/oauth2/token", &json, "{}");
    refuses(&answer, 400, "invalid_request");

    let get = Browser::new(&issuer).get("/oauth2/token?grant_type=client_credentials");
    assert_eq!(get.status, 405);
    assert_eq!(get.header("access-control-allow-origin"), Some("*"));
}

#[tokio::test]
async fn a_client_with_a_secret_shows_it_in_one_way() {
    let issuer = start().await;
    let ask = |authorization: Option<&str>, more: &[(&str, &str)]| {
        let code = code(&issuer, "server", &[]);
        let mut form = code_form("", &code);
        form.extend(more);
        match authorization {
            Some(authorization) => post_with(&issuer, "/oauth2/token", authorization, &form),
            None => post(&issuer, "/oauth2/token", &form),
        }
    };
    let id = ("client_id", "server");
    let secret = ("client_secret", "s3cret%");

    assert_eq!(ask(Some(&basic("server", "s3cret%25")), &[]).status, 200);
    assert_eq!(ask(Some(&basic("server", "s3cret%")), &[id]).status, 200);
    assert_eq!(ask(None, &[id, secret]).status, 200);

    for (authorization, form, error) in [
        (None, &[id][..], "invalid_client"),
        (None, &[id, ("client_secret", "x")], "invalid_client"),
        (Some(basic("server", "x")), &[], "invalid_client"),
        (Some(basic("server", "")), &[], "invalid_client"),
        (Some(basic("nobody", "s3cret%")), &[], "invalid_client"),
        (Some(basic("web", "")), &[], "invalid_client"),
        (Some(basic("server", "s3cret%")), &[("client_id", "web")], "invalid_client"),
        (Some(basic("server", "s3cret%")), &[secret], "invalid_request"),
        (Some("Bearer x".to_owned()), &[id, secret], "invalid_request"),
        (Some("Basic %".to_owned()), &[], "invalid_request"),
    ] {
        refuses(&ask(authorization.as_deref(), form), 400, error);
    }
}

#[tokio::test]
async fn a_machine_gets_an_access_token_and_no_more() {
    let issuer = start().await;
    let ask = |client: &str, scope: &str| {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        post_with(&issuer, "/oauth2/token", &basic(client, "s3cret"), &form)
    };

    let tokens = value(&ask("machine", "orders/write"));
    let names: Vec<_> = tokens.as_object().unwrap().keys().collect();
    assert_eq!(names, ["access_token", "expires_in", "token_type"]);
    let access = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(
        (&access["scope"], &access["client_id"]),
        (&json!("orders/write"), &json!("machine"))
    );
    assert_eq!(access.get("username"), None);
    let all = value(&ask("machine", ""));
    let all = claims(all["access_token"].as_str().unwrap());
    assert_eq!(all["scope"], "orders/read orders/write");

    for scope in ["openid", "orders/delete", "orders/read openid"] {
        refuses(&ask("machine", scope), 400, "invalid_scope");
    }
    refuses(&ask("plain", ""), 400, "invalid_scope");
    let public = [("grant_type", "client_credentials"), ("client_id", "web")];
    refuses(&post(&issuer, "/oauth2/token", &public), 400, "unauthorized_client");
}

#[tokio::test]
async fn a_page_of_any_origin_may_ask() {
    let issuer = start().await;

    for path in ["/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo"] {
        let answer = Browser::new(&issuer).send("OPTIONS", path, &[("Origin", "https://a")], "");
        assert_eq!(answer.status, 204, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{path}");
        let allowed = answer.header("access-control-allow-headers");
        assert_eq!(allowed, Some("authorization, content-type"), "{path}");
    }
    for url in [issuer.jwks_url(), issuer.discovery_url()] {
        let answer = Browser::new(&issuer).get(url.strip_prefix(issuer.base_url()).unwrap());
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{url}");
    }
}

#[tokio::test]
async fn discovery_leads_to_every_endpoint() {
    let issuer = start().await;
    let path = |url: &str| url.strip_prefix(issuer.base_url()).unwrap().to_owned();

    let document = value(&Browser::new(&issuer).get(&path(issuer.discovery_url())));

    for (name, status) in [
        ("authorization_endpoint", 400),
        ("token_endpoint", 405),
        ("userinfo_endpoint", 400),
        ("revocation_endpoint", 405),
        ("end_session_endpoint", 400),
        ("jwks_uri", 200),
    ] {
        let answer = Browser::new(&issuer).get(&path(document[name].as_str().unwrap()));
        assert_eq!(answer.status, status, "{name}");
    }
}
