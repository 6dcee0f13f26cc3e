//! The strict walk over a JSON object: one pass that reads each member once and refuses whatever
//! two parsers could read in two ways.

mod item;
mod name;

pub(crate) use item::{Item, Number};

use name::{Key, Name};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::{borrow::Cow, collections::HashSet, fmt};

/// Calls `member` with each member of the object that `text` is, in order.
///
/// The text is one object from its first byte to its last. Names are unique in every object,
/// compared after escapes are resolved (RFC 8259 §4, RFC 7515 §5.2 and RFC 7519 §4). Nesting is
/// [`MAX_DEPTH`] deep at most, with [`MAX_MEMBERS`] members in all. Strings hold no lone
/// surrogates, and every number fits a finite double.
pub(crate) fn walk_object<'t>(
    text: &'t str,
    member: impl FnMut(&str, Item<'t>),
) -> Result<(), &'static str> {
    let mut walk = Walk::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let walked = Object { walk: &mut walk, member }.deserialize(&mut deserializer);
    // White space around an object is legal JSON. Here an object has one text, so there is none.
    let is_bare = text.starts_with('{') && text.ends_with('}');
    match walked.and_then(|()| deserializer.end()) {
        Ok(()) if is_bare => Ok(()),
        _ => Err(walk.problem.unwrap_or("not one JSON object")),
    }
}

#[derive(Default)]
struct Walk<'t> {
    /// The names of all objects that are open, the innermost last.
    names: Vec<Cow<'t, str>>,
    members: usize,
    depth: usize,
    problem: Option<&'static str>,
}

impl<'t> Walk<'t> {
    fn refuse<E: de::Error>(&mut self, problem: &'static str) -> E {
        self.problem = Some(problem);
        E::custom(problem)
    }

    fn enter<E: de::Error>(&mut self) -> Result<(), E> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return Err(self.refuse("nested too deeply"));
        }
        Ok(())
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Takes note of a name of the object whose names begin at `base`.
    fn note<E: de::Error>(
        &mut self,
        name: Cow<'t, str>,
        base: usize,
        set: &mut HashSet<Cow<'t, str>>,
    ) -> Result<(), E> {
        self.members = self.members.saturating_add(1);
        if self.members > MAX_MEMBERS {
            return Err(self.refuse("too many members"));
        }
        if name.starts_with(PARSER_MARK) {
            return Err(self.refuse("a member name that a parser gives a meaning"));
        }
        let siblings = self.names.get(base..).unwrap_or_default();
        let is_new = if siblings.len() < LINEAR_MEMBERS {
            !siblings.contains(&name)
        } else {
            if set.is_empty() {
                set.extend(siblings.iter().cloned());
            }
            set.insert(name.clone())
        };
        self.names.push(name);
        if is_new { Ok(()) } else { Err(self.refuse("a member name occurs twice")) }
    }
}

/// Walks one object and hands out its members.
struct Object<'w, 't, F> {
    walk: &'w mut Walk<'t>,
    member: F,
}

impl<'t, F: FnMut(&str, Item<'t>)> Object<'_, 't, F> {
    fn walk_members<A: MapAccess<'t>>(
        mut self,
        first: Option<Cow<'t, str>>,
        mut map: A,
    ) -> Result<(), A::Error> {
        self.walk.enter()?;
        let base = self.walk.names.len();
        let mut set = HashSet::new();
        let mut next = first;
        while let Some(name) = next {
            self.walk.note(name, base, &mut set)?;
            let item = map.next_value_seed(Value { walk: &mut *self.walk })?;
            let name = self.walk.names.last().map_or("", |name| &**name);
            (self.member)(name, item);
            next = match map.next_key_seed(Name)? {
                Some(Key::Name(name)) => Some(name),
                Some(Key::NumberAhead) => return Err(self.walk.refuse("not one JSON object")),
                None => None,
            };
        }
        self.walk.names.truncate(base);
        self.walk.leave();
        Ok(())
    }
}

impl<'t, F: FnMut(&str, Item<'t>)> DeserializeSeed<'t> for Object<'_, 't, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'t, F: FnMut(&str, Item<'t>)> Visitor<'t> for Object<'_, 't, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        match map.next_key_seed(Name)? {
            Some(Key::Name(first)) => self.walk_members(Some(first), map),
            Some(Key::NumberAhead) => Err(self.walk.refuse("not one JSON object")),
            None => self.walk_members(None, map),
        }
    }
}

/// Walks any value.
struct Value<'w, 't> {
    walk: &'w mut Walk<'t>,
}

impl<'t> DeserializeSeed<'t> for Value<'_, 't> {
    type Value = Item<'t>;

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<Item<'t>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for Value<'_, 't> {
    type Value = Item<'t>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Item<'t>, E> {
        Ok(Item::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Item<'t>, E> {
        Ok(Item::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Item<'t>, E> {
        Ok(Item::Number(Number::Natural(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Item<'t>, E> {
        // Only negative integers come this way, and of those just the sign matters.
        let sign = if value < 0 { -1.0 } else { 0.0 };
        Ok(Item::Number(Number::Other(sign)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Item<'t>, E> {
        Ok(Item::Number(Number::Other(value)))
    }

    fn visit_borrowed_str<E>(self, value: &'t str) -> Result<Item<'t>, E> {
        Ok(Item::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Item<'t>, E> {
        Ok(Item::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut seq: A) -> Result<Item<'t>, A::Error> {
        self.walk.enter()?;
        let mut texts = Some(Vec::new());
        while let Some(item) = seq.next_element_seed(Value { walk: &mut *self.walk })? {
            match (item, &mut texts) {
                (Item::Text(text), Some(texts)) => texts.push(text),
                _ => texts = None,
            }
        }
        self.walk.leave();
        Ok(texts.map_or(Item::Array, Item::Texts))
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Item<'t>, A::Error> {
        let first = match map.next_key_seed(Name)? {
            Some(Key::Name(first)) => Some(first),
            Some(Key::NumberAhead) => {
                let number = Number::parse(&map.next_value::<String>()?);
                let refuse = || self.walk.refuse("a number is out of range");
                return number.map(Item::Number).ok_or_else(refuse);
            }
            None => None,
        };
        Object { walk: self.walk, member: |_: &str, _| {} }.walk_members(first, map)?;
        Ok(Item::Object)
    }
}

/// The deepest nesting of objects and arrays, the outermost counted.
pub(crate) const MAX_DEPTH: usize = 64;

/// The most members, counted over all objects.
pub(crate) const MAX_MEMBERS: usize = 1_000;

/// With such a name serde_json passes numbers and raw text to itself. A claim of that name would be
/// read as something that nobody has walked.
const PARSER_MARK: &str = "$serde_json::private::";

/// Up to here names are compared one by one, above in a set with a random seed: no object costs
/// more than linear time.
const LINEAR_MEMBERS: usize = 32;

#[cfg(test)]
mod tests {
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
}
