//! A fetch in its task, from take-off to whatever end it comes to.

use super::KeyStore;
use crate::{FetchError, jwks::KeySet, key_cache::Attempt};
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
        let logged = result.as_ref().map(|(keys, _)| keys.clone()).map_err(Clone::clone);
        self.store.end(attempt, |cache| match result {
            Ok((keys, max_age)) => cache.fetched(attempt, keys, max_age, fastrand::f64()),
            Err(error) => cache.failed(attempt, error, now, fastrand::f64()),
        });
        self.has_landed = true;
        log(&self.store, attempt, &logged);
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        if !self.has_landed {
            let attempt = self.attempt;
            self.store.end(attempt, |cache| cache.lost(attempt, attempt.began, fastrand::f64()));
            tracing::warn!(url = self.store.url, "a fetch of keys vanished with its task");
        }
    }
}

/// Whether this task's runtime takes no more tasks. It may have dropped those of the HTTP client
/// first, and what then looks like a failure says nothing about the issuer.
async fn is_runtime_ending() -> bool {
    tokio::spawn(future::ready(())).await.is_err()
}

fn log(store: &KeyStore, attempt: Attempt, result: &Result<KeySet, FetchError>) {
    let (url, purpose) = (&store.url, attempt.purpose);
    match result {
        Ok(keys) => {
            let (usable, skipped, test_keys) = (keys.len(), keys.skipped(), keys.test_keys());
            tracing::debug!(url, ?purpose, usable, skipped, test_keys, "keys fetched");
            if test_keys > 0 {
                tracing::warn!(url, test_keys, "keys of a test issuer were refused");
            }
        }
        Err(error) => tracing::warn!(url, ?purpose, %error, "fetching keys failed"),
    }
}
