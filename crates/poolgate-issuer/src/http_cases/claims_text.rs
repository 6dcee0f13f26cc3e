//! The text of the claims: strict JSON, read in one way only, and each claim of its type. All of these are signed.

use serde_json::json;

use super::{
    case::HttpCase,
    expected::{HttpExpected, allows, refuses},
    route::HttpRoute::Verified,
    tokens::{alice, claims_text, with_claims_text},
};
use crate::issuer::TestIssuer;

pub(super) fn cases(issuer: &TestIssuer) -> Vec<HttpCase> {
    [odd_but_fine(issuer), ambiguous(issuer), no_claims_set(issuer), wrong_types(issuer)].concat()
}

fn odd_but_fine(issuer: &TestIssuer) -> Vec<HttpCase> {
    let rows = [
        ("the least that a token needs", String::new()),
        (
            "names that are special elsewhere",
            r#","__proto__":{"token_use":"id"},"constructor":1"#.to_owned(),
        ),
        ("a name that differs in case", r#","SUB":"root","Username":"root","EXP":0"#.to_owned()),
        ("63 levels below the top", format!(r#","x":{}{}"#, "[".repeat(63), "]".repeat(63))),
    ];
    rows.map(|(what, more)| case(what, allows("alice"), &with_claims_text(issuer, &more))).into()
}

/// What two parsers could read in two ways, nobody may read.
fn ambiguous(issuer: &TestIssuer) -> Vec<HttpCase> {
    let rows = [
        ("sub twice", r#","sub":"root""#.to_owned()),
        ("sub twice, once in escapes", r#","\u0073ub":"root""#.to_owned()),
        ("username twice, equal", r#","username":"alice""#.to_owned()),
        ("exp twice", r#","exp":9999999999"#.to_owned()),
        ("groups twice", r#","cognito:groups":[],"cognito:groups":["Admins"]"#.to_owned()),
        ("a name twice within a claim", r#","x":[{"a":1,"a":2}]"#.to_owned()),
        ("a lone surrogate", r#","x":"\ud800""#.to_owned()),
        ("a number beyond a double", r#","x":1e999"#.to_owned()),
        ("64 levels below the top", format!(r#","x":{}{}"#, "[".repeat(64), "]".repeat(64))),
        ("more than a thousand claims", (0..1_000).map(|n| format!(r#","{n}":0"#)).collect()),
        ("text behind the object", "}x".to_owned()),
        ("a second object", r#"},{"sub":"root""#.to_owned()),
        ("a comma at the end", ",".to_owned()),
        ("a comment", "/* */".to_owned()),
        ("a name without quotes", ",sub:1".to_owned()),
        ("NaN", r#","x":NaN"#.to_owned()),
        ("a line end within a string", ",\"x\":\"\n\"".to_owned()),
    ];
    let malformed = refuses("token_malformed");
    rows.map(|(what, more)| case(what, malformed.clone(), &with_claims_text(issuer, &more))).into()
}

fn no_claims_set(issuer: &TestIssuer) -> Vec<HttpCase> {
    let text = claims_text(issuer, "");
    let rows = [
        ("no JSON", b"alice".into()),
        ("a list", format!("[{text}]").into()),
        ("a string", json!(text).to_string().into()),
        ("null", b"null".into()),
        ("a blank in front", format!(" {text}").into()),
        ("a line end behind", format!("{text}\n").into()),
        ("a byte order mark", format!("\u{feff}{text}").into()),
        ("UTF-16", text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        (
            "a byte that is no UTF-8",
            [&text.as_bytes()[..text.len() - 1], b",\"x\":\"\xff\"}"].concat(),
        ),
    ];
    let malformed = refuses("token_malformed");
    rows.map(|(what, bytes): (_, Vec<u8>)| {
        case(what, malformed.clone(), &alice(issuer).raw_payload(bytes).sign())
    })
    .into()
}

/// A claim of the wrong type is a fault, not an absent claim.
fn wrong_types(issuer: &TestIssuer) -> Vec<HttpCase> {
    let rows = [
        ("iss", json!([issuer.issuer()])),
        ("iss", json!(null)),
        ("sub", json!(7)),
        ("sub", json!("")),
        ("aud", json!([issuer.client_id(), 7])),
        ("aud", json!({"client": issuer.client_id()})),
        ("client_id", json!([issuer.client_id()])),
        ("token_use", json!(["access"])),
        ("username", json!(7)),
        ("username", json!(null)),
        ("jti", json!(7)),
        ("scope", json!(["orders/read"])),
        ("cognito:groups", json!("Admins")),
        ("cognito:groups", json!([["Admins"]])),
        ("cognito:groups", json!({"Admins": true})),
        ("cognito:groups", json!(["Admins", 1])),
        ("exp", json!("9999999999")),
        ("exp", json!(null)),
        ("exp", json!(true)),
        ("exp", json!([9_999_999_999_u64])),
        ("exp", json!(-1)),
        ("nbf", json!("0")),
        ("nbf", json!(-1)),
        ("iat", json!(null)),
        ("iat", json!({})),
        ("auth_time", json!("0")),
    ];
    let row = |(claim, value): (&str, serde_json::Value)| {
        let shown =
            value.to_string().replace(issuer.issuer(), "…").replace(issuer.client_id(), "…");
        let token = alice(issuer).claim(claim, value).sign();
        case(&format!("{claim} = {shown}"), refuses("invalid_claim"), &token)
    };
    rows.map(row).into()
}

fn case(what: &str, expected: HttpExpected, token: &str) -> HttpCase {
    HttpCase::new(Verified, format!("claims: {what}"), expected).with_bearer(token)
}
