//! The text of refresh tokens: nothing to read for anyone.

use aws_lc_rs::digest;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::random;

/// Five parts, as a token that is encrypted for someone else: header, key, nonce, text and tag.
pub(super) fn token() -> String {
    let header = BASE64_URL_SAFE_NO_PAD.encode(HEADER);
    let parts = [256, 12, 768, 16].map(random::base64url);
    format!("{header}.{}", parts.join("."))
}

/// What is kept of a token, which is more than forty times as long.
pub(super) type Hash = [u8; digest::SHA256_OUTPUT_LEN];

pub(super) fn hash(token: &str) -> Hash {
    let mut hash = [0; digest::SHA256_OUTPUT_LEN];
    hash.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
    hash
}

const HEADER: &str = r#"{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_looks_encrypted() {
        let token = token();

        let parts: Vec<_> = token.split('.').collect();

        assert_eq!(parts.len(), 5);
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(parts[0]).unwrap(), HEADER.as_bytes());
        let is_model = |c: char| c.is_ascii_alphanumeric() || "-_=.".contains(c);
        assert!(token.chars().all(is_model));
    }
}
