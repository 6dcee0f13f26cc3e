use super::*;
use crate::crypto::HAS_P521;
use poolgate_issuer::TestIssuer;
use serde_json::{Value, json};

fn jwk(algorithm: poolgate_issuer::Algorithm) -> Value {
    let issuer = TestIssuer::builder().algorithm(algorithm).offline();
    let jwks: Value = serde_json::from_str(&issuer.jwks_json()).unwrap();
    jwks["keys"][0].clone()
}

fn rsa() -> Value {
    jwk(poolgate_issuer::Algorithm::Rs256)
}

fn es256() -> Value {
    jwk(poolgate_issuer::Algorithm::Es256)
}

fn with(mut jwk: Value, name: &str, value: Value) -> Value {
    jwk[name] = value;
    jwk
}

fn without(mut jwk: Value, name: &str) -> Value {
    jwk.as_object_mut().unwrap().remove(name);
    jwk
}

#[allow(clippy::needless_pass_by_value, reason = "the tables build their keys in place")]
fn set(keys: Value) -> KeySet {
    let rules = ImportRules { allow_test_keys: true, ..ImportRules::default() };
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes(), rules).unwrap()
}

#[track_caller]
#[allow(clippy::needless_pass_by_value, reason = "the tables build their keys in place")]
fn takes(jwk: Value) {
    assert_eq!(set(json!([jwk])).len(), 1, "{jwk}");
}

#[track_caller]
#[allow(clippy::needless_pass_by_value, reason = "the tables build their keys in place")]
fn skips(jwk: Value) {
    let set = set(json!([jwk, es256()]));
    assert_eq!((set.len(), set.skipped()), (1, 1), "{jwk}");
}

#[test]
fn every_algorithm_of_the_issuer_is_imported() {
    for algorithm in [
        poolgate_issuer::Algorithm::Rs256,
        poolgate_issuer::Algorithm::Ps256,
        poolgate_issuer::Algorithm::Es256,
        poolgate_issuer::Algorithm::Es384,
        poolgate_issuer::Algorithm::Es512,
        poolgate_issuer::Algorithm::EdDsa,
    ] {
        let jwk = jwk(algorithm);
        if algorithm == poolgate_issuer::Algorithm::Es512 && !HAS_P521 {
            skips(jwk);
            continue;
        }
        let expected = jwk["alg"].as_str().and_then(Algorithm::from_name);
        assert_eq!(Some(set(json!([jwk])).keys[0].1.algorithm()), expected);
    }
}

#[test]
fn what_a_key_is_for() {
    takes(without(rsa(), "use"));
    takes(with(rsa(), "key_ops", json!(["sign", "verify"])));
    for (name, value) in [
        ("use", json!("enc")),
        ("use", json!("SIG")),
        ("use", json!(null)),
        ("use", json!(["sig"])),
        ("key_ops", json!([])),
        ("key_ops", json!(["sign"])),
        ("key_ops", json!("verify")),
        ("key_ops", json!(["verify", 1])),
    ] {
        skips(with(rsa(), name, value));
    }
}

#[test]
fn private_keys_secrets_and_unknown_types_are_skipped() {
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        skips(with(rsa(), name, json!("AQAB")));
        skips(with(es256(), name, json!(null)));
    }
    skips(json!({"kty": "oct", "kid": "a", "alg": "HS256", "k": "AAAA"}));
    skips(json!({"kty": "AKP", "kid": "a", "alg": "ML-DSA-44", "pub": "AAAA"}));
    skips(json!({"kty": "OKP", "crv": "Ed448", "x": "AAAA"}));
    skips(json!({"kid": "a"}));
    for odd in [json!(null), json!([]), json!("RSA"), json!(1)] {
        skips(odd);
    }
}

#[test]
fn algorithm_and_key_must_fit() {
    for alg in ["RS384", "RS512", "PS256", "PS384", "PS512"] {
        takes(with(rsa(), "alg", json!(alg)));
    }
    for alg in [
        json!("ES256"),
        json!("EdDSA"),
        json!("HS256"),
        json!("none"),
        json!("RSA-OAEP"),
        json!(1),
        json!(null),
    ] {
        skips(with(rsa(), "alg", alg));
    }
    for alg in ["RS256", "ES384", "ES512", "EdDSA"] {
        skips(with(es256(), "alg", json!(alg)));
    }
    skips(with(without(es256(), "alg"), "crv", json!("P-384")));
    skips(with(without(es256(), "alg"), "crv", json!("secp256k1")));
    takes(without(es256(), "alg"));
    let ed25519 = jwk(poolgate_issuer::Algorithm::EdDsa);
    takes(with(ed25519.clone(), "alg", json!("Ed25519")));
    skips(with(ed25519, "alg", json!("ES256")));
}

#[test]
fn an_rsa_key_without_algorithm_gets_the_one_of_the_policy() {
    let document = json!({ "keys": [without(rsa(), "alg")] }).to_string();
    for (rules, expected) in [
        (ImportRules::default(), Algorithm::Rs256),
        (ImportRules { rsa_default: Algorithm::Ps384, ..ImportRules::default() }, Algorithm::Ps384),
    ] {
        let rules = ImportRules { allow_test_keys: true, ..rules };
        let set = KeySet::parse(document.as_bytes(), rules).unwrap();
        assert_eq!(set.keys[0].1.algorithm(), expected);
        let again = KeySet::from_json(&document).unwrap().under(rules).unwrap();
        assert_eq!(again.keys[0].1.algorithm(), expected);
    }
}

#[test]
fn malformed_members_spoil_one_key_only() {
    for name in ["n", "e"] {
        for value in
            [json!(null), json!(7), json!(""), json!("AQ=="), json!("A+/A"), json!("AQAB\n")]
        {
            skips(with(rsa(), name, value));
        }
        skips(without(rsa(), name));
    }
    for name in ["x", "y", "crv"] {
        skips(without(es256(), name));
        skips(with(es256(), name, json!("AA")));
    }
    skips(with(rsa(), "kid", json!(7)));
    let twice = rsa().to_string().replacen('{', r#"{"kty":"RSA","#, 1);
    let document = format!(r#"{{"keys":[{twice},{}]}}"#, es256());
    let rules = ImportRules { allow_test_keys: true, ..ImportRules::default() };
    let set = KeySet::parse(document.as_bytes(), rules).unwrap();
    assert_eq!((set.len(), set.skipped()), (1, 1));
}

#[test]
fn twins_are_both_dropped() {
    let (one, other) = (with(rsa(), "kid", json!("a")), with(rsa(), "kid", json!("a")));
    let set =
        set(json!([one, other, with(es256(), "kid", json!("a")), with(rsa(), "kid", json!("b"))]));
    assert_eq!((set.len(), set.skipped()), (2, 2));
    assert!(matches!(set.find(Some("a"), Algorithm::Es256), Lookup::Found(_)));
    assert!(matches!(set.find(Some("a"), Algorithm::Rs256), Lookup::OtherAlgorithm));
    assert!(matches!(set.find(Some("b"), Algorithm::Rs256), Lookup::Found(_)));
    assert!(matches!(set.find(Some("c"), Algorithm::Rs256), Lookup::Absent));
}

#[test]
fn keys_without_kid_are_found_only_alone_and_never_by_an_empty_kid() {
    let nameless = without(rsa(), "kid");
    let alone = set(json!([nameless]));
    assert!(matches!(alone.find(None, Algorithm::Rs256), Lookup::Found(_)));
    assert!(matches!(alone.find(None, Algorithm::Es256), Lookup::OtherAlgorithm));
    assert!(matches!(alone.find(Some(""), Algorithm::Rs256), Lookup::Absent));
    let pair = set(json!([nameless, rsa()]));
    assert!(matches!(pair.find(None, Algorithm::Rs256), Lookup::Absent));
}

#[test]
fn test_keys_are_refused_unless_allowed() {
    let document = json!({ "keys": [rsa(), with(es256(), "kid", json!("real"))] }).to_string();
    let set = KeySet::parse(document.as_bytes(), ImportRules::default()).unwrap();
    assert_eq!((set.len(), set.test_keys(), set.skipped()), (1, 1, 0));
}

#[test]
fn what_is_no_key_set() {
    for text in [
        "",
        "{}",
        "[]",
        "null",
        r#"{"keys":null}"#,
        r#"{"keys":{}}"#,
        "<html>",
        r#"{"keys":[]"#,
        r#"{"keys":[],"keys":[]}"#,
        "\u{feff}{\"keys\":[]}",
    ] {
        assert_eq!(
            KeySet::parse(text.as_bytes(), ImportRules::default()).unwrap_err(),
            "not a JWKS document",
            "{text}"
        );
    }
    let many = json!({ "keys": vec![1; 101] }).to_string();
    assert_eq!(
        KeySet::parse(many.as_bytes(), ImportRules::default()).unwrap_err(),
        "more than 100 keys"
    );
    let empty = KeySet::parse(br#"{"keys":[],"other":1}"#, ImportRules::default()).unwrap();
    assert!(empty.is_empty());
    assert_eq!(
        KeySet::from_json(r#"{"keys":[]}"#).unwrap_err(),
        ConfigError::KeySet { reason: "no key can be used" }
    );
}

#[test]
fn sets_are_compared_by_their_usable_keys() {
    let (a, b) = (rsa(), es256());
    let one = set(json!([a, b]));
    assert!(one.has_same_keys(&set(json!([b, a, {"kty": "oct"}]))));
    assert!(!one.has_same_keys(&set(json!([a]))));
    assert!(!one.has_same_keys(&set(json!([with(a, "kid", json!("test-other")), b]))));
}
