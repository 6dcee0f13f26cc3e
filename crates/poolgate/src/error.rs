//! Why a request is refused.

use crate::{Algorithm, TokenUse};
use std::{fmt, time::Duration};

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
    /// `aud` names none of the policy's clients, resources or audiences.
    InvalidAudience,
    /// `client_id` is none of the policy's clients.
    InvalidClient,
    /// `token_use` is not one that the policy takes, or the token lacks the mark of the policy's
    /// [`TokenKind`](crate::TokenKind).
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
        /// The scopes that a token needs for this, those it has included, where there is one answer.
        scopes: Vec<String>,
    },
    /// The token's subject lacks a group.
    InsufficientGroup,
    /// The token is valid and not for this: it is of an issuer that the requirement does not name,
    /// or a handler says so for a reason of its own.
    Forbidden,
    /// The verified claims do not fit the type that the handler asks for.
    #[non_exhaustive]
    ClaimsMismatch {
        /// The claim that does not fit or is missing, if it is one. Names within it are not told:
        /// the keys of a map can be data.
        claim: Option<String>,
    },
    /// The token is in a cookie, and nothing shows that a page of an allowed origin sent the request.
    CrossSiteRequest,
    /// No usable keys of the issuer are at hand, or nobody can tell now whether it is known, through
    /// no fault of the client.
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
            Self::Forbidden => "forbidden",
            Self::ClaimsMismatch { .. } => "claims_mismatch",
            Self::CrossSiteRequest => "cross_site_request",
            Self::KeysUnavailable { .. } => "keys_unavailable",
            Self::CheckUnavailable => "check_unavailable",
            Self::MiddlewareMissing => "middleware_missing",
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
            Self::InvalidTokenUse { found: None } => {
                write!(f, "the token is of a kind that is not taken here")
            }
            Self::TokenExpired { ago } => write!(f, "the token expired {} s ago", ago.as_secs()),
            Self::TokenNotYetValid { claim, wait } => {
                write!(f, "the claim {claim} is {} s in the future", wait.as_secs())
            }
            Self::InvalidClaim { claim } => write!(f, "the claim {claim} is not acceptable"),
            Self::MissingClaim { claim } => write!(f, "the claim {claim} is missing"),
            Self::TokenRevoked => write!(f, "the token is revoked"),
            Self::InsufficientScope { .. } => write!(f, "the token lacks a scope"),
            Self::InsufficientGroup => write!(f, "the token lacks a group"),
            Self::Forbidden => write!(f, "the token is not for this"),
            Self::ClaimsMismatch { claim: Some(claim) } => {
                write!(f, "the verified claims do not fit the expected type: {claim}")
            }
            Self::ClaimsMismatch { claim: None } => {
                write!(f, "the verified claims do not fit the expected type")
            }
            Self::CrossSiteRequest => write!(f, "the request may come from another site"),
            Self::KeysUnavailable { .. } => write!(f, "no usable keys of the issuer are at hand"),
            Self::CheckUnavailable => write!(f, "the check of the token could not answer"),
            Self::MiddlewareMissing => write!(f, "no bearer token layer has seen this request"),
        }
    }
}

impl std::error::Error for Error {}
