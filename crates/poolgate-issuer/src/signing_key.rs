//! One signing key: signs bytes and shows its public half as a JWK.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rand::SystemRandom,
    signature::{
        EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RsaEncoding,
        UnparsedPublicKey,
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{
    algorithm::{Algorithm, Scheme},
    rsa_pool::PooledKeyPair,
};

#[derive(Debug)]
pub(crate) struct SigningKey {
    algorithm: Algorithm,
    material: Material,
}

impl SigningKey {
    pub(crate) fn generate(algorithm: Algorithm) -> Self {
        let material = match algorithm.scheme() {
            Scheme::Rsa(encoding) => Material::Rsa(PooledKeyPair::take(), encoding),
            Scheme::Ecdsa(curve, name) => Material::Ecdsa(generate_ecdsa(curve), name),
            Scheme::Ed25519 => Material::Ed25519(generate_ed25519()),
        };
        Self { algorithm, material }
    }

    /// So that the next two are there sooner, if they are slow to make.
    pub(crate) fn prepare_two(algorithm: Algorithm) {
        if let Scheme::Rsa(_) = algorithm.scheme() {
            PooledKeyPair::prepare_two();
        }
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.material {
            Material::Rsa(pair, encoding) => sign_rsa(pair, *encoding, message),
            Material::Ecdsa(pair, _) => pair
                .sign(&SystemRandom::new(), message)
                .expect("an ECDSA key signs")
                .as_ref()
                .to_vec(),
            Material::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    /// What another algorithm would sign with this key: only RSA keys can do that.
    pub(crate) fn sign_as(&self, algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
        match (&self.material, algorithm.scheme()) {
            (Material::Rsa(pair, _), Scheme::Rsa(encoding)) => {
                Some(sign_rsa(pair, encoding, message))
            }
            _ => None,
        }
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let public = match &self.material {
            Material::Rsa(pair, _) => pair.public_key().as_ref(),
            Material::Ecdsa(pair, _) => pair.public_key().as_ref(),
            Material::Ed25519(pair) => pair.public_key().as_ref(),
        };
        let key = UnparsedPublicKey::new(self.algorithm.verification(), public);
        key.verify(message, signature).is_ok()
    }

    /// The public half as a `SubjectPublicKeyInfo` (RFC 5280 section 4.1).
    pub(crate) fn public_der(&self) -> Vec<u8> {
        let der: Result<PublicKeyX509Der<'_>, _> = match &self.material {
            Material::Rsa(pair, _) => pair.public_key().as_der(),
            Material::Ecdsa(pair, _) => pair.public_key().as_der(),
            Material::Ed25519(pair) => pair.public_key().as_der(),
        };
        der.expect("a public key has a DER form").as_ref().to_vec()
    }

    pub(crate) fn jwk(&self, kid: &str) -> Value {
        let mut jwk = match &self.material {
            Material::Rsa(pair, _) => rsa_jwk(pair.public_key().as_ref()),
            Material::Ecdsa(pair, curve) => ecdsa_jwk(curve, pair.public_key().as_ref()),
            Material::Ed25519(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key().as_ref())})
            }
        };
        jwk["alg"] = self.algorithm.name().into();
        jwk["use"] = "sig".into();
        jwk["kid"] = kid.into();
        jwk
    }
}

#[derive(Debug)]
enum Material {
    Rsa(PooledKeyPair, &'static dyn RsaEncoding),
    Ecdsa(EcdsaKeyPair, &'static str),
    Ed25519(Ed25519KeyPair),
}

fn generate_ecdsa(curve: &'static EcdsaSigningAlgorithm) -> EcdsaKeyPair {
    EcdsaKeyPair::generate(curve).expect("the system can make an ECDSA key")
}

fn generate_ed25519() -> Ed25519KeyPair {
    Ed25519KeyPair::generate().expect("the system can make an Ed25519 key")
}

fn sign_rsa(pair: &PooledKeyPair, encoding: &'static dyn RsaEncoding, message: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(encoding, &SystemRandom::new(), message, &mut signature).expect("an RSA key signs");
    signature
}

/// From an `RSAPublicKey` (RFC 8017 appendix A.1.1): a sequence of the integers n and e.
fn rsa_jwk(der: &[u8]) -> Value {
    let (sequence, _) = der_value(der);
    let (modulus, rest) = der_value(sequence);
    let (exponent, _) = der_value(rest);
    json!({"kty": "RSA", "n": encode(magnitude(modulus)), "e": encode(magnitude(exponent))})
}

/// From an uncompressed point (SEC 1 section 2.3.3): the byte 4, then x and y in the curve's full length.
fn ecdsa_jwk(curve: &str, point: &[u8]) -> Value {
    let (x, y) = point[1..].split_at(point.len() / 2);
    json!({"kty": "EC", "crv": curve, "x": encode(x), "y": encode(y)})
}

/// The contents of the first DER element, and what follows it.
fn der_value(der: &[u8]) -> (&[u8], &[u8]) {
    let (length, contents) = match der[1] {
        short @ 0..=0x7f => (usize::from(short), &der[2..]),
        long => {
            let (length, contents) = der[2..].split_at(usize::from(long & 0x7f));
            (big_endian(length), contents)
        }
    };
    contents.split_at(length)
}

fn big_endian(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// A DER integer without the zero byte that keeps it positive.
fn magnitude(integer: &[u8]) -> &[u8] {
    integer.strip_prefix(&[0]).unwrap_or(integer)
}

fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{algorithm::ALL, test_verifier};

    #[test]
    fn every_algorithm_signs_what_its_jwk_verifies() {
        for algorithm in ALL {
            let key = SigningKey::generate(algorithm);
            let signature = key.sign(b"message");
            let jwk = key.jwk("kid");

            assert_eq!(test_verifier::verify(&jwk, b"message", &signature), Ok(()), "{algorithm}");
            assert!(test_verifier::verify(&jwk, b"massage", &signature).is_err(), "{algorithm}");
        }
    }

    #[test]
    fn a_jwk_has_the_members_of_its_type_and_no_other() {
        for (algorithm, members) in [
            (Algorithm::Rs256, "alg e kid kty n use"),
            (Algorithm::Ps512, "alg e kid kty n use"),
            (Algorithm::Es256, "alg crv kid kty use x y"),
            (Algorithm::EdDsa, "alg crv kid kty use x"),
        ] {
            let jwk = SigningKey::generate(algorithm).jwk("a kid");
            let mut names: Vec<_> = jwk.as_object().unwrap().keys().cloned().collect();
            names.sort();

            assert_eq!(names.join(" "), members, "{algorithm}");
            assert_eq!(jwk["alg"], algorithm.name());
            assert_eq!(jwk["use"], "sig");
            assert_eq!(jwk["kid"], "a kid");
        }
    }

    #[test]
    fn numbers_have_their_exact_length() {
        for (algorithm, member, length) in [
            (Algorithm::Rs256, "n", 256),
            (Algorithm::Rs256, "e", 3),
            (Algorithm::Es256, "x", 32),
            (Algorithm::Es384, "y", 48),
            (Algorithm::Es512, "x", 66),
            (Algorithm::Es512, "y", 66),
            (Algorithm::EdDsa, "x", 32),
        ] {
            let jwk = SigningKey::generate(algorithm).jwk("kid");
            let number = BASE64_URL_SAFE_NO_PAD.decode(jwk[member].as_str().unwrap());

            assert_eq!(number.unwrap().len(), length, "{algorithm} {member}");
        }
    }

    #[test]
    fn the_exponent_is_that_of_cognito() {
        assert_eq!(SigningKey::generate(Algorithm::Rs256).jwk("kid")["e"], "AQAB");
    }
}
