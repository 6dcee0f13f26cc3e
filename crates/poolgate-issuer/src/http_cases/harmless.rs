//! Requests that look odd and are good. Whoever refuses them is not stricter, but wrong.

use std::time::Duration;

use serde_json::{Value, json};

use super::{case::HttpCase, expected::allows, route::HttpRoute::Verified, tokens::alice};
use crate::{issuer::TestIssuer, token::TokenBuilder};

pub(super) fn cases(issuer: &TestIssuer) -> Vec<HttpCase> {
    [schemes(issuer), headers(issuer), claims(issuer), texts(issuer), times(issuer)].concat()
}

/// The scheme is not case-sensitive (RFC 9110 section 11.1), and one or more spaces follow it (section 11.4).
fn schemes(issuer: &TestIssuer) -> Vec<HttpCase> {
    let token = alice(issuer).sign();
    let case = |what, value: String| {
        HttpCase::new(Verified, what, allows("alice")).with_authorization(value)
    };
    vec![
        case("scheme in lower case", format!("bearer {token}")),
        case("scheme in upper case", format!("BEARER {token}")),
        case("scheme in mixed case", format!("bEaReR {token}")),
        case("three spaces behind the scheme", format!("Bearer   {token}")),
        HttpCase::new(Verified, "header name in upper case", allows("alice"))
            .with_header("AUTHORIZATION", format!("Bearer {token}")),
    ]
}

fn headers(issuer: &TestIssuer) -> Vec<HttpCase> {
    let alice = alice(issuer);
    vec![
        case("header: typ JWT", &alice.clone().header("typ", "JWT")),
        case("header: typ at+jwt", &alice.clone().header("typ", "application/at+JWT")),
        case("header: an unknown member", &alice.clone().header("x", json!({"y": [1]}))),
        case("header: a hash of a certificate", &alice.header("x5t", "abc")),
    ]
}

fn claims(issuer: &TestIssuer) -> Vec<HttpCase> {
    let (alice, client) = (alice(issuer), issuer.client_id());
    let machine = issuer.client_credentials_token();
    let client_may = |what, token: &TokenBuilder| {
        HttpCase::new(Verified, what, allows("client")).with_bearer(&token.sign())
    };
    vec![
        case("aud is the client", &alice.clone().audience(client)),
        case("aud names the client", &alice.clone().audience(json!(["https://x", client]))),
        client_may("a machine's token", &machine),
        client_may("a machine without sub", &machine.without_claim("sub")),
        case("no iat", &alice.without_claim("iat")),
    ]
}

/// Claims that are written by hand.
fn texts(issuer: &TestIssuer) -> Vec<HttpCase> {
    let (iss, client) = (issuer.issuer(), issuer.client_id());
    let exp = issuer.clock().unix_seconds().saturating_add(3_600);
    let least = format!(
        r#""iss":"{iss}","sub":"s","username":"alice","client_id":"{client}","token_use":"access","exp":{exp}"#
    );
    let rows = [
        ("claims: the least that a token needs", String::new()),
        (
            "claims: names that are special elsewhere",
            r#","__proto__":{"token_use":"id"},"constructor":1"#.to_owned(),
        ),
        (
            "claims: a name that differs in case",
            r#","SUB":"root","Username":"root","EXP":0"#.to_owned(),
        ),
        (
            "claims: 63 levels below the top",
            format!(r#","x":{}{}"#, "[".repeat(63), "]".repeat(63)),
        ),
    ];
    let row = |(what, more)| case(what, &alice(issuer).raw_payload(format!("{{{least}{more}}}")));
    let mut cases: Vec<_> = rows.map(row).into();
    cases.push(case("a token of almost 16 KiB", &of_almost_16_kib(issuer)));
    cases
}

fn of_almost_16_kib(issuer: &TestIssuer) -> TokenBuilder {
    let padded = |length| alice(issuer).claim("x", "x".repeat(length));
    padded((16 * 1024 - padded(0).sign().len()) / 4 * 3)
}

/// All of them far from the edges, so that no clock and no leeway matters.
fn times(issuer: &TestIssuer) -> Vec<HttpCase> {
    let now = issuer.clock().unix_seconds();
    let (past, future) = (now.saturating_sub(3_600), now.saturating_add(3_600));
    let with = |claim: &str, value: Value| alice(issuer).claim(claim, value);
    let half = (Duration::from_secs(future) + Duration::from_millis(500)).as_secs_f64();
    vec![
        case("ten minutes to live", &alice(issuer).expires_in(Duration::from_secs(600))),
        case("exp with a fraction, to come", &with("exp", json!(half))),
        case("exp of 64 bits", &with("exp", json!(u64::MAX))),
        case("exp beyond all dates", &with("exp", json!(1e300))),
        case("nbf past", &with("nbf", json!(past))),
    ]
}

fn case(what: &str, token: &TokenBuilder) -> HttpCase {
    HttpCase::new(Verified, what, allows("alice")).with_bearer(&token.sign())
}
