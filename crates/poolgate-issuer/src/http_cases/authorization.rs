//! What may stand in `Authorization`.

use super::{
    case::HttpCase,
    expected::{allows, refuses},
    route::HttpRoute::Verified,
    tokens::alice,
};
use crate::issuer::TestIssuer;

pub(super) fn cases(issuer: &TestIssuer) -> Vec<HttpCase> {
    let token = alice(issuer).sign();
    [one_token(&token), no_bearer(&token), malformed(&token), twice(&token)].concat()
}

/// The scheme is not case-sensitive (RFC 9110 section 11.1), and one or more spaces follow it (section 11.4).
fn one_token(token: &str) -> Vec<HttpCase> {
    let case = |what, value: String| {
        HttpCase::new(Verified, what, allows("alice")).with_authorization(value)
    };
    vec![
        case("a good token", format!("Bearer {token}")),
        case("scheme in lower case", format!("bearer {token}")),
        case("scheme in upper case", format!("BEARER {token}")),
        case("scheme in mixed case", format!("bEaReR {token}")),
        case("three spaces behind the scheme", format!("Bearer   {token}")),
        HttpCase::new(Verified, "header name in upper case", allows("alice"))
            .with_header("AUTHORIZATION", format!("Bearer {token}")),
    ]
}

/// Another scheme is as good as nothing, whatever follows it.
fn no_bearer(token: &str) -> Vec<HttpCase> {
    let none = HttpCase::new(Verified, "no credential", refuses("missing_token"));
    let others = [
        ("an empty value", String::new()),
        ("Basic", "Basic YWxpY2U6cGFzc3dvcmQ=".to_owned()),
        ("Digest", r#"Digest username="alice", realm="a", response="0""#.to_owned()),
        ("a good token under DPoP", format!("DPoP {token}")),
        ("a good token under Token", format!("Token {token}")),
        ("a good token under JWT", format!("JWT {token}")),
        ("a good token as the password of Basic", format!("Basic {token}")),
        ("a good token without a scheme", token.to_owned()),
        ("a scheme that begins with Bearer", format!("BearerToken {token}")),
        ("a scheme that ends with Bearer", format!("XBearer {token}")),
        ("a scheme that is cut in two", format!("Bear er {token}")),
        ("a scheme that is cut short", format!("Beare {token}")),
        ("a scheme with a full-width letter", format!("\u{ff22}earer {token}")),
        ("a scheme with a Cyrillic letter", format!("Bear\u{435}r {token}")),
    ];
    let others = others.map(|(what, value)| {
        HttpCase::new(Verified, what, refuses("missing_token")).with_authorization(value)
    });
    [vec![none], others.into()].concat()
}

/// Behind `Bearer` stands one token68 and nothing else (RFC 6750 section 2.1). Nothing is trimmed or repaired.
fn malformed(token: &str) -> Vec<HttpCase> {
    let texts = [
        ("no token behind the scheme", "Bearer".to_owned()),
        ("a tab behind the scheme", format!("Bearer\t{token}")),
        ("a no-break space behind the scheme", format!("Bearer\u{a0}{token}")),
        ("a colon behind the scheme", format!("Bearer: {token}")),
        ("an equals sign behind the scheme", format!("Bearer={token}")),
        ("a comma behind the scheme", format!("Bearer,{token}")),
        ("the scheme twice", format!("Bearer Bearer {token}")),
        ("two tokens", format!("Bearer {token} {token}")),
        ("a word behind the token", format!("Bearer {token} x")),
        ("a comma behind the token", format!("Bearer {token},")),
        ("a semicolon behind the token", format!("Bearer {token};")),
        ("two tokens in a list", format!("Bearer {token},{token}")),
        ("two headers made one", format!("Bearer {token}, Bearer {token}")),
        ("two headers made one, Basic first", format!("Basic YTpi, Bearer {token}")),
        ("two headers made one, Basic last", format!("Bearer {token}, Basic YTpi")),
        ("a list that begins with nothing", format!(", Bearer {token}")),
        ("a quoted token", format!("Bearer \"{token}\"")),
        ("a token in single quotes", format!("Bearer '{token}'")),
        ("a token in brackets", format!("Bearer <{token}>")),
        ("a named parameter", format!("Bearer token=\"{token}\"")),
        ("an escaped blank behind the token", format!("Bearer {token}%20")),
        ("a token with escaped dots", format!("Bearer {}", token.replace('.', "%2E"))),
        ("only padding", "Bearer ==".to_owned()),
        ("padding within the token", format!("Bearer ={token}")),
        ("a token in JSON", r#"Bearer {"payload":"e30","signatures":[]}"#.to_owned()),
        ("a zero-width space behind the token", format!("Bearer {token}\u{200b}")),
        ("a letter beyond ASCII in the token", format!("Bearer \u{e9}{token}")),
    ];
    let case = |what| HttpCase::new(Verified, what, refuses("malformed_authorization"));
    let texts = texts.map(|(what, value)| case(what).with_authorization(value));
    let not_utf8 = case("a byte that is no UTF-8")
        .with_authorization([b"Bearer \xff", token.as_bytes()].concat());
    [texts.into(), vec![not_utf8]].concat()
}

/// Two programs could each take another one, so even equal ones are refused.
fn twice(token: &str) -> Vec<HttpCase> {
    let bearer = format!("Bearer {token}");
    let pairs = [
        ("the same token twice", &*bearer, &*bearer),
        ("a good token, then a bad one", &bearer, "Bearer a.b.c"),
        ("a bad token, then a good one", "Bearer a.b.c", &bearer),
        ("a good token, then Basic", &bearer, "Basic YTpi"),
        ("Basic, then a good token", "Basic YTpi", &bearer),
        ("Basic twice", "Basic YTpi", "Basic YTpi"),
        ("nothing, then a good token", "", &bearer),
        ("nothing twice", "", ""),
    ];
    let pairs = pairs.map(|(what, first, second)| {
        HttpCase::new(Verified, format!("two headers: {what}"), refuses("malformed_authorization"))
            .with_authorization(first)
            .with_authorization(second)
    });
    pairs.into()
}
