//! A browser sends a cookie whoever asks it to. So the page that asks must be one of ours, if the request could change
//! something or opens another protocol.

use super::{
    case::HttpCase,
    expected::{HttpExpected, allows, refuses},
    route::HttpRoute::{Cookie, OptionalCookie},
    tokens::alice,
};
use crate::issuer::TestIssuer;

pub(super) fn cases(issuer: &TestIssuer) -> Vec<HttpCase> {
    let token = alice(issuer).sign();
    [
        every_method(&token),
        upgrades(&token),
        pages(&token),
        other_signs(&token),
        order(issuer),
        without_cookie(&token),
    ]
    .concat()
}

type Headers = &'static [(&'static str, &'static str)];

/// Each kind of page with each kind of method. A method is unsafe unless RFC 9110 section 9.2.1 calls it safe.
fn every_method(token: &str) -> Vec<HttpCase> {
    let safe = ["GET", "HEAD", "OPTIONS", "TRACE"].map(|method| (method, true));
    let may_change =
        ["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "get"].map(|method| (method, false));
    let of_method = |(method, is_safe)| {
        PAGES.map(|(what, headers, is_ours)| {
            case(what, verdict(is_safe || is_ours), token, headers).with_method(method)
        })
    };
    safe.into_iter().chain(may_change).flat_map(of_method).collect()
}

/// A `GET` that becomes a socket is not safe.
fn upgrades(token: &str) -> Vec<HttpCase> {
    let row = |(what, headers, is_ours): (&str, Headers, bool)| {
        case(&format!("an upgrade: {what}"), verdict(is_ours), token, headers)
            .with_headers([("connection", "upgrade"), ("upgrade", "websocket")])
    };
    PAGES.map(row).into()
}

/// Exactly one origin, equal to a listed one byte by byte. Only without any does `Sec-Fetch-Site` count.
fn pages(token: &str) -> Vec<HttpCase> {
    let rows: [(&str, Headers, bool); 20] = [
        ("listed, whatever the site", &[OURS, ("sec-fetch-site", "cross-site")], true),
        ("null", &[("origin", "null")], false),
        ("null, of the same origin", &[("origin", "null"), SAME_ORIGIN], false),
        ("empty", &[("origin", "")], false),
        ("empty, of the same origin", &[("origin", ""), SAME_ORIGIN], false),
        ("foreign, of the same origin", &[FOREIGN, SAME_ORIGIN], false),
        ("another scheme", &[("origin", "http://app.example.com")], false),
        ("another port", &[("origin", "https://app.example.com:8443")], false),
        ("the default port", &[("origin", "https://app.example.com:443")], false),
        ("another case", &[("origin", "https://APP.example.com")], false),
        ("a slash behind", &[("origin", "https://app.example.com/")], false),
        ("a dot behind", &[("origin", "https://app.example.com.")], false),
        ("a foreign host behind", &[("origin", "https://app.example.com.evil.example.com")], false),
        ("a foreign host in front", &[("origin", "https://evil-app.example.com")], false),
        ("the parent domain", &[("origin", "https://example.com")], false),
        ("ours as a user", &[("origin", "https://app.example.com@evil.example.com")], false),
        ("ours twice", &[OURS, OURS], false),
        ("ours, then a foreign one", &[OURS, FOREIGN], false),
        ("a foreign one, then ours", &[FOREIGN, OURS], false),
        ("two in one", &[("origin", "https://app.example.com https://evil.example.com")], false),
    ];
    rows.map(|(what, headers, is_ours)| {
        post(&format!("origin: {what}"), verdict(is_ours), token, headers)
    })
    .into()
}

fn other_signs(token: &str) -> Vec<HttpCase> {
    let rows: [(&str, Headers); 10] = [
        ("of the same site", &[("sec-fetch-site", "same-site")]),
        ("typed by hand", &[("sec-fetch-site", "none")]),
        ("a site in another case", &[("sec-fetch-site", "Same-Origin")]),
        ("a site twice", &[SAME_ORIGIN, SAME_ORIGIN]),
        ("two sites", &[SAME_ORIGIN, ("sec-fetch-site", "cross-site")]),
        ("two sites in one", &[("sec-fetch-site", "same-origin, cross-site")]),
        ("only a referrer", &[("referer", "https://app.example.com/")]),
        ("only a forwarded host", &[("x-forwarded-host", "app.example.com")]),
        ("only Forwarded", &[("forwarded", "host=app.example.com;proto=https")]),
        ("only a sign of a script", &[("x-requested-with", "XMLHttpRequest")]),
    ];
    rows.map(|(what, headers)| post(&format!("no origin: {what}"), verdict(false), token, headers))
        .into()
}

/// Malformed, then cross-site, then invalid; and never anonymous.
fn order(issuer: &TestIssuer) -> Vec<HttpCase> {
    let (token, expired) = (alice(issuer).sign(), alice(issuer).expired().sign());
    let optional =
        |what, expected| HttpCase::new(OptionalCookie, what, expected).with_method("POST");
    vec![
        post("an expired token of a foreign page", verdict(false), &expired, &[]),
        post("an expired token of our page", refuses("token_expired"), &expired, &[OURS]),
        post("not a JWT, of a foreign page", verdict(false), "garbage", &[]),
        post("not a JWT, of our page", refuses("token_malformed"), "garbage", &[OURS]),
        post("two tokens of a foreign page", refuses("malformed_authorization"), &token, &[])
            .with_cookie(&token),
        post(
            "header and cookie of a foreign page",
            refuses("malformed_authorization"),
            &token,
            &[],
        )
        .with_bearer(&token),
        optional("a foreign page", verdict(false)).with_cookie(&token),
        optional("our page", allows("alice")).with_cookie(&token).with_headers([OURS]),
    ]
}

/// No page can make a browser send `Authorization` along, and a request without any credential does no harm.
fn without_cookie(token: &str) -> Vec<HttpCase> {
    let post = |route, what, expected| {
        HttpCase::new(route, what, expected).with_method("POST").with_headers([FOREIGN])
    };
    vec![
        post(Cookie, "a token in Authorization, of a foreign page", allows("alice"))
            .with_bearer(token),
        post(Cookie, "no credential, of a foreign page", refuses("missing_token")),
        post(Cookie, "another cookie, of a foreign page", refuses("missing_token"))
            .with_header("cookie", "theme=dark"),
        post(OptionalCookie, "no credential, of a foreign page", allows("anonymous")),
    ]
}

fn verdict(is_allowed: bool) -> HttpExpected {
    if is_allowed { allows("alice") } else { refuses("cross_site_request") }
}

fn post(what: &str, expected: HttpExpected, token: &str, headers: Headers) -> HttpCase {
    case(what, expected, token, headers).with_method("POST")
}

fn case(what: &str, expected: HttpExpected, token: &str, headers: Headers) -> HttpCase {
    HttpCase::new(Cookie, what, expected).with_cookie(token).with_headers(headers.iter().copied())
}

/// What a browser can say about the page that asks, and whether that is one of ours.
const PAGES: [(&str, Headers, bool); 5] = [
    ("no sign of a page", &[], false),
    ("a listed origin", &[OURS], true),
    ("a foreign origin", &[FOREIGN], false),
    ("our own page, without origin", &[SAME_ORIGIN], true),
    ("a foreign page, without origin", &[("sec-fetch-site", "cross-site")], false),
];

const OURS: (&str, &str) = ("origin", "https://app.example.com");

const FOREIGN: (&str, &str) = ("origin", "https://evil.example.com");

const SAME_ORIGIN: (&str, &str) = ("sec-fetch-site", "same-origin");
