//! Why a request is refused, and what the client is told about it.

use crate::{Algorithm, TokenUse};
use std::{borrow::Cow, fmt, time::Duration};

/// Why a request is refused.
///
/// Each variant carries evidence for the operator and never text of the token. What the client
/// sees follows from it in one place: [`status`](Self::status), [`challenge`](Self::challenge),
/// [`body`](Self::body) and [`retry_after`](Self::retry_after). All faults of a token look the
/// same from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The request carries no bearer token.
    MissingToken,
    /// The request carries two credentials, or `Bearer` without a well-formed token (RFC 6750 §2.1).
    MalformedAuthorization,
    /// The token is not a signed JWT in the accepted form: size, parts, header, JSON.
    #[non_exhaustive]
    TokenMalformed {
        /// The rule it breaks.
        reason: &'static str,
    },
    /// The algorithm is unknown, not allowed by the policy, or not the one of the key.
    #[non_exhaustive]
    InvalidAlgorithm {
        /// What the header names, if it is an algorithm that exists here.
        found: Option<Algorithm>,
    },
    /// The issuer publishes no usable key with this `kid`.
    KeyNotFound,
    /// The signature does not verify under the key.
    InvalidSignature,
    /// `iss` is not an issuer of this verifier.
    InvalidIssuer,
    /// `aud` names none of the policy's clients or resources.
    InvalidAudience,
    /// `client_id` is none of the policy's clients.
    InvalidClient,
    /// `token_use` is not one that the policy takes.
    #[non_exhaustive]
    InvalidTokenUse {
        /// What the token says, if it is a use that exists.
        found: Option<TokenUse>,
    },
    /// `exp` is past.
    #[non_exhaustive]
    TokenExpired {
        /// How long ago, without leeway.
        ago: Duration,
    },
    /// `nbf` or `iat` is still to come.
    #[non_exhaustive]
    TokenNotYetValid {
        /// Which of the two.
        claim: &'static str,
        /// How far off it is, without leeway.
        wait: Duration,
    },
    /// A claim has the wrong type or an unacceptable value.
    #[non_exhaustive]
    InvalidClaim {
        /// The claim's name.
        claim: &'static str,
    },
    /// A required claim is absent.
    #[non_exhaustive]
    MissingClaim {
        /// The claim's name.
        claim: &'static str,
    },
    /// The check refused the token as revoked.
    TokenRevoked,
    /// The token lacks a scope.
    #[non_exhaustive]
    InsufficientScope {
        /// The scopes that would do, where there is one answer.
        scopes: Vec<String>,
    },
    /// The token's subject lacks a group.
    InsufficientGroup,
    /// The verified claims do not fit the type that the handler asks for.
    #[non_exhaustive]
    ClaimsMismatch {
        /// The claim that does not fit or is missing, if it is one. Names within it are not told:
        /// the keys of a map can be data.
        claim: Option<String>,
    },
    /// No usable keys of the issuer are at hand, through no fault of the client.
    #[non_exhaustive]
    KeysUnavailable {
        /// When the next attempt makes sense.
        retry_after: Duration,
    },
    /// The check could not answer.
    CheckUnavailable,
    /// A handler asks for a token, but no layer has looked for one.
    MiddlewareMissing,
}

impl Error {
    /// A stable name for logs, metrics and tests.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingToken => "missing_token",
            Self::MalformedAuthorization => "malformed_authorization",
            Self::TokenMalformed { .. } => "token_malformed",
            Self::InvalidAlgorithm { .. } => "invalid_algorithm",
            Self::KeyNotFound => "key_not_found",
            Self::InvalidSignature => "invalid_signature",
            Self::InvalidIssuer => "invalid_issuer",
            Self::InvalidAudience => "invalid_audience",
            Self::InvalidClient => "invalid_client",
            Self::InvalidTokenUse { .. } => "invalid_token_use",
            Self::TokenExpired { .. } => "token_expired",
            Self::TokenNotYetValid { .. } => "token_not_yet_valid",
            Self::InvalidClaim { .. } => "invalid_claim",
            Self::MissingClaim { .. } => "missing_claim",
            Self::TokenRevoked => "token_revoked",
            Self::InsufficientScope { .. } => "insufficient_scope",
            Self::InsufficientGroup => "insufficient_group",
            Self::ClaimsMismatch { .. } => "claims_mismatch",
            Self::KeysUnavailable { .. } => "keys_unavailable",
            Self::CheckUnavailable => "check_unavailable",
            Self::MiddlewareMissing => "middleware_missing",
        }
    }

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

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingToken => write!(f, "no bearer token was sent"),
            Self::MalformedAuthorization => write!(f, "the credentials are malformed or repeated"),
            Self::TokenMalformed { reason } => write!(f, "the token is malformed: {reason}"),
            Self::InvalidAlgorithm { found: Some(found) } => {
                write!(f, "the algorithm {found} is not taken for this issuer and key")
            }
            Self::InvalidAlgorithm { found: None } => write!(f, "the algorithm is not supported"),
            Self::KeyNotFound => write!(f, "the issuer publishes no usable key with this kid"),
            Self::InvalidSignature => write!(f, "the signature does not verify"),
            Self::InvalidIssuer => write!(f, "the token is of another issuer"),
            Self::InvalidAudience => write!(f, "the token is for another audience"),
            Self::InvalidClient => write!(f, "the token was issued to another client"),
            Self::InvalidTokenUse { found: Some(found) } => {
                write!(f, "a token with token_use {found} is not taken here")
            }
            Self::InvalidTokenUse { found: None } => write!(f, "the token_use is unknown"),
            Self::TokenExpired { ago } => write!(f, "the token expired {} s ago", ago.as_secs()),
            Self::TokenNotYetValid { claim, wait } => {
                write!(f, "the claim {claim} is {} s in the future", wait.as_secs())
            }
            Self::InvalidClaim { claim } => write!(f, "the claim {claim} is not acceptable"),
            Self::MissingClaim { claim } => write!(f, "the claim {claim} is missing"),
            Self::TokenRevoked => write!(f, "the token is revoked"),
            Self::InsufficientScope { .. } => write!(f, "the token lacks a scope"),
            Self::InsufficientGroup => write!(f, "the token lacks a group"),
            Self::ClaimsMismatch { claim: Some(claim) } => {
                write!(f, "the verified claims do not fit the expected type: {claim}")
            }
            Self::ClaimsMismatch { claim: None } => {
                write!(f, "the verified claims do not fit the expected type")
            }
            Self::KeysUnavailable { .. } => write!(f, "no usable keys of the issuer are at hand"),
            Self::CheckUnavailable => write!(f, "the check of the token could not answer"),
            Self::MiddlewareMissing => write!(f, "no bearer token layer has seen this request"),
        }
    }
}

impl std::error::Error for Error {}

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
