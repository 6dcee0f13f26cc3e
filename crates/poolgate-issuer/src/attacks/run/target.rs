//! Where attacks are sent.

use axum::http::{HeaderName, HeaderValue, Method, Uri};

use super::AttackError;

/// A URL that begins with `http://`, and what a request to it needs besides a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    host: String,
    port: u16,
    authority: String,
    path_and_query: String,
    method: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Target {
    pub(super) fn parse(url: &str) -> Result<Self, AttackError> {
        let uri: Uri = url.parse().map_err(|_| invalid("it is no URL"))?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => {
                return Err(invalid("TLS is not spoken here, so attack the plain port behind it"));
            }
            _ => return Err(invalid("it does not begin with http://")),
        }
        let authority = uri.authority().ok_or(invalid("it names no host"))?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(invalid("it names no host, or a user"));
        }
        Ok(Self {
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(80),
            authority: authority.to_string(),
            path_and_query: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            method: "GET".to_owned(),
            headers: Vec::new(),
            body: String::new(),
        })
    }

    pub(super) fn set_method(&mut self, method: String) -> Result<(), AttackError> {
        let is_method = Method::from_bytes(method.as_bytes()).is_ok();
        self.method = is_method.then_some(method).ok_or(invalid("it is no method"))?;
        Ok(())
    }

    pub(super) fn add_header(&mut self, name: String, value: String) -> Result<(), AttackError> {
        let is_header = HeaderName::from_bytes(name.as_bytes()).is_ok()
            && HeaderValue::from_str(&value).is_ok();
        if !is_header {
            return Err(invalid("a header has a name and a value of one line"));
        }
        let set = ["authorization", "connection", "content-length", "host", "transfer-encoding"];
        if set.contains(&&*name.to_ascii_lowercase()) {
            return Err(invalid("this header is set by the attacks"));
        }
        self.headers.push((name, value));
        Ok(())
    }

    pub(super) fn set_body(&mut self, body: String) {
        self.body = body;
    }

    /// The target's own, unless the attack is in the method.
    pub(super) fn method_for<'m>(&'m self, method: &'m str) -> &'m str {
        if method == "GET" { &self.method } else { method }
    }

    pub(super) fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter().map(|(name, value)| (&**name, value.as_bytes()))
    }

    pub(super) fn body(&self) -> &str {
        &self.body
    }

    /// Whom to connect to.
    pub(super) fn address(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// The value of `Host`.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    /// The path, with a query that begins with `?` behind its own.
    pub(super) fn with_query(&self, query: &str) -> String {
        let path = &self.path_and_query;
        match query.strip_prefix('?') {
            Some(more) if path.contains('?') => format!("{path}&{more}"),
            _ => format!("{path}{query}"),
        }
    }
}

const fn invalid(reason: &'static str) -> AttackError {
    AttackError::InvalidTarget { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart() {
        for (url, address, path) in [
            ("http://localhost:3000/me", ("localhost", 3_000), "/me"),
            ("http://example.com", ("example.com", 80), "/"),
            ("http://[::1]:81/a/b?c=d", ("::1", 81), "/a/b?c=d"),
        ] {
            let target = Target::parse(url).unwrap();
            assert_eq!((target.address(), &*target.with_query("")), (address, path), "{url}");
        }
        assert_eq!(Target::parse("http://[::1]:81/").unwrap().authority(), "[::1]:81");
    }

    #[test]
    fn what_a_request_needs_besides_a_token() {
        let mut target = Target::parse("http://a/b").unwrap();
        assert_eq!((target.method_for("GET"), target.method_for("HEAD")), ("GET", "HEAD"));

        target.set_method("PUT".to_owned()).unwrap();
        target.add_header("X-Key".to_owned(), "a b".to_owned()).unwrap();
        target.set_body("{}".to_owned());

        assert_eq!((target.method_for("GET"), target.method_for("HEAD")), ("PUT", "HEAD"));
        assert_eq!(target.headers().collect::<Vec<_>>(), [("X-Key", &b"a b"[..])]);
        assert!(target.set_method("P U T".to_owned()).is_err());
        for (name, value) in
            [("a b", ""), ("a", "b\r\nc: d"), ("Authorization", "x"), ("host", "x")]
        {
            assert!(target.add_header(name.to_owned(), value.to_owned()).is_err(), "{name}");
        }
    }

    #[test]
    fn a_query_is_added() {
        let with = |url| Target::parse(url).unwrap().with_query("?token=x");

        assert_eq!(with("http://a/b"), "/b?token=x");
        assert_eq!(with("http://a/b?c=d"), "/b?c=d&token=x");
    }

    #[test]
    fn what_cannot_be_attacked() {
        for url in
            ["", "localhost:3000", "/me", "https://a/b", "ftp://a/b", "http://u@a/", "http://"]
        {
            assert!(matches!(Target::parse(url), Err(AttackError::InvalidTarget { .. })), "{url}");
        }
    }
}
