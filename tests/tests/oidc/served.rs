//! Discovery over sockets: the test issuer as any OpenID provider, and servers that misbehave.

use crate::support::{accepts, refuses, state};
use axum::{Router, body::Body, http::StatusCode, response::Redirect, routing::get};
use futures_util::stream;
use poolgate::{FetchError, ManualClock, Policy, TokenKind, Verifier};
use poolgate_issuer::{Algorithm, TestIssuer, TestIssuerBuilder};
use poolgate_tests::START;
use std::{convert::Infallible, time::Duration};

fn pool() -> TestIssuerBuilder {
    TestIssuer::builder().algorithm(Algorithm::EdDsa).self_issuer()
}

fn verifier(issuer: &str, audience: &str, kind: TokenKind) -> Verifier {
    let policy = Policy::oidc(issuer, audience, kind).unwrap().allow_test_keys();
    Verifier::new(policy).unwrap()
}

#[tokio::test]
async fn an_issuer_is_found_by_its_name_alone() {
    let issuer = pool().start().await;
    let id = verifier(issuer.issuer(), issuer.client_id(), TokenKind::claim("token_use", "id"));
    let access = verifier(issuer.issuer(), "orders", TokenKind::claim("token_use", "access"));
    let id_token = issuer.id_token().username("alice").sign();
    let access_token = issuer.access_token().audience("orders").scope("read").sign();
    accepts(&id, &id_token, "an ID token").await;
    let token = accepts(&access, &access_token, "an access token").await;
    assert_eq!(
        (token.scopes(), token.client_id()),
        (&["read".to_owned()][..], Some(issuer.client_id()))
    );
    assert!(token.token_use().is_none() && token.groups().is_empty());
    refuses(&id, &access_token, "invalid_token_use", "crossed").await;
    refuses(&access, &id_token, "invalid_token_use", "crossed").await;
    assert_eq!(issuer.jwks_fetches(), 2, "one for each verifier");

    issuer.rotate();
    let rotated = issuer.access_token().audience("orders").sign();
    accepts(&access, &rotated, "after a rotation").await;
    assert_eq!(issuer.jwks_fetches(), 3);
}

#[tokio::test]
async fn pools_of_one_server_are_issuers_of_their_own() {
    let [one, other] = [pool().start().await, pool().start().await];
    let kind = || TokenKind::claim("token_use", "access");
    let policy = |issuer: &TestIssuer| {
        Policy::oidc(issuer.issuer(), "orders", kind()).unwrap().allow_test_keys()
    };
    let both = Verifier::builder(policy(&one)).policy(policy(&other)).build().unwrap();
    for (issuer, forger) in [(&one, &other), (&other, &one)] {
        let token = issuer.access_token().audience("orders");
        accepts(&both, &token.sign(), "its own").await;
        let forged = token.signed_by(forger).sign();
        refuses(&both, &forged, "invalid_signature", "a key of the other").await;
    }
}

#[tokio::test]
async fn keys_of_a_test_issuer_have_to_be_allowed() {
    let issuer = pool().start().await;
    let kind = TokenKind::claim("token_use", "access");
    let policy = Policy::oidc(issuer.issuer(), "orders", kind).unwrap();
    for policy in [policy.clone(), policy.jwks_url(issuer.jwks_url()).unwrap()] {
        let verifier = Verifier::new(policy).unwrap();
        let token = issuer.access_token().audience("orders").sign();
        refuses(&verifier, &token, "key_not_found", "not allowed").await;
        assert!(state(&verifier).refused_test_keys > 0 && !state(&verifier).trusts_test_keys);
    }
}

/// Each of these serves a good document too, at another path, which must not be found.
#[tokio::test]
async fn servers_that_misbehave() {
    let endless = || async { Body::from_stream(stream::repeat(Ok::<_, Infallible>("{\"a\":1,"))) };
    let app = Router::new()
        .route(
            "/moved/.well-known/openid-configuration",
            get(|| async { Redirect::temporary("/good") }),
        )
        .route("/endless/.well-known/openid-configuration", get(endless))
        .route("/html/.well-known/openid-configuration", get(|| async { "<!doctype html>" }))
        .route("/empty/.well-known/openid-configuration", get(|| async { StatusCode::NO_CONTENT }))
        .route("/good", get(|| async { "{}" }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, app).into_future());
    for (path, code) in [
        ("moved", "status"),
        ("endless", "too_large"),
        ("html", "discovery"),
        ("empty", "status"),
        ("nothing", "status"),
    ] {
        let issuer = format!("http://{address}/{path}");
        let verifier = verifier(&issuer, "orders", TokenKind::at_jwt());
        let error = verifier.warm_up().await.unwrap_err();
        assert_eq!(error.code(), code, "{path}: {error}");
    }
}

/// The document and the keys share the five seconds of one fetch.
#[tokio::test(start_paused = true)]
async fn a_slow_document_and_slow_keys_are_one_slow_fetch() {
    use poolgate::{Fetch, FetchFuture, Fetched};
    #[derive(Debug)]
    struct Slow;
    impl Fetch for Slow {
        fn fetch<'f>(&'f self, url: &'f str) -> FetchFuture<'f> {
            let is_document = url.ends_with("openid-configuration");
            Box::pin(async move {
                tokio::time::sleep(Duration::from_secs(3)).await;
                let document =
                    crate::support::document("https://id.example", "https://id.example/k");
                Ok(Fetched::new(if is_document { document } else { r#"{"keys":[]}"#.to_owned() }))
            })
        }
    }
    let policy = Policy::oidc("https://id.example", "orders", TokenKind::at_jwt()).unwrap();
    let builder = Verifier::builder(policy).clock(ManualClock::at(START)).fetch(Slow);
    let verifier = builder.build().unwrap();
    let began = tokio::time::Instant::now();
    assert_eq!(verifier.warm_up().await, Err(FetchError::Timeout));
    assert_eq!(began.elapsed(), Duration::from_secs(5));
}
