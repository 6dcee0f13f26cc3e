//! A request as a gate looks at it.

use actix_web::{dev::ServiceRequest, http::header::HeaderValue};
use poolgate::RequestHead;

pub(crate) struct Head<'r>(pub(crate) &'r ServiceRequest);

impl RequestHead for Head<'_> {
    fn method(&self) -> &str {
        self.0.method().as_str()
    }

    fn values<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h [u8]> {
        self.0.headers().get_all(name).map(HeaderValue::as_bytes)
    }
}
