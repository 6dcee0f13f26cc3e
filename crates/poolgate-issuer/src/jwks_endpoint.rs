//! The JWKS endpoint: counts its requests and answers them well, or as the fault plan says.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::{
    body::Body,
    http::{HeaderValue, Response, header},
};
use tokio::sync::watch;

use crate::{
    fault::{Fault, FaultPlan},
    fault_answer,
    key_ring::{KeyRing, jwks_json},
};

#[derive(Debug, Default)]
pub(crate) struct JwksEndpoint {
    plan: Mutex<FaultPlan>,
    cache_control: Mutex<Option<HeaderValue>>,
    heals: watch::Sender<u64>,
    fetches: watch::Sender<u64>,
}

impl JwksEndpoint {
    pub(crate) async fn answer(&self, keys: &KeyRing) -> Response<Body> {
        // The fault is taken before the request counts: who waited for the count can plan the next one.
        let (fault, mut heals) = self.next_fault();
        self.fetches.send_modify(|count| *count += 1);
        match fault {
            None => self.good_answer(keys),
            Some(Fault::Delay(time)) => {
                tokio::time::sleep(time).await;
                self.good_answer(keys)
            }
            Some(Fault::Hang) => {
                // An error means that the endpoint is gone, and this request with it.
                let _ = heals.changed().await;
                self.good_answer(keys)
            }
            Some(fault) => fault_answer::answer(fault, &keys.published_jwks()),
        }
    }

    pub(crate) fn set_plan(&self, plan: FaultPlan) {
        *self.plan() = plan;
    }

    pub(crate) fn heal(&self) {
        let mut plan = self.plan();
        *plan = FaultPlan::default();
        self.heals.send_modify(|count| *count += 1);
    }

    pub(crate) fn set_cache_control(&self, value: Option<HeaderValue>) {
        *self.cache_control() = value;
    }

    pub(crate) fn fetches(&self) -> u64 {
        *self.fetches.borrow()
    }

    pub(crate) async fn wait_for_fetches(&self, count: u64) {
        let mut fetches = self.fetches.subscribe();
        // The sender lives in self, so this cannot fail.
        let _ = fetches.wait_for(|fetched| *fetched >= count).await;
    }

    /// Under one lock, so that no heal is missed between the two.
    fn next_fault(&self) -> (Option<Fault>, watch::Receiver<u64>) {
        let mut plan = self.plan();
        (plan.take(), self.heals.subscribe())
    }

    fn good_answer(&self, keys: &KeyRing) -> Response<Body> {
        let mut answer = fault_answer::json(jwks_json(&keys.published_jwks()));
        if let Some(value) = self.cache_control().clone() {
            answer.headers_mut().insert(header::CACHE_CONTROL, value);
        }
        answer
    }

    fn plan(&self) -> MutexGuard<'_, FaultPlan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cache_control(&self) -> MutexGuard<'_, Option<HeaderValue>> {
        self.cache_control.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
