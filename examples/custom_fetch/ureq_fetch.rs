//! Keys over ureq, a client that blocks.

use poolgate::{Fetch, FetchError, FetchFuture, Fetched};
use std::{sync::Arc, time::Duration};
use tokio::task;
use ureq::{
    Agent, Error,
    tls::{RootCerts, TlsConfig},
};

/// Reads keys as poolgate's own client does: no redirects, no idle connections, and limits on time
/// and size.
pub(crate) struct UreqFetch {
    agent: Agent,
}

impl UreqFetch {
    pub(crate) fn new() -> Self {
        // The cryptographic library that is there anyway, and the certificates of the platform.
        let library = rustls::crypto::aws_lc_rs::default_provider();
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(library))
            .root_certs(RootCerts::PlatformVerifier);
        let config = Agent::config_builder()
            .tls_config(tls.build())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .timeout_connect(Some(Duration::from_secs(2)))
            .timeout_global(Some(Duration::from_secs(5)));
        Self { agent: config.build().new_agent() }
    }
}

impl Fetch for UreqFetch {
    fn fetch<'f>(&'f self, url: &'f str) -> FetchFuture<'f> {
        let (agent, url) = (self.agent.clone(), url.to_owned());
        Box::pin(async move {
            // It stands still for five seconds at most, on a thread that may.
            let reading = task::spawn_blocking(move || read(&agent, &url));
            reading.await.unwrap_or_else(|lost| Err(FetchError::interrupted(lost.to_string())))
        })
    }
}

fn read(agent: &Agent, url: &str) -> Result<Fetched, FetchError> {
    let request = agent.get(url).header("accept", "application/json");
    let mut response = request.call().map_err(classify)?;
    match response.status().as_u16() {
        200 => {}
        status => return Err(FetchError::status(status)),
    }
    let body = response.body_mut().with_config().limit(MAX_BYTES).read_to_vec();
    Ok(Fetched::new(body.map_err(classify)?))
}

fn classify(error: Error) -> FetchError {
    match error {
        Error::Timeout(_) => FetchError::Timeout,
        Error::BodyExceedsLimit(_) => FetchError::TooLarge,
        other => FetchError::connect(other.to_string()),
    }
}

const MAX_BYTES: u64 = 256 * 1024;
