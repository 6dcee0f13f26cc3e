//! What the client is told about an error: the one place where errors become HTTP.

use crate::Error;
use std::{borrow::Cow, time::Duration};

impl Error {
    /// The HTTP status: for faults of a request those of RFC 6750 §3.1.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self.answer() {
            Answer::InvalidRequest => 400,
            Answer::NoToken | Answer::InvalidToken => 401,
            Answer::Insufficient | Answer::Forbidden => 403,
            Answer::Misconfigured => 500,
            Answer::Unavailable => 503,
        }
    }

    /// The value of `WWW-Authenticate` (RFC 6750 §3), made of fixed text and configured scopes.
    #[must_use]
    pub fn challenge(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self.answer() {
            Answer::NoToken => "Bearer",
            Answer::InvalidRequest => r#"Bearer error="invalid_request""#,
            Answer::InvalidToken => r#"Bearer error="invalid_token""#,
            Answer::Insufficient => return Some(self.scope_challenge()),
            Answer::Forbidden | Answer::Misconfigured | Answer::Unavailable => return None,
        }))
    }

    /// The body that answers by default, a JSON object.
    #[must_use]
    pub const fn body(&self) -> &'static str {
        match self.answer() {
            Answer::NoToken => r#"{"error":"unauthorized"}"#,
            Answer::InvalidRequest => r#"{"error":"invalid_request"}"#,
            Answer::InvalidToken => r#"{"error":"invalid_token"}"#,
            Answer::Insufficient => r#"{"error":"insufficient_scope"}"#,
            Answer::Forbidden => r#"{"error":"forbidden"}"#,
            Answer::Misconfigured => r#"{"error":"server_error"}"#,
            Answer::Unavailable => r#"{"error":"temporarily_unavailable"}"#,
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

    const fn answer(&self) -> Answer {
        match self {
            Self::MissingToken => Answer::NoToken,
            Self::MalformedAuthorization => Answer::InvalidRequest,
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
            | Self::TokenRevoked => Answer::InvalidToken,
            Self::InsufficientScope { .. } | Self::InsufficientGroup => Answer::Insufficient,
            Self::ClaimsMismatch { .. } => Answer::Forbidden,
            Self::KeysUnavailable { .. } | Self::CheckUnavailable => Answer::Unavailable,
            Self::MiddlewareMissing => Answer::Misconfigured,
        }
    }

    fn scope_challenge(&self) -> Cow<'static, str> {
        let bare = r#"Bearer error="insufficient_scope""#;
        match self {
            Self::InsufficientScope { scopes } if are_scope_tokens(scopes) => {
                Cow::Owned(format!(r#"{bare}, scope="{}""#, scopes.join(" ")))
            }
            _ => Cow::Borrowed(bare),
        }
    }
}

/// The few answers that a client can tell apart.
enum Answer {
    NoToken,
    InvalidRequest,
    InvalidToken,
    Insufficient,
    Forbidden,
    Misconfigured,
    Unavailable,
}

/// Whether all are scope tokens (RFC 6749 §3.3), which are safe within a quoted string.
fn are_scope_tokens(scopes: &[String]) -> bool {
    let is_scope_byte = |byte| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~');
    let is_scope = |scope: &String| !scope.is_empty() && scope.bytes().all(is_scope_byte);
    !scopes.is_empty() && scopes.iter().all(is_scope)
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
    fn a_scope_that_could_break_the_header_is_left_out() {
        for scope in ["", "a\"b", "a b", "a\\b", "a\r\nb", "é"] {
            let error = Error::InsufficientScope { scopes: vec![scope.to_owned()] };
            assert_eq!(error.challenge().as_deref(), INSUFFICIENT, "{scope:?}");
        }
    }
}
