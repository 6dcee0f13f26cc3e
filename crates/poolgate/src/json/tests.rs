use super::*;
use proptest::prelude::*;
use std::time::Duration;

fn walk(text: &str) -> Result<Vec<(String, String)>, &'static str> {
    let mut seen = Vec::new();
    walk_object(text, |name, item| seen.push((name.to_owned(), format!("{item:?}"))))?;
    Ok(seen)
}

#[track_caller]
fn refuses(text: &str, problem: &str) {
    assert_eq!(walk(text), Err(problem), "{text}");
}

fn nested(depth: usize) -> String {
    format!(r#"{{"a":{}1{}}}"#, "[".repeat(depth - 1), "]".repeat(depth - 1))
}

fn wide(members: usize) -> String {
    let members: Vec<_> = (0..members).map(|n| format!(r#""m{n}":{n}"#)).collect();
    format!("{{{}}}", members.join(","))
}

#[test]
fn every_kind_of_value() {
    let text = r#"{"a":null,"b":true,"c":7,"d":-7.5,"e":1.5,"f":"x","g":["x","y"],"h":[],
        "i":["x",1],"j":{"k":[{}]},"\u0061\u0062":"\/\u00e9","":"empty"}"#;
    let seen = walk(text).unwrap();
    let items: Vec<&str> = seen.iter().map(|(_, item)| &**item).collect();
    assert_eq!(
        items,
        [
            "Null",
            "Bool(true)",
            "Number(Natural(7))",
            "Number(Other(-7.5))",
            "Number(Other(1.5))",
            r#"Text("x")"#,
            r#"Texts(["x", "y"])"#,
            "Texts([])",
            "Array",
            "Object",
            r#"Text("/é")"#,
            r#"Text("empty")"#,
        ]
    );
    assert_eq!(seen[10].0, "ab");
}

#[test]
fn a_name_occurs_once_in_an_object_at_any_depth() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"alg":1,"\u0061lg":2}"#,
        r#"{"a":{"b":1,"c":2,"b":3}}"#,
        r#"{"a":[[{"b":1,"b":1}]]}"#,
        r#"{"":1,"":2}"#,
    ] {
        refuses(text, "a member name occurs twice");
    }
    let text = wide(200).replace(r#""m150":"#, r#""m3":"#);
    refuses(&text, "a member name occurs twice");
    let text = wide(33).replace(r#""m32":"#, r#""m0":"#);
    refuses(&text, "a member name occurs twice");
    walk(r#"{"a":{"a":{"a":1}},"b":{"a":1}}"#).unwrap();
}

#[test]
fn depth_and_members_are_bounded() {
    walk(&nested(MAX_DEPTH)).unwrap();
    refuses(&nested(MAX_DEPTH + 1), "nested too deeply");
    refuses(&format!(r#"{{"a":{}"#, "[".repeat(10_000)), "nested too deeply");
    walk(&wide(MAX_MEMBERS)).unwrap();
    refuses(&wide(MAX_MEMBERS + 1), "too many members");
    let spread = format!(r#"{{"a":{},"b":{}}}"#, wide(500), wide(499));
    refuses(&spread, "too many members");
}

#[test]
fn text_is_one_object_and_nothing_else() {
    for text in [
        "",
        "{",
        "}",
        "[]",
        "null",
        "1",
        r#""a""#,
        "{}{}",
        "{} ",
        " {}",
        "\u{feff}{}",
        "{}\0",
        "{}x",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{a:1}"#,
        "{'a':1}",
        r#"{"a":01}"#,
        r#"{"a":+1}"#,
        r#"{"a":.5}"#,
        r#"{"a":1.}"#,
        r#"{"a":0x1}"#,
        r#"{"a":NaN}"#,
        r#"{"a":Infinity}"#,
        r#"{"a":True}"#,
        "{\"a\":\"\n\"}",
        r#"{"a":"\x"}"#,
        r#"{1:2}"#,
    ] {
        refuses(text, "not one JSON object");
    }
}

#[test]
fn surrogates_come_in_pairs() {
    for text in [
        r#"{"a":"\ud800"}"#,
        r#"{"a":"\udc00"}"#,
        r#"{"\ud800":1}"#,
        r#"{"a":["\udc00\ud800"]}"#,
        r#"{"a":{"b":"\ud83dx"}}"#,
    ] {
        refuses(text, "not one JSON object");
    }
    walk(r#"{"a":"\ud83d\ude00"}"#).unwrap();
}

#[test]
fn numbers_are_finite() {
    for number in ["1e999", "-1e999", "1e309", "[1e999]", "{\"b\":1e999}"] {
        assert!(walk(&format!(r#"{{"a":{number}}}"#)).is_err(), "{number}");
    }
    for number in [
        "1e308",
        "-0",
        "0.0",
        "1e-999",
        "18446744073709551615",
        "18446744073709551616",
        "123456789012345678901234567890",
    ] {
        walk(&format!(r#"{{"a":{number}}}"#)).unwrap();
    }
}

#[test]
fn no_member_is_named_like_a_mark_of_the_parser() {
    for name in ["Number", "RawValue", ""] {
        let name = format!("$serde_json::private::{name}");
        for text in [format!(r#"{{"{name}":"1"}}"#), format!(r#"{{"a":{{"{name}":"1"}}}}"#)] {
            refuses(&text, "a member name that a parser gives a meaning");
        }
    }
    let seen = walk(r#"{"a":7,"b":{"c":1e2},"$serde_json":1}"#).unwrap();
    assert_eq!(seen[0].1, "Number(Natural(7))");
}

#[test]
fn seconds_saturate_and_are_not_negative() {
    for (number, seconds) in [
        ("0", Some(Duration::ZERO)),
        ("-0", Some(Duration::ZERO)),
        ("-0.0", Some(Duration::ZERO)),
        ("1.5", Some(Duration::from_millis(1_500))),
        ("18446744073709551615", Some(Duration::from_secs(u64::MAX))),
        ("1e300", Some(Duration::MAX)),
        ("-1", None),
        ("-0.5", None),
        ("-1e300", None),
    ] {
        let mut found = None;
        let text = format!(r#"{{"a":{number}}}"#);
        walk_object(&text, |_, item| {
            if let Item::Number(number) = item {
                found = Some(number.seconds());
            }
        })
        .unwrap();
        assert_eq!(found, Some(seconds), "{number}");
    }
}

proptest! {
    /// What the walk accepts, serde_json reads as the same object.
    #[test]
    fn accepts_only_what_another_parser_reads_alike(text in r#"\{("[ab]{1,2}":(1|"x"|\[\]|\{\}|\[1,"y"\]),?){0,4}\}"#) {
        let ours = walk(&text);
        let theirs: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_str(&text);
        match (ours, theirs) {
            (Ok(seen), Ok(map)) => {
                prop_assert_eq!(seen.len(), map.len());
                prop_assert!(seen.iter().all(|(name, _)| map.contains_key(name)));
            }
            (Ok(_), Err(_)) => prop_assert!(false, "accepted more: {}", text),
            (Err(problem), theirs) => {
                prop_assert!(problem == "a member name occurs twice" || theirs.is_err());
            }
        }
    }
}
