//! Public keys and signatures: the rules that hold whatever library does the arithmetic.
//!
//! Only `aws_lc` and `rust_crypto` name a library. With both features on it is aws-lc-rs.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(all(feature = "rust-crypto", not(feature = "aws-lc-rs")))]
mod rust_crypto;

#[cfg(not(any(feature = "aws-lc-rs", feature = "rust-crypto")))]
compile_error!(
    "poolgate checks signatures with its feature `aws-lc-rs` or `rust-crypto`: switch one on"
);

use crate::Algorithm;
#[cfg(feature = "aws-lc-rs")]
use aws_lc::PublicKey;
#[cfg(all(feature = "rust-crypto", not(feature = "aws-lc-rs")))]
use rust_crypto::PublicKey;
use std::fmt;

/// A public key that is ready to verify, fixed to one algorithm (RFC 8725 §3.1).
///
/// Two keys are equal if they have the same algorithm and material.
#[derive(PartialEq)]
pub(crate) struct VerifyingKey {
    algorithm: Algorithm,
    key: PublicKey,
}

impl VerifyingKey {
    /// An RSA key of 2048 to 4096 bits with the exponent 65537, in big-endian bytes.
    pub(crate) fn rsa(algorithm: Algorithm, n: &[u8], e: &[u8]) -> Option<Self> {
        let is_odd = n.last().is_some_and(|last| last & 1 == 1);
        if !RSA_BITS.contains(&bit_length(n)?) || !is_odd || e != RSA_EXPONENT {
            return None;
        }
        let key = PublicKey::rsa(algorithm, n, e)?;
        Some(Self { algorithm, key })
    }

    /// A point on the curve of an ECDSA algorithm.
    pub(crate) fn ec(algorithm: Algorithm, x: &[u8], y: &[u8]) -> Option<Self> {
        let len = coordinate_len(algorithm)?;
        if x.len() != len || y.len() != len {
            return None;
        }
        let key = PublicKey::ec(algorithm, &[&[UNCOMPRESSED], x, y].concat())?;
        Some(Self { algorithm, key })
    }

    /// An Ed25519 key of 32 bytes: a point in its one encoding, and none of the few for which
    /// everybody can make signatures (RFC 8032 §5.1.3 and §8.4 on small orders).
    ///
    /// Of the numbers that belong to no point, aws-lc-rs notices on use only, so that both libraries
    /// are used so: such a key verifies nothing.
    pub(crate) fn ed25519(x: &[u8]) -> Option<Self> {
        let point = <[u8; 32]>::try_from(x).ok()?;
        let mut y = point;
        // The uppermost bit is the sign of the other coordinate.
        y.last_mut().map(|last| *last &= 0x7f)?;
        let is_reduced = y.iter().rev().lt(ED25519_PRIME.iter().rev());
        if !is_reduced || ED25519_SMALL_ORDER.contains(&y) {
            return None;
        }
        let key = PublicKey::ed25519(&point)?;
        Some(Self { algorithm: Algorithm::EdDsa, key })
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether `signature` is this key's signature of `message`.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verifies(message, signature)
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

/// The bytes of a coordinate (RFC 7518 §6.2.1.2).
const fn coordinate_len(algorithm: Algorithm) -> Option<usize> {
    match algorithm {
        Algorithm::Es256 => Some(32),
        Algorithm::Es384 => Some(48),
        Algorithm::Es512 => Some(66),
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

/// Whether the library of this build has P-521.
#[cfg(test)]
pub(crate) const HAS_P521: bool = cfg!(feature = "aws-lc-rs");

#[cfg(test)]
mod signature_tests;
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
            let key = PublicKey::ed25519(&point).unwrap();
            let forge = |n: u8| key.verifies(&[n], &forged);
            assert!((0..=u8::MAX).any(forge), "a point of large order: {point:x?}");
            for sign in [0, 0x80] {
                let mut x = point;
                x[31] |= sign;
                assert_eq!(VerifyingKey::ed25519(&x), None, "{x:x?}");
            }
        }
    }

    #[test]
    fn ed25519_numbers_of_no_point_verify_nothing() {
        let forged = [&[1][..], &[0; 63]].concat();
        for number in [2, 7, 8, 11, 12, 13, 17] {
            let mut x = [0; 32];
            x[0] = number;
            let key = VerifyingKey::ed25519(&x).unwrap();
            assert!(!(0..=u8::MAX).any(|n| key.verifies(&[n], &forged)), "{number}");
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
