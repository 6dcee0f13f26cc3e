//! A token taken apart, without belief in any of it.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

pub(super) struct TokenText {
    pub(super) header: Part,
    pub(super) claims: Part,
}

impl TokenText {
    pub(super) fn read(token: &str) -> Result<Self, String> {
        let parts: Vec<_> = token.split('.').collect();
        match parts[..] {
            [header, claims, _] => Ok(Self {
                header: Part::read("header", header)?,
                claims: Part::read("claims", claims)?,
            }),
            [_, _, _, _, _] => {
                Err("five parts: it is encrypted, as Cognito's refresh tokens are".to_owned())
            }
            _ => Err(format!("a token has three parts between dots, and this has {}", parts.len())),
        }
    }
}

pub(super) enum Part {
    /// In the order of the token, each as often as it is there.
    Object(Vec<(String, Value)>),
    Text(String),
    /// Why it is no text.
    Bytes(String),
}

impl Part {
    fn read(name: &str, part: &str) -> Result<Self, String> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(part);
        let bytes = bytes.map_err(|error| format!("{name}: not base64url: {error}"))?;
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return Ok(Self::Bytes(error.to_string())),
        };
        match serde_json::from_str(&text) {
            Ok(Members(members)) => Ok(Self::Object(members)),
            Err(_) => Ok(Self::Text(text)),
        }
    }
}

/// So that a hostile token cannot paint on the terminal.
pub(super) fn visible(text: &str) -> String {
    let is_hidden = |c: char| c.is_control() || ('\u{200b}'..='\u{206f}').contains(&c);
    let escaped = |c: char| if is_hidden(c) { c.escape_debug().to_string() } else { c.to_string() };
    text.chars().map(escaped).collect()
}

struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(MembersVisitor).map(Self)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Vec<(String, Value)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = object.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_token_is_named() {
        for (token, reason) in [
            ("", "a token has three parts between dots, and this has 1"),
            ("a.b", "a token has three parts between dots, and this has 2"),
            ("a.b.c.d.e", "five parts: it is encrypted, as Cognito's refresh tokens are"),
            ("e30.!.x", "claims: not base64url: Invalid symbol 33, offset 0."),
        ] {
            let refused = TokenText::read(token).err().unwrap();
            assert_eq!(refused, reason);
        }
    }
}
