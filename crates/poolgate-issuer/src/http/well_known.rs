//! Keys and discovery of each pool, under its id.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{Response, StatusCode},
    response::IntoResponse,
    routing::get,
};

use crate::{discovery, fault_answer, host::Host};

pub(super) fn routes() -> Router<Arc<Host>> {
    Router::new()
        .route("/{pool}/.well-known/jwks.json", get(jwks))
        .route("/{pool}/.well-known/openid-configuration", get(configuration))
}

async fn jwks(State(host): State<Arc<Host>>, Path(id): Path<String>) -> Response<Body> {
    match host.pool(&id) {
        Ok(pool) => pool.jwks.answer(&pool.keys).await,
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn configuration(State(host): State<Arc<Host>>, Path(id): Path<String>) -> Response<Body> {
    match host.pool(&id) {
        Ok(pool) => fault_answer::json(discovery::document(pool)),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Algorithm, TestIssuer, UserPool, test_client::get};

    #[tokio::test]
    async fn each_pool_has_its_own_keys_and_discovery() {
        let pool = |id| UserPool::new(id).algorithm(Algorithm::EdDsa);
        let first = TestIssuer::builder()
            .user_pool(pool("eu-west-1_A"))
            .user_pool(pool("us-east-1_B"))
            .start()
            .await;
        let second = first.pool("us-east-1_B").unwrap();

        for issuer in [&first, &second] {
            let keys = get(issuer.jwks_url()).await.unwrap();
            assert_eq!(keys.text(), issuer.jwks_json());
            let discovery = get(issuer.discovery_url()).await.unwrap().text();
            assert!(discovery.contains(issuer.issuer()), "{discovery}");
            assert_eq!(issuer.jwks_fetches(), 1);
        }
        assert_ne!(first.jwks_json(), second.jwks_json());
        assert_eq!(first.base_url(), second.base_url());
    }
}
