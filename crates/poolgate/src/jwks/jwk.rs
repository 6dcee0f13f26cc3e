//! One key of a set (RFC 7517 §4), and what makes it usable.

use crate::{
    Algorithm,
    base64url::decode,
    crypto::VerifyingKey,
    json::{self, Item},
};

/// What the policy decides about the import of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ImportRules {
    /// The algorithm of an RSA key that does not name its own.
    pub(crate) rsa_default: Algorithm,
    /// Whether keys of a test issuer are taken.
    pub(crate) allow_test_keys: bool,
}

impl Default for ImportRules {
    fn default() -> Self {
        Self { rsa_default: Algorithm::Rs256, allow_test_keys: false }
    }
}

/// The members of a JWK that matter here; a member of the wrong type spoils the key.
#[derive(Default)]
pub(super) struct Jwk {
    kty: String,
    pub(super) kid: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<Vec<u8>>,
    e: Option<Vec<u8>>,
    x: Option<Vec<u8>>,
    y: Option<Vec<u8>>,
}

impl Jwk {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (mut jwk, mut is_usable) = (Self::default(), true);
        json::walk_object(text, |name, item| is_usable &= jwk.set(name, &item).is_some()).ok()?;
        is_usable.then_some(jwk)
    }

    fn set(&mut self, name: &str, item: &Item<'_, '_>) -> Option<()> {
        match (name, item) {
            ("kty", Item::Text(kty)) => self.kty = kty.to_string(),
            ("kid", Item::Text(kid)) => self.kid = Some(kid.to_string()),
            ("alg", Item::Text(alg)) => self.alg = Some(alg.to_string()),
            ("crv", Item::Text(crv)) => self.crv = Some(crv.to_string()),
            ("n", Item::Text(n)) => self.n = Some(decode(n)?),
            ("e", Item::Text(e)) => self.e = Some(decode(e)?),
            ("x", Item::Text(x)) => self.x = Some(decode(x)?),
            ("y", Item::Text(y)) => self.y = Some(decode(y)?),
            // RFC 7517 §4.2 and §4.3.
            ("use", Item::Text(usage)) if usage == "sig" => {}
            ("key_ops", Item::Texts(ops)) if ops.iter().any(|op| op == "verify") => {}
            ("kty" | "kid" | "alg" | "crv" | "n" | "e" | "x" | "y" | "use" | "key_ops", _) => {
                return None;
            }
            // Private parts (RFC 7518 §6): whoever publishes them has lost the key.
            ("d" | "p" | "q" | "dp" | "dq" | "qi" | "oth" | "k", _) => return None,
            _ => {}
        }
        Some(())
    }

    /// One key, one algorithm: the key's own `alg`, else its curve's, else for RSA the policy's.
    pub(super) fn verifying_key(&self, rules: ImportRules) -> Option<VerifyingKey> {
        let named = match &self.alg {
            Some(alg) => Some(Algorithm::from_name(alg)?),
            None => None,
        };
        match self.kty.as_str() {
            "RSA" => {
                let (n, e) = (self.n.as_ref()?, self.e.as_ref()?);
                VerifyingKey::rsa(named.unwrap_or(rules.rsa_default), n, e)
            }
            "EC" => {
                let algorithm = match self.crv.as_deref()? {
                    "P-256" => Algorithm::Es256,
                    "P-384" => Algorithm::Es384,
                    "P-521" => Algorithm::Es512,
                    _ => return None,
                };
                let (x, y) = (self.x.as_ref()?, self.y.as_ref()?);
                VerifyingKey::ec(algorithm, x, y).filter(|_| named.is_none_or(|n| n == algorithm))
            }
            "OKP" if self.crv.as_deref() == Some("Ed25519") => {
                let key = VerifyingKey::ed25519(self.x.as_ref()?);
                key.filter(|_| named.is_none_or(|named| named == Algorithm::EdDsa))
            }
            _ => None,
        }
    }
}
