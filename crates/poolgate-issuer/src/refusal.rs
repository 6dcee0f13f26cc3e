//! Why the pool says no, in the terms of Cognito's API.
//!
//! The names of the exceptions are those of its API model. Few messages are documented, "Access Token has been revoked"
//! and "Incorrect username or password." among them; the others are worded to be understood.

use std::borrow::Cow;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    AliasExists,
    CodeMismatch,
    ExpiredCode(&'static str),
    GroupExists,
    InvalidParameter(String),
    InvalidPassword(&'static str),
    /// What a pre-token-generation hook may not do.
    InvalidTrigger(String),
    LimitExceeded(&'static str),
    /// The access token is good, but lacks the scope.
    MissingScope,
    NotAuthorized(String),
    PasswordHistory,
    PasswordResetRequired,
    RefreshTokenReuse,
    ResourceNotFound(String),
    SoftwareTokenMfaNotFound,
    /// The token belongs to another client.
    Unauthorized,
    UnsupportedOperation(&'static str),
    UnsupportedTokenType,
    UserNotConfirmed,
    UserNotFound,
    UsernameExists,
    WrongSoftwareToken,
}

impl Refusal {
    pub(crate) fn not_authorized(message: &str) -> Self {
        Self::NotAuthorized(message.to_owned())
    }

    pub(crate) fn no_pool(id: &str) -> Self {
        Self::ResourceNotFound(format!("User pool {id} does not exist."))
    }

    pub(crate) fn no_client(id: &str) -> Self {
        Self::ResourceNotFound(format!("User pool client {id} does not exist."))
    }

    /// The name of the exception.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::AliasExists => "AliasExistsException",
            Self::CodeMismatch => "CodeMismatchException",
            Self::ExpiredCode(_) => "ExpiredCodeException",
            Self::GroupExists => "GroupExistsException",
            Self::InvalidParameter(_) => "InvalidParameterException",
            Self::InvalidPassword(_) => "InvalidPasswordException",
            Self::InvalidTrigger(_) => "InvalidLambdaResponseException",
            Self::LimitExceeded(_) => "LimitExceededException",
            Self::MissingScope | Self::NotAuthorized(_) => "NotAuthorizedException",
            Self::PasswordHistory => "PasswordHistoryPolicyViolationException",
            Self::PasswordResetRequired => "PasswordResetRequiredException",
            Self::RefreshTokenReuse => "RefreshTokenReuseException",
            Self::ResourceNotFound(_) => "ResourceNotFoundException",
            Self::SoftwareTokenMfaNotFound => "SoftwareTokenMFANotFoundException",
            Self::Unauthorized => "UnauthorizedException",
            Self::UnsupportedOperation(_) => "UnsupportedOperationException",
            Self::UnsupportedTokenType => "UnsupportedTokenTypeException",
            Self::UserNotConfirmed => "UserNotConfirmedException",
            Self::UserNotFound => "UserNotFoundException",
            Self::UsernameExists => "UsernameExistsException",
            Self::WrongSoftwareToken => "EnableSoftwareTokenMFAException",
        }
    }

    pub(crate) fn message(&self) -> Cow<'_, str> {
        match self {
            Self::InvalidParameter(text)
            | Self::InvalidTrigger(text)
            | Self::NotAuthorized(text)
            | Self::ResourceNotFound(text) => text.into(),
            Self::InvalidPassword(missing) => {
                format!("Password did not conform with policy: {missing}").into()
            }
            Self::ExpiredCode(text)
            | Self::LimitExceeded(text)
            | Self::UnsupportedOperation(text) => (*text).into(),
            Self::AliasExists => {
                "An account with the given email or phone number already exists.".into()
            }
            Self::CodeMismatch => "Invalid verification code provided, please try again.".into(),
            Self::GroupExists => "A group with the name already exists.".into(),
            Self::MissingScope => "Access Token does not have required scopes".into(),
            Self::PasswordHistory => "Password has previously been used".into(),
            Self::PasswordResetRequired => "Password reset required for the user".into(),
            Self::RefreshTokenReuse => "Refresh token reuse detected".into(),
            Self::SoftwareTokenMfaNotFound => {
                "Software token MFA not configured for the user.".into()
            }
            Self::Unauthorized => "The token was not issued to this client.".into(),
            Self::UnsupportedTokenType => "Unsupported token type".into(),
            Self::UserNotConfirmed => "User is not confirmed.".into(),
            Self::UserNotFound => "User does not exist.".into(),
            Self::UsernameExists => "User already exists".into(),
            Self::WrongSoftwareToken => "Code mismatch".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_exception_and_the_reason() {
        for (refusal, code, message) in [
            (
                Refusal::not_authorized("Incorrect username or password."),
                "NotAuthorizedException",
                "Incorrect username or password.",
            ),
            (
                Refusal::no_client("web"),
                "ResourceNotFoundException",
                "User pool client web does not exist.",
            ),
            (
                Refusal::InvalidPassword("Password not long enough"),
                "InvalidPasswordException",
                "Password did not conform with policy: Password not long enough",
            ),
            (
                Refusal::MissingScope,
                "NotAuthorizedException",
                "Access Token does not have required scopes",
            ),
            (Refusal::ExpiredCode("Too late."), "ExpiredCodeException", "Too late."),
            (Refusal::UserNotFound, "UserNotFoundException", "User does not exist."),
        ] {
            assert_eq!((refusal.code(), refusal.message().as_ref()), (code, message));
        }
    }
}
