//! The library of the feature `aws-lc-rs`, with keys that are parsed once.

use crate::Algorithm;
use aws_lc_rs::signature::{
    self, EcdsaVerificationAlgorithm, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents,
};

/// A key in the library's form.
pub(super) struct PublicKey(ParsedPublicKey);

impl PublicKey {
    pub(super) fn rsa(algorithm: Algorithm, n: &[u8], e: &[u8]) -> Option<Self> {
        let components = RsaPublicKeyComponents { n, e };
        components.to_parsed_public_key(rsa_parameters(algorithm)?).ok().map(Self)
    }

    /// The library refuses points off the curve.
    pub(super) fn ec(algorithm: Algorithm, point: &[u8]) -> Option<Self> {
        ParsedPublicKey::new(ec_parameters(algorithm)?, point).ok().map(Self)
    }

    pub(super) fn ed25519(point: &[u8; 32]) -> Option<Self> {
        ParsedPublicKey::new(&signature::ED25519, point).ok().map(Self)
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_ref() == other.0.as_ref()
    }
}

fn rsa_parameters(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        Algorithm::Rs256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
        Algorithm::Rs384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        Algorithm::Rs512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
        Algorithm::Ps256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
        Algorithm::Ps384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
        Algorithm::Ps512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
        Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 | Algorithm::EdDsa => None,
    }
}

/// The algorithms with signatures of fixed length (RFC 7518 §3.4).
fn ec_parameters(algorithm: Algorithm) -> Option<&'static EcdsaVerificationAlgorithm> {
    match algorithm {
        Algorithm::Es256 => Some(&signature::ECDSA_P256_SHA256_FIXED),
        Algorithm::Es384 => Some(&signature::ECDSA_P384_SHA384_FIXED),
        Algorithm::Es512 => Some(&signature::ECDSA_P521_SHA512_FIXED),
        Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512 => None,
        Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512 | Algorithm::EdDsa => None,
    }
}
