//! The hook: asked last, once, and only about tokens that pass everything else.

use poolgate::{Check, Error, Refusal, VerifiedToken};
use poolgate_issuer::TokenBuilder;
use poolgate_tests::World;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

#[tokio::test]
async fn its_answers_become_errors() {
    let world = World::start().await;
    let token = world.issuer.access_token().sign();
    for (answer, expected) in [
        (Ok(()), Ok(())),
        (Err(Refusal::Revoked), Err("token_revoked")),
        (Err(Refusal::InvalidClaim("jti")), Err("invalid_claim")),
        (Err(Refusal::Unavailable), Err("check_unavailable")),
    ] {
        let sync = world.builder().check(Check::new(move |_| answer)).build().unwrap();
        let later = Check::new_async(move |_| async move { answer });
        let later = world.builder().check(later).build().unwrap();
        for verifier in [sync, later] {
            let result = verifier.verify(&token).await;
            assert_eq!(result.map(drop).map_err(|error| error.code()), expected);
        }
    }
}

#[tokio::test]
async fn it_is_asked_once_and_never_about_a_bad_token() {
    let world = World::start().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let check = Check::new(move |token: &VerifiedToken| {
        assert_eq!(token.username(), Some("alice"));
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    let verifier = world.builder().check(check).build().unwrap();
    let good = world.issuer.access_token().username("alice");
    verifier.verify(&good.sign()).await.unwrap();
    verifier.verify_cached(&good.sign()).unwrap().unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    let bad: [fn(TokenBuilder) -> TokenBuilder; 4] = [
        TokenBuilder::expired,
        |token| token.client_id("other"),
        |token| token.claim("cnf", "x"),
        |token| token.header("alg", "none"),
    ];
    for edit in bad {
        verifier.verify(&edit(good.clone()).sign()).await.unwrap_err();
    }
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn with_an_asynchronous_check_the_cached_answer_is_left_open() {
    let world = World::start().await;
    let check = Check::new_async(|_| async { Ok(()) });
    let verifier = world.builder().check(check).build().unwrap();
    verifier.warm_up().await.unwrap();
    let token = world.issuer.access_token();
    assert!(verifier.verify_cached(&token.sign()).is_none());
    verifier.verify(&token.sign()).await.unwrap();
    // What needs no key can still be said at once.
    let foreign = token.claim("iss", "https://evil.example").sign();
    assert_eq!(verifier.verify_cached(&foreign).unwrap().unwrap_err(), Error::InvalidIssuer);
}
