//! Size, parts, JSON and types; and which fault is named first.

use crate::{Edit, gate};
use poolgate_issuer::{TestIssuer, TokenBuilder};
use serde_json::{Value, json};

#[test]
fn the_form_of_a_token() {
    let gate = gate();
    let token = gate.access().sign();
    let parts: Vec<&str> = token.split('.').collect();
    let (last, head) = (token.chars().last().unwrap(), &token[..token.len() - 1]);
    for (what, odd) in [
        ("empty", String::new()),
        ("dots", "..".to_owned()),
        ("a million dots", ".".repeat(1_000_000)),
        ("two parts", parts[..2].join(".")),
        ("four parts", format!("{token}.AAAA")),
        ("five parts", format!("{token}.AAAA.AAAA")),
        ("blank in front", format!(" {token}")),
        ("line end behind", format!("{token}\n")),
        ("padding", format!("{token}==")),
        ("padding in the middle", format!("{}=.{}.{}", parts[0], parts[1], parts[2])),
        ("the other alphabet", format!("{}+/.{}.{}", parts[0], parts[1], parts[2])),
        ("NUL", format!("{head}\0{last}")),
        ("not ASCII", format!("{head}é")),
        ("too long", gate.access().claim("x", "x".repeat(13_000)).sign()),
        ("JSON serialization", r#"{"payload":"e30","signatures":[]}"#.to_owned()),
    ] {
        gate.says("token_malformed", what, &odd);
    }
    // 256 bytes leave four bits of the last character unused: only one form of it counts.
    let forms = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars();
    let verdicts: Vec<_> = forms.map(|c| gate.verdict(&format!("{head}{c}"))).collect();
    let count = |verdict| verdicts.iter().filter(|v| **v == verdict).count();
    assert_eq!([count("ok"), count("invalid_signature"), count("token_malformed")], [1, 3, 60]);
}

#[test]
fn claims_are_strict_json() {
    let gate = gate();
    let issuer = gate.world.issuer.issuer();
    let claims = |more: &str| {
        let (client, exp) = (gate.world.issuer.client_id(), gate.world.now() + 60);
        format!(
            r#"{{"iss":"{issuer}","sub":"s","username":"u","client_id":"{client}","token_use":"access","exp":{exp}{more}}}"#
        )
    };
    let sign = |text: &str| gate.access().raw_payload(text).sign();
    gate.says("ok", "plain", &sign(&claims("")));
    let nested = |depth| format!(r#","x":{}1{}"#, "[".repeat(depth), "]".repeat(depth));
    let special = r#","__proto__":{"token_use":"id"},"constructor":{"iss":"x"}"#;
    gate.says("ok", "names that are special elsewhere", &sign(&claims(special)));
    gate.says("ok", "63 levels below the top", &sign(&claims(&nested(63))));
    for (what, more) in [
        ("duplicate", r#","sub":"s""#.to_owned()),
        ("escaped duplicate", r#","\u0073ub":"t""#.to_owned()),
        ("duplicate group", r#","cognito:groups":["a"],"cognito:groups":["Admins"]"#.to_owned()),
        ("nested duplicate", r#","x":[{"a":1,"a":1}]"#.to_owned()),
        ("lone surrogate", r#","x":"\udc00""#.to_owned()),
        ("infinite", r#","x":1e999"#.to_owned()),
        ("too deep", nested(64)),
        ("too wide", (0..1_000).map(|n| format!(r#","{n}":0"#)).collect()),
        ("text behind", "}x".to_owned()),
    ] {
        gate.says("token_malformed", what, &sign(&claims(&more)));
    }
    for text in ["", "[]", "null", "\"a\"", "{", "{}{}", "\u{feff}{}", " {}", "{}\n"] {
        gate.says("token_malformed", text, &sign(text));
    }
    let overlong = [claims("").as_bytes(), &[0xc0, 0xaf]].concat();
    gate.says("token_malformed", "not UTF-8", &gate.access().raw_payload(overlong).sign());
}

#[test]
fn every_registered_claim_has_its_type() {
    let gate = gate();
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(""),
        json!("x"),
        json!([]),
        json!(["x"]),
        json!(["x", 1]),
        json!({}),
    ];
    let texts: fn(&Value) -> bool = |value| value.is_string();
    let times: fn(&Value) -> bool = |value| value.as_f64().is_some_and(|time| time >= 0.0);
    let lists: fn(&Value) -> bool =
        |v| v.as_array().is_some_and(|items| items.iter().all(Value::is_string));
    for (claim, has_its_type) in [
        ("iss", texts),
        ("sub", texts),
        ("jti", texts),
        ("token_use", texts),
        ("client_id", texts),
        ("username", texts),
        ("scope", texts),
        ("exp", times),
        ("nbf", times),
        ("iat", times),
        ("auth_time", times),
        ("cognito:groups", lists),
        ("aud", |value| {
            value.is_string() || value.as_array().is_some_and(|a| a.iter().all(Value::is_string))
        }),
    ] {
        for value in &values {
            let verdict = gate.verdict(&gate.access().claim(claim, value.clone()).sign());
            let is_sub = claim == "sub" && value == "";
            let is_type_error = verdict == "invalid_claim" && !is_sub;
            assert_eq!(is_type_error, !has_its_type(value), "{claim} = {value}: {verdict}");
        }
    }
}

#[test]
fn faults_are_found_in_a_fixed_order() {
    let gate = gate();
    let faulty =
        |edits: &[Edit]| edits.iter().fold(gate.access(), |token, edit| edit(token)).sign();
    let edits: [(&str, Edit); 11] = [
        ("token_malformed", |t| t.header("crit", json!(["x"]))),
        ("invalid_claim", |t| t.claim("jti", 7)),
        ("invalid_issuer", |t| t.claim("iss", "https://evil.example")),
        ("invalid_algorithm", |t| t.header("alg", "HS256")),
        ("key_not_found", |t| t.kid("unknown")),
        ("invalid_signature", |t| t.signed_by(&TestIssuer::builder().offline())),
        ("token_expired", TokenBuilder::expired),
        ("invalid_token_use", |t| t.claim("token_use", "id")),
        ("invalid_client", |t| t.client_id("other")),
        ("invalid_claim", |t| t.claim("cnf", json!({}))),
        ("ok", |t| t),
    ];
    for (first, (expected, _)) in edits.iter().enumerate() {
        let faults: Vec<Edit> = edits.iter().skip(first).map(|(_, edit)| *edit).collect();
        gate.says(expected, "the first of all faults", &faulty(&faults));
    }
}

#[test]
fn header_rules_of_the_policy_come_once_the_issuer_has_chosen_it() {
    let gate = gate();
    let brings_key = gate.access().header("jku", "https://evil.example");
    gate.says(
        "token_malformed",
        "a key and an algorithm",
        &brings_key.header("alg", "HS256").sign(),
    );
    let foreign = gate.access().without_header("kid").claim("iss", "https://evil.example");
    gate.says("invalid_issuer", "no kid and another issuer", &foreign.sign());
}

#[test]
fn times_are_told_only_about_genuine_tokens() {
    let gate = gate();
    let forger = TestIssuer::builder().offline();
    let token = gate.access().expired().signed_by(&forger).sign();
    gate.says("invalid_signature", "expired and forged", &token);
}
