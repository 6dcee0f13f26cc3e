//! What a token says before it is verified reaches no network, and no issuer reaches another.

use crate::{faults::Canary, support::*};
use poolgate::{FetchError, Fetched, Policy, TokenUse};
use poolgate_issuer::{Fault, TestIssuer};
use poolgate_tests::World;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

#[tokio::test]
async fn no_url_of_a_token_is_ever_called() {
    let canary = Canary::new();
    let (world, warm, good) = warm_world().await;
    let cold = world.verifier();
    let url = format!("http://{}/keys", canary.address());
    let token = || world.issuer.access_token();
    let jwk = serde_json::json!({"kty": "OKP", "crv": "Ed25519", "kid": url, "x": url});
    for (name, token) in [
        ("iss", token().claim("iss", url.as_str())),
        ("iss over https", token().claim("iss", format!("https://{}", canary.address()))),
        ("iss, list", token().claim("iss", vec![url.as_str(), world.issuer.issuer()])),
        ("iss, longer", token().claim("iss", format!("{}/{url}", world.issuer.issuer()))),
        ("iss, slash", token().claim("iss", format!("{}/", world.issuer.issuer()))),
        ("jku", token().header("jku", url.as_str())),
        ("x5u", token().header("x5u", url.as_str())),
        ("jwk", token().header("jwk", jwk)),
    ] {
        for (state, verifier) in [("cold", &cold), ("warm", &warm)] {
            let answer = answer(verifier, &token.sign()).await;
            assert_ne!(answer, "accepted", "{name}, {state}");
            assert_eq!(world.issuer.jwks_fetches(), 1, "{name}, {state}: nothing is fetched");
        }
    }
    for (name, token) in [
        ("kid", token().kid(url.as_str())),
        ("kid, path", token().kid("../../../other/jwks.json?x=")),
        ("aud", token().audience(url.as_str())),
        ("client_id", token().client_id(url.as_str())),
    ] {
        for (state, verifier) in [("cold", &cold), ("warm", &warm)] {
            let answer = answer(verifier, &token.sign()).await;
            assert_ne!(answer, "accepted", "{name}, {state}");
        }
    }
    accepts(&cold, &good).await;
    assert!(!canary.was_called());
    assert!(canary.can_be_called());
}

#[tokio::test]
async fn pools_that_share_a_kid_never_cross() {
    for first in ["A", "B"] {
        let (a, b) = (world().await, world().await);
        let kid = a.issuer.access_kid();
        let renamed = b.issuer.jwks_json().replace(&b.issuer.access_kid(), &kid);
        b.issuer.fail_jwks(Fault::Body(renamed));
        let verifier = a.builder().policy(b.policy(TokenUse::Access)).build().unwrap();
        let token = |of: &World, key_of: &World| {
            of.issuer.access_token().kid(kid.as_str()).signed_by(&key_of.issuer).sign()
        };
        if first == "B" {
            accepts(&verifier, &token(&b, &b)).await;
        }
        for (name, token, expected) in [
            ("A with the key of A", token(&a, &a), "accepted"),
            ("A with the key of B", token(&a, &b), "invalid_signature"),
            ("B with the key of A", token(&b, &a), "invalid_signature"),
            ("B with the key of B", token(&b, &b), "accepted"),
        ] {
            assert_eq!(answer(&verifier, &token).await, expected, "{name}, {first} first");
            assert_eq!(answer(&verifier, &token).await, expected, "{name}, {first} first, again");
        }
        let fetches = (a.issuer.jwks_fetches(), b.issuer.jwks_fetches());
        assert_eq!(fetches, (1, 1), "{first} first");
        for name in [a.issuer.issuer(), b.issuer.issuer()] {
            assert_eq!(verifier.health().issuer(name).unwrap().fetches, 1, "{first} first");
        }
    }
}

#[tokio::test]
async fn an_outage_or_a_flood_of_one_issuer_is_not_the_others() {
    let (a, b) = (world().await, world().await);
    let verifier = a.builder().policy(b.policy(TokenUse::Access)).build().unwrap();
    a.issuer.fail_jwks(Fault::Hang);
    let (hanging, of_a) = (verifier.clone(), token(&a));
    let waiting = tokio::spawn(async move { answer(&hanging, &of_a).await });
    fetch_arrives(&a.issuer, 1).await;
    accepts(&verifier, &token(&b)).await;
    a.issuer.heal_jwks();
    assert_eq!(waiting.await.unwrap(), "accepted");

    for number in 0..100 {
        answers(&verifier, &unknown(&a, number), "key_not_found").await;
    }
    b.issuer.rotate();
    accepts(&verifier, &token(&b)).await;
    a.issuer.fail_jwks(Fault::Status(500));
    answers(&verifier, &unknown(&b, 1), "key_not_found").await;
    assert_eq!((a.issuer.jwks_fetches(), b.issuer.jwks_fetches()), (2, 2));
}

#[tokio::test]
async fn the_second_issuer_of_a_pool_is_fetched_when_a_token_names_it() {
    let first = pool().user_pool_id("eu-west-1_Twice").client_id("client").offline();
    let second = pool().user_pool_id("eu-west-1_Twice").client_id("client").updated_issuer();
    let second = second.offline();
    let (url_of_first, url_of_second) = (url_below(&first), url_below(&second));
    let documents = HashMap::from([
        (url_of_first.clone(), first.jwks_json()),
        (url_of_second.clone(), second.jwks_json()),
    ]);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&asked);
    let (source, _) = Source::new(move |_, url| {
        record.lock().unwrap().push(url.to_owned());
        let document = documents.get(url).cloned();
        async move { document.map(Fetched::new).ok_or_else(|| FetchError::connect("unknown")) }
    });
    let policy = Policy::cognito("eu-west-1_Twice", "client", TokenUse::Access).unwrap();
    let world = World::around(first);
    let builder = poolgate_tests::builder(policy.allow_test_keys()).clock(world.clock.clone());
    let verifier = builder.fetch(source).build().unwrap();
    let asked = || asked.lock().unwrap().clone();

    assert_eq!(asked(), [""; 0], "building fetches nothing");
    verifier.warm_up().await.unwrap();
    accepts(&verifier, &token(&world)).await;
    let foreign = world.issuer.access_token().claim("iss", "https://other.example").sign();
    answers(&verifier, &foreign, "invalid_issuer").await;
    assert_eq!(asked(), [url_of_first.as_str()]);

    accepts(&verifier, &second.access_token().sign()).await;
    assert_eq!(asked(), [url_of_first, url_of_second]);
    let crossed = second.access_token().claim("iss", world.issuer.issuer()).sign();
    answers(&verifier, &crossed, "key_not_found").await;
}

fn url_below(issuer: &TestIssuer) -> String {
    format!("{}/.well-known/jwks.json", issuer.issuer())
}
