//! From text to a configuration, keeping the place of what cannot be read.

use serde::Deserializer;

use super::{Config, ConfigError, error::Position};

pub(super) fn json(text: &str) -> Result<Config, ConfigError> {
    let mut parser = serde_json::Deserializer::from_str(text);
    let config = read(&mut parser, json_reason)?;
    parser.end().map_err(|error| {
        let (reason, position) = json_reason(&error);
        ConfigError::at("", reason).on(position)
    })?;
    Ok(config)
}

#[cfg(feature = "toml")]
pub(super) fn toml(text: &str) -> Result<Config, ConfigError> {
    let reason = |error: &toml::de::Error| {
        let position = error.span().map(|span| position(text, span.start));
        (error.message().to_owned(), position)
    };
    let parser = toml::Deserializer::parse(text).map_err(|error| {
        let (reason, position) = reason(&error);
        ConfigError::at("", reason).on(position)
    })?;
    read(parser, reason)
}

fn read<'de, D: Deserializer<'de>>(
    parser: D,
    reason: impl Fn(&D::Error) -> (String, Option<Position>),
) -> Result<Config, ConfigError> {
    serde_path_to_error::deserialize(parser).map_err(|error| {
        let place = match error.path().to_string() {
            whole if whole == "." || whole == "?" => String::new(),
            place => place,
        };
        let (reason, position) = reason(error.inner());
        ConfigError::at(place, reason).on(position)
    })
}

/// The text of the error, and the position that its end repeats.
fn json_reason(error: &serde_json::Error) -> (String, Option<Position>) {
    let position = Position { line: error.line(), column: error.column() };
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    (reason.to_owned(), (position.line > 0).then_some(position))
}

#[cfg(feature = "toml")]
fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Position {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(result: Result<Config, ConfigError>, shown: &str) {
        assert_eq!(result.unwrap_err().to_string(), shown);
    }

    #[test]
    fn json_that_cannot_be_read_names_its_place() {
        for (text, shown) in [
            ("", "EOF while parsing a value (line 1, column 0)"),
            ("{", "EOF while parsing an object (line 1, column 1)"),
            (r#"{"user_pools": []} x"#, "trailing characters (line 1, column 20)"),
            (
                r#"{"user_pools": [{"id": "eu-west-1_A", "clients": [{"id": "a"}, {"id": 1}]}]}"#,
                "user_pools[0].clients[1].id: invalid type: integer `1`, expected a string (line 1, column 71)",
            ),
            (
                "{\"user_pools\": [{\"id\": \"eu-west-1_A\",\n\"colour\": 1}]}",
                "user_pools[0].colour: unknown field `colour`, expected one of",
            ),
            (
                r#"{"user_pools": [{"id": "eu-west-1_A", "groups": [{"name": "A", "precedence": -1}]}]}"#,
                "user_pools[0].groups[0].precedence: invalid value: integer `-1`, expected u32 (line 1, column 79)",
            ),
            (
                r#"{"user_pools": [{"clients": []}]}"#,
                "user_pools[0]: missing field `id` (line 1, column 31)",
            ),
            (
                r#"{"user_pools": [{"id": "eu-west-1_A", "issuer": "auth0"}]}"#,
                "user_pools[0].issuer: \"auth0\" is not \"aws\", \"updated\", \"self\" or a URL (line 1, column 56)",
            ),
        ] {
            let error = json(text).unwrap_err().to_string();
            assert!(error.starts_with(shown), "{error}\n{shown}");
        }
    }

    #[cfg(feature = "toml")]
    #[test]
    fn toml_that_cannot_be_read_names_its_place() {
        refuses(
            toml("[[user_pools]]\nid = 7"),
            "user_pools[0].id: invalid type: integer `7`, expected a string (line 2, column 6)",
        );
        let error = toml("[[user_pools]]\nid = 'eu-west-1_A'\ncolour = 1").unwrap_err();
        assert_eq!(error.place(), "user_pools[0].colour");
        assert_eq!((error.line(), error.column()), (Some(3), Some(1)));
        let error = toml("[[user_pools]\n").unwrap_err();
        assert_eq!((error.place(), error.line()), ("", Some(1)));
    }

    #[test]
    fn errors_say_their_parts() {
        let error = json("{\n\"pools\": []}").unwrap_err();

        assert_eq!(error.place(), "pools");
        assert_eq!(error.reason(), "unknown field `pools`, expected `user_pools`");
        assert_eq!((error.line(), error.column()), (Some(2), Some(7)));
        refuses(
            Err(error),
            "pools: unknown field `pools`, expected `user_pools` (line 2, column 7)",
        );
    }
}
