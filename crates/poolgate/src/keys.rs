//! The keys of one issuer, as a verifier asks for them, whether or not anybody can fetch them.

use crate::{
    Algorithm, Clock, Error,
    crypto::VerifyingKey,
    key_cache::{Decision, KeyCache, MAX_BACK_OFF, Purpose},
    time::Now,
};
#[cfg(feature = "tokio")]
use crate::{FetchError, key_store::KeyStore};
use std::sync::Arc;

/// The keys of one issuer. Clones are the same keys.
#[derive(Clone)]
pub(crate) enum Keys {
    /// Nobody fetches these: they are the policy's own, or there is nothing to fetch with.
    Given(Given),
    #[cfg(feature = "tokio")]
    Fetched(Arc<KeyStore>),
}

/// What is said about a key.
pub(crate) enum Answer {
    Use(Arc<VerifyingKey>),
    Refuse(Error),
    Wait(Wait),
}

/// A fetch that has to end before there is an answer.
pub(crate) struct Wait {
    pub(crate) purpose: Purpose,
    pub(crate) seen: Arc<KeyCache>,
}

#[derive(Clone)]
pub(crate) struct Given {
    cache: Arc<KeyCache>,
    clock: Arc<dyn Clock>,
}

impl Keys {
    pub(crate) fn given(cache: KeyCache, clock: Arc<dyn Clock>) -> Self {
        Self::Given(Given { cache: Arc::new(cache), clock })
    }

    /// Asks for a key; begins a refresh in the background if one is due. Never waits.
    pub(crate) fn key(&self, kid: Option<&str>, algorithm: Algorithm) -> Answer {
        match self {
            Self::Given(keys) => keys.key(kid, algorithm),
            #[cfg(feature = "tokio")]
            Self::Fetched(store) => store.key(kid, algorithm),
        }
    }

    /// Waits for the fetch that an [`Answer`] speaks of. Afterwards the keys have to be asked again.
    pub(crate) async fn wait(&self, wait: Wait) -> Result<(), Error> {
        match self {
            Self::Given(_) => {
                drop(wait);
                Err(UNAVAILABLE)
            }
            #[cfg(feature = "tokio")]
            Self::Fetched(store) => store.wait(wait).await,
        }
    }

    pub(crate) fn cache(&self) -> Arc<KeyCache> {
        match self {
            Self::Given(keys) => Arc::clone(&keys.cache),
            #[cfg(feature = "tokio")]
            Self::Fetched(store) => store.cache(),
        }
    }

    /// Begins a fetch if there are no usable keys and one may be made now.
    #[cfg(feature = "tokio")]
    pub(crate) fn begin_warm_up(&self) {
        if let Self::Fetched(store) = self {
            store.begin_warm_up();
        }
    }

    /// Waits for usable keys, and says why there are none.
    #[cfg(feature = "tokio")]
    pub(crate) async fn warm_up(&self) -> Result<(), FetchError> {
        match self {
            Self::Given(keys) if keys.cache.has_usable_keys(keys.clock.now()) => Ok(()),
            Self::Given(_) => Err(FetchError::connect("nothing to fetch with")),
            Self::Fetched(store) => store.warm_up().await,
        }
    }
}

impl Given {
    fn key(&self, kid: Option<&str>, algorithm: Algorithm) -> Answer {
        match self.cache.decide(kid, algorithm, Now::read(&*self.clock)) {
            Decision::Use { key, .. } => Answer::Use(key),
            Decision::OtherAlgorithm { .. } => {
                Answer::Refuse(Error::InvalidAlgorithm { found: Some(algorithm) })
            }
            Decision::Unknown => Answer::Refuse(Error::KeyNotFound),
            // Whoever gave these keys may give newer ones; until then nobody can tell.
            Decision::Fetch(_) => Answer::Refuse(UNAVAILABLE),
            Decision::Unavailable { retry_after } => {
                Answer::Refuse(Error::KeysUnavailable { retry_after })
            }
        }
    }
}

const UNAVAILABLE: Error = Error::KeysUnavailable { retry_after: MAX_BACK_OFF };
