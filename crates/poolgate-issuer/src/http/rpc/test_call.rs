//! Calls over HTTP, for the tests of these files.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    Algorithm, AppClient, Flow, Mfa, TestClock, TestIssuer, User, UserPool, UserStatus,
    test_client::{Answer, parse},
};

pub(super) const PASSWORD: &str = "Correct-Horse-1";
pub(super) const TOTP_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// A pool with the clients `web`, `shop` (secret `s3cret`), `app` (rotating) and `none` (no SDK flow); the users `alice`
/// (in `Admins`), `bob` (with an authenticator app) and `new` (with a temporary password). It is 1,000,000 o'clock.
pub(super) async fn issuer() -> TestIssuer {
    started(pool("eu-west-1_A", Mfa::Optional)).await
}

/// The same, where everyone needs an authenticator app.
pub(super) async fn strict_issuer() -> TestIssuer {
    started(pool("eu-west-1_A", Mfa::On)).await
}

pub(super) async fn started(pool: UserPool) -> TestIssuer {
    TestIssuer::builder()
        .user_pool(pool)
        .user_pool(UserPool::new("eu-west-1_Other").client(AppClient::new("other")))
        .algorithm(Algorithm::EdDsa)
        .clock(TestClock::at(1_000_000))
        .start()
        .await
}

pub(super) fn pool(id: &str, mfa: Mfa) -> UserPool {
    let user = |name: &str| User::new(name).password(PASSWORD).subject(format!("sub-of-{name}"));
    let alice = user("alice").group("Admins").attribute("email", "alice@shop.example");
    UserPool::new(id)
        .mfa(mfa)
        .client(AppClient::new("web"))
        .client(AppClient::new("shop").secret("s3cret"))
        .client(AppClient::new("app").refresh_rotation(Duration::from_secs(10)))
        .client(AppClient::new("none").flow(Flow::Code).prevent_user_existence_errors(false))
        .group("Admins")
        .user(alice)
        .user(user("bob").totp_secret(TOTP_SECRET))
        .user(
            user("new")
                .status(UserStatus::ForceChangePassword)
                .attribute("email", "new@shop.example"),
        )
}

/// The output of a call that succeeds.
pub(super) async fn done(issuer: &TestIssuer, operation: &str, input: Value) -> Value {
    let answer = send(issuer, operation, &input.to_string()).await;
    assert_eq!(answer.status, 200, "{operation}: {}", answer.text());
    json_of(&answer)
}

/// Code and message of a call that does not.
pub(super) async fn refused(
    issuer: &TestIssuer,
    operation: &str,
    input: Value,
) -> (String, String) {
    let answer = send(issuer, operation, &input.to_string()).await;
    assert_eq!(answer.status, 400, "{operation}: {}", answer.text());
    let body = json_of(&answer);
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (text("__type"), text("message"))
}

/// The tokens of a user who signs in with the password alone.
pub(super) async fn sign_in(issuer: &TestIssuer, client: &str, name: &str) -> Value {
    let parameters = json!({"USERNAME": name, "PASSWORD": PASSWORD});
    let input =
        json!({"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters});
    done(issuer, "InitiateAuth", input).await["AuthenticationResult"].take()
}

pub(super) async fn send(issuer: &TestIssuer, operation: &str, body: &str) -> Answer {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    let headers =
        [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target.as_str())];
    request(issuer, "POST", &headers, body).await
}

pub(super) async fn request(
    issuer: &TestIssuer,
    method: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let host = issuer.base_url().strip_prefix("http://").unwrap();
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let request = format!(
        "{method} / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    parse(&answer).unwrap()
}

pub(super) fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}
