//! A token in a cookie: which one it is, and whose page may send it.

use crate::{ConfigError, RequestHead, bearer::is_tchar, url::is_origin};

/// A cookie that holds a token, and the origins whose pages may use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cookie {
    name: String,
    origins: Vec<String>,
}

impl Cookie {
    pub(crate) fn new<O: Into<String>>(
        name: String,
        origins: impl IntoIterator<Item = O>,
    ) -> Result<Self, ConfigError> {
        if name.is_empty() || !name.bytes().all(is_tchar) {
            return Err(ConfigError::Source { value: name });
        }
        let origins: Vec<String> = origins.into_iter().map(Into::into).collect();
        match origins.iter().find(|origin| !is_origin(origin)) {
            Some(origin) => Err(ConfigError::Origin { value: Some(origin.clone()) }),
            None if origins.is_empty() => Err(ConfigError::Origin { value: None }),
            None => Ok(Self { name, origins }),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Every value of this cookie (RFC 6265 §4.2.1). HTTP/2 may spread cookies over several
    /// headers (RFC 9113 §8.2.3).
    pub(crate) fn values<'h>(&self, head: &'h impl RequestHead) -> impl Iterator<Item = &'h [u8]> {
        let pairs = head.values("cookie").flat_map(|value| value.split(|byte| *byte == b';'));
        pairs.filter_map(|pair| {
            let (name, value) = pair.split_at_checked(pair.iter().position(|b| *b == b'=')?)?;
            let is_this = trim(name) == self.name.as_bytes();
            is_this.then(|| trim(value.strip_prefix(b"=").unwrap_or_default()))
        })
    }

    /// Whether the request comes from a page that may use the cookie, or cannot do harm.
    pub(crate) fn allows(&self, head: &impl RequestHead) -> bool {
        if is_safe(head.method()) && head.values("upgrade").next().is_none() {
            return true;
        }
        let mut origins = head.values("origin");
        match (origins.next(), origins.next()) {
            (Some(origin), None) => self.origins.iter().any(|listed| listed.as_bytes() == origin),
            (Some(_), Some(_)) => false,
            (None, _) => is_from_same_origin(head),
        }
    }
}

/// RFC 9110 §9.2.1.
fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
}

/// What the browser says about the page (Fetch Metadata §2.4), which no page can change.
fn is_from_same_origin(head: &impl RequestHead) -> bool {
    let mut sites = head.values("sec-fetch-site");
    (sites.next(), sites.next()) == (Some(b"same-origin"), None)
}

/// Blanks only; other programs may trim more, and then read another name.
fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request_head::tests::Head;

    fn cookie() -> Cookie {
        let origins = ["https://app.example", "http://localhost:3000"];
        Cookie::new("__Host-t".to_owned(), origins).unwrap()
    }

    #[track_caller]
    fn has(lines: &[&str], expected: &[&str]) {
        let headers: Vec<_> = lines.iter().map(|line| ("cookie", *line)).collect();
        let head = Head { method: "GET", headers: &headers };
        let cookie = cookie();
        let found: Vec<_> = cookie.values(&head).map(|v| std::str::from_utf8(v).unwrap()).collect();
        assert_eq!(found, expected, "{lines:?}");
    }

    #[test]
    fn every_cookie_of_this_name() {
        has(&[], &[]);
        has(&["__Host-t=a"], &["a"]);
        has(&["x=1; __Host-t=a; y=2"], &["a"]);
        has(&["x=1;\t __Host-t = a ;y=2"], &["a"]);
        has(&["__Host-t=a=b="], &["a=b="]);
        has(&["__Host-t="], &[""]);
        has(&["__Host-t=\"a\""], &["\"a\""]);
        has(&["__Host-t=a; __Host-t=a"], &["a", "a"]);
        has(&["__Host-t=a", "y=2; __Host-t=b"], &["a", "b"]);
        has(&["__host-t=a", "__Host-t", "=__Host-t=a", "__Host-tt=a", "a__Host-t=a"], &[]);
        has(&["\u{a0}__Host-t=a", "\u{b}__Host-t=a", "x=\"; __Host-t=a"], &["a"]);
    }

    #[test]
    fn methods_that_change_something_need_a_listed_origin() {
        for (name, headers, is_allowed) in [
            ("listed", &[("origin", "https://app.example")][..], true),
            ("the other listed", &[("origin", "http://localhost:3000")], true),
            ("the same origin", &[("sec-fetch-site", "same-origin")], true),
            ("nothing", &[], false),
            ("another", &[("origin", "https://evil.example")], false),
            ("null", &[("origin", "null")], false),
            ("empty", &[("origin", "")], false),
            ("a prefix", &[("origin", "https://app.example.evil.example")], false),
            ("another case", &[("origin", "https://App.example")], false),
            ("another port", &[("origin", "https://app.example:444")], false),
            ("another scheme", &[("origin", "http://app.example")], false),
            ("the same site", &[("sec-fetch-site", "same-site")], false),
            ("by hand", &[("sec-fetch-site", "none")], false),
            ("two sites", &[SAME_ORIGIN, ("sec-fetch-site", "cross-site")], false),
            ("two origins", &[("origin", "https://app.example"); 2], false),
            ("null of the same origin", &[("origin", "null"), SAME_ORIGIN], false),
            (
                "unlisted of the same origin",
                &[("origin", "https://api.example"), SAME_ORIGIN],
                false,
            ),
            ("only a host", &[("host", "app.example"), ("x-forwarded-host", "app.example")], false),
        ] {
            for method in ["POST", "PUT", "PATCH", "DELETE", "CONNECT", "get", "QUERY"] {
                let head = Head { method, headers };
                assert_eq!(cookie().allows(&head), is_allowed, "{method} {name}");
            }
            let upgrade = [headers, &[("upgrade", "websocket")]].concat();
            let head = Head { method: "GET", headers: &upgrade };
            assert_eq!(cookie().allows(&head), is_allowed, "upgrade {name}");
            for method in ["GET", "HEAD", "OPTIONS", "TRACE"] {
                assert!(cookie().allows(&Head { method, headers }), "{method} {name}");
            }
        }
    }

    const SAME_ORIGIN: (&str, &str) = ("sec-fetch-site", "same-origin");

    #[test]
    fn origins_as_a_browser_writes_them() {
        for origin in ["https://a.example", "https://a.example:8443", "http://[::1]:81"] {
            assert!(Cookie::new("t".to_owned(), [origin]).is_ok(), "{origin}");
        }
        for origin in [
            "",
            "null",
            "*",
            "a.example",
            "http://a.example",
            "https://a.example/",
            "https://A.example",
            "https://a.example:443",
            "http://[::1]:80",
            "https://*.example",
            "https://u@a.example",
            "https://é.example",
            "file:///",
            "ftp://a.example",
            " https://a.example",
        ] {
            let error = ConfigError::Origin { value: Some(origin.to_owned()) };
            assert_eq!(Cookie::new("t".to_owned(), [origin]), Err(error), "{origin:?}");
        }
        let none = Cookie::new::<String>("t".to_owned(), []);
        assert_eq!(none, Err(ConfigError::Origin { value: None }));
    }
}
