//! The keys of a pool: rotate, retire, remove, re-key.

use std::sync::Arc;

use axum::{
    Router,
    http::StatusCode,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    answer::{self, Answer, Refused},
    order::{Control, Nothing, Order, aside},
};
use crate::{host::Host, issuer::TestIssuer};

pub(super) fn routes() -> Router<Arc<Host>> {
    Router::new()
        .route("/_test/pools/{pool}/keys", get(show))
        .route("/_test/pools/{pool}/keys/rotate", post(rotate))
        .route("/_test/pools/{pool}/keys/retire", post(retire))
        .route("/_test/pools/{pool}/keys/remove", post(remove))
        .route("/_test/pools/{pool}/keys/rekey", post(rekey))
}

/// Without a request to the JWKS endpoint: it is not counted and meets no fault.
async fn show(Control(issuer): Control) -> Answer {
    keys(&issuer)
}

async fn rotate(Control(issuer): Control, _: Order<Nothing>) -> Answer {
    change(issuer, TestIssuer::rotate).await
}

async fn retire(Control(issuer): Control, _: Order<Nothing>) -> Answer {
    change(issuer, TestIssuer::retire).await
}

async fn rekey(Control(issuer): Control, _: Order<Nothing>) -> Answer {
    change(issuer, TestIssuer::rekey_same_kid).await
}

async fn remove(Control(issuer): Control, Order(Removal { kid }): Order<Removal>) -> Answer {
    if !issuer.remove(&kid) {
        let reason = format!("{kid:?} is not published");
        return Err(Refused::new(StatusCode::NOT_FOUND, "kid", reason));
    }
    keys(&issuer)
}

/// A kid is base64 with slashes, so it stands better in a body than in a path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Removal {
    kid: String,
}

async fn change(issuer: TestIssuer, operation: fn(&TestIssuer)) -> Answer {
    aside(move || {
        operation(&issuer);
        keys(&issuer)
    })
    .await
}

fn keys(issuer: &TestIssuer) -> Answer {
    answer::json(&json!({
        "access_kid": issuer.access_kid(),
        "id_kid": issuer.id_kid(),
        "kids": issuer.kids(),
        "jwks": { "keys": issuer.pool.keys.published_jwks() },
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing;
    use crate::test_client::get;

    #[tokio::test]
    async fn keys_are_shown_without_a_fetch() {
        let admin = testing::start().await;
        let issuer = &admin.issuer;

        let keys = admin.get(&admin.pool("keys")).await;

        assert_eq!(keys["access_kid"], issuer.access_kid());
        assert_eq!(keys["id_kid"], issuer.id_kid());
        assert_eq!(keys["kids"], json!(issuer.kids()));
        assert_eq!(keys["jwks"].to_string(), issuer.jwks_json());
        assert_eq!(issuer.jwks_fetches(), 0);
    }

    #[tokio::test]
    async fn each_operation_does_what_its_namesake_does() {
        let admin = testing::start().await;
        let issuer = &admin.issuer;
        let (first, old_key) = (issuer.kids(), issuer.jwks_json());

        let rotated = admin.post(&admin.pool("keys/rotate"), "").await;
        let second = issuer.kids()[2..].to_vec();
        assert_eq!(rotated["kids"], json!([first.clone(), second.clone()].concat()));
        assert_eq!(rotated["access_kid"], issuer.access_kid());
        assert!(!first.contains(&issuer.access_kid()));

        let retired = admin.post(&admin.pool("keys/retire"), "").await;
        assert_eq!(retired["kids"], json!(second));

        let before = issuer.jwks_json();
        let rekeyed = admin.post(&admin.pool("keys/rekey"), "").await;
        assert_eq!(rekeyed["kids"], json!(second));
        assert_ne!(issuer.jwks_json(), before);

        let removal = json!({ "kid": issuer.id_kid() }).to_string();
        let removed = admin.post(&admin.pool("keys/remove"), &removal).await;
        assert_eq!(removed["kids"], json!([issuer.access_kid()]));

        let served = get(issuer.jwks_url()).await.unwrap().text();
        assert_eq!(served, removed["jwks"].to_string());
        assert_ne!(served, old_key);
        assert_ne!(issuer.pool("eu-west-1_Other").unwrap().kids(), issuer.kids());
    }

    #[tokio::test]
    async fn a_key_that_is_not_there_cannot_be_removed() {
        let admin = testing::start().await;
        let path = admin.pool("keys/remove");

        let body = r#"{"kid":"x"}"#;
        admin.refuses("POST", &path, body, 404, "kid", "\"x\" is not published").await;
        admin.refuses("POST", &path, "", 400, "body", "missing field `kid`").await;
    }

    #[tokio::test]
    async fn what_an_operation_does_not_understand_it_does_not_do() {
        let admin = testing::start().await;
        let before = admin.issuer.jwks_json();

        for operation in ["keys/rotate", "keys/retire", "keys/rekey", "reset"] {
            let (path, body) = (admin.pool(operation), r#"{"algorithm":"ES256"}"#);
            admin.refuses("POST", &path, body, 400, "algorithm", "unknown field").await;
        }
        assert_eq!(admin.issuer.jwks_json(), before);
    }
}
