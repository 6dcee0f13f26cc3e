//! The libraries of the feature `rust-crypto`, called through one table of `jsonwebtoken`.
//!
//! Nothing else of that crate sees a token, and nothing is installed for the process. It has no
//! parsed form of a key to keep, so each verification reads the key again.

use crate::Algorithm;
use jsonwebtoken::{
    Algorithm as Named, DecodingKey, DecodingKeyKind, crypto::rust_crypto::DEFAULT_PROVIDER,
};

/// A key, and the algorithm that it is for.
pub(super) struct PublicKey {
    algorithm: Named,
    key: DecodingKey,
}

impl PublicKey {
    pub(super) fn rsa(algorithm: Algorithm, n: &[u8], e: &[u8]) -> Option<Self> {
        let algorithm = match algorithm {
            Algorithm::Rs256 => Named::RS256,
            Algorithm::Rs384 => Named::RS384,
            Algorithm::Rs512 => Named::RS512,
            Algorithm::Ps256 => Named::PS256,
            Algorithm::Ps384 => Named::PS384,
            Algorithm::Ps512 => Named::PS512,
            Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 | Algorithm::EdDsa => {
                return None;
            }
        };
        Some(Self { algorithm, key: DecodingKey::from_rsa_raw_components(n, e) })
    }

    /// The library refuses points off the curve, and has no P-521.
    pub(super) fn ec(algorithm: Algorithm, point: &[u8]) -> Option<Self> {
        let algorithm = match algorithm {
            Algorithm::Es256 => Named::ES256,
            Algorithm::Es384 => Named::ES384,
            _ => return None,
        };
        let key = DecodingKey::from_ec_der(point);
        (DEFAULT_PROVIDER.verifier_factory)(&algorithm, &key).ok()?;
        Some(Self { algorithm, key })
    }

    /// The array matters: the library panics at a shorter key.
    pub(super) fn ed25519(point: &[u8; 32]) -> Option<Self> {
        Some(Self { algorithm: Named::EdDSA, key: DecodingKey::from_ed_der(point) })
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let verifier = (DEFAULT_PROVIDER.verifier_factory)(&self.algorithm, &self.key);
        self.is_reduced(signature)
            && verifier.is_ok_and(|key| key.verify(message, &signature.to_vec()).is_ok())
    }

    /// Whether the number in a signature is below the limit that makes it the only one of its kind.
    ///
    /// The library does not ask this of RSA-PSS (RFC 8017 §5.2.2), nor of Ed25519 (RFC 8032 §5.1.7)
    /// if any crate of the build switches on its `legacy_compatibility`.
    fn is_reduced(&self, signature: &[u8]) -> bool {
        match (self.key.kind(), self.algorithm) {
            (DecodingKeyKind::RsaModulusExponent { n, .. }, _) => {
                signature.len() == n.len() && signature < n.as_slice()
            }
            (_, Named::EdDSA) => {
                let s = signature.get(32..).unwrap_or_default();
                s.iter().rev().lt(ED25519_ORDER.iter().rev())
            }
            _ => true,
        }
    }

    fn material(&self) -> &[u8] {
        match self.key.kind() {
            // All keys have the same exponent.
            DecodingKeyKind::RsaModulusExponent { n, .. } => n,
            DecodingKeyKind::SecretOrDer(point) => point,
        }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.material() == other.material()
    }
}

/// 2^252 + 27742317777372353535851937790883648493, the least significant byte first.
const ED25519_ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The neutral point, for which R = neutral and S = 0 sign everything.
    #[test]
    fn ed25519_numbers_of_the_order_or_more_are_refused() {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let key = PublicKey::ed25519(&neutral).unwrap();
        let signature = |s: &[u8]| [&neutral[..], s].concat();
        assert!(key.verifies(b"", &signature(&[0; 32])));
        assert!(!key.verifies(b"", &signature(&ED25519_ORDER)));

        let mut below = ED25519_ORDER;
        below[0] -= 1;
        assert!(key.is_reduced(&signature(&below)));
        for beyond in 0..=2 {
            let mut s = ED25519_ORDER;
            s[0] += beyond;
            assert!(!key.is_reduced(&signature(&s)), "order + {beyond}");
        }
    }
}
