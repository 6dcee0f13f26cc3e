//! What the runner tells a server about the token that it will send.

use poolgate::{KeySet, Policy, TokenUse, Verifier};
use poolgate_measure::Sample;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Given {
    pub issuer: String,
    pub user_pool_id: String,
    pub client_id: String,
    pub jwks: String,
    /// The key that signed the token.
    pub jwk: Value,
}

impl Given {
    pub fn of(sample: &Sample) -> Self {
        Self {
            issuer: sample.issuer.clone(),
            user_pool_id: sample.user_pool_id.clone(),
            client_id: sample.client_id.clone(),
            jwks: sample.jwks.clone(),
            jwk: sample.jwk.clone(),
        }
    }

    pub fn to_env(&self) -> String {
        serde_json::to_string(self).expect("texts are JSON")
    }

    pub fn from_env() -> Self {
        let text = std::env::var(VARIABLE).expect("the runner starts the servers");
        serde_json::from_str(&text).expect("the runner writes JSON")
    }

    pub fn verifier(&self) -> Verifier {
        let policy = Policy::cognito(&*self.user_pool_id, &*self.client_id, TokenUse::Access);
        let keys = KeySet::from_json(&self.jwks).expect("the issuer's keys are good");
        let policy = policy.expect("the issuer's names are good").static_keys(keys);
        Verifier::new(policy.allow_test_keys()).expect("the policy is good")
    }
}

pub const VARIABLE: &str = "POOLGATE_HTTP_GIVEN";
