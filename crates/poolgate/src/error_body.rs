//! The body of a refusal.

use crate::Error;
use std::borrow::Cow;

/// The body of a refusal: what [`Gate::error_body`](crate::Gate::error_body) makes of an error.
///
/// ```
/// use poolgate::{Error, ErrorBody};
///
/// fn as_text(error: &Error) -> ErrorBody {
///     ErrorBody::new("text/plain; charset=utf-8", match error.status() {
///         401 => "Please sign in.",
///         403 => "This is not for you.",
///         _ => "Please try again later.",
///     })
/// }
/// assert_eq!(as_text(&Error::MissingToken).content(), b"Please sign in.");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorBody {
    content_type: &'static str,
    content: Cow<'static, [u8]>,
}

impl ErrorBody {
    /// Content of this media type.
    pub fn new(content_type: &'static str, content: impl Into<Cow<'static, str>>) -> Self {
        let content = match content.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        Self { content_type, content }
    }

    /// A JSON text.
    pub fn json(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new("application/json", text)
    }

    /// Nothing: for gRPC, whose clients read the status and stumble over a body.
    #[must_use]
    pub const fn empty() -> Self {
        Self { content_type: "", content: Cow::Borrowed(&[]) }
    }

    /// Problem details (RFC 9457) about an error. Like every other answer, they do not tell one
    /// fault of a token from another.
    ///
    /// ```
    /// # fn example(verifier: poolgate::Verifier) -> poolgate::Gate {
    /// poolgate::Gate::new(verifier).error_body(poolgate::ErrorBody::problem_details)
    /// # }
    /// ```
    #[must_use]
    pub fn problem_details(error: &Error) -> Self {
        Self::new("application/problem+json", error.problem_details())
    }

    /// The media type, unless there is nothing.
    #[must_use]
    pub fn content_type(&self) -> Option<&'static str> {
        (!self.content.is_empty()).then_some(self.content_type)
    }

    /// The content.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// The content, to be sent.
    #[must_use]
    pub fn into_content(self) -> Cow<'static, [u8]> {
        self.content
    }
}

/// The body by default: [`Error::body`].
impl From<&Error> for ErrorBody {
    fn from(error: &Error) -> Self {
        Self::json(error.body())
    }
}
