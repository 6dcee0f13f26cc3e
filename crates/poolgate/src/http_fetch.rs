//! The key set over HTTPS.

use crate::{
    ConfigError, Fetch, FetchError, FetchFuture, Fetched,
    fetch::{MAX_BYTES, TOTAL_TIMEOUT},
};
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
            if chunk.len() > MAX_BYTES.saturating_sub(body.len()) {
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
fn max_age(cache_control: &str) -> Option<Duration> {
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
