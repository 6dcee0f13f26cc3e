//! What one fetch reads: the issuer's discovery document, if the keys are found by it, and the keys.

use super::KeyStore;
use crate::{
    Fetch, FetchError, discovery,
    fetch::{MAX_BYTES, TOTAL_TIMEOUT},
    jwks::KeySet,
    key_source::KeySource,
};
use std::{borrow::Cow, sync::atomic::Ordering, time::Duration};
use tokio::time;

impl KeyStore {
    /// Reads the keys from where they are now.
    pub(super) async fn read_keys(&self) -> Result<(KeySet, Option<Duration>), FetchError> {
        let read = async {
            let url = self.jwks_url().await?;
            read(&*self.fetch, &url).await
        };
        let (body, max_age) =
            time::timeout(TOTAL_TIMEOUT, read).await.map_err(|_| FetchError::Timeout)??;
        let keys =
            KeySet::parse(&body, self.rules).map_err(|reason| FetchError::KeySet { reason })?;
        // Only snapshots need it, and nobody keeps the keys of an issuer that was looked up.
        let keys = if self.is_looked_up { keys.without_document() } else { keys };
        Ok((keys, max_age))
    }

    /// Where the keys are now. An issuer is asked before each fetch, so that keys can move.
    async fn jwks_url(&self) -> Result<Cow<'_, str>, FetchError> {
        let (issuer, allowed) = match &self.source {
            KeySource::Jwks { url } => return Ok(Cow::Borrowed(url)),
            KeySource::Discovery { issuer, allowed } => (issuer, allowed),
        };
        let (document, _) = read(&*self.fetch, &self.source.url()).await?;
        let jwks_uri = discovery::jwks_uri(&document, issuer, allowed)
            .map_err(|reason| FetchError::Discovery { reason })?;
        if discovery::is_elsewhere(&jwks_uri, issuer)
            && !self.has_told_of_origin.swap(true, Ordering::Relaxed)
        {
            tracing::info!(issuer, jwks_uri, "keys come from another origin than the issuer's");
        }
        Ok(Cow::Owned(jwks_uri))
    }
}

/// Reads a document of bounded size, and for how long it may be kept.
async fn read(fetch: &dyn Fetch, url: &str) -> Result<(Vec<u8>, Option<Duration>), FetchError> {
    let (body, max_age) = fetch.fetch(url).await?.into_parts();
    if body.len() > MAX_BYTES { Err(FetchError::TooLarge) } else { Ok((body, max_age)) }
}
