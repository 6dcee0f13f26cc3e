//! The tokens that most cases start from, and those that no builder makes.

use aws_lc_rs::hmac;
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::Value;

use crate::{algorithm::Algorithm, issuer::TestIssuer, key_ring::Purpose, token::TokenBuilder};

/// A user who may do nothing in particular.
pub(super) fn alice(issuer: &TestIssuer) -> TokenBuilder {
    issuer.access_token().username("alice")
}

/// A user who may do everything.
pub(super) fn admin(issuer: &TestIssuer) -> TokenBuilder {
    alice(issuer).groups(["Admins", "Editors"]).scopes(["orders/read", "orders/write"])
}

/// The token with a claims set written by hand: the necessary claims of Alice, and more.
pub(super) fn with_claims_text(issuer: &TestIssuer, more: &str) -> String {
    alice(issuer).raw_payload(claims_text(issuer, more)).sign()
}

pub(super) fn claims_text(issuer: &TestIssuer, more: &str) -> String {
    let (iss, client) = (issuer.issuer(), issuer.client_id());
    let exp = issuer.clock().unix_seconds().saturating_add(3_600);
    format!(
        r#"{{"iss":"{iss}","sub":"s","username":"alice","client_id":"{client}","token_use":"access","exp":{exp}{more}}}"#
    )
}

pub(super) fn algorithm(issuer: &TestIssuer) -> Algorithm {
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
    let (_, key) = issuer.pool.keys.signing(Purpose::Access, algorithm(issuer));
    key.public_der()
}

/// The signature of a token changed at will.
pub(super) fn with_signature(token: &str, edit: impl FnOnce(&mut Vec<u8>)) -> String {
    let (signed, signature) = parts_before_signature(token);
    let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(signature).expect("the token is well-formed");
    edit(&mut bytes);
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// The token signed by HMAC with this secret, as its header says.
pub(super) fn signed_with_secret(token: &TokenBuilder, secret: &[u8]) -> String {
    let token = token.clone().header("alg", "HS256").sign();
    let (signed, _) = parts_before_signature(&token);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag))
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

/// A public key as OpenSSL writes it.
pub(super) fn pem(der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<_> =
        text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line)).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}
