//! No keys, and no gate: faults of the service, for which the client is not blamed.

use super::{
    case::HttpCase,
    expected::{allows, refuses},
    route::HttpRoute::{Down, OptionalDown, Unguarded},
    tokens::{admin, alice},
};
use crate::{attacks::signed_with_secret, issuer::TestIssuer};

pub(super) fn cases(issuer: &TestIssuer, other: &TestIssuer) -> Vec<HttpCase> {
    [no_keys(issuer), no_keys_needed(issuer, other), no_gate(issuer)].concat()
}

/// Whether the token is good cannot be told, so nobody is told that it is bad.
fn no_keys(issuer: &TestIssuer) -> Vec<HttpCase> {
    let rows = [
        ("a good token", alice(issuer)),
        ("an expired token", alice(issuer).expired()),
        ("an unknown kid", alice(issuer).kid("unknown")),
        ("an ID token", issuer.id_token()),
        ("another client", alice(issuer).client_id("another")),
    ];
    let unavailable = refuses("keys_unavailable");
    let down = rows.map(|(what, token)| {
        HttpCase::new(Down, what, unavailable.clone()).with_bearer(&token.sign())
    });
    let more = vec![
        HttpCase::new(Down, "a good token", unavailable.clone())
            .with_method("HEAD")
            .with_bearer(&alice(issuer).sign()),
        HttpCase::new(OptionalDown, "a good token", unavailable).with_bearer(&alice(issuer).sign()),
    ];
    [down.into(), more].concat()
}

/// Without keys one can still tell that these are bad.
fn no_keys_needed(issuer: &TestIssuer, other: &TestIssuer) -> Vec<HttpCase> {
    let secret = signed_with_secret(&alice(issuer), b"secret");
    let rows = [
        ("missing_token", "no credential", None),
        ("missing_token", "Basic", Some("Basic YTpi".to_owned())),
        ("malformed_authorization", "no token behind the scheme", Some("Bearer".to_owned())),
        ("token_malformed", "not a JWT", Some("Bearer garbage".to_owned())),
        (
            "invalid_issuer",
            "a token of another pool",
            Some(format!("Bearer {}", alice(other).sign())),
        ),
        ("invalid_algorithm", "HS256", Some(format!("Bearer {secret}"))),
    ];
    let case = |(code, what, value): (_, &str, Option<String>)| {
        let case = HttpCase::new(Down, what, refuses(code));
        value.into_iter().fold(case, HttpCase::with_authorization)
    };
    let anonymous = HttpCase::new(OptionalDown, "no credential", allows("anonymous"));
    let malformed = HttpCase::new(OptionalDown, "not a JWT", refuses("token_malformed"));
    [rows.map(case).into(), vec![anonymous, malformed.with_bearer("garbage")]].concat()
}

/// A handler that asks for a token gets none from nowhere.
fn no_gate(issuer: &TestIssuer) -> Vec<HttpCase> {
    let case = |what| HttpCase::new(Unguarded, what, refuses("middleware_missing"));
    let token = admin(issuer).sign();
    vec![
        case("no credential"),
        case("a good token").with_bearer(&token),
        case("a good token").with_method("POST").with_bearer(&token),
        case("a bad token").with_bearer("garbage"),
        case("a good token in the cookie").with_cookie(&token),
    ]
}
