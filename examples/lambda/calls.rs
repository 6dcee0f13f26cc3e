//! The calls of the check.

use crate::function::Function;
use lambda_http::Error;
use poolgate_issuer::{Fault, TestIssuer};
use serde_json::Value;
use std::{env, fs, path::Path, process};

/// Makes all calls, and says whether each was answered as expected.
pub(crate) async fn make() -> Result<bool, Error> {
    // Stands in for the disk that all instances mount.
    let disk = env::temp_dir().join(format!("poolgate-lambda-{}", process::id()));
    fs::create_dir(&disk)?;
    let outcome = make_with(&disk).await;
    fs::remove_dir_all(&disk)?;
    outcome
}

async fn make_with(disk: &Path) -> Result<bool, Error> {
    let issuer = TestIssuer::start().await;
    let snapshot = disk.join("keys.json");
    let mut all_as_expected = true;
    let mut first = Function::start(&issuer, &snapshot).await?;
    for call in all(&issuer) {
        all_as_expected &= call.make(&mut first).await?;
    }
    all_as_expected &= has_fetched(&issuer, 1, "by the first instance");

    let mut next = Function::start(&issuer, &snapshot).await?;
    all_as_expected &= alice(&issuer, 200, "alice, at a cold start").make(&mut next).await?;
    all_as_expected &= has_fetched(&issuer, 1, "still, as the second had the first one's keys");

    issuer.fail_jwks(Fault::Status(500));
    let mut next = Function::start(&issuer, &snapshot).await?;
    let call = alice(&issuer, 200, "alice, at a cold start while no keys can be fetched");
    all_as_expected &= call.make(&mut next).await?;
    let mut without_keys = Function::start(&issuer, &disk.join("other.json")).await?;
    let call = alice(&issuer, 503, "alice, where none were kept either");
    all_as_expected &= call.make(&mut without_keys).await?;
    Ok(all_as_expected)
}

/// Says how often the pool's keys were fetched, and whether that was expected.
fn has_fetched(issuer: &TestIssuer, expected: u64, what: &str) -> bool {
    let fetches = issuer.jwks_fetches();
    let as_expected = fetches == expected;
    let verdict = if as_expected { "as expected" } else { "NOT AS EXPECTED" };
    println!("fetches of keys: {fetches} {verdict}, {what}");
    as_expected
}

/// One call and the status that answers it.
struct Call {
    what: &'static str,
    expected: u16,
    authorization: Option<String>,
}

impl Call {
    /// Makes the call, prints what came back, and says whether it was expected.
    async fn make(&self, function: &mut Function) -> Result<bool, Error> {
        let answer = function.invoke(self.event()?).await?;
        let as_expected = answer["statusCode"] == self.expected;
        let verdict = if as_expected { "as expected" } else { "NOT AS EXPECTED" };
        println!("{} {verdict}: {}", answer["statusCode"], self.what);
        if let Some(challenge) = answer["headers"]["www-authenticate"].as_str() {
            println!("    {challenge}");
        }
        println!("    {}", answer["body"].as_str().unwrap_or_default());
        Ok(as_expected)
    }

    /// The call as API Gateway hands it on.
    fn event(&self) -> Result<Value, Error> {
        let mut event: Value = serde_json::from_str(include_str!("event.json"))?;
        if let Some(value) = &self.authorization {
            event["headers"]["authorization"] = value.as_str().into();
        }
        Ok(event)
    }
}

/// The calls to an instance that can fetch the pool's keys.
fn all(issuer: &TestIssuer) -> Vec<Call> {
    let alice = issuer.access_token().username("alice").group("Admins");
    let bob = issuer.access_token().username("bob").group("Basic");
    let forger = TestIssuer::builder().user_pool_id(issuer.user_pool_id()).offline();
    let (good, other) = (alice.sign(), bob.sign());
    let expired = alice.clone().expired().sign();
    let forged = alice.signed_by(&forger).sign();

    let call = |expected, what, authorization| Call { what, expected, authorization };
    let with = |expected, what, token: &str| call(expected, what, Some(format!("Bearer {token}")));
    vec![
        call(401, "nobody signed in", None),
        with(200, "alice, who is in Admins", &good),
        with(403, "bob, who is not", &other),
        with(401, "alice, with an expired token", &expired),
        with(401, "a forged token that says Admins", &forged),
        // API Gateway joins headers of one name with a comma.
        with(400, "two tokens at once", &format!("{good},Bearer {other}")),
    ]
}

fn alice(issuer: &TestIssuer, expected: u16, what: &'static str) -> Call {
    let token = issuer.access_token().username("alice").group("Admins").sign();
    Call { what, expected, authorization: Some(format!("Bearer {token}")) }
}
