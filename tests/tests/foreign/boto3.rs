//! The issuer of this repository, used through boto3 as if it were Cognito.
//!
//! `boto3_sign_in.py` says what works and what is refused. Here, a verifier reads every token that it got.

use super::{SET_UP, accepts, assert_installed, rejects, script, tools};
use poolgate::{Policy, TokenUse, Verifier};
use poolgate_issuer::{AppClient, Mfa, TestIssuer, User, UserPool};
use serde::Deserialize;
use serde_json::json;
use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

#[tokio::test(flavor = "multi_thread")]
async fn boto3() {
    let issuer = issuer().await;
    let (mut script, lines) = start(&issuer);
    let mut stdin = script.stdin.take().expect("a pipe");
    let mut verified = 0;
    let mut version = None;
    for line in lines.lines() {
        let line = line.expect("a line of text");
        match serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}")) {
            Said::CodeOf(username) => answer(&mut stdin, &issuer, &username),
            Said::Tokens(tokens) => {
                tokens.are_good(&issuer).await;
                verified += 2;
            }
            Said::Boto3(last) => version = Some(last),
        }
    }
    assert!(script.wait().expect("an exit status").success(), "see its traceback");
    println!("boto3 {}: {verified} tokens", version.expect("the last line"));
    assert_eq!(verified, 38);
}

async fn issuer() -> TestIssuer {
    let user = |name: &str| User::new(name).password("Correct-Horse-1");
    let pool = UserPool::new("eu-west-1_Shop")
        .mfa(Mfa::Optional)
        .client(AppClient::new("web"))
        .client(AppClient::new("telling").prevent_user_existence_errors(false))
        .client(AppClient::new("shop").secret(SECRET))
        .client(AppClient::new("app").refresh_rotation(Duration::ZERO))
        .group("Admins")
        .user(user("alice").group("Admins"));
    let strict = UserPool::new("eu-west-1_Strict").mfa(Mfa::On).client(AppClient::new("strict"));
    TestIssuer::builder().user_pool(pool).user_pool(strict.user(user("dora"))).start().await
}

fn start(issuer: &TestIssuer) -> (Child, BufReader<ChildStdout>) {
    let python = tools().join("venv/bin/python");
    assert_installed(&python);
    let settings = json!({
        "endpoint": issuer.base_url(),
        "pool": "eu-west-1_Shop",
        "strict_pool": "eu-west-1_Strict",
        "clients": {"web": "web", "telling": "telling", "shop": "shop", "app": "app", "strict": "strict"},
        "shop_secret": SECRET,
    });
    let mut command = Command::new(python);
    command.arg(script("boto3_sign_in.py")).arg(settings.to_string());
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}. {SET_UP}"));
    let stdout = child.stdout.take().expect("a pipe");
    (child, BufReader::new(stdout))
}

/// In place of the e-mail that a real pool would send.
fn answer(stdin: &mut ChildStdin, issuer: &TestIssuer, username: &str) {
    let code = issuer.confirmation_code(username).expect("a user who signed up");
    writeln!(stdin, "{}", json!(code)).expect("the script waits for it");
}

/// A line of the script.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    CodeOf(String),
    Tokens(Tokens),
    Boto3(String),
}

/// Tokens of a sign-in, and what they should say.
#[derive(Deserialize)]
struct Tokens {
    pool: String,
    client: String,
    username: String,
    groups: Vec<String>,
    access: String,
    id: String,
}

impl Tokens {
    async fn are_good(&self, issuer: &TestIssuer) {
        let pool = issuer.pool(&self.pool).expect("a pool of the server");
        for (token, token_use, other) in
            [(&self.access, TokenUse::Access, &self.id), (&self.id, TokenUse::Id, &self.access)]
        {
            let policy = Policy::cognito(&*self.pool, &*self.client, token_use)
                .and_then(|policy| policy.jwks_url(pool.jwks_url()))
                .expect("a good policy");
            let verifier = Verifier::new(policy).expect("a good policy");
            let verified = accepts(&verifier, token).await;
            assert_eq!(verified.token_use(), Some(token_use));
            assert_eq!(verified.client_id(), Some(&*self.client));
            assert_eq!(verified.username(), Some(&*self.username));
            assert_eq!(verified.groups(), self.groups);
            rejects(&verifier, other, "invalid_token_use").await;
        }
    }
}

const SECRET: &str = "only0for0tests0and0long0enough";
