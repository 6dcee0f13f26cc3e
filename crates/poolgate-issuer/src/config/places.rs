//! Errors that know their place.

use std::collections::HashSet;

use super::ConfigError;

pub(super) type Checked = Result<(), ConfigError>;

pub(super) fn ensure(holds: bool, place: &str, reason: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(ConfigError::at(place, reason())) }
}

pub(super) fn each<T>(list: &str, items: &[T], check: impl Fn(&T) -> Checked) -> Checked {
    items.iter().enumerate().try_for_each(|(at, item)| {
        check(item).map_err(|error| error.within(&format!("{list}[{at}]")))
    })
}

/// The reason of the first text that has one.
pub(super) fn each_text(
    list: &str,
    texts: &[String],
    reason: impl Fn(&String) -> Option<String>,
) -> Checked {
    let mut refused = texts.iter().enumerate().filter_map(|(at, text)| Some((at, reason(text)?)));
    refused
        .next()
        .map_or(Ok(()), |(at, reason)| Err(ConfigError::at(format!("{list}[{at}]"), reason)))
}

pub(super) fn unique_texts(list: &str, texts: &[String]) -> Checked {
    unique(texts.iter().enumerate().map(|(at, text)| (format!("{list}[{at}]"), text.clone())))
}

pub(super) fn unique_in<T>(
    list: &str,
    member: &str,
    items: &[T],
    name: impl Fn(&T) -> &String,
) -> Checked {
    let places = items.iter().enumerate();
    unique(places.map(|(at, item)| (format!("{list}[{at}].{member}"), name(item).clone())))
}

pub(super) fn unique(mut names: impl Iterator<Item = (String, String)>) -> Checked {
    let mut known = HashSet::new();
    let twice = names.find(|(_, name)| !known.insert(name.clone()));
    twice.map_or(Ok(()), |(place, name)| {
        Err(ConfigError::at(place, format!("{name:?} is there twice")))
    })
}
