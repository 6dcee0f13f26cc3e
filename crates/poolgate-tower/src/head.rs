//! A request as a gate looks at it.

use http::{HeaderValue, Request};
use poolgate::RequestHead;

pub(crate) struct Head<'r, B>(pub(crate) &'r Request<B>);

impl<B> RequestHead for Head<'_, B> {
    fn method(&self) -> &str {
        self.0.method().as_str()
    }

    fn values<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h [u8]> {
        self.0.headers().get_all(name).iter().map(HeaderValue::as_bytes)
    }
}
