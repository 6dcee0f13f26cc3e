//! The text of refresh tokens: nothing to read for anyone.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::random;

/// Five parts, as a token that is encrypted for someone else: header, key, nonce, text and tag.
pub(super) fn token() -> String {
    let header = BASE64_URL_SAFE_NO_PAD.encode(HEADER);
    let parts = [256, 12, 768, 16].map(random::base64url);
    format!("{header}.{}", parts.join("."))
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
