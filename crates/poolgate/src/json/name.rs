//! The name of a member.

use serde::de::{DeserializeSeed, Deserializer, Visitor};
use std::{borrow::Cow, fmt};

/// What comes first in a map: the name of a member, or the mark behind which serde_json hands
/// over a number once any crate of the build has switched on its `arbitrary_precision`.
///
/// The mark is a string like any name. What tells the two apart is that serde_json offers a real
/// name as a newtype, if asked for one, and the mark as a plain string.
pub(super) enum Key<'t> {
    Name(Cow<'t, str>),
    NumberAhead,
}

pub(super) struct Name;

impl<'t> DeserializeSeed<'t> for Name {
    type Value = Key<'t>;

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<Key<'t>, D::Error> {
        deserializer.deserialize_newtype_struct("Name", self)
    }
}

impl<'t> Visitor<'t> for Name {
    type Value = Key<'t>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_newtype_struct<D: Deserializer<'t>>(self, name: D) -> Result<Key<'t>, D::Error> {
        name.deserialize_str(NameText).map(Key::Name)
    }

    fn visit_borrowed_str<E>(self, _mark: &'t str) -> Result<Key<'t>, E> {
        Ok(Key::NumberAhead)
    }
}

struct NameText;

impl<'t> Visitor<'t> for NameText {
    type Value = Cow<'t, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'t str) -> Result<Cow<'t, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'t, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
