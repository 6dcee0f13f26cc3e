//! What an operator reads about keys from elsewhere.

use crate::support::*;
use poolgate::{FetchError, ManualClock, Policy, TokenKind};
use poolgate_issuer::{Algorithm, TestIssuer};
use poolgate_tests::{Log, START};
use std::time::Duration;

const ISSUER: &str = "https://id.example";
const DISCOVERY: &str = "https://id.example/.well-known/openid-configuration";

#[tokio::test]
async fn keys_of_another_origin_are_told_of_once() {
    for (keys, expected) in [("https://keys.example/a", 1), ("https://id.example/keys", 0)] {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::INFO)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        // With just one subscriber, a line first met on a thread that has none is silent for all.
        let _second = tracing::Dispatch::new(tracing_subscriber::registry());
        let _guard = tracing::subscriber::set_default(subscriber);

        let (web, clock) = (Web::default(), ManualClock::at(START));
        let issuer = TestIssuer::builder().algorithm(Algorithm::EdDsa).offline();
        web.serve(keys, jwks(&issuer, "1").to_string());
        web.serve(DISCOVERY, document(ISSUER, keys));
        let policy = Policy::oidc(ISSUER, "orders", TokenKind::at_jwt()).unwrap();
        let builder = poolgate_tests::builder(policy).clock(clock.clone()).fetch(web.clone());
        let verifier = builder.build().unwrap();
        verifier.warm_up().await.unwrap();
        clock.advance(Duration::from_secs(7_200));
        verifier.warm_up().await.unwrap();
        assert_eq!(state(&verifier).fetches, 2);
        let text = log.text();
        assert_eq!(text.matches("another origin").count(), expected, "{text}");
        assert_eq!(text.matches(&format!("jwks_uri=\"{keys}\"")).count(), expected, "{text}");

        web.serve(DISCOVERY, document("https://evil.example", keys));
        clock.advance(Duration::from_secs(7_200));
        let error = verifier.warm_up().await.unwrap_err();
        assert!(matches!(error, FetchError::Discovery { .. }));
        assert!(log.text().contains("names another issuer"), "{}", log.text());
        assert!(log.text().contains(DISCOVERY), "the URL that failed: {}", log.text());
    }
}
