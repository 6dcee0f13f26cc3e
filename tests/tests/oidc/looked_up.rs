//! OIDC issuers that are found at run time: they say where their keys are, and are believed less.

use crate::support::{Web, document, jwks, refuses, sign};
use poolgate::{FetchError, ManualClock, Policy, PolicyLookup, TokenKind, Verifier};
use poolgate_issuer::{Algorithm, TestIssuer};
use poolgate_tests::START;
use serde_json::json;

const ISSUER: &str = "https://id.example/tenant";
const ELSEWHERE: &str = "https://keys.example/jwks";

fn policy() -> Policy {
    Policy::oidc(ISSUER, "orders", TokenKind::dangerously_any()).unwrap()
}

/// A verifier that finds this policy, and a web where the issuer's keys are at `jwks_uri`.
fn world(policy: Policy, jwks_uri: &str) -> (Verifier, Web, String) {
    let issuer = TestIssuer::builder().algorithm(Algorithm::EdDsa).offline();
    let web = Web::default();
    web.serve(format!("{ISSUER}/.well-known/openid-configuration"), document(ISSUER, jwks_uri));
    web.serve(jwks_uri, jwks(&issuer, "1").to_string());
    let lookup = PolicyLookup::new(move |iss: String| {
        let policy = (iss == ISSUER).then(|| policy.clone());
        async move { Ok(policy) }
    });
    let clock = ManualClock::at(START);
    let verifier = Verifier::builder(lookup).fetch(web.clone()).clock(clock).build().unwrap();
    let claims = json!({ "iss": ISSUER, "aud": "orders", "sub": "u", "exp": START + 60 });
    let token = sign(&issuer, "1", None, &claims);
    (verifier, web, token)
}

#[tokio::test]
async fn keys_of_its_own_origin_serve_and_those_of_another_only_if_listed() {
    let listed = policy().jwks_origins(["https://keys.example"]).unwrap();
    for (policy, jwks_uri) in [(policy(), "https://id.example/keys"), (listed, ELSEWHERE)] {
        let (verifier, web, token) = world(policy, jwks_uri);
        assert!(verifier.verify(&token).await.is_ok(), "{jwks_uri}");
        assert_eq!(web.asked().len(), 2, "the document and the keys");
    }
    for policy in [policy(), policy().jwks_origins(["https://other.example"]).unwrap()] {
        let (verifier, web, token) = world(policy, ELSEWHERE);
        refuses(&verifier, &token, "keys_unavailable", "another origin").await;
        assert!(!web.asked().contains(&ELSEWHERE.to_owned()), "nobody goes there");
        let health = verifier.health();
        let error = health.issuer(ISSUER).unwrap().last_error.clone();
        assert!(matches!(error, Some(FetchError::Discovery { .. })), "{error:?}");
    }
}

#[tokio::test]
async fn the_same_issuer_in_the_configuration_may_say_so() {
    let (found, web, token) = world(policy(), ELSEWHERE);
    let configured = Verifier::builder(policy()).fetch(web).clock(ManualClock::at(START));
    assert!(configured.build().unwrap().verify(&token).await.is_ok());
    refuses(&found, &token, "keys_unavailable", "found").await;
}

#[tokio::test]
async fn a_policy_that_cannot_hold_is_nobodys_fault_but_ours() {
    let without_claim = policy().require(poolgate::Requirement::group("staff"));
    let (verifier, web, token) = world(without_claim, "https://id.example/keys");
    refuses(&verifier, &token, "keys_unavailable", "a group, and no claim for groups").await;
    assert_eq!(web.asked(), Vec::<String>::new());
}
