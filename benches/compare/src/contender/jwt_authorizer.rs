//! `jwt-authorizer`: what its layer calls for each request.

use super::{Claims, Wanted, block_on, now};
use ::jwt_authorizer::{JwtAuthorizer, Validation};
use poolgate_measure::{Kind, Sample};

pub fn new(sample: &Sample) -> impl Fn(&str) -> bool + 'static {
    let validation = Validation::new().iss(&[&sample.issuer]);
    let validation = match sample.kind {
        Kind::Id => validation.aud(&[&sample.client_id]),
        Kind::Access => validation,
    };
    let wanted = Wanted::of(sample);
    let builder = JwtAuthorizer::<Claims>::from_jwks_text(&sample.jwks).validation(validation);
    let builder = builder.check(move |claims| wanted.is(claims));
    let authorizer = block_on(builder.build()).expect("the settings are good");
    move |token| now(authorizer.check_auth(token)).is_ok()
}
