//! How a key set is read from its URL.

use std::{fmt, future::Future, pin::Pin, time::Duration};

#[cfg(feature = "fetch")]
pub use http_fetch::HttpFetch;

/// Reads a JWKS document from a URL.
///
/// [`HttpFetch`] does it over HTTPS and is the default; implement this to use another client, a
/// file or a secret store. One attempt may take five seconds. An implementation calls nobody but
/// the URL it is given, which is always a configured one.
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
    /// The task that fetched has vanished twice in a row: it panicked, or its runtime ended.
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
            Self::KeySet { reason } => write!(f, "{reason}"),
            Self::Lost => write!(f, "the fetching task vanished"),
        }
    }
}

impl std::error::Error for FetchError {}

/// The largest document that is read, after any transfer coding.
pub(crate) const MAX_BYTES: usize = 256 * 1024;

/// How long one attempt may take in all.
pub(crate) const TOTAL_TIMEOUT: Duration = Duration::from_secs(5);

#[cfg(feature = "fetch")]
mod http_fetch {
    use super::{Fetch, FetchError, FetchFuture, Fetched, MAX_BYTES, TOTAL_TIMEOUT};
    use crate::ConfigError;
    use reqwest::{Client, Response, StatusCode, header, redirect};
    use std::{error::Error, time::Duration};

    /// Reads key sets over HTTPS: certificates of the platform, no redirects, no compression, no
    /// idle connections; proxies as the environment says.
    #[derive(Clone, Debug)]
    pub struct HttpFetch {
        client: Client,
    }

    impl HttpFetch {
        /// Builds the one client.
        ///
        /// # Errors
        /// [`ConfigError::HttpClient`] if TLS cannot be set up.
        pub fn new() -> Result<Self, ConfigError> {
            let client = Client::builder()
                .user_agent(concat!("poolgate/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(TOTAL_TIMEOUT)
                .pool_max_idle_per_host(0)
                .build();
            let refuse = |error: reqwest::Error| ConfigError::HttpClient { reason: root(&error) };
            Ok(Self { client: client.map_err(refuse)? })
        }

        async fn read(&self, url: &str) -> Result<Fetched, FetchError> {
            let request = self.client.get(url).header(header::ACCEPT, "application/json");
            let mut response = request.send().await.map_err(classify)?;
            if response.status() != StatusCode::OK {
                return Err(FetchError::Status { status: response.status().as_u16() });
            }
            let max_age = cache_control(&response).and_then(max_age);
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(classify)? {
                if body.len() + chunk.len() > MAX_BYTES {
                    return Err(FetchError::TooLarge);
                }
                body.extend_from_slice(&chunk);
            }
            let fetched = Fetched::new(body);
            Ok(match max_age {
                Some(max_age) => fetched.max_age(max_age),
                None => fetched,
            })
        }
    }

    impl Fetch for HttpFetch {
        fn fetch<'f>(&'f self, url: &'f str) -> FetchFuture<'f> {
            Box::pin(self.read(url))
        }
    }

    fn classify(error: reqwest::Error) -> FetchError {
        let reason = root(&error);
        match error {
            error if error.is_timeout() => FetchError::Timeout,
            error if error.is_connect() || error.is_builder() => FetchError::Connect { reason },
            _ => FetchError::Interrupted { reason },
        }
    }

    /// The innermost cause says what happened; the outer ones repeat the URL.
    fn root(error: &reqwest::Error) -> String {
        let mut cause: &dyn Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        cause.to_string()
    }

    fn cache_control(response: &Response) -> Option<&str> {
        response.headers().get(header::CACHE_CONTROL)?.to_str().ok()
    }

    /// The `max-age` of a `Cache-Control` (RFC 9111 §5.2.2.1), or no time at all if the answer is
    /// not to be kept.
    pub(super) fn max_age(cache_control: &str) -> Option<Duration> {
        let directives = || cache_control.split(',').map(str::trim);
        let is_uncacheable =
            |d: &str| d.eq_ignore_ascii_case("no-store") || d.eq_ignore_ascii_case("no-cache");
        if directives().any(is_uncacheable) {
            return Some(Duration::ZERO);
        }
        directives().find_map(|directive| {
            let (name, seconds) = directive.split_once('=')?;
            let is_number = !seconds.is_empty() && seconds.bytes().all(|b| b.is_ascii_digit());
            let is_max_age = name.eq_ignore_ascii_case("max-age") && is_number;
            is_max_age.then(|| Duration::from_secs(seconds.parse().unwrap_or(u64::MAX)))
        })
    }

    const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn max_age_of_a_cache_control() {
            for (value, seconds) in [
                ("max-age=300", Some(300)),
                ("public, Max-Age=60, must-revalidate", Some(60)),
                ("max-age=99999999999999999999999", Some(u64::MAX)),
                ("no-store", Some(0)),
                ("max-age=300, no-cache", Some(0)),
                ("", None),
                ("public", None),
                ("max-age", None),
                ("max-age=", None),
                ("max-age=-1", None),
                ("max-age=\"300\"", None),
                ("max-age=1e3", None),
                ("s-maxage=300", None),
                ("xmax-age=300", None),
            ] {
                assert_eq!(max_age(value), seconds.map(Duration::from_secs), "{value:?}");
            }
        }
    }
}
