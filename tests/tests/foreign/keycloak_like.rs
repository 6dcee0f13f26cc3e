//! The way from a sign-in to an API as with Keycloak, end to end: the issuer of this repository
//! writes tokens of Keycloak's shape, openid-client finds it by discovery and signs people in, and
//! the API's gate finds the keys by discovery, too.

use super::{assert_installed, output, script, tools};
use axum::{Router, routing::get};
use poolgate::{Policy, Requirement, Verifier};
use poolgate_issuer::{
    AppClient, IssuerMode, TestIssuer, TokenChanges, TriggerVersion, User, UserPool,
};
use poolgate_tower::{BearerAuthLayer, RequireLayer, Verified};
use serde::Deserialize;
use serde_json::json;
use std::{collections::BTreeMap, net::SocketAddr, process::Command};
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread")]
async fn keycloak_like() {
    let issuer = TestIssuer::builder().user_pool(realm()).start().await;
    issuer.pre_token_generation(TriggerVersion::V2, |event| {
        TokenChanges::new()
            .access_claim("typ", "Bearer")
            .id_claim("typ", "ID")
            .access_claim("realm_access", json!({ "roles": event.groups }))
            .id_claim("realm_access", json!({ "roles": event.groups }))
    });
    let policy = Policy::keycloak(issuer.issuer(), AUDIENCE).expect("a good policy");
    let verifier = Verifier::new(policy.allow_test_keys()).expect("a good policy");
    let api = serve(verifier.clone()).await;

    let node = tools().join("node");
    assert_installed(&node.join("node_modules/openid-client"));
    let settings = json!({
        "issuer": issuer.issuer(),
        "api": format!("http://{api}"),
        "audience": AUDIENCE,
        "callback": CALLBACK,
        "password": PASSWORD,
    });
    let mut command = Command::new("node");
    command.arg(script("keycloak_like.mjs")).arg(node).arg(settings.to_string());
    let report: Report = output(&mut command, "");
    println!("openid-client {}: {} calls", report.version, report.statuses.len());
    let expected = [
        ("a changed token", 401),
        ("alice administrates", 200),
        ("alice reads", 200),
        ("alice, refreshed", 200),
        ("an ID token", 401),
        ("bob administrates", 403),
        ("bob reads", 200),
        ("for another API", 401),
        ("for no API", 401),
        ("nobody", 401),
    ];
    assert_eq!(report.statuses, expected.map(|(what, status)| (what.to_owned(), status)).into());
    let health = verifier.health();
    let health = health.issuer(issuer.issuer()).expect("the realm");
    assert_eq!((health.fetches, health.failed_fetches), (1, 0));
}

fn realm() -> UserPool {
    UserPool::new("eu-west-1_Realm")
        .issuer(IssuerMode::Own)
        .client(AppClient::new("web").callback_url(CALLBACK))
        .group("admin")
        .user(User::new("alice").password(PASSWORD).group("admin"))
        .user(User::new("bob").password(PASSWORD))
}

/// An API for everybody who is signed in, with one corner for a role of the realm.
async fn serve(verifier: Verifier) -> SocketAddr {
    async fn name(Verified(token): Verified) -> String {
        token.subject().unwrap_or_default().to_owned()
    }
    let admin = RequireLayer::new(Requirement::group("admin"));
    let app = Router::new()
        .route("/orders", get(name))
        .route("/admin", get(name).layer(admin))
        .layer(BearerAuthLayer::new(verifier));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(axum::serve(listener, app).into_future());
    address
}

#[derive(Deserialize)]
struct Report {
    version: String,
    /// What answered each call.
    statuses: BTreeMap<String, u16>,
}

const AUDIENCE: &str = "https://orders.example";
/// Nobody serves it.
const CALLBACK: &str = "http://127.0.0.1:9/callback";
const PASSWORD: &str = "Correct-Horse-1";
