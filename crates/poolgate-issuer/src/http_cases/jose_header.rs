//! What the header of a token says.

use serde_json::json;

use super::{
    case::HttpCase,
    expected::{allows, refuses},
    route::HttpRoute::Verified,
    tokens::{access_jwk, algorithm, alice},
};
use crate::{issuer::TestIssuer, token::TokenBuilder};

pub(super) fn cases(issuer: &TestIssuer, forger: &TestIssuer) -> Vec<HttpCase> {
    [harmless(issuer), members(issuer), keys(issuer, forger), kids(issuer), texts(issuer)].concat()
}

type Edit = fn(TokenBuilder) -> TokenBuilder;

fn harmless(issuer: &TestIssuer) -> Vec<HttpCase> {
    let rows: [(&str, Edit); 4] = [
        ("typ JWT", |token| token.header("typ", "JWT")),
        ("typ at+jwt", |token| token.header("typ", "application/at+JWT")),
        ("an unknown member", |token| token.header("x", json!({"y": [1]}))),
        ("a hash of a certificate", |token| token.header("x5t", "abc")),
    ];
    let case = |(what, edit): (&str, Edit)| {
        HttpCase::new(Verified, format!("header: {what}"), allows("alice"))
            .with_bearer(&edit(alice(issuer)).sign())
    };
    rows.map(case).into()
}

fn members(issuer: &TestIssuer) -> Vec<HttpCase> {
    let rows: [(&str, Edit); 14] = [
        ("typ of a DPoP proof", |token| token.header("typ", "dpop+jwt")),
        ("typ of a logout token", |token| token.header("typ", "logout+jwt")),
        ("typ of the wrong type", |token| token.header("typ", 1)),
        ("cty of a nested JWT", |token| token.header("cty", "JWT")),
        ("crit with an unknown extension", |token| {
            token.header("crit", json!(["x"])).header("x", 1)
        }),
        ("crit with a known claim", |token| token.header("crit", json!(["exp"]))),
        ("crit, empty", |token| token.header("crit", json!([]))),
        ("b64 false", |token| token.header("b64", false).header("crit", json!(["b64"]))),
        ("b64 true", |token| token.header("b64", true)),
        ("enc", |token| token.header("enc", "A256GCM")),
        ("zip", |token| token.header("zip", "DEF")),
        ("no alg", |token| token.without_header("alg")),
        ("alg null", |token| token.header("alg", json!(null))),
        ("alg a list", |token| token.header("alg", json!(["RS256"]))),
    ];
    rows.map(|(what, edit)| malformed(what, &edit(alice(issuer)))).into()
}

/// A key that the token brings along is never used, and neither is an address of one.
fn keys(issuer: &TestIssuer, forger: &TestIssuer) -> Vec<HttpCase> {
    let jwk = access_jwk(forger);
    let forged = alice(issuer).signed_by(forger);
    let named = forged.clone().kid(forger.access_kid());
    let rows = [
        ("the forger's key as jwk", forged.clone().header("jwk", jwk.clone())),
        ("the forger's key as jwk, under its kid", named.clone().header("jwk", jwk)),
        ("our own key as jwk", alice(issuer).header("jwk", access_jwk(issuer))),
        ("the forger's key set as jku", named.header("jku", forger.jwks_url())),
        ("our own key set as jku", alice(issuer).header("jku", issuer.jwks_url())),
        ("x5u", forged.clone().header("x5u", "https://evil.example.com/cert.pem")),
        ("x5c", forged.header("x5c", json!(["MIIB"]))),
    ];
    rows.map(|(what, token)| malformed(what, &token)).into()
}

fn kids(issuer: &TestIssuer) -> Vec<HttpCase> {
    let unknown = |kid: &str| alice(issuer).kid(kid);
    let upper = issuer.access_kid().to_uppercase();
    let rows = [
        ("an unknown kid", unknown("unknown")),
        ("an empty kid", unknown("")),
        ("a kid in upper case", unknown(&upper)),
        ("a kid with a path", unknown("../../../../dev/null")),
        ("a kid with a URL", unknown("https://evil.example.com/jwks.json")),
        ("a kid with SQL", unknown("x' UNION SELECT 'key' --")),
        ("a kid with a NUL", unknown(&format!("{}\0", issuer.access_kid()))),
        ("a kid of 1024 bytes", unknown(&"k".repeat(1_024))),
    ];
    let not_found = rows.map(|(what, token)| {
        HttpCase::new(Verified, format!("header: {what}"), refuses("key_not_found"))
            .with_bearer(&token.sign())
    });
    let kids = json!([issuer.access_kid()]);
    let malformed = vec![
        malformed("no kid", &alice(issuer).without_header("kid")),
        malformed("kid a number", &alice(issuer).header("kid", 1)),
        malformed("kid a list", &alice(issuer).header("kid", kids)),
    ];
    [not_found.into(), malformed].concat()
}

/// A header has one meaning: strict JSON, and no name twice.
fn texts(issuer: &TestIssuer) -> Vec<HttpCase> {
    let (kid, alg) = (issuer.access_kid(), algorithm(issuer));
    let member = format!(r#""alg":"{alg}","kid":"{kid}""#);
    let rows = [
        ("alg twice", format!(r#"{{"alg":"none",{member}}}"#)),
        ("alg twice, once in escapes", format!(r#"{{{member},"\u0061lg":"none"}}"#)),
        ("kid twice", format!(r#"{{{member},"kid":"{kid}"}}"#)),
        ("a name twice within a member", format!(r#"{{{member},"x":{{"a":1,"a":2}}}}"#)),
        ("text behind the object", format!("{{{member}}}x")),
        ("a blank behind the object", format!("{{{member}}} ")),
        ("a byte order mark", format!("\u{feff}{{{member}}}")),
        ("no object", format!(r#"["{alg}","{kid}"]"#)),
        ("an empty object", "{}".to_owned()),
    ];
    let not_utf8 = [b"{", member.as_bytes(), b",\"x\":\"\xff\"}"].concat();
    rows.into_iter()
        .map(|(what, text)| (what, text.into_bytes()))
        .chain([("a byte that is no UTF-8", not_utf8)])
        .map(|(what, text)| malformed(what, &alice(issuer).raw_header(text)))
        .collect()
}

fn malformed(what: &str, token: &TokenBuilder) -> HttpCase {
    HttpCase::new(Verified, format!("header: {what}"), refuses("token_malformed"))
        .with_bearer(&token.sign())
}
