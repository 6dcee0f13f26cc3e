//! The pools of the server, with what a client has to be configured with.

use std::sync::Arc;

use axum::{Router, extract::State, routing::get};
use serde_json::{Value, json};

use super::{
    answer::{self, Answer},
    order::Control,
};
use crate::{
    config::{AppClient, Flow},
    host::Host,
    issuer::TestIssuer,
    pool::Pool,
};

pub(super) fn routes() -> Router<Arc<Host>> {
    Router::new().route("/_test/pools", get(all)).route("/_test/pools/{pool}", get(one))
}

async fn all(State(host): State<Arc<Host>>) -> Answer {
    let pools = host.pools().iter().map(|pool| described(pool));
    answer::json(&json!({ "pools": pools.collect::<Vec<_>>() }))
}

async fn one(Control(TestIssuer { pool, .. }): Control) -> Answer {
    answer::json(&described(&pool))
}

fn described(pool: &Pool) -> Value {
    let base = &pool.urls.base;
    let clients = pool.config.clients.iter().map(client);
    json!({
        "id": pool.id,
        "issuer": pool.issuer,
        "jwks_url": pool.urls.jwks,
        "discovery_url": pool.urls.discovery,
        "token_url": format!("{base}/oauth2/token"),
        "algorithm": pool.keys.algorithm().name(),
        "clients": clients.collect::<Vec<_>>(),
    })
}

/// The secret too: it is one of a test, and a test needs it.
fn client(client: &AppClient) -> Value {
    let flows = Flow::ALL.into_iter().filter(|flow| client.allows(*flow));
    json!({
        "id": client.id,
        "secret": client.secret,
        "flows": flows.collect::<Vec<_>>(),
        "scopes": client.scopes,
        "callback_urls": client.callback_urls,
        "logout_urls": client.logout_urls,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing;

    #[tokio::test]
    async fn a_client_finds_all_it_has_to_know() {
        let admin = testing::start().await;
        let issuer = &admin.issuer;

        let pools = admin.get("/_test/pools").await;

        let base = issuer.base_url();
        let shop = json!({
            "id": "eu-west-1_Shop",
            "issuer": issuer.issuer(),
            "jwks_url": issuer.jwks_url(),
            "discovery_url": issuer.discovery_url(),
            "token_url": format!("{base}/oauth2/token"),
            "algorithm": "EdDSA",
            "clients": [
                {
                    "id": "web",
                    "secret": null,
                    "flows": ["code", "implicit", "user_password", "admin_user_password", "refresh_token"],
                    "scopes": null,
                    "callback_urls": ["http://localhost:3000/callback"],
                    "logout_urls": [],
                },
                {
                    "id": "robot",
                    "secret": "s3cret",
                    "flows": ["client_credentials"],
                    "scopes": ["orders/read"],
                    "callback_urls": [],
                    "logout_urls": [],
                },
            ],
        });
        assert_eq!(pools["pools"][0], shop);
        assert_eq!(pools["pools"][1]["id"], "eu-west-1_Other");
        assert_eq!(admin.get(&admin.pool("")).await, shop);
    }
}
