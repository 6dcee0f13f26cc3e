//! Places where nobody may look for a token unless told to. Those where nobody may ever look are among the attacks.

use super::{
    case::HttpCase,
    expected::{allows, refuses},
    route::HttpRoute::{self, Cookie, Header, Optional, Verified},
    tokens::alice,
};
use crate::issuer::TestIssuer;

pub(super) fn cases(issuer: &TestIssuer) -> Vec<HttpCase> {
    let token = alice(issuer).sign();
    [headers(&token), queries(&token), bodies(&token), beside_a_token(&token)].concat()
}

fn headers(token: &str) -> Vec<HttpCase> {
    let headers = ["x-access-token", "x-amzn-oidc-accesstoken", "sec-websocket-protocol"];
    let cases = headers
        .map(|name| nothing_found(Verified, &format!("only {name}")).with_header(name, token));
    let more = vec![
        nothing_found(Verified, "only a cookie").with_cookie(token),
        nothing_found(Optional, "only a cookie").with_cookie(token),
        nothing_found(Optional, "only x-forwarded-user").with_header("x-forwarded-user", "alice"),
        nothing_found(Header, "only a cookie").with_cookie(token),
        nothing_found(Cookie, "only x-access-token").with_header("x-access-token", token),
    ];
    [cases.into(), more].concat()
}

/// Required gates are among the attacks.
fn queries(token: &str) -> Vec<HttpCase> {
    let case = |route, what: &str, query: String| nothing_found(route, what).with_query(query);
    let query = format!("?access_token={token}");
    vec![
        case(Optional, "access_token in the query", query.clone()),
        case(Header, "x-access-token in the query", format!("?x-access-token={token}")),
        case(Cookie, "access_token in the query", query),
    ]
}

/// RFC 6750 section 2.2 allows a form, and no service has to.
fn bodies(token: &str) -> Vec<HttpCase> {
    let case = |route, content_type: &str, body: String| {
        nothing_found(route, &format!("access_token in a body of {content_type}"))
            .with_method("POST")
            .with_header("content-type", content_type)
            .with_body(body)
    };
    let (form, json) =
        (format!("access_token={token}"), format!(r#"{{"access_token":"{token}"}}"#));
    vec![
        case(Verified, "application/x-www-form-urlencoded", form.clone()),
        case(Verified, "application/json", json),
        case(Optional, "application/x-www-form-urlencoded", form),
    ]
}

/// What nobody looks at does no harm either.
fn beside_a_token(token: &str) -> Vec<HttpCase> {
    let case = |what| HttpCase::new(Verified, what, allows("alice")).with_bearer(token);
    vec![
        case("a good token, and another in the query").with_query("?access_token=a.b.c"),
        case("a good token, and another in a header").with_header("x-access-token", "a.b.c"),
        case("a good token, and another in a cookie").with_cookie("a.b.c"),
        case("a good token, and a forwarded user").with_header("x-forwarded-user", "root"),
        case("a good token, and a foreign origin")
            .with_method("POST")
            .with_header("origin", "https://evil.example.com"),
    ]
}

/// As if nothing had been sent.
fn nothing_found(route: HttpRoute, what: &str) -> HttpCase {
    let expected =
        if route.serves_anonymous() { allows("anonymous") } else { refuses("missing_token") };
    HttpCase::new(route, what, expected)
}
