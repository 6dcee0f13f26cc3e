//! A certificate that nobody should trust: the key of the forger, vouched for by the forger.

use crate::{algorithm::Algorithm, issuer::TestIssuer, key_ring::Purpose};

use super::forge::access_public_key;

/// A certificate (RFC 5280 section 4.1, version 1) of the key that signs the issuer's access tokens. Who vouches for
/// it is the issuer's own authority, whose Ed25519 key signs.
pub(super) fn certificate(issuer: &TestIssuer) -> Vec<u8> {
    let (_, authority) = issuer.pool.keys.signing(Purpose::Access, Algorithm::EdDsa);
    let algorithm = element(SEQUENCE, ED25519);
    let contents = [
        element(INTEGER, &[1]),
        algorithm.clone(),
        name("Forger"),
        element(SEQUENCE, &[time("200101000000Z"), time("491231235959Z")].concat()),
        name("cognito-idp"),
        access_public_key(issuer),
    ];
    let contents = element(SEQUENCE, &contents.concat());
    // The number of unused bits stands in front of the bits.
    let signature = [&[0][..], &authority.sign(&contents)].concat();
    element(SEQUENCE, &[contents, algorithm, element(BIT_STRING, &signature)].concat())
}

/// A name of one part, the common one.
fn name(text: &str) -> Vec<u8> {
    let part = [COMMON_NAME.to_vec(), element(UTF8_STRING, text.as_bytes())].concat();
    element(SEQUENCE, &element(SET, &element(SEQUENCE, &part)))
}

fn time(text: &str) -> Vec<u8> {
    element(UTC_TIME, text.as_bytes())
}

/// A DER element (X.690 section 8.1).
fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let bytes = contents.len().to_be_bytes();
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len() - 1);
    let length = &bytes[first..];
    let head = match length {
        [short @ 0..=0x7f] => vec![tag, *short],
        long => [&[tag, 0x80 | u8::try_from(long.len()).unwrap_or_default()], long].concat(),
    };
    [head, contents.to_vec()].concat()
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const UTF8_STRING: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;

/// The object identifier 1.3.101.112 (RFC 8410 section 3).
const ED25519: &[u8] = &[0x06, 3, 0x2b, 0x65, 0x70];

/// The object identifier 2.5.4.3.
const COMMON_NAME: &[u8] = &[0x06, 3, 0x55, 4, 3];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_briefly_as_possible() {
        assert_eq!(element(SET, b""), [0x31, 0]);
        assert_eq!(element(SET, &[7; 127])[..3], [0x31, 127, 7]);
        assert_eq!(element(SET, &[7; 128])[..4], [0x31, 0x81, 128, 7]);
        assert_eq!(element(SET, &[7; 300])[..5], [0x31, 0x82, 1, 44, 7]);
    }

    #[test]
    fn a_certificate_holds_the_key() {
        for algorithm in [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa] {
            let forger = TestIssuer::builder().algorithm(algorithm).offline();
            let (key, certificate) = (access_public_key(&forger), certificate(&forger));

            assert!(certificate.windows(key.len()).any(|window| window == key), "{algorithm}");
        }
    }
}
