//! The endpoints over HTTP, as a browser and a client meet them.

mod authorize;
mod challenges;
mod logout;
mod pages;
mod refresh;
mod revoke;
mod token;
mod user_info;

use std::time::Duration;

use aws_lc_rs::digest;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;

use super::test_browser::{Browser, carried, path, post, value};
use crate::{
    Algorithm, AppClient, Flow, Mfa, ResourceServer, TestClock, TestIssuer, User, UserPool,
    UserStatus, test_client::Answer,
};

const CALLBACK: &str = "https://shop.example/callback";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters";
const NOW: u64 = 1_000_000;

/// Two pools; everyone's password is `pw`.
async fn start() -> TestIssuer {
    let builder = TestIssuer::builder().algorithm(Algorithm::EdDsa).clock(TestClock::at(NOW));
    builder.user_pool(shop()).user_pool(other()).start().await
}

fn shop() -> UserPool {
    let client = |id| AppClient::new(id).callback_url(CALLBACK);
    UserPool::new("eu-west-1_Shop")
        .mfa(Mfa::Optional)
        .resource_server(ResourceServer::new("orders").scope("read").scope("write"))
        .client(web())
        .client(client("server").secret("s3cret%"))
        .client(client("rotating").refresh_rotation(Duration::from_secs(10)))
        .client(client("old").token_revocation(false))
        .client(client("machine").secret("s3cret").flow(Flow::ClientCredentials))
        .client(client("once").flow(Flow::Code))
        .client(client("plain").secret("s3cret").scope("openid"))
        .group("Admins")
        .user(user("alice").group("Admins").attribute("email", "alice@example.com"))
        .user(user("bob").totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
        .user(user("new").status(UserStatus::ForceChangePassword))
        .user(user("gone").disabled())
}

fn web() -> AppClient {
    AppClient::new("web")
        .callback_url(CALLBACK)
        .callback_url("app://back?a=b")
        .logout_url("https://shop.example/bye")
        .scope("openid")
        .scope("email")
        .scope("orders/read")
}

fn other() -> UserPool {
    let client = AppClient::new("other").callback_url(CALLBACK);
    UserPool::new("us-east-1_Other").client(client).user(user("carol"))
}

fn user(name: &str) -> User {
    User::new(name).password("pw")
}

/// The request of a client for a code, with more parameters or others.
fn authorize(client: &str, more: &[(&str, &str)]) -> String {
    let challenge = digest::digest(&digest::SHA256, VERIFIER.as_bytes());
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(challenge);
    let usual = [
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", CALLBACK),
        ("state", "s"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let is_usual = |(name, _): &&(&str, &str)| !more.iter().any(|(other, _)| other == name);
    let all: Vec<_> = usual.iter().filter(is_usual).chain(more).copied().collect();
    path("/oauth2/authorize", &all)
}

/// The sign-in page that the request leads to.
#[track_caller]
fn page(browser: &mut Browser, request: &str) -> Answer {
    let answer = browser.get(request);
    assert_eq!(answer.status, 302, "{}", answer.text());
    let location = answer.header("location").unwrap();
    assert!(location.starts_with("/login?"), "{location}");
    browser.get(location)
}

#[track_caller]
fn sign_in(browser: &mut Browser, request: &str, user: &str) -> Answer {
    let page = page(browser, request);
    browser.submit(&page.text(), &[("password", "pw"), ("user", user)])
}

/// A code for alice.
#[track_caller]
fn code(issuer: &TestIssuer, client: &str, more: &[(&str, &str)]) -> String {
    let answer = sign_in(&mut Browser::new(issuer), &authorize(client, more), "alice");
    carried(&answer, CALLBACK)["code"].clone()
}

fn code_form<'a>(client: &'a str, code: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ]
}

/// The tokens of alice at a public client.
#[track_caller]
fn tokens(issuer: &TestIssuer, client: &str) -> Value {
    let code = code(issuer, client, &[]);
    let answer = post(issuer, "/oauth2/token", &code_form(client, &code));
    assert_eq!(answer.status, 200, "{}", answer.text());
    value(&answer)
}

fn refresh(issuer: &TestIssuer, client: &str, token: &Value) -> Answer {
    let token = token.as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token)];
    post(issuer, "/oauth2/token", &form)
}

#[track_caller]
fn refuses(answer: &Answer, status: u16, error: &str) {
    assert_eq!(
        (answer.status, answer.text()),
        (status, format!("{{\"error\":\"{error}\"}}")),
        "{error}"
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
}
