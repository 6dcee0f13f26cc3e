//! What the client is told about an error: the one place where errors become HTTP.

use crate::{Error, ErrorBody, challenge::Challenge};
use std::{borrow::Cow, time::Duration};

/// How a request is refused: status, headers and body, for an adapter to copy. Made of an error it
/// is that of a gate without settings.
///
/// ```
/// use poolgate::{Answer, Error};
///
/// let answer = Answer::from(&Error::MissingToken);
/// assert_eq!(answer.status(), 401);
/// assert!(answer.headers().any(|header| header == ("www-authenticate", "Bearer")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    status: u16,
    challenge: Option<Cow<'static, str>>,
    retry_after: Option<String>,
    body: ErrorBody,
}

impl Answer {
    pub(crate) fn new(error: &Error, challenge: &Challenge, body: ErrorBody) -> Self {
        Self {
            status: error.status(),
            challenge: challenge.to(error),
            retry_after: error.retry_after().map(|seconds| seconds.to_string()),
            body,
        }
    }

    /// What is told of a body, and no longer holds of a response that gets this one.
    pub const REPLACED: [&'static str; 4] =
        ["content-type", "content-length", "content-encoding", "transfer-encoding"];

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The headers, each once, names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let headers = [
            ("cache-control", Some("no-store")),
            ("content-type", self.body.content_type()),
            ("www-authenticate", self.challenge.as_deref()),
            ("retry-after", self.retry_after.as_deref()),
        ];
        headers.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }

    /// The body's content, to be sent.
    #[must_use]
    pub fn into_content(self) -> Cow<'static, [u8]> {
        self.body.into_content()
    }
}

impl From<&Error> for Answer {
    fn from(error: &Error) -> Self {
        Self::new(error, &Challenge::default(), error.into())
    }
}

impl Error {
    /// The HTTP status: for faults of a request those of RFC 6750 §3.1.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self.class() {
            Class::InvalidRequest => 400,
            Class::NoToken | Class::InvalidToken => 401,
            Class::Insufficient | Class::Forbidden => 403,
            Class::Misconfigured => 500,
            Class::Unavailable => 503,
        }
    }

    /// The value of `WWW-Authenticate` (RFC 6750 §3), made of fixed text and configured scopes.
    #[must_use]
    pub fn challenge(&self) -> Option<Cow<'static, str>> {
        Challenge::default().to(self)
    }

    /// The body that answers by default, a JSON object.
    #[must_use]
    pub const fn body(&self) -> &'static str {
        match self.class() {
            Class::NoToken => r#"{"error":"unauthorized"}"#,
            Class::InvalidRequest => r#"{"error":"invalid_request"}"#,
            Class::InvalidToken => r#"{"error":"invalid_token"}"#,
            Class::Insufficient => r#"{"error":"insufficient_scope"}"#,
            Class::Forbidden => r#"{"error":"forbidden"}"#,
            Class::Misconfigured => r#"{"error":"server_error"}"#,
            Class::Unavailable => r#"{"error":"temporarily_unavailable"}"#,
        }
    }

    /// The seconds of `Retry-After`, at least 1, for an answer of 503.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::KeysUnavailable { retry_after } => {
                let rounded_up = retry_after.saturating_add(Duration::from_nanos(999_999_999));
                Some(rounded_up.as_secs().max(1))
            }
            Self::CheckUnavailable => Some(1),
            _ => None,
        }
    }

    pub(crate) const fn class(&self) -> Class {
        match self {
            Self::MissingToken => Class::NoToken,
            Self::MalformedAuthorization => Class::InvalidRequest,
            Self::TokenMalformed { .. }
            | Self::InvalidAlgorithm { .. }
            | Self::KeyNotFound
            | Self::InvalidSignature
            | Self::InvalidIssuer
            | Self::InvalidAudience
            | Self::InvalidClient
            | Self::InvalidTokenUse { .. }
            | Self::TokenExpired { .. }
            | Self::TokenNotYetValid { .. }
            | Self::InvalidClaim { .. }
            | Self::MissingClaim { .. }
            | Self::TokenRevoked => Class::InvalidToken,
            Self::InsufficientScope { .. } | Self::InsufficientGroup => Class::Insufficient,
            Self::Forbidden | Self::ClaimsMismatch { .. } | Self::CrossSiteRequest => {
                Class::Forbidden
            }
            Self::KeysUnavailable { .. } | Self::CheckUnavailable => Class::Unavailable,
            Self::MiddlewareMissing => Class::Misconfigured,
        }
    }

    /// Problem details with members that RFC 9457 §3 names, and the same `error` as in
    /// [`body`](Self::body).
    pub(crate) const fn problem_details(&self) -> &'static str {
        match self.class() {
            Class::NoToken => {
                r#"{"title":"Unauthorized","status":401,"detail":"This needs a token.","error":"unauthorized"}"#
            }
            Class::InvalidRequest => {
                r#"{"title":"Bad Request","status":400,"detail":"The credentials are malformed or repeated.","error":"invalid_request"}"#
            }
            Class::InvalidToken => {
                r#"{"title":"Unauthorized","status":401,"detail":"The token is not valid.","error":"invalid_token"}"#
            }
            Class::Insufficient => {
                r#"{"title":"Forbidden","status":403,"detail":"The token does not allow this.","error":"insufficient_scope"}"#
            }
            Class::Forbidden => {
                r#"{"title":"Forbidden","status":403,"detail":"This request is not allowed.","error":"forbidden"}"#
            }
            Class::Misconfigured => {
                r#"{"title":"Internal Server Error","status":500,"detail":"The service is not set up correctly.","error":"server_error"}"#
            }
            Class::Unavailable => {
                r#"{"title":"Service Unavailable","status":503,"detail":"The token cannot be verified now.","error":"temporarily_unavailable"}"#
            }
        }
    }
}

/// The few kinds of refusal that a client can tell apart.
pub(crate) enum Class {
    NoToken,
    InvalidRequest,
    InvalidToken,
    Insufficient,
    Forbidden,
    Misconfigured,
    Unavailable,
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVALID_TOKEN: Option<&str> = Some(r#"Bearer error="invalid_token""#);
    const INSUFFICIENT: Option<&str> = Some(r#"Bearer error="insufficient_scope""#);

    #[test]
    fn the_table_of_answers() {
        let second = Duration::from_secs(1);
        let scopes = vec!["orders/read".to_owned(), "orders/write".to_owned()];
        for (error, status, code, challenge, retry_after) in [
            (Error::MissingToken, 401, "missing_token", Some("Bearer"), None),
            (
                Error::MalformedAuthorization,
                400,
                "malformed_authorization",
                Some(r#"Bearer error="invalid_request""#),
                None,
            ),
            (Error::TokenMalformed { reason: "" }, 401, "token_malformed", INVALID_TOKEN, None),
            (
                Error::InvalidAlgorithm { found: None },
                401,
                "invalid_algorithm",
                INVALID_TOKEN,
                None,
            ),
            (Error::KeyNotFound, 401, "key_not_found", INVALID_TOKEN, None),
            (Error::InvalidSignature, 401, "invalid_signature", INVALID_TOKEN, None),
            (Error::InvalidIssuer, 401, "invalid_issuer", INVALID_TOKEN, None),
            (Error::InvalidAudience, 401, "invalid_audience", INVALID_TOKEN, None),
            (Error::InvalidClient, 401, "invalid_client", INVALID_TOKEN, None),
            (Error::InvalidTokenUse { found: None }, 401, "invalid_token_use", INVALID_TOKEN, None),
            (Error::TokenExpired { ago: second }, 401, "token_expired", INVALID_TOKEN, None),
            (
                Error::TokenNotYetValid { claim: "nbf", wait: second },
                401,
                "token_not_yet_valid",
                INVALID_TOKEN,
                None,
            ),
            (Error::InvalidClaim { claim: "exp" }, 401, "invalid_claim", INVALID_TOKEN, None),
            (Error::MissingClaim { claim: "exp" }, 401, "missing_claim", INVALID_TOKEN, None),
            (Error::TokenRevoked, 401, "token_revoked", INVALID_TOKEN, None),
            (
                Error::InsufficientScope { scopes },
                403,
                "insufficient_scope",
                Some(r#"Bearer error="insufficient_scope", scope="orders/read orders/write""#),
                None,
            ),
            (
                Error::InsufficientScope { scopes: vec![] },
                403,
                "insufficient_scope",
                INSUFFICIENT,
                None,
            ),
            (Error::InsufficientGroup, 403, "insufficient_group", INSUFFICIENT, None),
            (Error::ClaimsMismatch { claim: None }, 403, "claims_mismatch", None, None),
            (Error::Forbidden, 403, "forbidden", None, None),
            (Error::CrossSiteRequest, 403, "cross_site_request", None, None),
            (
                Error::KeysUnavailable { retry_after: Duration::from_millis(1_001) },
                503,
                "keys_unavailable",
                None,
                Some(2),
            ),
            (Error::CheckUnavailable, 503, "check_unavailable", None, Some(1)),
            (Error::MiddlewareMissing, 500, "middleware_missing", None, None),
        ] {
            assert_eq!(error.status(), status, "{code}");
            assert_eq!(error.code(), code);
            assert_eq!(error.challenge().as_deref(), challenge, "{code}");
            assert_eq!(error.retry_after(), retry_after, "{code}");
            let body = match status {
                400 => "invalid_request",
                401 if error == Error::MissingToken => "unauthorized",
                401 => "invalid_token",
                403 if challenge.is_some() => "insufficient_scope",
                403 => "forbidden",
                503 => "temporarily_unavailable",
                _ => "server_error",
            };
            assert_eq!(error.body(), format!(r#"{{"error":"{body}"}}"#), "{code}");
            assert!(!error.to_string().is_empty(), "{code}");
        }
    }

    #[test]
    fn problem_details_say_what_the_answer_says() {
        for error in [
            Error::MissingToken,
            Error::MalformedAuthorization,
            Error::KeyNotFound,
            Error::InsufficientGroup,
            Error::CrossSiteRequest,
            Error::MiddlewareMissing,
            Error::CheckUnavailable,
        ] {
            let [problem, body] = [error.problem_details(), error.body()]
                .map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap());
            assert_eq!(problem["status"], error.status());
            assert_eq!(problem["error"], body["error"]);
        }
    }
}
