//! `jsonwebtoken` 11: read the header, choose the key, decode, look at the claims.

use super::{Claims, Wanted};
use ::jsonwebtoken::{DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use poolgate_measure::{Algorithm, Kind, Sample};
use std::collections::HashMap;

pub const NAME: &str = if cfg!(feature = "as-shipped") {
    "jsonwebtoken 11 (rust_crypto)"
} else {
    "jsonwebtoken 11 (aws_lc_rs)"
};

pub fn new(sample: &Sample) -> impl Fn(&str) -> bool + Send + Sync + 'static {
    let set: JwkSet = serde_json::from_str(&sample.jwks).expect("it is a key set");
    let key = |jwk| DecodingKey::from_jwk(jwk).expect("the issuer's keys are good");
    let kid = |jwk: &::jsonwebtoken::jwk::Jwk| jwk.common.key_id.clone().expect("keys have names");
    let keys: HashMap<String, DecodingKey> =
        set.keys.iter().map(|jwk| (kid(jwk), key(jwk))).collect();
    let mut validation = Validation::new(match sample.algorithm {
        Algorithm::Es256 => ::jsonwebtoken::Algorithm::ES256,
        Algorithm::EdDsa => ::jsonwebtoken::Algorithm::EdDSA,
        _ => ::jsonwebtoken::Algorithm::RS256,
    });
    validation.set_issuer(&[&sample.issuer]);
    match sample.kind {
        Kind::Id => validation.set_audience(&[&sample.client_id]),
        Kind::Access => validation.validate_aud = false,
    }
    let wanted = Wanted::of(sample);
    move |token| {
        let header = decode_header(token).ok();
        let key = header.and_then(|header| keys.get(&header.kid?));
        let decoded = key.and_then(|key| decode::<Claims>(token, key, &validation).ok());
        decoded.is_some_and(|token| wanted.is(&token.claims))
    }
}
