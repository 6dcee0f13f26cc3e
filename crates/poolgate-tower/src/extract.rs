//! What handlers of axum ask for.

use crate::{
    ResponseBody,
    outcome::{outcome, verified},
    refusal::refusal,
};
use axum_core::{
    body::Body,
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::request::Parts;
use poolgate::{Error, VerifiedToken};
use serde::de::DeserializeOwned;

/// The verified token.
///
/// ```
/// use poolgate_tower::Verified;
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
/// use poolgate_tower::Claims;
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
/// [optional layer](crate::BearerAuthLayer::optional) has let through.
///
/// A credential that is not valid never ends here: the layer refuses it.
///
/// ```
/// use poolgate_tower::{Optional, Verified};
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

/// The answer of an extractor that found no token, or claims that do not fit; and of a handler
/// that asks a token for more.
///
/// ```
/// use poolgate::Requirement;
/// use poolgate_tower::{Rejection, Verified};
///
/// async fn delete(Verified(token): Verified) -> Result<&'static str, Rejection> {
///     token.require(&Requirement::group("Admins"))?;
///     Ok("gone")
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection(Error);

impl Rejection {
    /// Why.
    #[must_use]
    pub const fn error(&self) -> &Error {
        &self.0
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        refusal::<Body>(&self.0).map(|body: ResponseBody<Body>| Body::new(body))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Verified {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        verified(&parts.extensions).cloned().map(Self).map_err(Rejection)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Verified {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Rejection> {
        let outcome = outcome(&parts.extensions).map_err(Rejection)?;
        Ok(outcome.token().cloned().map(Self))
    }
}

impl<C: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Claims<C> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        verified(&parts.extensions).map_err(Rejection).and_then(read)
    }
}

impl<C: DeserializeOwned, S: Send + Sync> OptionalFromRequestParts<S> for Claims<C> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Rejection> {
        let outcome = outcome(&parts.extensions).map_err(Rejection)?;
        outcome.token().map(read).transpose()
    }
}

impl<T: OptionalFromRequestParts<S>, S: Send + Sync> FromRequestParts<S> for Optional<T> {
    type Rejection = T::Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, T::Rejection> {
        T::from_request_parts(parts, state).await.map(Self)
    }
}

fn read<C: DeserializeOwned>(token: &VerifiedToken) -> Result<Claims<C>, Rejection> {
    let claims = token.claims().inspect_err(|error| {
        tracing::debug!(%error, claims = std::any::type_name::<C>(), "claims do not fit");
    });
    claims.map(Claims).map_err(Rejection)
}
