//! A question in its task, to whatever end it comes.

use super::{
    answers::Outcome,
    shell::{Lookup, Verdict},
};
use crate::time::Now;
use std::{sync::Arc, thread};
use tokio::{sync::watch, time};

/// A question in its task. Dropped before it has an answer, it reports itself lost; and when it is
/// gone, so is the sender that everybody waits on.
pub(super) struct Asking {
    pub(super) lookup: Arc<Lookup>,
    pub(super) issuer: String,
    pub(super) number: u64,
    pub(super) began: Now,
    pub(super) open: watch::Sender<Option<Verdict>>,
    pub(super) has_ended: bool,
}

impl Asking {
    pub(super) async fn run(mut self) {
        let asked = time::timeout(self.lookup.timeout(), self.lookup.question(&self.issuer));
        let outcome = match asked.await {
            Ok(Ok(Some(policy))) => self.lookup.found(&self.issuer, policy),
            Ok(Ok(None)) => ("refused", Outcome::Refused),
            Ok(Err(error)) => self.lookup.failed("failed", &error),
            Err(_) => self.lookup.failed("timeout", &"no answer in time"),
        };
        self.end(outcome);
    }

    fn end(&mut self, (word, outcome): (&'static str, Outcome)) {
        self.has_ended = true;
        let is_lost = matches!(outcome, Outcome::Lost);
        let verdict = self.lookup.end(&self.issuer, self.number, self.began, outcome);
        // Of those who wait for a lost one, somebody asks again.
        if !is_lost {
            self.open.send_replace(verdict);
        }
        crate::observe::policy_lookup(word);
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        if thread::panicking() {
            tracing::error!("a policy lookup panicked");
            self.end(("panicked", Outcome::Failed));
        } else {
            self.end(("lost", Outcome::Lost));
        }
    }
}
