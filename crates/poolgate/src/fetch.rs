//! How a key set, or the document that says where it is, is read from its URL.

use std::{fmt, future::Future, pin::Pin, time::Duration};

/// Reads a JWKS or discovery document from a URL.
///
/// `HttpFetch` does it over HTTPS and is the default; implement this to use another client, a
/// file or a secret store, and give it to `VerifierBuilder::fetch` (feature `tokio`). One attempt
/// may take five seconds, for a discovery document and the keys it leads to together. An
/// implementation calls nobody but the URL it is given, which is one of the configuration or the
/// `jwks_uri` of a known issuer, never one out of a token. It keeps what belongs to one URL apart
/// from what belongs to another: two issuers with the same keys could sign each other's tokens.
pub trait Fetch: Send + Sync + 'static {
    /// Reads the document at `url`.
    fn fetch<'f>(&'f self, url: &'f str) -> FetchFuture<'f>;
}

/// What [`Fetch::fetch`] returns.
pub type FetchFuture<'f> = Pin<Box<dyn Future<Output = Result<Fetched, FetchError>> + Send + 'f>>;

/// A document that was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    body: Vec<u8>,
    max_age: Option<Duration>,
}

impl Fetched {
    /// A document, not looked at yet.
    #[must_use]
    pub fn new(body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), max_age: None }
    }

    /// For how long the issuer says it may be kept; honoured within 1 to 30 minutes.
    #[must_use]
    pub const fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    pub(crate) fn into_parts(self) -> (Vec<u8>, Option<Duration>) {
        (self.body, self.max_age)
    }
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Fetched");
        debug.field("bytes", &self.body.len()).field("max_age", &self.max_age).finish()
    }
}

/// Why a key set could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// No answer in time.
    Timeout,
    /// Out of reach: a name, a network, a certificate, a file.
    #[non_exhaustive]
    Connect {
        /// What the client says.
        reason: String,
    },
    /// The connection broke off.
    #[non_exhaustive]
    Interrupted {
        /// What the client says.
        reason: String,
    },
    /// A status other than 200; redirects are not followed.
    #[non_exhaustive]
    Status {
        /// The status.
        status: u16,
    },
    /// More than 256 KiB.
    TooLarge,
    /// The answer is not a key set.
    #[non_exhaustive]
    KeySet {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The answer is not the discovery document of the issuer, or one that leads astray.
    #[non_exhaustive]
    Discovery {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Nothing was fetched: the task panicked, its runtime ended or there is none, or the wall
    /// clock cannot be right. An event in the log says which.
    Lost,
}

impl FetchError {
    /// The source cannot be reached, or not be opened.
    pub fn connect(reason: impl Into<String>) -> Self {
        Self::Connect { reason: reason.into() }
    }

    /// The source broke off.
    pub fn interrupted(reason: impl Into<String>) -> Self {
        Self::Interrupted { reason: reason.into() }
    }

    /// A stable name for logs, metrics and tests.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Connect { .. } => "connect",
            Self::Interrupted { .. } => "interrupted",
            Self::Status { .. } => "status",
            Self::TooLarge => "too_large",
            Self::KeySet { .. } => "key_set",
            Self::Discovery { .. } => "discovery",
            Self::Lost => "lost",
        }
    }

    /// The source answered with this status.
    #[must_use]
    pub const fn status(status: u16) -> Self {
        Self::Status { status }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => write!(f, "no answer in time"),
            Self::Connect { reason } => write!(f, "out of reach: {reason}"),
            Self::Interrupted { reason } => write!(f, "the connection broke off: {reason}"),
            Self::Status { status } => write!(f, "status {status} instead of 200"),
            Self::TooLarge => write!(f, "more than {MAX_BYTES} bytes"),
            Self::KeySet { reason } | Self::Discovery { reason } => write!(f, "{reason}"),
            Self::Lost => write!(f, "no fetch came to an end"),
        }
    }
}

impl std::error::Error for FetchError {}

/// The largest document that is read, after any transfer coding.
pub(crate) const MAX_BYTES: usize = 256 * 1024;

/// How long one attempt may take in all.
pub(crate) const TOTAL_TIMEOUT: Duration = Duration::from_secs(5);
