//! The clock, which all pools of a server share.

use std::{sync::Arc, time::Duration};

use axum::{Router, extract::State, routing::get};
use serde::Deserialize;
use serde_json::json;

use super::{
    answer::{self, Answer, Refused},
    order::Order,
};
use crate::{clock::TestClock, host::Host};

pub(super) fn routes() -> Router<Arc<Host>> {
    Router::new().route("/_test/clock", get(show).post(turn).delete(reset))
}

async fn show(State(host): State<Arc<Host>>) -> Answer {
    time(&host)
}

async fn turn(State(host): State<Arc<Host>>, Order(turn): Order<Turn>) -> Answer {
    let clock = clock(&host);
    match turn {
        Turn { advance_seconds: Some(by), rewind_seconds: None } => {
            clock.advance(Duration::from_secs(by));
        }
        Turn { advance_seconds: None, rewind_seconds: Some(by) } => {
            clock.rewind(Duration::from_secs(by));
        }
        _ => return Err(Refused::bad("body", "expected advance_seconds or rewind_seconds")),
    }
    time(&host)
}

async fn reset(State(host): State<Arc<Host>>) -> Answer {
    clock(&host).reset();
    time(&host)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    advance_seconds: Option<u64>,
    rewind_seconds: Option<u64>,
}

fn clock(host: &Host) -> &TestClock {
    &host.pools()[0].clock
}

fn time(host: &Host) -> Answer {
    answer::json(&json!({ "unix_seconds": clock(host).unix_seconds() }))
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
        let reset = admin.deleted("/_test/clock").await;
        assert_eq!(reset, json!({ "unix_seconds": 1_000_000 }));
    }

    #[tokio::test]
    async fn a_time_beyond_all_clocks_saturates() {
        let admin = testing::start().await;

        for _ in 0..2 {
            let body = format!(r#"{{"advance_seconds":{}}}"#, u64::MAX);
            assert_eq!(admin.post("/_test/clock", &body).await["unix_seconds"], u64::MAX);
        }
        assert_eq!(admin.deleted("/_test/clock").await["unix_seconds"], 1_000_000);
    }

    #[tokio::test]
    async fn a_turn_has_one_direction() {
        let admin = testing::start().await;
        let refuses = async |body, place, reason| {
            admin.refuses("POST", "/_test/clock", body, 400, place, reason).await;
        };

        for body in ["", r#"{"advance_seconds":1,"rewind_seconds":1}"#] {
            refuses(body, "body", "expected advance_seconds or rewind_seconds").await;
        }
        refuses(r#"{"advance_seconds":-1}"#, "advance_seconds", "invalid value").await;
        refuses(r#"{"to":1}"#, "to", "unknown field `to`").await;
    }
}
