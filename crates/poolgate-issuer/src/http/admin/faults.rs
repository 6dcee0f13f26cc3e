//! Faults at the JWKS endpoint of a pool.

use std::{sync::Arc, time::Duration};

use axum::{Router, routing::put};
use serde::Deserialize;

use super::{
    answer::{self, Answer, Refused},
    order::{Control, Order},
};
use crate::{fault::Fault, host::Host};

pub(super) fn routes() -> Router<Arc<Host>> {
    Router::new().route("/_test/pools/{pool}/faults", put(plan).delete(heal))
}

async fn plan(Control(issuer): Control, Order(plan): Order<PlanOrder>) -> Answer {
    match plan {
        PlanOrder { fault: Some(fault), times: None, sequence: None } => {
            issuer.fail_jwks(usable(fault, "fault")?);
        }
        PlanOrder { fault: Some(fault), times: Some(times), sequence: None } => {
            issuer.fail_jwks_times(times.into(), usable(fault, "fault")?);
        }
        PlanOrder { fault: None, times: None, sequence: Some(faults) } => {
            issuer.fail_jwks_sequence(usable_sequence(faults)?);
        }
        _ => return Err(Refused::bad("body", "expected fault, fault and times, or sequence")),
    }
    answer::done()
}

async fn heal(Control(issuer): Control) -> Answer {
    issuer.heal_jwks();
    answer::done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanOrder {
    fault: Option<FaultOrder>,
    /// Until healed, unless set.
    times: Option<u16>,
    /// `null` is a good answer.
    sequence: Option<Vec<Option<FaultOrder>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum FaultOrder {
    Status(u16),
    DelayMs(u64),
    Hang,
    DripMs(u64),
    Reset,
    Truncated,
    Oversized(usize),
    Endless,
    Redirect(RedirectOrder),
    Html,
    BadJson,
    OneBadKey,
    DuplicateKid,
    EmptySet,
    Body(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RedirectOrder {
    status: u16,
    location: String,
}

impl From<FaultOrder> for Fault {
    fn from(order: FaultOrder) -> Self {
        match order {
            FaultOrder::Status(code) => Self::Status(code),
            FaultOrder::DelayMs(time) => Self::Delay(Duration::from_millis(time)),
            FaultOrder::Hang => Self::Hang,
            FaultOrder::DripMs(interval) => Self::Drip(Duration::from_millis(interval)),
            FaultOrder::Reset => Self::Reset,
            FaultOrder::Truncated => Self::Truncated,
            FaultOrder::Oversized(size) => Self::Oversized(size),
            FaultOrder::Endless => Self::Endless,
            FaultOrder::Redirect(to) => Self::Redirect(to.status, to.location),
            FaultOrder::Html => Self::Html,
            FaultOrder::BadJson => Self::BadJson,
            FaultOrder::OneBadKey => Self::OneBadKey,
            FaultOrder::DuplicateKid => Self::DuplicateKid,
            FaultOrder::EmptySet => Self::EmptySet,
            FaultOrder::Body(text) => Self::Body(text),
        }
    }
}

fn usable_sequence(faults: Vec<Option<FaultOrder>>) -> Result<Vec<Option<Fault>>, Refused> {
    let numbered = faults.into_iter().enumerate();
    let usable = numbered.map(|(index, fault)| {
        fault.map(|fault| usable(fault, &format!("sequence[{index}]"))).transpose()
    });
    usable.collect()
}

fn usable(order: FaultOrder, place: &str) -> Result<Fault, Refused> {
    let fault = Fault::from(order);
    fault.check().map_err(|reason| Refused::bad(place, reason))?;
    Ok(fault)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::super::testing;
    use crate::test_client::get;

    #[tokio::test]
    async fn every_fault_can_be_planned() {
        let admin = testing::start().await;
        let plan = |fault| admin.put(&admin.faults, format!(r#"{{"fault":{fault}}}"#));
        let good = admin.issuer.jwks_json();
        let body = async |fault| {
            plan(fault).await;
            get(admin.issuer.jwks_url()).await.unwrap()
        };

        assert_eq!(body(r#"{"status":503}"#).await.status, 503);
        let redirect = body(r#"{"redirect":{"status":302,"location":"/else"}}"#).await;
        assert_eq!((redirect.status, redirect.header("location")), (302, Some("/else")));
        assert_eq!(body("\"html\"").await.header("content-type"), Some("text/html"));
        assert_eq!(body("\"empty_set\"").await.text(), r#"{"keys":[]}"#);
        assert_eq!(body(r#"{"body":"x"}"#).await.text(), "x");
        assert_eq!(body(r#"{"oversized":9000}"#).await.body.len(), 9_000);
        assert_eq!(body(r#"{"drip_ms":0}"#).await.text(), good);
        assert_eq!(body("\"duplicate_kid\"").await.text().matches("\"kid\"").count(), 4);
        assert!(body("\"one_bad_key\"").await.text().len() > good.len());
        assert!(body("\"bad_json\"").await.text().len() < good.len());
        let cut = body("\"truncated\"").await;
        assert!(good.starts_with(&cut.text()) && cut.text() != good);

        plan("\"reset\"").await;
        get(admin.issuer.jwks_url()).await.unwrap_err();
        let started = Instant::now();
        assert_eq!(body(r#"{"delay_ms":50}"#).await.text(), good);
        assert!(started.elapsed() >= Duration::from_millis(50));
    }

    #[tokio::test]
    async fn a_fault_lasts_for_its_times_or_until_healed() {
        let admin = testing::start().await;
        let statuses = async || {
            let mut seen = Vec::new();
            for _ in 0..3 {
                seen.push(get(admin.issuer.jwks_url()).await.unwrap().status);
            }
            seen
        };
        let plan = |body: &str| admin.put(&admin.faults, body.to_owned());

        plan(r#"{"fault":{"status":500}}"#).await;
        assert_eq!(statuses().await, [500, 500, 500]);
        admin.delete(&admin.faults).await;
        assert_eq!(statuses().await, [200, 200, 200]);
        plan(r#"{"fault":{"status":500},"times":2}"#).await;
        assert_eq!(statuses().await, [500, 500, 200]);
        plan(r#"{"sequence":[{"status":502},null,{"status":503}]}"#).await;
        assert_eq!(statuses().await, [502, 200, 503]);
    }

    #[tokio::test]
    async fn a_hanging_request_is_let_go_by_healing() {
        let admin = testing::start().await;
        for fault in ["hang", "endless"] {
            admin.put(&admin.faults, format!(r#"{{"fault":"{fault}"}}"#)).await;
            let fetched =
                tokio::time::timeout(Duration::from_millis(50), get(admin.issuer.jwks_url()));
            fetched.await.expect_err("it does not end");
        }

        admin.put(&admin.faults, r#"{"fault":"hang"}"#.to_owned()).await;
        let url = admin.issuer.jwks_url().to_owned();
        let hanging = tokio::spawn(async move { get(&url).await });
        admin.issuer.wait_for_fetches(3).await;
        admin.delete(&admin.faults).await;

        assert_eq!(hanging.await.unwrap().unwrap().status, 200);
    }

    #[tokio::test]
    async fn a_plan_that_cannot_be_is_refused() {
        let admin = testing::start().await;
        let refuses = async |body, place, reason| {
            admin.refuses("PUT", &admin.faults, body, 400, place, reason).await;
        };

        let one_of = "expected fault, fault and times, or sequence";
        refuses("{}", "body", one_of).await;
        refuses(r#"{"times":2}"#, "body", one_of).await;
        refuses(r#"{"fault":"html","sequence":[]}"#, "body", one_of).await;
        refuses(r#"{"fault":"fire"}"#, "fault", "unknown variant `fire`").await;
        let status = "is not the status of a final answer";
        refuses(r#"{"fault":{"status":100}}"#, "fault", status).await;
        refuses(r#"{"sequence":[null,{"status":700}]}"#, "sequence[1]", status).await;
        let redirect = r#"{"fault":{"redirect":{"status":302,"location":"\n"}}}"#;
        refuses(redirect, "fault", "a header value has no control characters").await;
    }
}
