//! What a gate looks at, without a framework's types.

/// The head of a request, as a [`Gate`](crate::Gate) looks at it.
///
/// `poolgate-tower` and `poolgate-actix` implement it for their requests; implement it to put a
/// gate in front of anything else that speaks HTTP.
///
/// ```
/// use poolgate::RequestHead;
///
/// struct Head<'r> {
///     method: &'r str,
///     headers: &'r [(&'r str, &'r [u8])],
/// }
///
/// impl RequestHead for Head<'_> {
///     fn method(&self) -> &str {
///         self.method
///     }
///     fn values<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h [u8]> {
///         let is_named = move |header: &&(&str, &[u8])| header.0.eq_ignore_ascii_case(name);
///         self.headers.iter().filter(is_named).map(|(_, value)| *value)
///     }
/// }
/// ```
pub trait RequestHead {
    /// The method, such as `GET`.
    fn method(&self) -> &str;

    /// Every value of a header, in the order in which they came. The name is in lower case.
    fn values<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h [u8]>;
}

#[cfg(test)]
pub(crate) mod tests {
    use super::RequestHead;

    /// A request of a test.
    pub(crate) struct Head<'r> {
        pub(crate) method: &'r str,
        pub(crate) headers: &'r [(&'r str, &'r str)],
    }

    impl RequestHead for Head<'_> {
        fn method(&self) -> &str {
            self.method
        }

        fn values<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h [u8]> {
            let is_named = move |header: &&(&str, &str)| header.0 == name;
            self.headers.iter().filter(is_named).map(|(_, value)| value.as_bytes())
        }
    }
}
