use std::collections::HashSet;

use super::*;
use crate::{Algorithm, TestClock, algorithm::ALL};

fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithm(Algorithm::EdDsa).offline()
}

#[test]
fn names_are_unique_and_readable() {
    let cases = issuer().http_cases();
    let mut names = HashSet::new();
    for name in cases.iter().map(HttpCase::name) {
        assert!(names.insert(name.clone()), "{name}");
        assert!(name.len() < 120 && !name.contains('\n'), "{name}");
    }
}

#[test]
fn there_are_cases_for_everything() {
    let cases = issuer().http_cases();
    assert!(cases.len() >= 150, "{}", cases.len());

    for route in HttpRoute::ALL {
        let of_route = cases.iter().filter(|case| case.route() == *route);
        assert!(of_route.count() >= 3, "{route}");
    }
    for method in ["GET", "HEAD", "OPTIONS", "TRACE", "POST", "PUT", "PATCH", "DELETE"] {
        assert!(cases.iter().any(|case| case.method() == method), "{method}");
    }
    for code in CODES {
        assert!(cases.iter().any(|case| case.expected().code() == Some(code)), "{code}");
    }
}

#[test]
fn no_two_cases_are_the_same_request() {
    let issuer = TestIssuer::builder().clock(TestClock::at(1_800_000_000)).offline();
    let mut seen = HashSet::new();
    for case in issuer.http_cases() {
        let headers: Vec<_> =
            case.headers().map(|(name, value)| (name.to_owned(), value.to_vec())).collect();
        let is_new = seen.insert((case.target(), case.method().to_owned(), headers));
        assert!(is_new || !case.body().is_empty(), "{}", case.name());
    }
}

/// Blanks around a value are no part of it, so servers drop them (RFC 9110 section 5.5).
#[test]
fn headers_can_be_sent_as_they_are() {
    for case in issuer().http_cases() {
        for (name, value) in case.headers() {
            let is_blank = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
            assert!(!is_blank(value.first()) && !is_blank(value.last()), "{}", case.name());
            let is_control = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
            assert!(!value.iter().any(is_control), "{}", case.name());
            assert!(!["host", "content-length"].contains(&name), "{}", case.name());
        }
        assert!(case.target().is_ascii() && !case.target().contains(' '), "{}", case.name());
    }
}

#[test]
fn what_comes_back_is_of_one_piece() {
    for case in issuer().http_cases() {
        let (expected, name) = (case.expected(), case.name());
        assert_eq!(expected.status() == 200, expected.code().is_none(), "{name}");
        assert_eq!(expected.body().is_empty(), case.method() == "HEAD", "{name}");
        assert_eq!(expected.vary(), case.route().vary(), "{name}");
        assert_eq!(expected.status() == 500, case.route() == HttpRoute::Unguarded, "{name}");
        assert!(expected.status() != 503 || case.route().is_down(), "{name}");
    }
}

#[test]
fn the_table_does_not_depend_on_the_issuer() {
    let names = |issuer: &TestIssuer| -> HashSet<_> {
        issuer.http_cases().iter().map(HttpCase::name).collect()
    };
    let default = names(&issuer());
    for algorithm in ALL {
        let issuer = TestIssuer::builder().algorithm(algorithm).self_issuer().offline();
        assert!(names(&issuer).len() + 3 >= default.len(), "{algorithm}");
    }
}

#[test]
fn sizes_are_on_both_sides_of_the_cap() {
    for _ in 0..4 {
        let cases = issuer().http_cases();
        let length = |what: &str| {
            let case = cases.iter().find(|case| case.name().ends_with(what)).unwrap();
            case.headers().next().unwrap().1.len() - "Bearer ".len()
        };
        let (longest, too_long) = (length("of almost 16 KiB"), length(": token-too-long"));
        assert!((16_380..=16_384).contains(&longest), "{longest}");
        assert!((16_385..=16_388).contains(&too_long), "{too_long}");
    }
}

const CODES: [&str; 19] = [
    "missing_token",
    "malformed_authorization",
    "token_malformed",
    "invalid_algorithm",
    "key_not_found",
    "invalid_signature",
    "invalid_issuer",
    "invalid_audience",
    "invalid_client",
    "invalid_token_use",
    "token_expired",
    "token_not_yet_valid",
    "invalid_claim",
    "missing_claim",
    "insufficient_scope",
    "insufficient_group",
    "claims_mismatch",
    "cross_site_request",
    "keys_unavailable",
];
