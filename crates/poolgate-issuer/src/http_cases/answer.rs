//! What came back, compared with what must come back.

use super::{expected::HttpExpected, mismatch::HttpDifference};

/// What came back.
pub(super) struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    pub(super) fn new<N: AsRef<str>, V: AsRef<[u8]>>(
        status: u16,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let header = |(name, value): (N, V)| (name.as_ref().to_owned(), text(value.as_ref()));
        Self { status, headers: headers.into_iter().map(header).collect(), body: text(body) }
    }

    pub(super) fn differences(&self, expected: &HttpExpected) -> Vec<HttpDifference> {
        let parts = [
            difference("status", expected.status().to_string(), self.status.to_string()),
            self.challenge(expected),
            self.content_type(expected),
            self.cache_control(expected),
            self.retry_after(expected),
            self.vary(expected),
            difference("body", quoted(expected.body()), quoted(&self.body)),
        ];
        parts.into_iter().flatten().collect()
    }

    fn challenge(&self, expected: &HttpExpected) -> Option<HttpDifference> {
        let name = "www-authenticate";
        difference(name, or_nothing(expected.challenge()), or_nothing(self.joined(name).as_deref()))
    }

    /// Parameters, such as `charset`, are up to the service.
    fn content_type(&self, expected: &HttpExpected) -> Option<HttpDifference> {
        let (name, media_type) = ("content-type", expected.content_type()?);
        let found = self.joined(name);
        let bare = found.as_deref().and_then(|value| value.split(';').next()).map(str::trim);
        difference(name, media_type.to_owned(), or_nothing(bare))
    }

    /// Further directives are up to the service.
    fn cache_control(&self, expected: &HttpExpected) -> Option<HttpDifference> {
        let is_right =
            !expected.no_store() || self.list("cache-control").any(|it| it == "no-store");
        self.unless(is_right, "cache-control", "no-store")
    }

    fn retry_after(&self, expected: &HttpExpected) -> Option<HttpDifference> {
        let name = "retry-after";
        let seconds = self.joined(name).map(|value| value.parse::<u32>());
        match (expected.retry_after(), seconds) {
            (true, Some(Ok(1..))) | (false, None) => None,
            (true, _) => self.unless(false, name, "a number of seconds"),
            (false, _) => self.unless(false, name, "nothing"),
        }
    }

    /// Further names are up to the service.
    fn vary(&self, expected: &HttpExpected) -> Option<HttpDifference> {
        let names = expected.vary();
        let is_right = names.iter().all(|name| self.list("vary").any(|found| found == *name));
        self.unless(is_right, "vary", &names.join(", "))
    }

    fn unless(&self, is_right: bool, name: &'static str, expected: &str) -> Option<HttpDifference> {
        let found = || or_nothing(self.joined(name).as_deref());
        (!is_right).then(|| HttpDifference::new(name, expected.to_owned(), found()))
    }

    /// The items of a header that is a list, in lower case.
    fn list(&self, name: &str) -> impl Iterator<Item = String> {
        let values = self.joined(name).unwrap_or_default().to_ascii_lowercase();
        values.split(',').map(|item| item.trim().to_owned()).collect::<Vec<_>>().into_iter()
    }

    /// All values of a header, as one (RFC 9110 section 5.3).
    fn joined(&self, name: &str) -> Option<String> {
        let named = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let values: Vec<_> = named.map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

fn difference(part: &'static str, expected: String, found: String) -> Option<HttpDifference> {
    (expected != found).then(|| HttpDifference::new(part, expected, found))
}

fn or_nothing(value: Option<&str>) -> String {
    value.unwrap_or("nothing").to_owned()
}

/// A text as one line of some length.
fn quoted(text: &str) -> String {
    let start: String = text.chars().take(MAX_SHOWN).collect();
    let rest = if start.len() < text.len() { "…" } else { "" };
    format!("{start:?}{rest}")
}

const MAX_SHOWN: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_cases::{
        case::HttpCase,
        expected::{allows, refuses},
        route::HttpRoute,
    };

    type Headers<'h> = &'h [(&'h str, &'h str)];

    const REFUSAL: [(&str, &str); 3] = [
        ("WWW-Authenticate", "Bearer"),
        ("Content-Type", "application/json; charset=utf-8"),
        ("Cache-Control", "private, No-Store"),
    ];

    #[track_caller]
    fn differ(expected: HttpExpected, status: u16, headers: Headers<'_>, body: &str, parts: &str) {
        let case = HttpCase::new(HttpRoute::Cookie, "a case", expected);
        let vary = ("vary", "accept, Cookie,ORIGIN");
        let headers = headers.iter().copied().chain([vary]);
        let found = match case.check(status, headers, body) {
            Ok(()) => String::new(),
            Err(error) => error.differences().iter().map(|d| format!("{} ", d.part())).collect(),
        };
        assert_eq!(found.trim_end(), parts);
    }

    #[test]
    fn a_right_answer_has_no_difference() {
        differ(refuses("missing_token"), 401, &REFUSAL, r#"{"error":"unauthorized"}"#, "");
        differ(allows("alice"), 200, &[("content-type", "text/plain")], "alice", "");
    }

    #[test]
    fn every_part_is_compared() {
        let missing = || refuses("missing_token");
        let (body, down) = (r#"{"error":"unauthorized"}"#, refuses("keys_unavailable"));
        let with = |header| [&REFUSAL[..], &[header]].concat();
        differ(missing(), 200, &REFUSAL, body, "status");
        differ(missing(), 401, &REFUSAL[1..], body, "www-authenticate");
        differ(missing(), 401, &with(("www-authenticate", "Basic")), body, "www-authenticate");
        differ(missing(), 401, &REFUSAL[..2], body, "cache-control");
        differ(missing(), 401, &[REFUSAL[0], REFUSAL[2]], body, "content-type");
        differ(missing(), 401, &with(("retry-after", "1")), body, "retry-after");
        differ(missing(), 401, &REFUSAL, "", "body");
        differ(allows("alice"), 200, &REFUSAL[..1], "bob", "www-authenticate body");
        let body = r#"{"error":"temporarily_unavailable"}"#;
        for (value, parts) in [("1", ""), ("0", "retry-after"), ("soon", "retry-after")] {
            let headers = [&REFUSAL[1..], &[("retry-after", value)]].concat();
            differ(down.clone(), 503, &headers, body, parts);
        }
    }

    #[test]
    fn a_cookie_asks_for_vary() {
        let case = HttpCase::new(HttpRoute::Cookie, "a case", allows("alice"));

        assert_eq!(case.check(200, [("vary", "origin"), ("vary", "cookie")], "alice"), Ok(()));
        let error = case.check(200, [("vary", "cookie")], "alice").unwrap_err();
        assert_eq!(error.to_string(), "cookie GET: a case: vary: cookie instead of cookie, origin");
    }
}
