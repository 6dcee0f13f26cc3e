//! What handlers ask for.

use crate::{
    Rejection,
    outcome::{outcome, verified},
};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use poolgate::{Error, VerifiedToken};
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

/// The verified token.
///
/// ```
/// use poolgate_actix::Verified;
///
/// async fn groups(Verified(token): Verified) -> String {
///     token.groups().join(", ")
/// }
/// ```
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "handlers take it apart")]
pub struct Verified(pub VerifiedToken);

/// The verified claims, read into a type: your own, or `poolgate`'s `AccessClaims` or `IdClaims`.
///
/// Claims that do not fit the type are answered with 403; the field is logged, its value is not.
///
/// ```
/// use poolgate_actix::Claims;
///
/// #[derive(serde::Deserialize)]
/// struct User {
///     username: String,
/// }
/// async fn me(Claims(user): Claims<User>) -> String {
///     user.username
/// }
/// ```
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs, reason = "handlers take it apart")]
pub struct Claims<C>(pub C);

/// The same, or `None` for a request without any credential that an
/// [optional gate](crate::BearerAuth::optional) has let through.
///
/// Do not use actix-web's own `Option<Verified>` in its place: it turns every error into `None`, a
/// missing [`BearerAuth`](crate::BearerAuth) and claims that do not fit included.
///
/// ```
/// use poolgate_actix::{Optional, Verified};
///
/// async fn greet(Optional(token): Optional<Verified>) -> String {
///     match token {
///         Some(Verified(token)) => format!("Hello, {}", token.username().unwrap_or("machine")),
///         None => "Hello, stranger".to_owned(),
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs, reason = "handlers take it apart")]
pub struct Optional<T>(pub Option<T>);

impl FromRequest for Verified {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(verified(request).map(Self).map_err(Rejection::from))
    }
}

impl<C: DeserializeOwned> FromRequest for Claims<C> {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let claims = verified(request).and_then(|token| read(&token));
        ready(claims.map_err(Rejection::from))
    }
}

impl FromRequest for Optional<Verified> {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let token = outcome(request).map(|outcome| outcome.token().cloned().map(Verified));
        ready(token.map(Self).map_err(Rejection::from))
    }
}

impl<C: DeserializeOwned> FromRequest for Optional<Claims<C>> {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let claims = outcome(request).and_then(|outcome| outcome.token().map(read).transpose());
        ready(claims.map(Self).map_err(Rejection::from))
    }
}

fn read<C: DeserializeOwned>(token: &VerifiedToken) -> Result<Claims<C>, Error> {
    let claims = token.claims().inspect_err(|error| {
        tracing::debug!(%error, claims = std::any::type_name::<C>(), "claims do not fit");
    });
    claims.map(Claims)
}
