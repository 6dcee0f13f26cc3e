//! The errors of the calls, in the form that AWS gives them. The names of the exceptions are those of its API model; most
//! messages are worded here, since AWS does not document them.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode},
};
use serde_json::json;

use super::written;
use crate::refusal::Refusal;

#[derive(Debug)]
pub(super) struct Failure {
    code: &'static str,
    message: String,
}

impl Failure {
    pub(super) fn unknown_operation(message: String) -> Self {
        Self { code: "UnknownOperationException", message }
    }

    /// The body is not what any call could take.
    pub(super) fn serialization(message: String) -> Self {
        Self { code: "SerializationException", message }
    }

    /// The members do not fit the call.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self { code: "InvalidParameterException", message: message.into() }
    }

    /// Each says what is wrong with one member.
    pub(super) fn validation(errors: &[String]) -> Self {
        let (count, plural) = (errors.len(), if errors.len() == 1 { "" } else { "s" });
        let errors = errors.join("; ");
        Self::invalid(format!("{count} validation error{plural} detected: {errors}"))
    }

    pub(super) fn not_one_of(member: &str, value: &str, values: &[&str]) -> Self {
        let values = values.join(", ");
        Self::validation(&[format!(
            "Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy enum value set: [{values}]"
        )])
    }

    /// Token revocation knows one refusal for whatever is wrong with the client.
    pub(super) fn unauthorized(message: impl Into<String>) -> Self {
        Self { code: "UnauthorizedException", message: message.into() }
    }

    pub(super) fn answer(&self) -> Response<Body> {
        let mut response = written(&json!({"__type": self.code, "message": self.message}));
        *response.status_mut() = StatusCode::BAD_REQUEST;
        let headers = response.headers_mut();
        let error_type = format!("{}:", self.code).parse().expect("the name of an exception");
        headers.insert("x-amzn-errortype", error_type);
        // A message can hold what a client sent, and that does not always fit into a header.
        if let Ok(message) = HeaderValue::from_str(&self.message) {
            headers.insert("x-amzn-errormessage", message);
        }
        response
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self { code: refusal.code(), message: refusal.message().into_owned() }
    }
}
