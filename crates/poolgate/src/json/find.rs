//! One member, looked up along a path in a text that has been walked before.

use super::{
    Item, Texts, Value, Walk,
    name::{Key, Name},
};
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;

/// Reads the member at the end of `path`, if every member on the way is there.
///
/// `text` is one object in which no name occurs twice, as [`walk_object`](super::walk_object)
/// has found. An error means that something on the way is there and no object.
pub(crate) fn find<'t, R>(
    text: &'t str,
    path: &[String],
    read: fn(Item<'_, 't>) -> R,
) -> Result<Option<R>, NotAnObject> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Path { names: path, read }.deserialize(&mut deserializer).map_err(|_| NotAnObject)
}

/// Something on the way to a member is no object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAnObject;

struct Path<'p, 't, R> {
    names: &'p [String],
    read: fn(Item<'_, 't>) -> R,
}

impl<'t, R> DeserializeSeed<'t> for Path<'_, 't, R> {
    type Value = Option<R>;

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.names.is_empty() {
            let (mut walk, mut texts) = (Walk::default(), Texts::new());
            let item = Value { walk: &mut walk, texts: &mut texts }.deserialize(deserializer)?;
            return Ok(Some((self.read)(item)));
        }
        deserializer.deserialize_any(self)
    }
}

/// All but objects are refused, as a [`Visitor`] does by itself.
impl<'t, R> Visitor<'t> for Path<'_, 't, R> {
    type Value = Option<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Some((first, rest)) = self.names.split_first() else { return Ok(None) };
        let mut found = None;
        while let Some(key) = map.next_key_seed(Name)? {
            match key {
                Key::Name(name) if name == **first => {
                    found = map.next_value_seed(Self { names: rest, ..self })?;
                }
                Key::Name(_) => drop(map.next_value::<IgnoredAny>()?),
                Key::NumberAhead => return Err(de::Error::custom("a number")),
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"a":7,"realm_access":{"x":[{"roles":["no"]}],"\u0072oles":["r"],"n":null},
        "https://a.example/roles":["u"],"roles":["top"],"empty":{},"f":1.5,"list":[{"roles":["no"]}]}"#;

    fn look(path: &[&str]) -> Result<Option<String>, NotAnObject> {
        let path: Vec<String> = path.iter().map(ToString::to_string).collect();
        find(TEXT, &path, |item| format!("{item:?}"))
    }

    #[track_caller]
    fn finds(path: &[&str], item: &str) {
        assert_eq!(look(path), Ok(Some(item.to_owned())));
    }

    #[test]
    fn a_path_leads_to_one_member() {
        finds(&["realm_access", "roles"], r#"Texts(["r"])"#);
        finds(&["https://a.example/roles"], r#"Texts(["u"])"#);
        finds(&["roles"], r#"Texts(["top"])"#);
        finds(&["realm_access"], "Object");
        finds(&["realm_access", "n"], "Null");
    }

    #[test]
    fn what_is_not_there_is_absent() {
        for path in [&["b"][..], &["empty", "roles"], &["b", "c"], &["realm_access.roles"]] {
            assert_eq!(look(path), Ok(None), "{path:?}");
        }
    }

    #[test]
    fn a_path_leads_through_objects_alone() {
        for first in ["a", "f", "list", "roles"] {
            assert_eq!(look(&[first, "roles"]), Err(NotAnObject), "{first}");
        }
        assert_eq!(look(&["realm_access", "n", "roles"]), Err(NotAnObject));
        assert_eq!(find("[]", &["a".to_owned()], |_| ()), Err(NotAnObject));
    }
}
