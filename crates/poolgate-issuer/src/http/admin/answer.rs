//! Answers: JSON, and for a refusal its place and reason.

use axum::{
    body::Body,
    http::{Response, StatusCode},
    response::IntoResponse,
};
use serde_json::{Value, json};

use crate::{fault_answer, refusal::Refusal};

pub(super) type Answer = Result<Response<Body>, Refused>;

pub(super) fn json(value: &Value) -> Answer {
    Ok(fault_answer::json(value.to_string()))
}

pub(super) fn done() -> Answer {
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What of a request does not fit, and why.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    place: String,
    reason: String,
}

impl Refused {
    pub(super) fn new(
        status: StatusCode,
        place: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self { status, place: place.into(), reason: reason.into() }
    }

    pub(super) fn bad(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, place, reason)
    }

    /// What the pool said about the thing at this place.
    pub(super) fn by_pool(place: &'static str) -> impl FnOnce(Refusal) -> Self {
        move |refusal| {
            let reason = format!("{}: {}", refusal.code(), refusal.message());
            Self::new(status(&refusal), place, reason)
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response<Body> {
        let body = json!({ "place": self.place, "reason": self.reason });
        let mut response = fault_answer::json(body.to_string());
        *response.status_mut() = self.status;
        response
    }
}

fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::ResourceNotFound(_) | Refusal::UserNotFound => StatusCode::NOT_FOUND,
        Refusal::AliasExists | Refusal::GroupExists | Refusal::UsernameExists => {
            StatusCode::CONFLICT
        }
        _ => StatusCode::BAD_REQUEST,
    }
}
