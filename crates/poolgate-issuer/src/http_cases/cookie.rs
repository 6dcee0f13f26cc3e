//! A token in a cookie: which one it is. All of these are safe requests, so that the page does not matter.

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
        found(&token),
        no_such_cookie(&token),
        malformed(&token),
        twice(&token),
        two_credentials(&token),
    ]
    .into_iter()
    .flatten()
    .chain(invalid(issuer))
    .chain(optional(&token))
    .collect()
}

fn found(token: &str) -> Vec<HttpCase> {
    let rows = [
        ("the cookie, first of three", format!("{NAME}={token}; theme=dark; lang=en")),
        ("the cookie, last of three", format!("theme=dark; lang=en; {NAME}={token}")),
        ("no blank between cookies", format!("theme=dark;{NAME}={token};lang=en")),
        ("a tab between cookies", format!("theme=dark;\t{NAME}={token}")),
        ("a semicolon at the end", format!("{NAME}={token};")),
        ("nothing between semicolons", format!(";; {NAME}={token}")),
        ("a cookie without a name beside it", format!("=x; {NAME}={token}")),
        ("the name as another cookie's value", format!("x={NAME}; {NAME}={token}")),
    ];
    let rows = rows.map(|(what, cookie)| case(what, allows("alice")).with_header("cookie", cookie));
    let more = vec![
        case("the cookie in the second header", allows("alice"))
            .with_header("cookie", "theme=dark")
            .with_cookie(token),
        case("a cookie that is no UTF-8 beside it", allows("alice"))
            .with_header("cookie", [b"x=\xff; ", NAME.as_bytes(), b"=", token.as_bytes()].concat()),
        case("a token in Authorization, and other cookies", allows("alice"))
            .with_bearer(token)
            .with_header("cookie", "theme=dark"),
    ];
    [rows.into(), more].concat()
}

/// The name is compared byte by byte. A prefix promises something only as it is written.
fn no_such_cookie(token: &str) -> Vec<HttpCase> {
    let rows = [
        ("another cookie", "theme=dark".to_owned()),
        ("no cookie at all", String::new()),
        ("a name in lower case", format!("__host-access_token={token}")),
        ("a name in upper case", format!("__HOST-ACCESS_TOKEN={token}")),
        ("a name without prefix", format!("access_token={token}")),
        ("a name with another prefix", format!("__Secure-access_token={token}")),
        ("a name with one letter more", format!("{NAME}s={token}")),
        ("a name with a letter in front", format!("x{NAME}={token}")),
        ("a name behind a no-break space", format!("\u{a0}{NAME}={token}")),
        ("a name without a value", NAME.to_owned()),
        ("a name in escapes", format!("__Host%2Daccess_token={token}")),
        ("the cookie as the value of another", format!("x={NAME}={token}")),
        ("cookies separated by a comma", format!("theme=dark, {NAME}={token}")),
    ];
    rows.map(|(what, cookie)| case(what, refuses("missing_token")).with_header("cookie", cookie))
        .into()
}

fn malformed(token: &str) -> Vec<HttpCase> {
    let rows = [
        ("an empty value", String::new()),
        ("a quoted token", format!("\"{token}\"")),
        ("a scheme in front", format!("Bearer {token}")),
        ("a scheme in front, in escapes", format!("Bearer%20{token}")),
        ("two tokens and a comma", format!("{token},{token}")),
        ("a blank within", format!("{token} x")),
        ("a letter beyond ASCII", format!("{token}\u{e9}")),
    ];
    rows.map(|(what, value)| {
        case(&format!("in the cookie: {what}"), refuses("malformed_authorization"))
            .with_cookie(&value)
    })
    .into()
}

/// Another host can plant a second one; which of the two a program takes is a matter of chance.
fn twice(token: &str) -> Vec<HttpCase> {
    let case = |what| case(what, refuses("malformed_authorization"));
    let both = |first: &str, second: &str| format!("{NAME}={first}; {NAME}={second}");
    vec![
        case("the cookie twice").with_header("cookie", both(token, token)),
        case("the cookie twice, the first bad").with_header("cookie", both("a.b.c", token)),
        case("the cookie twice, the last bad").with_header("cookie", both(token, "a.b.c")),
        case("the cookie twice, once empty").with_header("cookie", both("", token)),
        case("the cookie in two headers").with_cookie(token).with_cookie(token),
    ]
}

fn two_credentials(token: &str) -> Vec<HttpCase> {
    let case = |what| case(what, refuses("malformed_authorization")).with_cookie(token);
    vec![
        case("header and cookie").with_bearer(token),
        case("header and cookie, the header bad").with_bearer("a.b.c"),
        case("the cookie, and Basic").with_authorization("Basic YTpi"),
        case("the cookie, and an empty Authorization").with_authorization(""),
        case("the cookie, and Bearer without a token").with_authorization("Bearer"),
    ]
}

fn invalid(issuer: &TestIssuer) -> Vec<HttpCase> {
    let expired = alice(issuer).expired().sign();
    vec![
        case("in the cookie: an expired token", refuses("token_expired")).with_cookie(&expired),
        case("in the cookie: not a JWT", refuses("token_malformed")).with_cookie("garbage"),
        case("in the cookie: a padded token", refuses("token_malformed"))
            .with_cookie(&format!("{}==", alice(issuer).sign())),
        HttpCase::new(OptionalCookie, "in the cookie: an expired token", refuses("token_expired"))
            .with_cookie(&expired),
    ]
}

/// Whoever sends this cookie is not anonymous, however wrong it is.
fn optional(token: &str) -> Vec<HttpCase> {
    let case = |what, expected| HttpCase::new(OptionalCookie, what, expected);
    let malformed = refuses("malformed_authorization");
    vec![
        case("the cookie", allows("alice")).with_cookie(token),
        case("another cookie", allows("anonymous")).with_header("cookie", "theme=dark"),
        case("in the cookie: an empty value", malformed.clone()).with_cookie(""),
        case("the cookie in two headers", malformed.clone()).with_cookie(token).with_cookie(token),
        case("header and cookie", malformed).with_cookie(token).with_bearer(token),
    ]
}

fn case(what: &str, expected: HttpExpected) -> HttpCase {
    HttpCase::new(Cookie, what, expected)
}

const NAME: &str = "__Host-access_token";
