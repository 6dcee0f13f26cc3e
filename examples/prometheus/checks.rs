//! Calls, and what the numbers and the log say of them afterwards.

use poolgate_examples::{Call, check};
use poolgate_issuer::{Fault, TestIssuer};
use std::{
    error::Error,
    io,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// The calls to a service that can fetch the pool's keys.
pub(crate) fn calls(issuer: &TestIssuer) -> Vec<Call> {
    let tokens = Tokens::sign(issuer);
    let mut calls = tokens.calls();
    calls.push(Call::get(200, "a probe", "/ready"));
    calls.push(Call::get(200, "Prometheus", "/metrics"));
    calls
}

/// Makes calls, first in an outage of the pool, and says whether everything went and was told as
/// expected.
pub(crate) async fn make(
    issuer: &TestIssuer,
    server: SocketAddr,
    log: &Log,
) -> Result<bool, Box<dyn Error>> {
    let tokens = Tokens::sign(issuer);
    issuer.fail_jwks(Fault::Status(500));
    let outage = check(server, &tokens.calls_in_an_outage()).await?;
    issuer.heal_jwks();
    timeout(PATIENCE, until_ready(server)).await.map_err(|_| "the service stays unready")??;
    let afterwards = check(server, &tokens.calls()).await?;

    let metrics = get(server, "/metrics").await?.text().await?;
    let log = log.text();
    let is_told = is_told(&metrics, &log);
    Ok(outage && afterwards && is_told && is_kept_secret(&metrics, &log, &tokens.secrets(issuer)))
}

struct Tokens {
    alice: String,
    expired: String,
    garbage: String,
}

impl Tokens {
    fn sign(issuer: &TestIssuer) -> Self {
        let alice = issuer.access_token().username("alice");
        let expired = alice.clone().expired().sign();
        Self { alice: alice.sign(), expired, garbage: "garbage.that.was-sent".to_owned() }
    }

    fn calls_in_an_outage(&self) -> Vec<Call> {
        vec![
            Call::get(503, "a probe, while the pool's keys cannot be fetched", "/ready"),
            Call::get(503, "alice, meanwhile", "/me").bearer(&self.alice),
        ]
    }

    fn calls(&self) -> Vec<Call> {
        vec![
            Call::get(401, "nobody signed in", "/me"),
            Call::get(200, "alice", "/me").bearer(&self.alice),
            Call::get(401, "alice, with an expired token", "/me").bearer(&self.expired),
            Call::get(401, "garbage in place of a token", "/me").bearer(&self.garbage),
        ]
    }

    /// What nobody should find outside of a request: each part of each token, what they name, and
    /// the IDs of the keys.
    fn secrets(&self, issuer: &TestIssuer) -> Vec<String> {
        let tokens = [&self.alice, &self.expired, &self.garbage];
        let parts = tokens.into_iter().flat_map(|token| token.split('.')).map(str::to_owned);
        parts.chain(issuer.kids()).chain(["alice".to_owned()]).collect()
    }
}

/// Asks as an orchestrator does: again and again.
async fn until_ready(server: SocketAddr) -> Result<(), reqwest::Error> {
    while !get(server, "/ready").await?.status().is_success() {
        sleep(Duration::from_millis(200)).await;
    }
    println!("ready: the pool is back");
    Ok(())
}

async fn get(server: SocketAddr, path: &str) -> Result<reqwest::Response, reqwest::Error> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    client.get(format!("http://{server}{path}")).send().await
}

fn is_told(metrics: &str, log: &str) -> bool {
    let mut is_told = true;
    for expected in METRICS {
        is_told &= report(metrics.lines().any(|line| line == expected), expected);
    }
    for expected in SPANS {
        is_told &= report(log.lines().any(|line| line.contains(expected)), expected);
    }
    is_told
}

fn is_kept_secret(metrics: &str, log: &str, secrets: &[String]) -> bool {
    let mut is_kept = true;
    for (place, text) in [("metrics", metrics), ("log", log)] {
        let found = secrets.iter().filter(|secret| text.contains(*secret)).count();
        let what = format!("of {} secrets, {found} are in the {place}", secrets.len());
        is_kept &= report(found == 0, &what);
    }
    is_kept
}

fn report(is_expected: bool, what: &str) -> bool {
    println!("{}: {what}", if is_expected { "as expected" } else { "NOT AS EXPECTED" });
    is_expected
}

/// What was logged.
#[derive(Default)]
pub(crate) struct Log(Mutex<Vec<u8>>);

impl Log {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl io::Write for &Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const METRICS: [&str; 6] = [
    r#"poolgate_verifications_total{code="keys_unavailable"} 1"#,
    r#"poolgate_verifications_total{code="ok"} 1"#,
    r#"poolgate_verifications_total{code="token_expired"} 1"#,
    r#"poolgate_verifications_total{code="token_malformed"} 1"#,
    r#"poolgate_key_fetches_total{outcome="ok"} 1"#,
    "poolgate_verification_seconds_count 4",
];

const SPANS: [&str; 4] = [
    r#"key_generation=0 code="keys_unavailable"}: poolgate::observe: close"#,
    r#"key_generation=1 code="ok"}: poolgate::observe: close"#,
    r#"key_generation=1 code="token_expired"}: poolgate::observe: close"#,
    r#"verify{code="token_malformed"}: poolgate::observe: close"#,
];

const PATIENCE: Duration = Duration::from_secs(20);
