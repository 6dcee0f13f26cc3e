//! `axum-jwt-auth` on what it ships, with the one key of the sample.

use super::{Claims, Wanted, now};
use ::axum_jwt_auth::{JwtDecoder, LocalDecoder};
use jsonwebtoken_10::{Algorithm as Name, DecodingKey, Validation};
use poolgate_measure::{Algorithm, Kind, Sample};

pub const NAME: &str = "axum-jwt-auth 0.7 (rust_crypto)";

pub fn new(sample: &Sample) -> impl Fn(&str) -> bool + 'static {
    let jwk = serde_json::from_value(sample.jwk.clone()).expect("it is a JWK");
    let key = DecodingKey::from_jwk(&jwk).expect("the issuer's keys are good");
    let mut validation = Validation::new(match sample.algorithm {
        Algorithm::Es256 => Name::ES256,
        Algorithm::EdDsa => Name::EdDSA,
        _ => Name::RS256,
    });
    validation.set_issuer(&[&sample.issuer]);
    // It wants an audience, whether that is looked at or not.
    validation.set_audience(&[&sample.client_id]);
    validation.validate_aud = sample.kind == Kind::Id;
    let decoder = LocalDecoder::new(vec![key], validation).expect("the settings are good");
    let wanted = Wanted::of(sample);
    move |token| {
        let decoded = now(JwtDecoder::<Claims>::decode(&decoder, token));
        decoded.is_ok_and(|token| wanted.is(&token.claims))
    }
}
