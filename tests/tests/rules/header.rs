//! What a header may say.

use crate::{Edit, Gate, gate};
use poolgate::{KeySet, TokenUse};
use poolgate_tests::World;
use serde_json::{Value, json};

#[test]
fn headers() {
    let gate = gate();
    let rows: [(&str, &str, Edit); 29] = [
        ("ok", "typ JWT", |t| t.header("typ", "JWT")),
        ("ok", "typ at+jwt", |t| t.header("typ", "application/AT+jwt")),
        ("ok", "unknown member", |t| t.header("x", json!({"y": [1, {"z": null}]}))),
        ("ok", "x5t", |t| t.header("x5t", "abc").header("x5t#S256", 7)),
        ("token_malformed", "typ of another token", |t| t.header("typ", "logout+jwt")),
        ("token_malformed", "typ of the wrong type", |t| t.header("typ", 1)),
        ("token_malformed", "cty JWT", |t| t.header("cty", "JWT")),
        ("token_malformed", "crit", |t| t.header("crit", json!(["exp"]))),
        ("token_malformed", "crit, empty", |t| t.header("crit", json!([]))),
        ("token_malformed", "crit, wrong type", |t| t.header("crit", "exp")),
        ("token_malformed", "b64 false", |t| t.header("b64", false)),
        ("token_malformed", "b64 true", |t| t.header("b64", true)),
        ("token_malformed", "enc", |t| t.header("enc", "A256GCM")),
        ("token_malformed", "zip", |t| t.header("zip", "DEF")),
        ("token_malformed", "jwk", |t| t.header("jwk", json!({"kty": "RSA"}))),
        ("token_malformed", "jku", |t| t.header("jku", "https://evil.example/jwks")),
        ("token_malformed", "x5u", |t| t.header("x5u", "https://evil.example/cert")),
        ("token_malformed", "x5c", |t| t.header("x5c", json!(["AAAA"]))),
        ("token_malformed", "no kid", |t| t.without_header("kid")),
        ("token_malformed", "kid of the wrong type", |t| t.header("kid", 1)),
        ("token_malformed", "kid of 1025 bytes", |t| t.kid("k".repeat(1_025))),
        ("key_not_found", "kid of 1024 bytes", |t| t.kid("k".repeat(1_024))),
        ("key_not_found", "empty kid", |t| t.kid("")),
        ("key_not_found", "kid with a path", |t| t.kid("../../etc/passwd")),
        ("key_not_found", "kid with a NUL", |t| t.kid("\0")),
        ("key_not_found", "kid with SQL", |t| t.kid("' OR 1=1 --")),
        ("token_malformed", "no alg", |t| t.without_header("alg")),
        ("token_malformed", "alg of the wrong type", |t| t.header("alg", json!(["RS256"]))),
        ("token_malformed", "long header", |t| t.header("x", "x".repeat(2_048))),
    ];
    for (expected, what, edit) in rows {
        gate.says(expected, what, &edit(gate.access()).sign());
    }
    let kid = gate.world.issuer.access_kid();
    for (what, header) in [
        ("duplicate alg", format!(r#"{{"alg":"RS256","alg":"RS256","kid":"{kid}"}}"#)),
        ("escaped duplicate", format!(r#"{{"alg":"RS256","\u0061lg":"RS256","kid":"{kid}"}}"#)),
        ("nested duplicate", format!(r#"{{"alg":"RS256","kid":"{kid}","x":{{"a":1,"a":2}}}}"#)),
        ("lone surrogate", format!(r#"{{"alg":"RS256","kid":"{kid}","x":"\ud800"}}"#)),
        ("infinite number", format!(r#"{{"alg":"RS256","kid":"{kid}","x":1e999}}"#)),
        ("text behind", format!(r#"{{"alg":"RS256","kid":"{kid}"}}x"#)),
        ("blank behind", format!("{{\"alg\":\"RS256\",\"kid\":\"{kid}\"}}\n")),
        ("no object", r#"["RS256"]"#.to_owned()),
        ("byte order mark", format!("\u{feff}{{\"alg\":\"RS256\",\"kid\":\"{kid}\"}}")),
    ] {
        gate.says("token_malformed", what, &gate.access().raw_header(header).sign());
    }
}

#[test]
fn a_missing_kid_can_be_allowed_for_a_set_of_one_key() {
    let world = World::offline();
    let jwks: Value = serde_json::from_str(&world.issuer.jwks_json()).unwrap();
    let kid = world.issuer.access_kid();
    let keys = jwks["keys"].as_array().unwrap();
    let own: Vec<&Value> = keys.iter().filter(|jwk| jwk["kid"] == kid).collect();
    let token = world.issuer.access_token().without_header("kid").sign();
    for (set, expected) in [(json!({ "keys": own }), "ok"), (jwks.clone(), "key_not_found")] {
        let keys = KeySet::from_json(set.to_string()).unwrap();
        let policy = world.policy(TokenUse::Access).static_keys(keys).allow_missing_kid();
        let verifier = poolgate_tests::builder(policy).clock(world.clock.clone()).build().unwrap();
        let gate = Gate { world: world.clone(), verifier };
        gate.says(expected, "no kid", &token);
    }
}
