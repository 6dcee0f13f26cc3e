//! Verification from published JWKs with aws-lc-rs, for the tests of this crate.

use aws_lc_rs::signature::{self, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;

/// A token taken apart.
pub(crate) struct Parts {
    pub(crate) header: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    pub(crate) signed: String,
    pub(crate) signature: Vec<u8>,
}

pub(crate) fn parts(token: &str) -> Parts {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    Parts {
        header: decode(header),
        payload: decode(payload),
        signed: signed.to_owned(),
        signature: decode(signature),
    }
}

pub(crate) fn header(token: &str) -> Value {
    serde_json::from_slice(&parts(token).header).unwrap()
}

pub(crate) fn claims(token: &str) -> Value {
    serde_json::from_slice(&parts(token).payload).unwrap()
}

/// Whether the key of the token's `kid` in this set verifies the token.
pub(crate) fn verifies(jwks: &str, token: &str) -> bool {
    let jwks: Value = serde_json::from_str(jwks).unwrap();
    let header = header(token);
    let keys = jwks["keys"].as_array().unwrap();
    let Some(jwk) = keys.iter().find(|jwk| jwk["kid"] == header["kid"]) else {
        return false;
    };
    let parts = parts(token);
    jwk["alg"] == header["alg"] && verify(jwk, parts.signed.as_bytes(), &parts.signature).is_ok()
}

pub(crate) fn verify(
    jwk: &Value,
    message: &[u8],
    signature: &[u8],
) -> Result<(), aws_lc_rs::error::Unspecified> {
    match jwk["alg"].as_str().unwrap() {
        "ES256" => verify_ec(jwk, &signature::ECDSA_P256_SHA256_FIXED, message, signature),
        "ES384" => verify_ec(jwk, &signature::ECDSA_P384_SHA384_FIXED, message, signature),
        "ES512" => verify_ec(jwk, &signature::ECDSA_P521_SHA512_FIXED, message, signature),
        "EdDSA" => {
            UnparsedPublicKey::new(&signature::ED25519, number(jwk, "x")).verify(message, signature)
        }
        rsa => RsaPublicKeyComponents { n: number(jwk, "n"), e: number(jwk, "e") }.verify(
            rsa_parameters(rsa),
            message,
            signature,
        ),
    }
}

fn verify_ec(
    jwk: &Value,
    algorithm: &'static signature::EcdsaVerificationAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), aws_lc_rs::error::Unspecified> {
    let point = [vec![4], number(jwk, "x"), number(jwk, "y")].concat();
    UnparsedPublicKey::new(algorithm, point).verify(message, signature)
}

fn rsa_parameters(name: &str) -> &'static RsaParameters {
    match name {
        "RS256" => &signature::RSA_PKCS1_2048_8192_SHA256,
        "RS384" => &signature::RSA_PKCS1_2048_8192_SHA384,
        "RS512" => &signature::RSA_PKCS1_2048_8192_SHA512,
        "PS256" => &signature::RSA_PSS_2048_8192_SHA256,
        "PS384" => &signature::RSA_PSS_2048_8192_SHA384,
        "PS512" => &signature::RSA_PSS_2048_8192_SHA512,
        other => panic!("unknown algorithm {other}"),
    }
}

fn number(jwk: &Value, member: &str) -> Vec<u8> {
    decode(jwk[member].as_str().unwrap())
}

fn decode(part: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()
}
