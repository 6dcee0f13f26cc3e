//! The `custom:*` claims, found among all others.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, IntoDeserializer, MapAccess, Visitor},
};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// The `custom:*` attributes of an ID token. All are strings, those of type Number too.
///
/// ```
/// # let json = r#"{"custom:plan":"gold","custom:seats":"12","sub":"1"}"#;
/// let custom: poolgate::CustomAttributes = serde_json::from_str(json)?;
/// assert_eq!(custom.get("plan"), Some("gold"));
/// assert_eq!(custom.parse::<u32>("seats"), Some(Ok(12)));
/// assert_eq!(custom.parse::<u32>("rooms"), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CustomAttributes(BTreeMap<String, String>);

impl CustomAttributes {
    /// The attribute with this name, without `custom:`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The attribute, parsed.
    #[must_use]
    pub fn parse<T: FromStr>(&self, name: &str) -> Option<Result<T, T::Err>> {
        self.get(name).map(str::parse)
    }

    /// Names, without `custom:`, and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<'de> Deserialize<'de> for CustomAttributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Custom;

        impl<'de> Visitor<'de> for Custom {
            type Value = CustomAttributes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the claims of an ID token")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<CustomAttributes, A::Error> {
                let mut custom = CustomAttributes::default();
                let mut sieve = Sieve { map, custom: &mut custom };
                while sieve.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(custom)
            }
        }

        deserializer.deserialize_map(Custom)
    }
}

/// Hands on a map without its custom attributes, which it keeps.
///
/// `#[serde(flatten)]` would do the same, but misreads numbers once any crate of the build has
/// switched on serde_json's `arbitrary_precision`.
pub(crate) struct Sieve<'c, A> {
    pub(crate) map: A,
    pub(crate) custom: &'c mut CustomAttributes,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Sieve<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(name) = self.map.next_key::<String>()? {
            let Some(attribute) = name.strip_prefix("custom:") else {
                return seed.deserialize(name.into_deserializer()).map(Some);
            };
            self.custom.0.insert(attribute.to_owned(), self.map.next_value()?);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// What users write about themselves stays out of logs.
impl fmt::Debug for CustomAttributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomAttributes").finish_non_exhaustive()
    }
}
