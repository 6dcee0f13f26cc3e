//! The calls of the check.

use crate::function::Function;
use lambda_http::Error;
use poolgate_issuer::{Fault, TestIssuer};
use serde_json::Value;

/// Makes all calls, and says whether each was answered as expected.
pub(crate) async fn make() -> Result<bool, Error> {
    let issuer = TestIssuer::start().await;
    let mut all_as_expected = true;
    let mut function = Function::start(&issuer).await?;
    for call in all(&issuer) {
        all_as_expected &= call.make(&mut function).await?;
    }
    issuer.fail_jwks(Fault::Status(500));
    let mut without_keys = Function::start(&issuer).await?;
    all_as_expected &= in_an_outage(&issuer).make(&mut without_keys).await?;
    Ok(all_as_expected)
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

/// The calls to a function that can fetch the pool's keys.
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

/// The call to a function that has no keys and cannot fetch them.
fn in_an_outage(issuer: &TestIssuer) -> Call {
    let token = issuer.access_token().username("alice").group("Admins").sign();
    Call {
        what: "alice, while the pool's keys cannot be fetched",
        expected: 503,
        authorization: Some(format!("Bearer {token}")),
    }
}
