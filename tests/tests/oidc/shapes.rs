//! What the providers write into tokens, after their own documentation (November 2026). Names and
//! numbers are made up.

mod auth0;
mod cognito;
mod entra;
mod google;
mod keycloak;
mod okta;

use crate::support::{Web, document, jwks, sign};
use poolgate::{ConfigError, Policy};
use poolgate_issuer::TestIssuer;
use poolgate_tests::START;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// A provider, and the tokens that it signs.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) policy: fn() -> Result<Policy, ConfigError>,
    pub(crate) issuer: &'static str,
    /// Where its keys are, and whether discovery says so.
    pub(crate) jwks_uri: &'static str,
    pub(crate) has_discovery: bool,
    /// Whether its keys name their algorithm.
    pub(crate) has_alg: bool,
    pub(crate) typ: Option<&'static str>,
    /// What a user's token says, but for issuer and times.
    pub(crate) user: Value,
    pub(crate) machine: Option<Value>,
    /// A token of the same issuer that is not for APIs.
    pub(crate) other_kind: Option<Value>,
    pub(crate) signer: TestIssuer,
}

impl Shape {
    /// Every provider signs with another key under the same `kid`.
    pub(crate) fn serve(&self, web: &Web) {
        let mut keys = jwks(&self.signer, KID);
        if !self.has_alg {
            keys["keys"][0].as_object_mut().expect("a key").remove("alg");
        }
        web.serve(self.jwks_uri, keys.to_string());
        if self.has_discovery {
            web.serve(self.discovery_url(), document(self.issuer, self.jwks_uri));
        }
    }

    pub(crate) fn discovery_url(&self) -> String {
        let issuer = self.issuer.strip_suffix('/').unwrap_or(self.issuer);
        format!("{issuer}/.well-known/openid-configuration")
    }

    pub(crate) fn policy(&self) -> Policy {
        (self.policy)().expect("a good policy")
    }

    /// These claims, with issuer and times where they are not given.
    pub(crate) fn claims(&self, claims: &Value) -> Value {
        let mut all = json!({ "iss": self.issuer, "iat": START, "exp": START + 3_600 });
        for (name, value) in claims.as_object().expect("claims") {
            all[name] = value.clone();
        }
        all
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with(&self.signer, claims)
    }

    pub(crate) fn sign_with(&self, signer: &TestIssuer, claims: &Value) -> String {
        sign(signer, KID, self.typ, &self.claims(claims))
    }
}

pub(crate) const KID: &str = "shared";

pub(crate) static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let shapes = [
        auth0::auth0,
        auth0::auth0_rfc_9068,
        okta::okta,
        entra::entra,
        keycloak::keycloak,
        google::google,
        google::firebase,
        cognito::cognito,
    ];
    shapes.into_iter().map(|shape| shape(TestIssuer::builder().offline())).collect()
});
