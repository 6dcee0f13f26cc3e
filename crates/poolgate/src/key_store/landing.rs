//! A fetch in its task, from take-off to whatever end it comes to.

use super::KeyStore;
use crate::{key_cache::Attempt, observe};
use std::{future, sync::Arc};
use tokio::sync::watch;

/// A fetch in its task. Dropped before it has landed, it reports itself lost; and when it is gone,
/// so is the sender that everybody waits on.
pub(super) struct Landing {
    store: Arc<KeyStore>,
    attempt: Attempt,
    has_landed: bool,
    _open: watch::Sender<()>,
}

impl Landing {
    pub(super) const fn new(
        store: Arc<KeyStore>,
        attempt: Attempt,
        open: watch::Sender<()>,
    ) -> Self {
        Self { store, attempt, has_landed: false, _open: open }
    }

    pub(super) async fn fly(mut self) {
        let result = self.store.read_keys().await;
        if result.is_err() && is_runtime_ending().await {
            return;
        }
        // What others wait for comes first: a logger or a clock of somebody else's may panic.
        let (attempt, now) = (self.attempt, self.store.clock.now());
        let error = result.as_ref().err().cloned();
        let (before, after) = self.store.end(attempt, |cache| match result {
            Ok((keys, max_age)) => cache.fetched(attempt, keys, max_age, fastrand::f64()),
            Err(error) => cache.failed(attempt, error, now, fastrand::f64()),
        });
        self.has_landed = true;
        let (url, purpose) = (self.store.source().url(), attempt.purpose);
        let is_looked_up = self.store.is_looked_up;
        let fetch =
            observe::Fetch { url: &url, purpose, is_looked_up, before: &before, after: &after };
        match error {
            None => fetch.succeeded(),
            Some(error) => fetch.failed(&error, now),
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        if !self.has_landed {
            let attempt = self.attempt;
            self.store.end(attempt, |cache| cache.lost(attempt, attempt.began, fastrand::f64()));
            observe::Fetch::lost(&self.store.source().url());
        }
    }
}

/// Whether this task's runtime takes no more tasks. It may have dropped those of the HTTP client
/// first, and what then looks like a failure says nothing about the issuer.
async fn is_runtime_ending() -> bool {
    tokio::spawn(future::ready(())).await.is_err()
}
