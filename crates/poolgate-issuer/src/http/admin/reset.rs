//! Between tests: back to the configured state; and for the next sign-in: other claims.

use std::sync::Arc;

use axum::{Router, routing::post};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    answer::{self, Answer},
    order::{Control, Nothing, Order},
};
use crate::host::Host;

pub(super) fn routes() -> Router<Arc<Host>> {
    Router::new()
        .route("/_test/pools/{pool}/reset", post(reset))
        .route("/_test/pools/{pool}/next-claims", post(next_claims))
}

async fn reset(Control(issuer): Control, _: Order<Nothing>) -> Answer {
    issuer.reset();
    answer::done()
}

async fn next_claims(Control(issuer): Control, Order(next): Order<NextClaims>) -> Answer {
    issuer.next_claims(next.claims);
    answer::done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NextClaims {
    /// `null` leaves one out.
    claims: Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use crate::{Fault, test_client::get, test_verifier::claims};

    #[tokio::test]
    async fn the_next_sign_in_has_the_queued_claims() {
        let admin = testing::start().await;
        let path = admin.pool("next-claims");
        let next = || {
            let pool = &admin.issuer.pool;
            claims(&pool.client_credentials(pool.first_client(), &[]).unwrap().access_token)
        };

        admin.posted(&path, r#"{"claims":{"token_use":"refresh","exp":null}}"#).await;
        admin.posted(&path, r#"{"claims":{"x":{"y":1}}}"#).await;

        let first = next();
        assert_eq!((&first["token_use"], first.get("exp")), (&"refresh".into(), None));
        assert_eq!(next()["x"]["y"], 1);
        assert_eq!(next().get("x"), None);
        admin.refuses("POST", &path, "", 400, "body", "missing field `claims`").await;
    }

    #[tokio::test]
    async fn reset_forgets_users_faults_and_claims() {
        let admin = testing::start().await;
        let issuer = &admin.issuer;
        let kids = issuer.kids();
        issuer.remove_from_group("alice", "Admins");
        issuer.fail_jwks(Fault::Status(500));
        issuer.cache_control(Some("max-age=60"));

        admin.posted(&admin.pool("reset"), "").await;

        let said = claims(&issuer.access_token_for("alice").sign());
        assert_eq!(said["cognito:groups"][0], "Admins");
        let answer = get(issuer.jwks_url()).await.unwrap();
        assert_eq!((answer.status, answer.header("cache-control")), (200, None));
        assert_eq!(issuer.kids(), kids);
    }
}
