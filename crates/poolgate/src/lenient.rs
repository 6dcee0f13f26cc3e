//! Claims that come in more than one form, or in one only.

use crate::TokenUse;
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;
use std::time::Duration;

pub(crate) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    read(deserializer, "seconds", as_seconds)
}

pub(crate) fn optional_seconds<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    read(deserializer, "seconds", as_seconds).map(Some)
}

pub(crate) fn optional_bool<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<bool>, D::Error> {
    read(deserializer, "true or false", as_bool).map(Some)
}

pub(crate) fn one_or_more<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<String>, D::Error> {
    read(deserializer, "a string or strings", as_texts)
}

pub(crate) fn access<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TokenUse, D::Error> {
    read(deserializer, "access", |value| (value == "access").then_some(TokenUse::Access))
}

pub(crate) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TokenUse, D::Error> {
    read(deserializer, "id", |value| (value == "id").then_some(TokenUse::Id))
}

/// Reads a value of more than one form. The detour makes it the same under all of serde_json's
/// features.
fn read<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    expected: &str,
    read: fn(&Value) -> Option<T>,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    read(&value).ok_or_else(|| D::Error::custom(format_args!("expected {expected}")))
}

/// Whole seconds, from a number, perhaps with a fraction, or from digits.
fn as_seconds(value: &Value) -> Option<u64> {
    match value {
        Value::String(digits) => digits.parse().ok(),
        Value::Number(number) => number.as_u64().or_else(|| {
            let seconds = number.as_f64().filter(|seconds| *seconds >= 0.0)?;
            Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX).as_secs())
        }),
        _ => None,
    }
}

fn as_bool(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(flag) => flag.parse().ok(),
        _ => None,
    }
}

fn as_texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}
