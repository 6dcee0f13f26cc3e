//! An error becomes an answer. What it says is decided in the core; here it is only copied.

use actix_web::{
    HttpResponse, ResponseError,
    body::BoxBody,
    dev::ServiceResponse,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
};
use poolgate::{Answer, Error, Refused};
use std::{borrow::Cow, fmt};

/// The answer of an extractor that found no token, or claims that do not fit; and of a handler
/// that asks a token for more.
///
/// ```
/// use poolgate::Requirement;
/// use poolgate_actix::{Rejection, Verified};
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

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Rejection {}

impl ResponseError for Rejection {
    fn status_code(&self) -> StatusCode {
        status(self.0.status())
    }

    /// The answer to the error; behind a gate with settings of its own, the gate's answer.
    fn error_response(&self) -> HttpResponse {
        let refused = Refused::new(self.0.clone());
        let mut response = write(HttpResponse::new(self.status_code()), refused.answer());
        response.extensions_mut().insert(refused);
        response
    }
}

/// Why a response is a refusal, for logs and numbers outside of the middleware; `None` if it is
/// none.
///
/// ```
/// use actix_web::{dev::ServiceResponse, test::TestRequest};
/// use poolgate::Error;
/// use poolgate_actix::{Rejection, refused};
///
/// let rejection = Rejection::from(Error::InsufficientGroup);
/// let request = TestRequest::default().to_http_request();
/// let response = ServiceResponse::from_err(rejection, request);
/// assert_eq!(refused(&response), Some(Error::InsufficientGroup));
/// ```
pub fn refused<B>(response: &ServiceResponse<B>) -> Option<Error> {
    response.response().extensions().get().map(|refused: &Refused| refused.error().clone())
}

/// Makes the answer of a response, whatever it was.
pub(crate) fn write<B>(mut response: HttpResponse<B>, answer: Answer) -> HttpResponse {
    *response.status_mut() = status(answer.status());
    let headers = response.headers_mut();
    for name in Answer::REPLACED {
        headers.remove(name);
    }
    for (name, value) in answer.headers() {
        // What cannot be sent is left out; the core writes nothing of the kind.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response.set_body(match answer.into_content() {
        Cow::Borrowed(content) => BoxBody::new(content),
        Cow::Owned(content) => BoxBody::new(content),
    })
}

fn status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
