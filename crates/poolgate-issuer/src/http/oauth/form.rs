//! Forms that are posted.

use axum::{
    body::Body,
    extract::{FromRequest, RawForm, Request},
    http::{Response, StatusCode},
};
use serde_json::json;

use super::{json, parameters::Parameters};

/// The parameters of a form whose every name is there once.
pub(super) struct Form(pub(super) Parameters);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response<Body>;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let form = RawForm::from_request(request, state).await.map_err(|_| invalid())?;
        let parameters = Parameters::parse(&form.0);
        parameters.ensure_once().map_err(|_| invalid())?;
        Ok(Self(parameters))
    }
}

fn invalid() -> Response<Body> {
    json(StatusCode::BAD_REQUEST, &json!({"error": "invalid_request"}))
}
