//! What a gate says about everything that comes out from behind it.

use crate::{Rejection, rejection::write};
use actix_web::{
    Error, HttpResponse, ResponseError,
    body::EitherBody,
    dev::ServiceResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use poolgate::Gate;
use std::fmt;

/// About a response.
pub(crate) fn about_response<B>(
    gate: &Gate,
    response: ServiceResponse<EitherBody<B>>,
) -> ServiceResponse<EitherBody<B>> {
    let (request, response) = response.into_parts();
    ServiceResponse::new(request, finish(gate, response))
}

/// About an error that a middleware returns, and of which only the server will make a response.
pub(crate) fn about_error(gate: &Gate, error: Error) -> Error {
    if gate.vary().is_none() && error.as_error::<Rejection>().is_none() {
        return error;
    }
    Behind { gate: gate.clone(), error }.into()
}

fn finish<B>(
    gate: &Gate,
    mut response: HttpResponse<EitherBody<B>>,
) -> HttpResponse<EitherBody<B>> {
    let status = response.status().as_u16();
    let answer = response.extensions_mut().get_mut().and_then(|r| gate.last_word(r, status));
    if let Some(answer) = answer {
        response = write(response, answer).map_into_right_body();
    }
    if let Some(Ok(vary)) = gate.vary().map(HeaderValue::from_str) {
        response.headers_mut().append(header::VARY, vary);
    }
    response
}

/// An error from behind a gate.
struct Behind {
    gate: Gate,
    error: Error,
}

impl ResponseError for Behind {
    fn status_code(&self) -> StatusCode {
        self.error.as_response_error().status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let response = self.error.error_response().map_into_left_body();
        finish(&self.gate, response).map_into_boxed_body()
    }
}

impl fmt::Debug for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl fmt::Display for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}
