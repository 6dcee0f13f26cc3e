//! A service that its operators can see into: numbers for Prometheus, a readiness probe, and a log
//! with a span for each verification.
//!
//! poolgate counts through the `metrics` facade, if its feature `metrics` is on, and writes spans
//! and events through `tracing`. None of them holds any text of a token or a `kid`.
//!
//! ```console
//! cargo run --features prometheus --example prometheus            # serves until Ctrl-C
//! cargo run --features prometheus --example prometheus -- --check # makes calls itself and exits
//! ```

mod checks;

use axum::{
    Router,
    http::{StatusCode, header::CONTENT_TYPE},
    routing::get,
};
use checks::Log;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use poolgate::{Policy, TokenUse, Verifier};
use poolgate_examples::{exit_code, is_check, serve, show};
use poolgate_issuer::TestIssuer;
use poolgate_tower::{BearerAuthLayer, Verified};
use std::{error::Error, io, process::ExitCode, sync::Arc, time::Duration};
use tokio::time::interval;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt::{
        self,
        format::FmtSpan,
        writer::{MakeWriter, MakeWriterExt},
    },
    layer::{Layer, SubscriberExt},
    util::{SubscriberInitExt, TryInitError},
};

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let log = Arc::new(Log::default());
    if is_check() {
        write_spans(io::stderr.and(Arc::clone(&log)))?;
    } else {
        write_spans(io::stderr)?;
    }
    let metrics = record_metrics()?;

    let issuer = TestIssuer::start().await;
    // A real pool needs the first line alone; the second points at the test issuer's keys.
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access)?
        .jwks_url(issuer.jwks_url())?;
    let verifier = Verifier::new(policy)?;

    let server = serve(api(verifier.clone()).merge(operations(verifier, metrics))).await?;
    if is_check() {
        return Ok(exit_code(checks::make(&issuer, server, &log).await?));
    }
    show(server, &checks::calls(&issuer));
    tokio::signal::ctrl_c().await?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a line when a span ends, with its fields and how long it took. At the level `INFO`, the
/// log holds only what concerns the keys.
fn write_spans<W>(writer: W) -> Result<(), TryInitError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let layer = fmt::layer().with_span_events(FmtSpan::CLOSE).with_writer(writer);
    // Of all crates whose names begin like this.
    let ours = Targets::new().with_target("poolgate", LevelFilter::DEBUG);
    tracing_subscriber::registry().with(layer.with_filter(ours)).try_init()
}

/// Keeps what is counted from now on.
fn record_metrics() -> Result<PrometheusHandle, BuildError> {
    // With buckets it is a histogram, which can be summed up over instances; else a summary.
    let seconds = Matcher::Full("poolgate_verification_seconds".to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &BUCKETS)?;
    let metrics = builder.install_recorder()?;
    tokio::spawn(keep_up(metrics.clone()));
    Ok(metrics)
}

/// While nobody reads the histograms, what they were given piles up.
async fn keep_up(metrics: PrometheusHandle) {
    let mut ticks = interval(Duration::from_secs(5));
    loop {
        ticks.tick().await;
        metrics.run_upkeep();
    }
}

fn api(verifier: Verifier) -> Router {
    Router::new().route("/me", get(me)).layer(BearerAuthLayer::new(verifier))
}

async fn me(Verified(token): Verified) -> String {
    format!("Hello, {}\n", token.username().unwrap_or("machine"))
}

/// What is outside the gate, since neither a probe nor a scraper has a token. In production it
/// belongs on a port that strangers do not reach.
fn operations(verifier: Verifier, metrics: PrometheusHandle) -> Router {
    let text = [(CONTENT_TYPE, "text/plain; version=0.0.4")];
    Router::new()
        .route("/ready", get(move || ready(verifier)))
        .route("/metrics", get(move || async move { (text, metrics.render()) }))
}

/// Whether tokens can be verified. An instance that is not ready gets no requests, and it is
/// requests that fetch keys: so the probe asks for them too, or it would never be ready again. If
/// there are keys, or the last attempt has only just failed, that costs nothing.
async fn ready(verifier: Verifier) -> (StatusCode, &'static str) {
    // Why it failed is in the log and in the numbers.
    let _ = verifier.warm_up().await;
    if verifier.health().is_ready() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "no keys yet\n")
    }
}

/// In seconds. A verification takes less than the second, unless it waits for keys.
const BUCKETS: [f64; 6] = [0.000_1, 0.001, 0.01, 0.1, 1.0, 10.0];
