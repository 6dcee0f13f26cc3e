//! `jwt-simple`: read the header, choose the key, verify, look at the claims.

use super::Wanted;
use ::jwt_simple::prelude::*;
use poolgate_measure::{Algorithm, Kind, Sample};

pub const NAME: &str = if cfg!(feature = "boring") {
    "jwt-simple 0.15 (BoringSSL)"
} else {
    "jwt-simple 0.15 (pure Rust)"
};

/// The claims that the rules look at; registered ones have a place of their own here.
#[derive(Deserialize)]
struct Claims {
    token_use: String,
    client_id: Option<String>,
    #[serde(rename = "cognito:groups", default)]
    _groups: Vec<String>,
}

pub fn new(sample: &Sample) -> impl Fn(&str) -> bool + 'static {
    let jwk = sample.jwk.to_string();
    let key: Box<dyn Fn(&str, VerificationOptions) -> Option<JWTClaims<Claims>>> =
        match sample.algorithm {
            Algorithm::Es256 => {
                let key = ES256PublicKey::from_jwk(&jwk).expect("the issuer's keys are good");
                Box::new(move |token, options| key.verify_token(token, Some(options)).ok())
            }
            Algorithm::EdDsa => {
                let key = Ed25519PublicKey::from_jwk(&jwk).expect("the issuer's keys are good");
                Box::new(move |token, options| key.verify_token(token, Some(options)).ok())
            }
            _ => {
                let key = RS256PublicKey::from_jwk(&jwk).expect("the issuer's keys are good");
                Box::new(move |token, options| key.verify_token(token, Some(options)).ok())
            }
        };
    let options = VerificationOptions {
        allowed_issuers: Some([sample.issuer.clone()].into()),
        allowed_audiences: (sample.kind == Kind::Id).then(|| [sample.client_id.clone()].into()),
        ..VerificationOptions::default()
    };
    let (wanted, kid) = (Wanted::of(sample), sample.kid.clone());
    move |token| {
        let header = Token::decode_metadata(token).ok();
        let is_ours = header.is_some_and(|header| header.key_id() == Some(&*kid));
        let claims = if is_ours { key(token, options.clone()) } else { None };
        let is_wanted = |own: Claims| wanted.are(&own.token_use, own.client_id.as_deref());
        claims.is_some_and(|claims| is_wanted(claims.custom))
    }
}
