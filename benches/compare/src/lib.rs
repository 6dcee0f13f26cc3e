//! poolgate beside the bare signature and other verifiers, each used as its documentation shows; see `benches/`.

mod contender;

pub use contender::{
    Contender, axum_jwt_auth, jsonwebtoken, jwt_authorizer, poolgate, tower_oauth2,
};

/// The library that checks signatures in `jsonwebtoken` 11 and in who builds on it.
pub const BACKEND: &str = if cfg!(feature = "as-shipped") { "rust_crypto" } else { "aws_lc_rs" };
