//! Public keys and signatures: the only file that names a cryptographic library.

use crate::Algorithm;
use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm, ParsedPublicKey, RsaParameters};
use std::fmt;

/// A public key that is ready to verify, fixed to one algorithm (RFC 8725 §3.1).
///
/// Parsed once, on import. Two keys are equal if they have the same algorithm and material.
pub(crate) struct VerifyingKey {
    algorithm: Algorithm,
    parsed: ParsedPublicKey,
}

impl VerifyingKey {
    /// An RSA key of 2048 to 4096 bits with the exponent 65537, in big-endian bytes.
    pub(crate) fn rsa(algorithm: Algorithm, n: &[u8], e: &[u8]) -> Option<Self> {
        let parameters = rsa_parameters(algorithm)?;
        let is_odd = n.last().is_some_and(|last| last & 1 == 1);
        if !RSA_BITS.contains(&bit_length(n)?) || !is_odd || e != RSA_EXPONENT {
            return None;
        }
        let components = signature::RsaPublicKeyComponents { n, e };
        let parsed = components.to_parsed_public_key(parameters).ok()?;
        Some(Self { algorithm, parsed })
    }

    /// A point on the curve of an ECDSA algorithm; the library refuses points off the curve.
    pub(crate) fn ec(algorithm: Algorithm, x: &[u8], y: &[u8]) -> Option<Self> {
        let (parameters, len) = ec_parameters(algorithm)?;
        if x.len() != len || y.len() != len {
            return None;
        }
        let point = [&[UNCOMPRESSED], x, y].concat();
        let parsed = ParsedPublicKey::new(parameters, point).ok()?;
        Some(Self { algorithm, parsed })
    }

    /// An Ed25519 key of 32 bytes: a point in its one encoding, and none of the few for which
    /// everybody can make signatures (RFC 8032 §5.1.3 and §8.4 on small orders).
    pub(crate) fn ed25519(x: &[u8]) -> Option<Self> {
        let mut y = <[u8; 32]>::try_from(x).ok()?;
        // The uppermost bit is the sign of the other coordinate.
        y.last_mut().map(|last| *last &= 0x7f)?;
        let is_reduced = y.iter().rev().lt(ED25519_PRIME.iter().rev());
        if !is_reduced || ED25519_SMALL_ORDER.contains(&y) {
            return None;
        }
        let parsed = ParsedPublicKey::new(&signature::ED25519, x).ok()?;
        Some(Self { algorithm: Algorithm::EdDsa, parsed })
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether `signature` is this key's signature of `message`.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(message, signature).is_ok()
    }
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.parsed.as_ref() == other.parsed.as_ref()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// The exact number of bits, of a number without leading zeros (RFC 7518 §2, `Base64urlUInt`).
fn bit_length(n: &[u8]) -> Option<usize> {
    let leading = n.first().filter(|first| **first != 0)?.leading_zeros();
    n.len().checked_mul(8)?.checked_sub(usize::try_from(leading).ok()?)
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

/// The algorithm with signatures of fixed length (RFC 7518 §3.4), and the bytes of a coordinate.
fn ec_parameters(algorithm: Algorithm) -> Option<(&'static EcdsaVerificationAlgorithm, usize)> {
    match algorithm {
        Algorithm::Es256 => Some((&signature::ECDSA_P256_SHA256_FIXED, 32)),
        Algorithm::Es384 => Some((&signature::ECDSA_P384_SHA384_FIXED, 48)),
        Algorithm::Es512 => Some((&signature::ECDSA_P521_SHA512_FIXED, 66)),
        Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512 => None,
        Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512 | Algorithm::EdDsa => None,
    }
}

/// Below, keys are weak (RFC 7518 §3.3); above, one signature costs too much (61 times as much at 16384 bits).
const RSA_BITS: std::ops::RangeInclusive<usize> = 2_048..=4_096;

/// 65537, the only exponent in use.
const RSA_EXPONENT: &[u8] = &[1, 0, 1];

/// The first byte of an uncompressed point (SEC 1 §2.3.3).
const UNCOMPRESSED: u8 = 4;

/// 2^255 - 19, the least significant byte first.
const ED25519_PRIME: [u8; 32] = {
    let mut prime = [0xff; 32];
    (prime[0], prime[31]) = (0xed, 0x7f);
    prime
};

/// The points of order 1, 2, 4 and 8, without their sign.
const ED25519_SMALL_ORDER: [[u8; 32]; 5] = {
    let (mut one, mut minus_one) = ([0; 32], ED25519_PRIME);
    (one[0], minus_one[0]) = (1, 0xec);
    [
        one,
        minus_one,
        [0; 32],
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef,
            0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88,
            0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10,
            0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77,
            0x92, 0xac, 0x03, 0x7a,
        ],
    ]
};

#[cfg(test)]
mod wycheproof_tests;

#[cfg(test)]
mod tests {
    use super::*;

    fn modulus(bits: usize) -> Vec<u8> {
        let mut n = vec![0xff; bits.div_ceil(8)];
        n[0] >>= (8 - bits % 8) % 8;
        n
    }

    #[test]
    fn rsa_sizes_are_exact() {
        for (bits, is_taken) in [
            (1_024, false),
            (2_047, false),
            (2_048, true),
            (4_096, true),
            (4_097, false),
            (8_192, false),
        ] {
            let key = VerifyingKey::rsa(Algorithm::Rs256, &modulus(bits), RSA_EXPONENT);
            assert_eq!(key.is_some(), is_taken, "{bits} bits");
        }
    }

    #[test]
    fn rsa_numbers_are_plain() {
        let n = modulus(2_048);
        for e in [&[][..], &[1], &[3], &[1, 0, 0], &[0, 1, 0, 1], &[1, 0, 3], &[1, 0, 0, 0, 1]] {
            assert_eq!(VerifyingKey::rsa(Algorithm::Rs256, &n, e), None, "{e:?}");
        }
        let padded = [&[0], &n[..]].concat();
        assert_eq!(VerifyingKey::rsa(Algorithm::Rs256, &padded, RSA_EXPONENT), None);
        let even = [&n[..255], &[0xfe]].concat();
        assert_eq!(VerifyingKey::rsa(Algorithm::Rs256, &even, RSA_EXPONENT), None);
        assert_eq!(VerifyingKey::rsa(Algorithm::Rs256, &[], RSA_EXPONENT), None);
    }

    #[test]
    fn a_key_is_of_its_family_only() {
        let n = modulus(2_048);
        for algorithm in Algorithm::ALL {
            let rsa = VerifyingKey::rsa(algorithm, &n, RSA_EXPONENT);
            assert_eq!(rsa.is_some(), algorithm.is_rsa(), "{algorithm}");
            assert_eq!(VerifyingKey::ec(algorithm, &[1; 32], &[1; 32]), None, "{algorithm}");
        }
    }

    #[test]
    fn points_off_the_curve_and_odd_lengths_are_refused() {
        for len in [0, 31, 32, 33, 48, 66] {
            let zeros = vec![0; len];
            for algorithm in [Algorithm::Es256, Algorithm::Es384, Algorithm::Es512] {
                assert_eq!(VerifyingKey::ec(algorithm, &zeros, &zeros), None, "{algorithm} {len}");
            }
        }
        for len in [0, 31, 33] {
            assert_eq!(VerifyingKey::ed25519(&vec![1; len]), None, "{len}");
        }
    }

    /// For a point of small order anybody can sign: R is the neutral point and S is 0.
    #[test]
    fn ed25519_points_of_small_order_are_refused() {
        let forged = [&[1][..], &[0; 63]].concat();
        for point in ED25519_SMALL_ORDER {
            let parsed = ParsedPublicKey::new(&signature::ED25519, point).unwrap();
            let forge = |n: u8| parsed.verify_sig(&[n], &forged).is_ok();
            assert!((0..=u8::MAX).any(forge), "a point of large order: {point:x?}");
            for sign in [0, 0x80] {
                let mut x = point;
                x[31] |= sign;
                assert_eq!(VerifyingKey::ed25519(&x), None, "{x:x?}");
            }
        }
    }

    #[test]
    fn ed25519_points_have_one_encoding() {
        for beyond in 0..=18 {
            let mut x = ED25519_PRIME;
            x[0] += beyond;
            assert_eq!(VerifyingKey::ed25519(&x), None, "p + {beyond}");
        }
        let mut below = ED25519_PRIME;
        below[0] -= 2;
        assert!(VerifyingKey::ed25519(&below).is_some());
    }
}
