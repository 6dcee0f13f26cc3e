//! One member, looked up along a path in a text that has been walked before.

use super::{
    Item, Value, Walk,
    name::{Key, Name},
};
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;

/// The member at the end of `path`, if every member on the way is there.
///
/// `text` is one object in which no name occurs twice, as [`walk_object`](super::walk_object)
/// has found. An error means that something on the way is there and no object.
pub(crate) fn find<'t>(text: &'t str, path: &[String]) -> Result<Option<Item<'t>>, NotAnObject> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Path(path).deserialize(&mut deserializer).map_err(|_| NotAnObject)
}

/// Something on the way to a member is no object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAnObject;

struct Path<'p>(&'p [String]);

impl<'t> DeserializeSeed<'t> for Path<'_> {
    type Value = Option<Item<'t>>;

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.0.is_empty() {
            let mut walk = Walk::default();
            return Value { walk: &mut walk }.deserialize(deserializer).map(Some);
        }
        deserializer.deserialize_any(self)
    }
}

/// All but objects are refused, as a [`Visitor`] does by itself.
impl<'t> Visitor<'t> for Path<'_> {
    type Value = Option<Item<'t>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Some((first, rest)) = self.0.split_first() else { return Ok(None) };
        let mut found = None;
        while let Some(key) = map.next_key_seed(Name)? {
            match key {
                Key::Name(name) if name == **first => found = map.next_value_seed(Path(rest))?,
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
    use std::borrow::Cow;

    const TEXT: &str = r#"{"a":7,"realm_access":{"x":[{"roles":["no"]}],"\u0072oles":["r"],"n":null},
        "https://a.example/roles":["u"],"roles":["top"],"empty":{},"f":1.5,"list":[{"roles":["no"]}]}"#;

    fn look(path: &[&str]) -> Result<Option<Item<'static>>, NotAnObject> {
        let path: Vec<String> = path.iter().map(ToString::to_string).collect();
        find(TEXT, &path)
    }

    fn texts(text: &'static str) -> Result<Option<Item<'static>>, NotAnObject> {
        Ok(Some(Item::Texts(vec![Cow::Borrowed(text)])))
    }

    #[test]
    fn a_path_leads_to_one_member() {
        assert_eq!(look(&["realm_access", "roles"]), texts("r"));
        assert_eq!(look(&["https://a.example/roles"]), texts("u"));
        assert_eq!(look(&["roles"]), texts("top"));
        assert_eq!(look(&["realm_access"]), Ok(Some(Item::Object)));
        assert_eq!(look(&["realm_access", "n"]), Ok(Some(Item::Null)));
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
        assert_eq!(find("[]", &["a".to_owned()]), Err(NotAnObject));
    }
}
