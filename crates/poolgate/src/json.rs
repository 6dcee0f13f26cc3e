//! The strict walk over a JSON object: one pass that reads each member once and refuses whatever
//! two parsers could read in two ways.

mod find;
mod item;
mod name;
mod slashes;
mod text;

pub(crate) use find::{NotAnObject, find};
pub(crate) use item::{Item, Number};
pub(crate) use slashes::unescape_slashes;
pub(crate) use text::Text;

use name::{Key, Name};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use smallvec::SmallVec;
use std::{borrow::Cow, collections::HashSet, fmt};

/// Calls `member` with each member of the object that `text` is, in order.
///
/// The text is one object from its first byte to its last. Names are unique in every object,
/// compared after escapes are resolved (RFC 8259 §4, RFC 7515 §5.2 and RFC 7519 §4). Nesting is
/// [`MAX_DEPTH`] deep at most, with [`MAX_MEMBERS`] members in all. Strings hold no lone
/// surrogates, and every number fits a finite double.
pub(crate) fn walk_object<'t>(
    text: &'t str,
    member: impl FnMut(&str, Item<'_, 't>),
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
    names: SmallVec<[Cow<'t, str>; LINEAR_MEMBERS]>,
    members: usize,
    depth: usize,
    problem: Option<&'static str>,
}

impl<'t> Walk<'t> {
    fn refuse<E: de::Error>(&mut self, problem: &'static str) -> E {
        self.problem = Some(problem);
        // The parser would make a copy of the text, and nobody reads it there.
        E::custom("")
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
        seen: &mut Seen<'t>,
    ) -> Result<(), E> {
        self.members = self.members.saturating_add(1);
        if self.members > MAX_MEMBERS {
            return Err(self.refuse("too many members"));
        }
        if name.starts_with(PARSER_MARK) {
            return Err(self.refuse("a member name that a parser gives a meaning"));
        }
        self.names.push(name);
        let is_new = seen.is_new(self.names.get(base..).unwrap_or_default());
        if is_new { Ok(()) } else { Err(self.refuse("a member name occurs twice")) }
    }
}

/// The names of one object so far.
#[derive(Default)]
struct Seen<'t> {
    /// A bit for each kind of name: where none is set, nothing has to be compared.
    kinds: u64,
    set: HashSet<Cow<'t, str>>,
}

impl<'t> Seen<'t> {
    /// Whether the last of these names is none of the others.
    fn is_new(&mut self, names: &[Cow<'t, str>]) -> bool {
        let Some((name, siblings)) = names.split_last() else { return true };
        let kind = kind(name.as_bytes());
        let is_new_kind = self.kinds & kind == 0;
        self.kinds |= kind;
        if siblings.len() < LINEAR_MEMBERS {
            return is_new_kind || !siblings.contains(name);
        }
        if self.set.is_empty() {
            self.set.extend(siblings.iter().cloned());
        }
        self.set.insert(name.clone())
    }
}

/// One of 64 kinds, by length, first and last byte.
fn kind(name: &[u8]) -> u64 {
    let byte = |byte: Option<&u8>| byte.map_or(0, |byte| usize::from(*byte));
    let (first, last) = (byte(name.first()), byte(name.last()));
    let mixed = name.len() ^ first.wrapping_mul(5) ^ last.wrapping_mul(11);
    1 << (mixed % 64)
}

/// Walks one object and hands out its members.
struct Object<'w, 't, F> {
    walk: &'w mut Walk<'t>,
    member: F,
}

impl<'t, F: FnMut(&str, Item<'_, 't>)> Object<'_, 't, F> {
    fn walk_members<A: MapAccess<'t>>(
        mut self,
        first: Option<Cow<'t, str>>,
        mut map: A,
    ) -> Result<(), A::Error> {
        self.walk.enter()?;
        let base = self.walk.names.len();
        let (mut seen, mut texts) = (Seen::default(), Texts::new());
        let mut next = first;
        while let Some(name) = next {
            self.walk.note(name, base, &mut seen)?;
            let item = map.next_value_seed(Value { walk: &mut *self.walk, texts: &mut texts })?;
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

impl<'t, F: FnMut(&str, Item<'_, 't>)> DeserializeSeed<'t> for Object<'_, 't, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'t, F: FnMut(&str, Item<'_, 't>)> Visitor<'t> for Object<'_, 't, F> {
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

/// The texts of one array, in place if they are few.
type Texts<'t> = SmallVec<[Cow<'t, str>; 8]>;

/// Walks any value.
struct Value<'w, 'i, 't> {
    walk: &'w mut Walk<'t>,
    /// Where the texts of an array are put.
    texts: &'i mut Texts<'t>,
}

impl<'i, 't> DeserializeSeed<'t> for Value<'_, 'i, 't> {
    type Value = Item<'i, 't>;

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<Item<'i, 't>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'i, 't> Visitor<'t> for Value<'_, 'i, 't> {
    type Value = Item<'i, 't>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Item<'i, 't>, E> {
        Ok(Item::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Item<'i, 't>, E> {
        Ok(Item::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Item<'i, 't>, E> {
        Ok(Item::Number(Number::Natural(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Item<'i, 't>, E> {
        // Only negative integers come this way, and of those just the sign matters.
        let sign = if value < 0 { -1.0 } else { 0.0 };
        Ok(Item::Number(Number::Other(sign)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Item<'i, 't>, E> {
        Ok(Item::Number(Number::Other(value)))
    }

    fn visit_borrowed_str<E>(self, value: &'t str) -> Result<Item<'i, 't>, E> {
        Ok(Item::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Item<'i, 't>, E> {
        Ok(Item::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut seq: A) -> Result<Item<'i, 't>, A::Error> {
        self.walk.enter()?;
        self.texts.clear();
        let (mut are_texts, mut inner) = (true, Texts::new());
        while let Some(item) =
            seq.next_element_seed(Value { walk: &mut *self.walk, texts: &mut inner })?
        {
            match item {
                Item::Text(text) if are_texts => self.texts.push(text),
                _ => are_texts = false,
            }
        }
        self.walk.leave();
        Ok(if are_texts { Item::Texts(self.texts) } else { Item::Array })
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Item<'i, 't>, A::Error> {
        let first = match map.next_key_seed(Name)? {
            Some(Key::Name(first)) => Some(first),
            Some(Key::NumberAhead) => {
                let number = Number::parse(&map.next_value::<String>()?);
                let refuse = || self.walk.refuse("a number is out of range");
                return number.map(Item::Number).ok_or_else(refuse);
            }
            None => None,
        };
        Object { walk: self.walk, member: |_: &str, _: Item<'_, 't>| {} }
            .walk_members(first, map)?;
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
mod tests;
