//! A token in a header of its own, bare.

use super::{
    case::HttpCase,
    expected::{HttpExpected, allows, refuses},
    route::HttpRoute::Header,
    tokens::alice,
};
use crate::issuer::TestIssuer;

pub(super) fn cases(issuer: &TestIssuer) -> Vec<HttpCase> {
    let token = alice(issuer).sign();
    let expired = alice(issuer).expired().sign();
    [
        found(&token),
        malformed(&token),
        two_credentials(&token),
        vec![
            case("in x-access-token: an expired token", refuses("token_expired"))
                .with_header(NAME, expired),
            case("in x-access-token: not a JWT", refuses("token_malformed"))
                .with_header(NAME, "garbage"),
            // Some gateways make one name of the two.
            case("the name with underscores", refuses("missing_token"))
                .with_header("x_access_token", token),
        ],
    ]
    .concat()
}

fn found(token: &str) -> Vec<HttpCase> {
    vec![
        case("the bare token", allows("alice")).with_header(NAME, token),
        case("the name in upper case", allows("alice")).with_header("X-ACCESS-TOKEN", token),
        case("the bare token, from a foreign page", allows("alice"))
            .with_method("POST")
            .with_header(NAME, token)
            .with_header("origin", "https://evil.example.com"),
        case("the bare token, and a cookie", allows("alice"))
            .with_header(NAME, token)
            .with_cookie(token),
    ]
}

fn malformed(token: &str) -> Vec<HttpCase> {
    let rows = [
        ("an empty value", String::new()),
        ("a scheme in front", format!("Bearer {token}")),
        ("a quoted token", format!("\"{token}\"")),
        ("a list of two", format!("{token},{token}")),
        ("two tokens", format!("{token} {token}")),
        ("a comma behind", format!("{token},")),
        ("a letter beyond ASCII", format!("{token}\u{e9}")),
    ];
    rows.map(|(what, value)| {
        case(&format!("in {NAME}: {what}"), refuses("malformed_authorization"))
            .with_header(NAME, value)
    })
    .into()
}

fn two_credentials(token: &str) -> Vec<HttpCase> {
    let case = |what| case(what, refuses("malformed_authorization"));
    let named = |what| case(what).with_header(NAME, token);
    vec![
        named("the named header twice").with_header(NAME, token),
        named("the named header twice, once empty").with_header(NAME, ""),
        named("both headers").with_bearer(token),
        named("both headers, one bad").with_bearer("a.b.c"),
        named("the named header, and Basic").with_authorization("Basic YTpi"),
        named("the named header, and an empty Authorization").with_authorization(""),
        named("the named header, and Bearer without a token").with_authorization("Bearer"),
    ]
}

fn case(what: &str, expected: HttpExpected) -> HttpCase {
    HttpCase::new(Header, what, expected)
}

const NAME: &str = "x-access-token";
