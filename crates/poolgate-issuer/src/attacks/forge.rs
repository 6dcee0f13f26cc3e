//! What forgers do to tokens that no builder makes.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::Value;

use crate::{
    algorithm::Algorithm, issuer::TestIssuer, key_ring::Purpose, signing_key::SigningKey,
    token::TokenBuilder,
};

pub(crate) fn algorithm(issuer: &TestIssuer) -> Algorithm {
    issuer.pool.keys.algorithm()
}

pub(super) fn published_jwks(issuer: &TestIssuer) -> Vec<Value> {
    issuer.pool.keys.published_jwks()
}

/// The public half of the key that signs access tokens.
pub(super) fn access_jwk(issuer: &TestIssuer) -> Value {
    let kid = issuer.access_kid();
    published_jwks(issuer).into_iter().find(|jwk| jwk["kid"] == kid).unwrap_or_default()
}

/// The same in DER.
pub(super) fn access_public_key(issuer: &TestIssuer) -> Vec<u8> {
    access_key(issuer).public_der()
}

/// This text, whatever it is, and the pool's signature of it.
pub(super) fn signed_text(issuer: &TestIssuer, text: &str) -> String {
    format!("{text}.{}", encode(&access_key(issuer).sign(text.as_bytes())))
}

/// The token signed with the pool's key by this algorithm, as its header says; if the key can do that.
pub(super) fn signed_as(token: &TokenBuilder, algorithm: Algorithm) -> Option<String> {
    let token = token.clone().header("alg", algorithm.name());
    let text = token.sign();
    let (signed, _) = parts_before_signature(&text);
    let signature = access_key(&token.issuer).sign_as(algorithm, signed.as_bytes())?;
    Some(format!("{signed}.{}", encode(&signature)))
}

fn access_key(issuer: &TestIssuer) -> Arc<SigningKey> {
    let (_, key) = issuer.pool.keys.signing(Purpose::Access, algorithm(issuer));
    key
}

/// Header and claims, and the signature.
pub(super) fn parts_before_signature(token: &str) -> (&str, &str) {
    token.rsplit_once('.').expect("a token has parts")
}

/// Header, claims and signature.
pub(super) fn parts(token: &str) -> [&str; 3] {
    let (signed, signature) = parts_before_signature(token);
    let (header, claims) = parts_before_signature(signed);
    [header, claims, signature]
}

/// The text of the claims.
pub(super) fn claims_text(token: &str) -> String {
    let [_, claims, _] = parts(token);
    String::from_utf8(decode(claims)).expect("claims are text")
}

/// The claims of a token and, behind them, more text, with its own comma.
pub(super) fn with_more_claims(token: &TokenBuilder, more: &str) -> String {
    let text = claims_text(&token.sign());
    let open = text.strip_suffix('}').expect("claims are an object");
    token.clone().raw_payload(format!("{open}{more}}}")).sign()
}

/// What stands in front of the signature, and an empty signature.
pub(super) fn unsigned(token: &str) -> String {
    let (signed, _) = parts_before_signature(token);
    format!("{signed}.")
}

/// The signature of a token changed at will.
pub(super) fn with_signature(token: &str, edit: impl FnOnce(&mut Vec<u8>)) -> String {
    let (signed, signature) = parts_before_signature(token);
    let mut bytes = decode(signature);
    edit(&mut bytes);
    format!("{signed}.{}", encode(&bytes))
}

/// The token signed by HMAC with this secret, as its header says.
pub(crate) fn signed_with_secret(token: &TokenBuilder, secret: &[u8]) -> String {
    signed_by_hmac(token, "HS256", hmac::HMAC_SHA256, secret)
}

pub(super) fn signed_by_hmac(
    token: &TokenBuilder,
    name: &str,
    algorithm: hmac::Algorithm,
    secret: &[u8],
) -> String {
    let token = token.clone().header("alg", name).sign();
    let (signed, _) = parts_before_signature(&token);
    let tag = hmac::sign(&hmac::Key::new(algorithm, secret), signed.as_bytes());
    format!("{signed}.{}", encode(tag.as_ref()))
}

/// A public key as OpenSSL writes it.
pub(super) fn pem(der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<_> =
        text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line)).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}

pub(super) fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

pub(super) fn decode(part: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(part).expect("the token is well-formed")
}
