//! The issuer of this repository, used through openid-client as any OpenID provider.
//!
//! `openid_client.mjs` says what works and what is refused. Here, a verifier reads every token that it got.

use super::{accepts, assert_installed, output, rejects, script, tools};
use poolgate::{Policy, TokenUse, Verifier};
use poolgate_issuer::{AppClient, Flow, IssuerMode, ResourceServer, TestIssuer, User, UserPool};
use serde::Deserialize;
use serde_json::json;
use std::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn openid_client() {
    let issuer = TestIssuer::builder().user_pool(pool()).start().await;
    let node = tools().join("node");
    assert_installed(&node.join("node_modules/openid-client"));
    let settings = json!({
        "issuer": issuer.issuer(),
        "callback": CALLBACK,
        "secret": SECRET,
        "password": PASSWORD,
        "scope": SCOPE,
    });
    let mut command = Command::new("node");
    command.arg(script("openid_client.mjs")).arg(node).arg(settings.to_string());
    let report: Report = output(&mut command, "");
    println!("openid-client {}: {} sign-ins", report.version, report.tokens.len());
    assert_eq!(report.tokens.len(), 6, "code and refresh of two clients, and a machine twice");
    for tokens in report.tokens {
        tokens.are_good(&issuer).await;
    }
}

fn pool() -> UserPool {
    let client = |id| AppClient::new(id).callback_url(CALLBACK);
    let alice = User::new("alice").password(PASSWORD).group("Admins");
    UserPool::new("eu-west-1_Shop")
        .issuer(IssuerMode::Own)
        .resource_server(ResourceServer::new("orders").scope("read"))
        .client(client("web"))
        .client(client("server").secret(SECRET))
        .client(AppClient::new("robot").secret(SECRET).flow(Flow::ClientCredentials))
        .group("Admins")
        .user(alice.attribute("email", "alice@shop.example").attribute("email_verified", "true"))
}

#[derive(Deserialize)]
struct Report {
    version: String,
    tokens: Vec<Tokens>,
}

/// Tokens of a sign-in, and what they should say; without a user and an ID token for a machine.
#[derive(Deserialize)]
struct Tokens {
    client: String,
    username: Option<String>,
    access: String,
    id: Option<String>,
}

impl Tokens {
    async fn are_good(&self, issuer: &TestIssuer) {
        let groups: &[&str] = if self.username.is_some() { &["Admins"] } else { &[] };
        let access = (Some(&self.access), TokenUse::Access, self.id.as_ref());
        let id = (self.id.as_ref(), TokenUse::Id, Some(&self.access));
        for (token, token_use, other) in [access, id] {
            let Some(token) = token else { continue };
            let verifier = self.verifier(issuer, token_use);
            let verified = accepts(&verifier, token).await;
            assert_eq!(verified.token_use(), Some(token_use));
            assert_eq!(verified.client_id(), Some(&*self.client));
            assert_eq!(verified.username(), self.username.as_deref());
            assert_eq!(verified.groups(), groups);
            let is_scoped = verified.scopes().iter().any(|scope| *scope == SCOPE);
            assert_eq!(is_scoped, token_use == TokenUse::Access);
            if let Some(other) = other {
                rejects(&verifier, other, "invalid_token_use").await;
            }
        }
    }

    fn verifier(&self, issuer: &TestIssuer, token_use: TokenUse) -> Verifier {
        let policy = Policy::cognito(issuer.user_pool_id(), &*self.client, token_use)
            .and_then(|policy| policy.issuer(issuer.issuer()))
            .and_then(|policy| policy.jwks_url(issuer.jwks_url()))
            .expect("a good policy");
        Verifier::new(policy).expect("a good policy")
    }
}

/// Nobody serves it.
const CALLBACK: &str = "http://127.0.0.1:9/callback";
const PASSWORD: &str = "Correct-Horse-1";
const SCOPE: &str = "orders/read";
const SECRET: &str = "only0for0tests0and0long0enough";
