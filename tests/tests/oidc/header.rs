//! What an OIDC policy says about headers.

use crate::support::*;
use poolgate::{KeySet, ManualClock, Policy, TokenKind, Verifier};
use poolgate_issuer::{Algorithm, TestIssuer, TokenBuilder};
use poolgate_tests::START;
use serde_json::{Value, json};

const ISSUER: &str = "https://id.example";

fn gate(issuer: &TestIssuer, kind: TokenKind, edit: impl FnOnce(Policy) -> Policy) -> Verifier {
    let keys = KeySet::from_json(jwks(issuer, "1").to_string()).unwrap();
    let policy = Policy::oidc(ISSUER, "orders", kind).unwrap().static_keys(keys);
    Verifier::builder(edit(policy)).clock(ManualClock::at(START)).build().unwrap()
}

fn token(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({ "iss": ISSUER, "aud": "orders", "sub": "a", "exp": START + 60 });
    issuer.access_token().kid("1").raw_payload(claims.to_string())
}

fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithm(Algorithm::EdDsa).offline()
}

#[tokio::test]
async fn types_are_those_of_a_jwt_and_what_the_policy_names() {
    let (issuer, any) = (issuer(), TokenKind::dangerously_any);
    let plain = gate(&issuer, any(), |policy| policy);
    let named = gate(&issuer, any(), |policy| {
        policy.header_types(["application/Orders+jwt", "secevent+jwt"]).unwrap()
    });
    for (typ, of_plain, of_named) in [
        ("JWT", "accepted", "accepted"),
        ("application/at+jwt", "accepted", "accepted"),
        ("orders+JWT", "token_malformed", "accepted"),
        ("application/secevent+jwt", "token_malformed", "accepted"),
        ("logout+jwt", "token_malformed", "token_malformed"),
        ("orders+jwt ", "token_malformed", "token_malformed"),
        ("", "token_malformed", "token_malformed"),
    ] {
        for (verifier, code) in [(&plain, of_plain), (&named, of_named)] {
            refuses(verifier, &token(&issuer).header("typ", typ).sign(), code, typ).await;
        }
    }
    for typ in [Value::Null, json!(1), json!(["JWT"])] {
        let token = token(&issuer).header("typ", typ).sign();
        refuses(&named, &token, "token_malformed", "not a text").await;
    }
}

#[tokio::test]
async fn an_access_token_by_the_standard_says_so_in_its_header() {
    let issuer = issuer();
    let gate = gate(&issuer, TokenKind::at_jwt(), |policy| policy);
    for (typ, code) in [
        (Some("at+jwt"), "accepted"),
        (Some("Application/AT+JWT"), "accepted"),
        (Some("JWT"), "invalid_token_use"),
        (None, "invalid_token_use"),
        (Some("logout+jwt"), "token_malformed"),
    ] {
        let token = typ.into_iter().fold(token(&issuer), |token, typ| token.header("typ", typ));
        refuses(&gate, &token.sign(), code, &format!("{typ:?}")).await;
    }
}

/// None of them is ever read, so that nobody is asked and no such key is used.
#[tokio::test]
async fn keys_in_a_header_are_ignored_or_refused() {
    let (issuer, attacker) = (issuer(), issuer());
    let any = TokenKind::dangerously_any;
    let ignoring = gate(&issuer, any(), |policy| policy);
    let refusing = gate(&issuer, any(), Policy::reject_header_keys);
    let own_key = jwks(&attacker, "1")["keys"][0].clone();
    for (name, value) in [
        ("jwk", own_key),
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/cert")),
        ("x5c", json!(["AAAA"])),
        ("jwk", Value::Null),
    ] {
        let good = token(&issuer).header(name, value.clone());
        refuses(&ignoring, &good.sign(), "accepted", name).await;
        refuses(&refusing, &good.sign(), "token_malformed", name).await;
        let forged = good.signed_by(&attacker).sign();
        refuses(&ignoring, &forged, "invalid_signature", name).await;
    }
}

#[tokio::test]
async fn extensions_and_nested_tokens_are_refused_as_ever() {
    let issuer = issuer();
    let gate = gate(&issuer, TokenKind::dangerously_any(), |policy| policy);
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("b64", json!(true)),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
    ] {
        refuses(&gate, &token(&issuer).header(name, value).sign(), "token_malformed", name).await;
    }
    let no_kid = token(&issuer).without_header("kid").sign();
    refuses(&gate, &no_kid, "token_malformed", "no kid").await;
}
