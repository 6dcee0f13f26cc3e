//! The value of `WWW-Authenticate` (RFC 6750 §3).

use crate::{ConfigError, Error, answer::Class};
use std::borrow::Cow;

/// What a service adds to its challenges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Challenge {
    realm: Option<String>,
    resource_metadata: Option<String>,
}

impl Challenge {
    /// The protected space (RFC 9110 §11.5). Goes into a quoted string and needs no escapes.
    pub(crate) fn set_realm(&mut self, realm: String) -> Result<(), ConfigError> {
        let is_plain = |byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
        if realm.is_empty() || !realm.bytes().all(is_plain) {
            return Err(ConfigError::Realm { value: realm });
        }
        self.realm = Some(realm);
        Ok(())
    }

    /// Where the metadata of the resource are (RFC 9728 §5.1).
    pub(crate) fn set_resource_metadata(&mut self, url: &str) {
        self.resource_metadata = Some(url.to_owned());
    }

    /// The challenge to this error, made of fixed text, what is set here and configured scopes.
    pub(crate) fn to(&self, error: &Error) -> Option<Cow<'static, str>> {
        let fixed = match error.class() {
            Class::NoToken => "Bearer",
            Class::InvalidRequest => r#"Bearer error="invalid_request""#,
            Class::InvalidToken => r#"Bearer error="invalid_token""#,
            Class::Insufficient => r#"Bearer error="insufficient_scope""#,
            Class::Forbidden | Class::Misconfigured | Class::Unavailable => return None,
        };
        let scope = scopes(error);
        let parameters = [
            ("scope", scope.as_ref()),
            ("realm", self.realm.as_ref()),
            ("resource_metadata", self.resource_metadata.as_ref()),
        ];
        let mut challenge = Cow::Borrowed(fixed);
        for (name, value) in parameters {
            let Some(value) = value else { continue };
            let separator = if challenge == "Bearer" { " " } else { ", " };
            challenge.to_mut().push_str(&format!(r#"{separator}{name}="{value}""#));
        }
        Some(challenge)
    }
}

/// The scopes that would do, where there is one answer and it is safe within a quoted string: all
/// are scope tokens (RFC 6749 §3.3).
fn scopes(error: &Error) -> Option<String> {
    let Error::InsufficientScope { scopes } = error else { return None };
    let is_scope_byte = |byte| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~');
    let is_scope = |scope: &String| !scope.is_empty() && scope.bytes().all(is_scope_byte);
    (!scopes.is_empty() && scopes.iter().all(is_scope)).then(|| scopes.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge() -> Challenge {
        let mut challenge = Challenge::default();
        challenge.set_realm("the orders".to_owned()).unwrap();
        challenge.set_resource_metadata("https://a.example/.well-known/x");
        challenge
    }

    #[test]
    fn what_a_service_adds_stands_in_every_challenge() {
        let added = r#"realm="the orders", resource_metadata="https://a.example/.well-known/x""#;
        let scopes = vec!["a/read".to_owned()];
        for (error, expected) in [
            (Error::MissingToken, "Bearer "),
            (Error::MalformedAuthorization, r#"Bearer error="invalid_request", "#),
            (Error::KeyNotFound, r#"Bearer error="invalid_token", "#),
            (Error::InsufficientGroup, r#"Bearer error="insufficient_scope", "#),
            (
                Error::InsufficientScope { scopes },
                r#"Bearer error="insufficient_scope", scope="a/read", "#,
            ),
        ] {
            assert_eq!(challenge().to(&error).unwrap(), format!("{expected}{added}"));
        }
        for error in [Error::CrossSiteRequest, Error::CheckUnavailable, Error::MiddlewareMissing] {
            assert_eq!(challenge().to(&error), None);
        }
    }

    #[test]
    fn a_scope_that_could_break_the_header_is_left_out() {
        let expected = r#"Bearer error="insufficient_scope""#;
        for scope in ["", "a\"b", "a b", "a\\b", "a\r\nb", "é"] {
            let error = Error::InsufficientScope { scopes: vec![scope.to_owned()] };
            assert_eq!(Challenge::default().to(&error).unwrap(), expected, "{scope:?}");
        }
    }

    #[test]
    fn a_realm_needs_no_escapes() {
        for realm in ["", "a\"b", "a\\b", "a\r\nb", "é", "a\tb"] {
            let refused = Challenge::default().set_realm(realm.to_owned());
            assert_eq!(refused, Err(ConfigError::Realm { value: realm.to_owned() }));
        }
    }
}
