//! Names that look like Cognito's.

use std::iter;

use aws_lc_rs::digest;
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};

pub(crate) fn user_pool_id() -> String {
    format!("eu-west-1_{}", alphanumeric(9))
}

pub(crate) fn client_id() -> String {
    text(|| fastrand::alphanumeric().to_ascii_lowercase(), 26)
}

/// Standard base64 of 32 bytes as Cognito's, so that it can hold `+` and `/`, behind the mark of a test key.
pub(crate) fn kid() -> String {
    format!("test-{}", BASE64_STANDARD.encode(bytes::<32>()))
}

pub(crate) fn uuid() -> String {
    uuid_of(bytes())
}

/// The same user of the same pool has the same `sub` in every token.
pub(crate) fn subject(user_pool_id: &str, username: &str) -> String {
    let hash = digest::digest(&digest::SHA256, format!("{user_pool_id}\n{username}").as_bytes());
    let mut start = [0; 16];
    start.copy_from_slice(&hash.as_ref()[..16]);
    uuid_of(start)
}

pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fastrand::fill(&mut bytes);
    bytes
}

pub(crate) fn alphanumeric(length: usize) -> String {
    text(fastrand::alphanumeric, length)
}

pub(crate) fn digits(length: usize) -> String {
    text(|| fastrand::digit(10), length)
}

/// Random bytes in base64url, as the parts of an encrypted token.
pub(crate) fn base64url(length: usize) -> String {
    let bytes: Vec<_> = iter::repeat_with(|| fastrand::u8(..)).take(length).collect();
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn text(next: fn() -> char, length: usize) -> String {
    iter::repeat_with(next).take(length).collect()
}

/// Writes bytes as a version 4 UUID (RFC 9562 section 5.4).
fn uuid_of(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_shapes_of_cognito() {
        let pool = user_pool_id();
        let client = client_id();

        assert_eq!(pool.len(), "eu-west-1_AbCdEf123".len());
        assert!(pool[10..].chars().all(|c| c.is_ascii_alphanumeric()));
        assert_eq!(client.len(), 26);
        assert!(client.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
    }

    #[test]
    fn a_kid_is_marked_and_holds_32_bytes_in_standard_base64() {
        let kid = kid();
        let rest = kid.strip_prefix("test-").unwrap();

        assert_eq!(BASE64_STANDARD.decode(rest).unwrap().len(), 32);
    }

    #[test]
    fn a_uuid_has_version_4() {
        assert_eq!(uuid_of([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid_of([0x00; 16]), "00000000-0000-4000-8000-000000000000");
    }

    #[test]
    fn a_subject_belongs_to_one_user_of_one_pool() {
        let alice = subject("eu-west-1_A", "alice");

        assert_eq!(alice, subject("eu-west-1_A", "alice"));
        assert_ne!(alice, subject("eu-west-1_A", "bob"));
        assert_ne!(alice, subject("eu-west-1_B", "alice"));
    }
}
