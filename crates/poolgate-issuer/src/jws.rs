//! The compact form of signed tokens (RFC 7515): written for everyone, read only for tokens of our own.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::{algorithm::Algorithm, key_ring::KeyRing, members::Members, signing_key::SigningKey};

/// As Cognito's: `kid` and `alg` and nothing else.
pub(crate) fn header(kid: &str, algorithm: Algorithm) -> Members {
    let mut header = Members::default();
    header.set("kid", kid);
    header.set("alg", algorithm.name());
    header
}

pub(crate) fn sign(header: &[u8], payload: &[u8], key: &SigningKey) -> String {
    let signed = format!("{}.{}", encode(header), encode(payload));
    let signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", encode(&signature))
}

pub(crate) fn written(members: &Members, escapes_slashes: bool) -> Vec<u8> {
    let text = members.to_json();
    if escapes_slashes {
        // Outside of strings JSON has no slash, so each one can be escaped where it stands.
        return text.replace('/', r"\/").into_bytes();
    }
    text.into_bytes()
}

/// The `kid` of something with the three parts of a token.
pub(crate) fn kid(token: &str) -> Option<String> {
    let (signed, _) = token.rsplit_once('.')?;
    let (header, _) = signed.split_once('.')?;
    object(header)?.get("kid")?.as_str().map(str::to_owned)
}

/// The claims of a token that a key of this ring has signed.
pub(crate) fn verified_claims(token: &str, keys: &KeyRing) -> Option<Map<String, Value>> {
    let kid = kid(token)?;
    let (signed, signature) = token.rsplit_once('.')?;
    let (_, payload) = signed.split_once('.')?;
    let is_ours = keys.verifies(&kid, signed.as_bytes(), &decode(signature)?);
    is_ours.then(|| object(payload)).flatten()
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&decode(part)?).ok()
}

fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(part: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(part).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TestIssuer, algorithm::ALL};

    #[test]
    fn a_ring_knows_its_own_tokens() {
        for algorithm in ALL {
            let issuer = TestIssuer::builder().algorithm(algorithm).offline();
            let token = issuer.access_token().username("alice").sign();

            let claims = verified_claims(&token, &issuer.pool.keys).unwrap();

            assert_eq!(claims["username"], "alice", "{algorithm}");
            assert_eq!(kid(&token), Some(issuer.access_kid()));
        }
    }

    #[test]
    fn nothing_else_is_known() {
        let issuer = TestIssuer::builder().algorithm(Algorithm::EdDsa).offline();
        let other = TestIssuer::builder().algorithm(Algorithm::EdDsa).offline();
        let token = issuer.access_token();
        let good = token.sign();

        for bad in [
            String::new(),
            "a.b.c".to_owned(),
            format!("{good}A"),
            good.replacen('.', ".A", 1),
            other.access_token().sign(),
            token.clone().signed_by(&other).sign(),
            token.clone().raw_payload("[]").sign(),
            token.without_header("kid").sign(),
        ] {
            assert_eq!(verified_claims(&bad, &issuer.pool.keys), None, "{bad}");
        }
    }
}
