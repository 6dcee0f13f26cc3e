//! Requests of the JWKS endpoint: how many there were, and what good answers say about caching.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    http::StatusCode,
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    answer::{self, Answer, Refused},
    order::{Control, Order},
};
use crate::{fault::check_header_value, host::Host, issuer::TestIssuer};

pub(super) fn routes() -> Router<Arc<Host>> {
    Router::new()
        .route("/_test/pools/{pool}/fetches", get(count))
        .route("/_test/pools/{pool}/fetches/wait", post(wait))
        .route("/_test/pools/{pool}/cache-control", put(cache_control))
}

async fn count(Control(issuer): Control) -> Answer {
    fetches(&issuer)
}

async fn wait(Control(issuer): Control, Order(wait): Order<WaitOrder>) -> Answer {
    let WaitOrder { count, timeout_seconds } = wait;
    let time = Duration::from_secs(timeout_seconds.into());
    if tokio::time::timeout(time, issuer.wait_for_fetches(count)).await.is_err() {
        let seen = issuer.jwks_fetches();
        let reason = format!("{seen} of {count} requests came within {timeout_seconds} s");
        return Err(Refused::new(StatusCode::GATEWAY_TIMEOUT, "count", reason));
    }
    fetches(&issuer)
}

async fn cache_control(
    Control(issuer): Control,
    Order(CacheOrder { value }): Order<CacheOrder>,
) -> Answer {
    if let Some(text) = &value {
        check_header_value(text).map_err(|reason| Refused::bad("value", reason))?;
    }
    issuer.cache_control(value.as_deref());
    answer::done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaitOrder {
    count: u64,
    #[serde(default = "ten")]
    timeout_seconds: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CacheOrder {
    value: Option<String>,
}

fn fetches(issuer: &TestIssuer) -> Answer {
    answer::json(&json!({ "fetches": issuer.jwks_fetches() }))
}

fn ten() -> u16 {
    10
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use crate::test_client::get;

    #[tokio::test]
    async fn fetches_are_counted_and_waited_for() {
        let admin = testing::start().await;
        let waiter = {
            let (admin, path) = (admin.clone(), admin.pool("fetches/wait"));
            tokio::spawn(async move { admin.post(&path, r#"{"count":2}"#).await })
        };

        get(admin.issuer.jwks_url()).await.unwrap();
        assert_eq!(admin.get(&admin.pool("fetches")).await["fetches"], 1);
        assert!(!waiter.is_finished());
        get(admin.issuer.jwks_url()).await.unwrap();

        assert_eq!(waiter.await.unwrap()["fetches"], 2);
    }

    #[tokio::test]
    async fn waiting_ends_without_a_fetch() {
        let admin = testing::start().await;
        let path = admin.pool("fetches/wait");

        let body = r#"{"count":1,"timeout_seconds":0}"#;
        let reason = "0 of 1 requests came within 0 s";
        admin.refuses("POST", &path, body, 504, "count", reason).await;
    }

    #[tokio::test]
    async fn good_answers_carry_the_cache_control_that_was_set() {
        let admin = testing::start().await;
        let path = admin.pool("cache-control");
        let served = async || {
            let answer = get(admin.issuer.jwks_url()).await.unwrap();
            answer.header("cache-control").map(str::to_owned)
        };

        admin.put(&path, r#"{"value":"max-age=60"}"#.to_owned()).await;
        assert_eq!(served().await.as_deref(), Some("max-age=60"));
        admin.put(&path, r#"{"value":null}"#.to_owned()).await;
        assert_eq!(served().await, None);
        let reason = "a header value has no control characters";
        admin.refuses("PUT", &path, r#"{"value":"\n"}"#, 400, "value", reason).await;
    }
}
