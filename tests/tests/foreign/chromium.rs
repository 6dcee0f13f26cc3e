//! The sign-in page of the issuer of this repository, in a browser without scripts.
//!
//! `chromium_sign_in.mjs` drives it, from the authorize URL to a callback with a code. Here, the code is redeemed.

use super::{accepts, output, script};
use axum::{Router, response::Html, routing::get};
use poolgate::{Policy, TokenUse, Verifier};
use poolgate_issuer::{AppClient, TestIssuer, User, UserPool};
use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread")]
async fn chromium() {
    let callback = serve_callback().await;
    let pool = UserPool::new("eu-west-1_Shop")
        .client(AppClient::new("web").callback_url(&callback))
        .user(User::new("alice").password(PASSWORD));
    let issuer = TestIssuer::builder().user_pool(pool).start().await;
    let signed_in = sign_in(&authorize_url(&issuer, &callback));
    assert_eq!(signed_in.text, "Welcome back");
    let (address, _) = signed_in.url.split_once('?').expect("a query");
    assert_eq!(address, callback);
    assert_eq!(signed_in.carried("state"), STATE);
    let tokens = redeem(&issuer, &callback, &signed_in.carried("code")).await;
    for (token, token_use) in
        [(tokens.access_token, TokenUse::Access), (tokens.id_token, TokenUse::Id)]
    {
        let policy = Policy::cognito(issuer.user_pool_id(), "web", token_use)
            .and_then(|policy| policy.jwks_url(issuer.jwks_url()))
            .expect("a good policy");
        let verifier = Verifier::new(policy).expect("a good policy");
        assert_eq!(accepts(&verifier, &token).await.username(), Some("alice"));
    }
}

async fn serve_callback() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let app = Router::new().route("/callback", get(async || Html("<h1>Welcome back</h1>")));
    tokio::spawn(axum::serve(listener, app).into_future());
    format!("http://{address}/callback")
}

fn authorize_url(issuer: &TestIssuer, callback: &str) -> Url {
    let parameters = [
        ("response_type", "code"),
        ("client_id", "web"),
        ("redirect_uri", callback),
        ("scope", "openid"),
        ("state", STATE),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let url = format!("{}/oauth2/authorize", issuer.base_url());
    Url::parse_with_params(&url, parameters).expect("a URL")
}

fn sign_in(url: &Url) -> SignedIn {
    let (profile, screenshots) = (folder("profile"), folder("screenshots"));
    let settings = json!({
        "url": url.as_str(),
        "user": "alice",
        "password": PASSWORD,
        "profile": profile,
        "screenshots": screenshots,
    });
    let mut command = Command::new("node");
    command.arg(script("chromium_sign_in.mjs")).arg(settings.to_string());
    let signed_in: SignedIn = output(&mut command, "");
    println!("{}: pictures in {}", signed_in.version, screenshots.display());
    for name in ["sign_in.png", "callback.png"] {
        let picture = fs::read(screenshots.join(name)).expect("a picture");
        assert!(picture.starts_with(b"\x89PNG"), "{name}");
    }
    signed_in
}

/// A new one in the target directory.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chromium_sign_in").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[derive(Deserialize)]
struct SignedIn {
    version: String,
    url: String,
    text: String,
}

impl SignedIn {
    fn carried(&self, name: &str) -> String {
        let url = Url::parse(&self.url).expect("a URL");
        let found = url.query_pairs().find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("no {name} in {url}")).1.into_owned()
    }
}

async fn redeem(issuer: &TestIssuer, callback: &str, code: &str) -> Tokens {
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "web"),
        ("redirect_uri", callback),
        ("code", code),
        ("code_verifier", VERIFIER),
    ];
    let form = Url::parse_with_params("http://form", form).expect("a URL");
    let form = form.query().expect("a query").to_owned();
    let client = Client::builder().no_proxy().build().expect("a client");
    let request = client.post(format!("{}/oauth2/token", issuer.base_url())).body(form);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("tokens")
}

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    id_token: String,
}

const PASSWORD: &str = "Correct-Horse-1";
const STATE: &str = "a state & more";
/// The pair of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
