//! One case: a request, and what must come back.

use super::{answer::Answer, expected::HttpExpected, mismatch::HttpMismatch, route::HttpRoute};

/// A request to a service that is guarded by this issuer's tokens, and what must come back.
///
/// Made by [`TestIssuer::http_cases`](crate::TestIssuer::http_cases). It is data: send it with the HTTP client that
/// you have, and let [`check`](Self::check) look at the answer.
#[derive(Clone, Debug)]
pub struct HttpCase {
    what: String,
    route: HttpRoute,
    method: &'static str,
    query: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: String,
    expected: HttpExpected,
}

impl HttpCase {
    /// A name that no other case has, such as `verified GET: an expired token`.
    pub fn name(&self) -> String {
        format!("{} {}: {}", self.route, self.method, self.what)
    }

    /// The route that it is for.
    pub fn route(&self) -> HttpRoute {
        self.route
    }

    /// The method. Case matters: `get` is a method of its own.
    pub fn method(&self) -> &str {
        self.method
    }

    /// The path of the route, and the query if there is one.
    ///
    /// If the route stands elsewhere in your service, put your path in front of [`query`](Self::query).
    pub fn target(&self) -> String {
        format!("{}{}", self.route.path(), self.query)
    }

    /// The query with its `?`, or nothing.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Every header but those that a client sets itself: names in order, with bytes that may be no UTF-8.
    ///
    /// A name that comes twice has to be sent twice. Do not let a client sort, join or trim what is here.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter().map(|(name, value)| (*name, value.as_slice()))
    }

    /// The body, mostly empty.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// What must come back.
    pub fn expected(&self) -> &HttpExpected {
        &self.expected
    }

    /// Compares what came back with what must come back. The headers can be those of any client.
    ///
    /// # Errors
    /// [`HttpMismatch`] with every difference.
    ///
    /// ```
    /// # use poolgate_issuer::{HttpCase, HttpMismatch, TestIssuer};
    /// # let issuer = TestIssuer::builder().offline();
    /// # let cases = issuer.http_cases();
    /// let case = cases.iter().find(|case| case.name() == "verified GET: no-credential").unwrap();
    ///
    /// let error = case.check(200, [("content-type", "text/plain")], "hello").unwrap_err();
    /// assert_eq!(error.differences()[0].to_string(), "status: 200 instead of 401");
    /// ```
    pub fn check<N: AsRef<str>, V: AsRef<[u8]>>(
        &self,
        status: u16,
        headers: impl IntoIterator<Item = (N, V)>,
        body: impl AsRef<[u8]>,
    ) -> Result<(), HttpMismatch> {
        let differences = Answer::new(status, headers, body.as_ref()).differences(&self.expected);
        HttpMismatch::of(self, differences)
    }

    /// A `GET` without any header.
    pub(crate) fn new(route: HttpRoute, what: impl Into<String>, expected: HttpExpected) -> Self {
        Self {
            what: what.into(),
            route,
            method: "GET",
            query: String::new(),
            headers: Vec::new(),
            body: String::new(),
            expected: expected.varying_by(route.vary()),
        }
    }

    /// The name without its route and method.
    #[cfg(feature = "runner")]
    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    #[cfg(feature = "runner")]
    pub(crate) fn renamed(self, what: impl Into<String>) -> Self {
        Self { what: what.into(), ..self }
    }

    pub(crate) fn with_method(mut self, method: &'static str) -> Self {
        self.method = method;
        if method == "HEAD" {
            self.expected = self.expected.without_body();
        }
        self
    }

    pub(crate) fn with_query(self, query: impl Into<String>) -> Self {
        Self { query: query.into(), ..self }
    }

    pub(crate) fn with_body(self, body: impl Into<String>) -> Self {
        Self { body: body.into(), ..self }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn with_headers<V: Into<Vec<u8>>>(
        self,
        headers: impl IntoIterator<Item = (&'static str, V)>,
    ) -> Self {
        headers.into_iter().fold(self, |case, (name, value)| case.with_header(name, value))
    }

    pub(crate) fn with_authorization(self, value: impl Into<Vec<u8>>) -> Self {
        self.with_header("authorization", value)
    }

    pub(crate) fn with_bearer(self, token: &str) -> Self {
        self.with_authorization(format!("Bearer {token}"))
    }

    pub(crate) fn with_cookie(self, token: &str) -> Self {
        self.with_header("cookie", format!("__Host-access_token={token}"))
    }
}
