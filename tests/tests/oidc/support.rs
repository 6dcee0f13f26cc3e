//! The verbs of this suite.

use poolgate::{
    Fetch, FetchError, FetchFuture, Fetched, IssuerHealth, ManualClock, Policy, VerifiedToken,
    Verifier,
};
use poolgate_issuer::TestIssuer;
use poolgate_tests::START;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// What each URL answers, and who asked for what. Clones are handles of the same web.
#[derive(Clone, Debug, Default)]
pub(crate) struct Web {
    answers: Arc<Mutex<HashMap<String, Result<Vec<u8>, FetchError>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Web {
    pub(crate) fn serve(&self, url: impl Into<String>, document: impl Into<Vec<u8>>) {
        self.answers.lock().unwrap().insert(url.into(), Ok(document.into()));
    }

    pub(crate) fn fail(&self, url: impl Into<String>, error: FetchError) {
        self.answers.lock().unwrap().insert(url.into(), Err(error));
    }

    /// Each URL that was asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Fetch for Web {
    fn fetch<'f>(&'f self, url: &'f str) -> FetchFuture<'f> {
        self.asked.lock().unwrap().push(url.to_owned());
        let answer = self.answers.lock().unwrap().get(url).cloned();
        let answer = answer.unwrap_or_else(|| Err(FetchError::status(404)));
        Box::pin(async move { answer.map(Fetched::new) })
    }
}

/// The key that signs access tokens, as a set of one, under this `kid`.
pub(crate) fn jwks(issuer: &TestIssuer, kid: &str) -> Value {
    let jwks: Value = serde_json::from_str(&issuer.jwks_json()).unwrap();
    let is_it = |key: &&Value| key["kid"] == issuer.access_kid();
    let mut key = jwks["keys"].as_array().unwrap().iter().find(is_it).unwrap().clone();
    key["kid"] = kid.into();
    json!({ "keys": [key] })
}

pub(crate) fn document(issuer: &str, jwks_uri: &str) -> String {
    json!({ "issuer": issuer, "jwks_uri": jwks_uri }).to_string()
}

/// Signs these claims and nothing else, under this `kid` and `typ`.
pub(crate) fn sign(issuer: &TestIssuer, kid: &str, typ: Option<&str>, claims: &Value) -> String {
    let token = issuer.access_token().kid(kid).raw_payload(claims.to_string());
    typ.into_iter().fold(token, |token, typ| token.header("typ", typ)).sign()
}

/// A verifier of these policies over this web, in January 2027.
pub(crate) fn verifier(web: &Web, policies: impl IntoIterator<Item = Policy>) -> Verifier {
    let mut policies = policies.into_iter();
    let first = Verifier::builder(policies.next().expect("a policy"));
    let builder = policies.fold(first, poolgate::VerifierBuilder::policy);
    builder.clock(ManualClock::at(START)).fetch(web.clone()).build().expect("a good configuration")
}

pub(crate) async fn accepts(verifier: &Verifier, token: &str, row: &str) -> VerifiedToken {
    verifier.verify(token).await.unwrap_or_else(|error| panic!("{row}: {error}"))
}

pub(crate) async fn refuses(verifier: &Verifier, token: &str, code: &str, row: &str) {
    let answer = verifier.verify(token).await.map_or_else(|error| error.code(), |_| "accepted");
    assert_eq!(answer, code, "{row}");
}

pub(crate) fn state(verifier: &Verifier) -> IssuerHealth {
    verifier.health().issuers.first().expect("a policy has an issuer").clone()
}
