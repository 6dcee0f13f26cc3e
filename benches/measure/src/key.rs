//! The limit: the signature alone.

use crate::{Algorithm, Sample};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;

/// A parsed key, and what it checks, decoded.
pub struct Primitive {
    key: ParsedPublicKey,
    signing_input: String,
    signature: Vec<u8>,
}

impl Primitive {
    /// # Panics
    /// If the sample is not one of this crate's.
    pub fn new(sample: &Sample) -> Self {
        let (signing_input, signature) = sample.token.rsplit_once('.').expect("it has three parts");
        Self {
            key: parsed(sample.algorithm, &sample.jwk),
            signing_input: signing_input.to_owned(),
            signature: decoded(signature),
        }
    }

    /// # Panics
    /// If the signature is wrong.
    pub fn verify(&self) {
        let verified = self.key.verify_sig(self.signing_input.as_bytes(), &self.signature);
        verified.expect("it is the sample's own signature");
    }
}

fn parsed(algorithm: Algorithm, jwk: &Value) -> ParsedPublicKey {
    let member = |name: &str| decoded(jwk[name].as_str().expect("the member is a text"));
    let key = match algorithm {
        Algorithm::EdDsa => ParsedPublicKey::new(&ED25519, member("x")),
        Algorithm::Es256 => {
            let point = [vec![4], member("x"), member("y")].concat();
            ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
        }
        _ => {
            let (n, e) = (member("n"), member("e"));
            let components = RsaPublicKeyComponents { n: &n, e: &e };
            let key = components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256);
            return key.expect("the issuer's keys are good");
        }
    };
    key.expect("the issuer's keys are good")
}

fn decoded(text: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(text).expect("it is base64url")
}
