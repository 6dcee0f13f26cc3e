//! The clock, which all pools of a server share.

use std::{sync::Arc, time::Duration};

use axum::{Router, extract::State, routing::get};
use serde::Deserialize;
use serde_json::json;

use super::{
    answer::{self, Answer},
    order::Order,
};
use crate::host::Host;

pub(super) fn routes() -> Router<Arc<Host>> {
    Router::new().route("/_test/clock", get(show).post(turn))
}

async fn show(State(host): State<Arc<Host>>) -> Answer {
    time(&host)
}

async fn turn(State(host): State<Arc<Host>>, Order(turn): Order<Turn>) -> Answer {
    let clock = &host.pools()[0].clock;
    match turn {
        Turn::AdvanceSeconds(by) => clock.advance(Duration::from_secs(by)),
        Turn::RewindSeconds(by) => clock.rewind(Duration::from_secs(by)),
    }
    time(&host)
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Turn {
    AdvanceSeconds(u64),
    RewindSeconds(u64),
}

fn time(host: &Host) -> Answer {
    answer::json(&json!({ "unix_seconds": host.pools()[0].clock.unix_seconds() }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing;
    use crate::test_verifier::claims;

    #[tokio::test]
    async fn the_clock_moves_and_tokens_follow() {
        let admin = testing::start().await;
        let turned = |body| admin.post("/_test/clock", body);

        assert_eq!(admin.get("/_test/clock").await, json!({ "unix_seconds": 1_000_000 }));
        assert_eq!(turned(r#"{"advance_seconds":60}"#).await["unix_seconds"], 1_000_060);
        assert_eq!(turned(r#"{"rewind_seconds":10}"#).await["unix_seconds"], 1_000_050);

        let token = admin.issuer.access_token().sign();
        assert_eq!(claims(&token)["iat"], 1_000_050);
    }

    #[tokio::test]
    async fn a_time_beyond_all_clocks_saturates() {
        let admin = testing::start().await;

        for _ in 0..2 {
            let body = format!(r#"{{"advance_seconds":{}}}"#, u64::MAX);
            assert_eq!(admin.post("/_test/clock", &body).await["unix_seconds"], u64::MAX);
        }
    }

    #[tokio::test]
    async fn a_turn_has_one_direction() {
        let admin = testing::start().await;
        let refuses = async |body, place, reason| {
            admin.refuses("POST", "/_test/clock", body, 400, place, reason).await;
        };

        refuses("", "body", "expected value").await;
        refuses(r#"{"advance_seconds":-1}"#, "advance_seconds", "invalid value").await;
        refuses(r#"{"to":1}"#, "body", "unknown variant `to`").await;
    }
}
