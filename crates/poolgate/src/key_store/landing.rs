//! A fetch in its task, from take-off to whatever end it comes to.

use super::KeyStore;
use crate::{jwks::KeySet, key_cache::Attempt};
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
        self.has_landed = true;
        let (store, attempt) = (&self.store, self.attempt);
        match result {
            Ok((keys, max_age)) => {
                log_success(store, attempt, &keys);
                store.end(attempt, |cache| cache.fetched(attempt, keys, max_age, fastrand::f64()));
            }
            Err(error) => {
                tracing::warn!(url = store.url, purpose = ?attempt.purpose, %error, "fetching keys failed");
                let now = store.clock.now();
                store.end(attempt, |cache| cache.failed(attempt, error, now, fastrand::f64()));
            }
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        if !self.has_landed {
            tracing::warn!(url = self.store.url, "a fetch of keys vanished with its task");
            let (attempt, now) = (self.attempt, self.store.clock.now());
            self.store.end(attempt, |cache| cache.lost(attempt, now, fastrand::f64()));
        }
    }
}

/// Whether this task's runtime takes no more tasks. It may have dropped those of the HTTP client
/// first, and what then looks like a failure says nothing about the issuer.
async fn is_runtime_ending() -> bool {
    tokio::spawn(future::ready(())).await.is_err()
}

fn log_success(store: &KeyStore, attempt: Attempt, keys: &KeySet) {
    let (usable, skipped, test_keys) = (keys.len(), keys.skipped(), keys.test_keys());
    tracing::debug!(url = store.url, purpose = ?attempt.purpose, usable, skipped, test_keys, "keys fetched");
    if test_keys > 0 {
        tracing::warn!(url = store.url, test_keys, "keys of a test issuer were refused");
    }
}
