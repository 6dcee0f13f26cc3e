//! The audiences of a policy.

use crate::{
    ConfigError,
    names::{Names, from_names},
};

/// The values of `aud` that a policy takes: what the provider calls this API (RFC 7519 §4.1.3).
///
/// Made from one name or a list of them; a token has to name one of these. Taking the tokens for
/// everybody else's API too has a name of its own.
///
/// ```
/// use poolgate::{Audiences, Policy, TokenKind};
///
/// Policy::oidc("https://sso.example.com", "orders-api", TokenKind::at_jwt())?;
/// Policy::oidc("https://sso.example.com", ["orders-api", "https://orders.example.com"], TokenKind::at_jwt())?;
/// # Ok::<(), poolgate::ConfigError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Audiences(Names);

impl Audiences {
    /// Every audience, though a token has to name one: what anybody got for another API of this
    /// issuer is then good here as well.
    #[must_use]
    pub const fn dangerously_any() -> Self {
        Self(Names(None))
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.0.check(|name| !name.is_empty()).map_err(|value| ConfigError::Audience { value })
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

from_names!(Audiences);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audiences_are_compared_whole() {
        let audiences = Audiences::from(["https://a.example", "b"]);
        assert_eq!(audiences.check(), Ok(()));
        assert!(audiences.contains("https://a.example") && audiences.contains("b"));
        for name in ["", "https://a.example/", "HTTPS://a.example", "B", "b "] {
            assert!(!audiences.contains(name), "{name:?}");
        }
        assert!(Audiences::dangerously_any().contains("anything"));
    }

    #[test]
    fn an_empty_list_or_name_is_refused() {
        let none = Audiences::from(Vec::<String>::new());
        assert_eq!(none.check(), Err(ConfigError::Audience { value: None }));
        let empty = ConfigError::Audience { value: Some(String::new()) };
        assert_eq!(Audiences::from(["a", ""]).check(), Err(empty));
        assert_eq!(Audiences::dangerously_any().check(), Ok(()));
    }

    #[test]
    fn debug_shows_that_any_will_do() {
        assert_eq!(format!("{:?}", Audiences::from("a")), r#"["a"]"#);
        assert_eq!(format!("{:?}", Audiences::dangerously_any()), "dangerously_any");
    }
}
