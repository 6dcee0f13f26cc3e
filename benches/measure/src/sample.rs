//! Tokens as large as Cognito's, and what a verifier has to know about them.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
pub use poolgate_issuer::Algorithm;
use poolgate_issuer::{TestIssuer, TokenBuilder};
use serde_json::{Value, json};
use std::time::Duration;

/// Those that are measured, each with its name.
pub const ALGORITHMS: [(&str, Algorithm); 3] =
    [("RS256", Algorithm::Rs256), ("ES256", Algorithm::Es256), ("EdDSA", Algorithm::EdDsa)];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Access,
    Id,
}

/// A pool that signs tokens with one algorithm.
pub struct Pool {
    pub issuer: TestIssuer,
    pub algorithm: Algorithm,
}

impl Pool {
    pub fn new(algorithm: Algorithm) -> Self {
        Self { issuer: TestIssuer::builder().algorithm(algorithm).offline(), algorithm }
    }

    /// A token of a user in three groups; an ID token is that of a federated user. Slashes are
    /// escaped, as Cognito does.
    pub fn token(&self, kind: Kind) -> TokenBuilder {
        let token = match kind {
            Kind::Access => self.issuer.access_token(),
            Kind::Id => self.federated(),
        };
        let groups = ["Admins", "Basic", "eu-west-1_AbCdEf123_Google"];
        let token = token.username("alice@example.com").groups(groups).escaped_slashes();
        token.expires_in(Duration::from_secs(24 * 3600))
    }

    fn federated(&self) -> TokenBuilder {
        let token = self.issuer.id_token().email("alice@example.com");
        let token = token.claim("identities", identities()).claim("name", "Alice Example");
        token.claim("custom:tenant", "acme-corporation")
    }

    pub fn sample(&self, kind: Kind) -> Sample {
        self.sample_of(kind, self.token(kind).sign())
    }

    /// What there is to know about a token of this pool.
    pub fn sample_of(&self, kind: Kind, token: String) -> Sample {
        let jwks = self.issuer.jwks_json();
        let kid = match kind {
            Kind::Access => self.issuer.access_kid(),
            Kind::Id => self.issuer.id_kid(),
        };
        let document: Value = serde_json::from_str(&jwks).expect("the issuer writes JSON");
        let keys = document["keys"].as_array().expect("a key set has keys");
        let jwk = keys.iter().find(|jwk| jwk["kid"] == kid).expect("the key is published").clone();
        Sample {
            kind,
            algorithm: self.algorithm,
            issuer: self.issuer.issuer().to_owned(),
            user_pool_id: self.issuer.user_pool_id().to_owned(),
            client_id: self.issuer.client_id().to_owned(),
            jwks,
            jwk,
            kid,
            token,
        }
    }
}

fn identities() -> Value {
    json!([{
        "userId": "110169484474386276334",
        "providerName": "Google",
        "providerType": "Google",
        "issuer": null,
        "primary": "true",
        "dateCreated": "1642699117273",
    }])
}

/// One token and all that a verifier has to know.
#[derive(Clone, Debug)]
pub struct Sample {
    pub kind: Kind,
    pub algorithm: Algorithm,
    pub issuer: String,
    pub user_pool_id: String,
    pub client_id: String,
    pub jwks: String,
    /// The key that signed it.
    pub jwk: Value,
    pub kid: String,
    pub token: String,
}

impl Sample {
    /// How long the token and its decoded claims are.
    pub fn size(&self) -> (usize, usize) {
        let payload = self.token.split('.').nth(1).unwrap_or_default();
        (self.token.len(), payload.len() * 3 / 4)
    }

    /// The same token with another signature of the same length.
    pub fn with_bad_signature(&self) -> String {
        let (signing_input, signature) = self.token.rsplit_once('.').expect("it has three parts");
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(signature).expect("it is base64url");
        bytes.iter_mut().skip(8).take(8).for_each(|byte| *byte ^= 0x55);
        format!("{signing_input}.{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Primitive;

    #[test]
    fn tokens_are_of_cognitos_size_and_their_keys_verify_them() {
        for (name, algorithm) in ALGORITHMS {
            let pool = Pool::new(algorithm);
            for (kind, payload) in [(Kind::Access, 450..700), (Kind::Id, 700..1_000)] {
                let sample = pool.sample(kind);
                assert!(payload.contains(&sample.size().1), "{name} {kind:?} {:?}", sample.size());
                Primitive::new(&sample).verify();
            }
        }
    }

    #[test]
    #[should_panic(expected = "own signature")]
    fn a_bad_signature_is_bad() {
        let sample = Pool::new(Algorithm::Rs256).sample(Kind::Access);
        Primitive::new(&Sample { token: sample.with_bad_signature(), ..sample }).verify();
    }
}
