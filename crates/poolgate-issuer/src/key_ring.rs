//! All keys of one issuer: which sign, and which are published.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::{algorithm::Algorithm, random, signing_key::SigningKey};

/// What a key signs. Cognito has one key for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Id,
    Access,
}

/// Keys are kept, published or not, for as long as the ring lives: their material must not come
/// back in another issuer while a verifier may still trust it.
pub(crate) struct KeyRing {
    algorithm: Algorithm,
    keys: Mutex<Vec<RingKey>>,
}

impl KeyRing {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        Self { algorithm, keys: Mutex::new(new_pair(algorithm)) }
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key that signs, and its kid. One of an algorithm that was not asked for before is made and published.
    pub(crate) fn signing(
        &self,
        purpose: Purpose,
        algorithm: Algorithm,
    ) -> (String, Arc<SigningKey>) {
        if let Some(found) = find_signing(&self.keys(), purpose, algorithm) {
            return found;
        }
        let made = RingKey::generate(purpose, algorithm);
        let mut keys = self.keys();
        // Another thread may have been faster.
        find_signing(&keys, purpose, algorithm).unwrap_or_else(|| {
            let found = made.named();
            keys.push(made);
            found
        })
    }

    pub(crate) fn kid(&self, purpose: Purpose) -> String {
        self.signing(purpose, self.algorithm).0
    }

    pub(crate) fn published_kids(&self) -> Vec<String> {
        let keys = self.keys();
        let published = keys.iter().filter(|key| key.is_published);
        published.map(|key| key.kid.clone()).collect()
    }

    pub(crate) fn published_jwks(&self) -> Vec<Value> {
        let keys = self.keys();
        let published = keys.iter().filter(|key| key.is_published);
        published.map(|key| key.material.jwk(&key.kid)).collect()
    }

    /// Whether a key of this kid is in use.
    pub(crate) fn knows(&self, kid: &str) -> bool {
        self.keys().iter().any(|key| key.kid == kid && key.is_in_use())
    }

    /// Whether a key of this kid that is in use has signed this.
    pub(crate) fn verifies(&self, kid: &str, message: &[u8], signature: &[u8]) -> bool {
        let keys = self.keys();
        let mut named = keys.iter().filter(|key| key.kid == kid && key.is_in_use());
        named.any(|key| key.material.verifies(message, signature))
    }

    pub(crate) fn rotate(&self) {
        let fresh = new_pair(self.algorithm);
        let mut keys = self.keys();
        for key in keys.iter_mut() {
            key.signs = false;
        }
        keys.extend(fresh);
    }

    pub(crate) fn retire(&self) {
        for key in self.keys().iter_mut().filter(|key| !key.signs) {
            key.is_published = false;
        }
    }

    pub(crate) fn remove(&self, kid: &str) -> bool {
        let mut keys = self.keys();
        let mut named = keys.iter_mut().filter(|key| key.kid == kid);
        match named.find(|key| key.is_published) {
            Some(key) => {
                key.is_published = false;
                true
            }
            None => false,
        }
    }

    pub(crate) fn rekey_same_kid(&self) {
        let signing: Vec<_> = self.keys().iter().filter(|key| key.signs).cloned().collect();
        let fresh: Vec<_> = signing.iter().map(RingKey::with_new_material).collect();
        let mut keys = self.keys();
        for key in keys.iter_mut() {
            let is_replaced = fresh.iter().any(|fresh| fresh.kid == key.kid);
            key.signs &= !is_replaced;
            key.is_published &= !is_replaced;
        }
        keys.extend(fresh);
    }

    fn keys(&self) -> MutexGuard<'_, Vec<RingKey>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The text of a key set.
pub(crate) fn jwks_json(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

#[derive(Clone)]
struct RingKey {
    kid: String,
    purpose: Purpose,
    material: Arc<SigningKey>,
    signs: bool,
    is_published: bool,
}

impl RingKey {
    fn generate(purpose: Purpose, algorithm: Algorithm) -> Self {
        Self {
            kid: random::kid(),
            purpose,
            material: Arc::new(SigningKey::generate(algorithm)),
            signs: true,
            is_published: true,
        }
    }

    fn with_new_material(&self) -> Self {
        Self { material: Arc::new(SigningKey::generate(self.material.algorithm())), ..self.clone() }
    }

    /// The pool itself trusts its signing keys even if they are not published.
    fn is_in_use(&self) -> bool {
        self.signs || self.is_published
    }

    fn named(&self) -> (String, Arc<SigningKey>) {
        (self.kid.clone(), Arc::clone(&self.material))
    }
}

fn new_pair(algorithm: Algorithm) -> Vec<RingKey> {
    SigningKey::prepare_two(algorithm);
    [Purpose::Id, Purpose::Access].map(|purpose| RingKey::generate(purpose, algorithm)).into()
}

fn find_signing(
    keys: &[RingKey],
    purpose: Purpose,
    algorithm: Algorithm,
) -> Option<(String, Arc<SigningKey>)> {
    let mut signing = keys.iter().filter(|key| key.signs);
    signing
        .find(|key| key.purpose == purpose && key.material.algorithm() == algorithm)
        .map(RingKey::named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring() -> KeyRing {
        KeyRing::new(Algorithm::EdDsa)
    }

    #[test]
    fn id_and_access_tokens_have_different_keys() {
        let ring = ring();

        assert_ne!(ring.kid(Purpose::Id), ring.kid(Purpose::Access));
        assert_eq!(ring.published_kids(), [ring.kid(Purpose::Id), ring.kid(Purpose::Access)]);
    }

    #[test]
    fn another_algorithm_gets_one_key_and_publishes_it() {
        let ring = ring();

        let (first, key) = ring.signing(Purpose::Access, Algorithm::Es256);
        let (second, _) = ring.signing(Purpose::Access, Algorithm::Es256);

        assert_eq!(first, second);
        assert_eq!(key.algorithm(), Algorithm::Es256);
        assert_eq!(ring.published_kids().len(), 3);
        assert!(ring.published_kids().contains(&first));
        assert_ne!(first, ring.kid(Purpose::Access));
    }

    #[test]
    fn published_jwks_carry_the_published_kids_in_order() {
        let ring = ring();
        ring.rotate();

        let kids: Vec<_> = ring
            .published_jwks()
            .iter()
            .map(|jwk| jwk["kid"].as_str().unwrap().to_owned())
            .collect();

        assert_eq!(kids, ring.published_kids());
        assert_eq!(kids.len(), 4);
    }

    #[test]
    fn a_ring_verifies_with_the_keys_in_use() {
        let ring = ring();
        let (kid, key) = ring.signing(Purpose::Id, Algorithm::EdDsa);
        let signature = key.sign(b"message");
        let verifies = || ring.verifies(&kid, b"message", &signature);

        assert!(verifies() && ring.knows(&kid));
        assert!(!ring.verifies(&kid, b"massage", &signature));
        ring.remove(&kid);
        assert!(verifies());
        ring.rekey_same_kid();
        assert!(!verifies() && ring.knows(&kid));
    }

    #[test]
    fn material_stays_in_the_ring_when_its_kid_is_keyed_anew() {
        let ring = ring();
        let (_, old) = ring.signing(Purpose::Id, Algorithm::EdDsa);

        ring.rekey_same_kid();

        assert!(ring.keys().iter().any(|key| Arc::ptr_eq(&key.material, &old)));
        let (_, new) = ring.signing(Purpose::Id, Algorithm::EdDsa);
        assert!(!Arc::ptr_eq(&new, &old));
    }
}
