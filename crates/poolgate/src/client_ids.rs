//! The app clients of a policy.

use crate::ConfigError;
use std::fmt;

/// The app clients whose tokens a policy takes.
///
/// Made from one ID or a list of them. Taking the tokens of every client of a pool has a name of
/// its own.
///
/// ```
/// use poolgate::{Policy, TokenUse};
///
/// Policy::cognito("eu-west-1_AbCdEf123", "1example23456789", TokenUse::Access)?;
/// Policy::cognito("eu-west-1_AbCdEf123", ["1example23456789", "2example"], TokenUse::Access)?;
/// # Ok::<(), poolgate::ConfigError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ClientIds(Option<Vec<String>>);

impl ClientIds {
    /// Every client of the pool, also one that somebody adds tomorrow.
    #[must_use]
    pub const fn dangerously_any() -> Self {
        Self(None)
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let Some(ids) = &self.0 else { return Ok(()) };
        if ids.is_empty() {
            return Err(ConfigError::ClientId { value: None });
        }
        match ids.iter().find(|id| !is_client_id(id)) {
            Some(id) => Err(ConfigError::ClientId { value: Some(id.clone()) }),
            None => Ok(()),
        }
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        self.0.as_ref().is_none_or(|ids| ids.iter().any(|known| known == id))
    }

    pub(crate) const fn is_any(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Debug for ClientIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(ids) => f.debug_list().entries(ids).finish(),
            None => f.write_str("dangerously_any"),
        }
    }
}

impl From<&str> for ClientIds {
    fn from(id: &str) -> Self {
        Self(Some(vec![id.to_owned()]))
    }
}

impl From<String> for ClientIds {
    fn from(id: String) -> Self {
        Self(Some(vec![id]))
    }
}

impl From<&String> for ClientIds {
    fn from(id: &String) -> Self {
        Self::from(id.as_str())
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for ClientIds {
    fn from(ids: [S; N]) -> Self {
        ids.into_iter().collect()
    }
}

impl<S: AsRef<str>> From<&[S]> for ClientIds {
    fn from(ids: &[S]) -> Self {
        ids.iter().map(AsRef::as_ref).collect()
    }
}

impl<S: AsRef<str>> From<&Vec<S>> for ClientIds {
    fn from(ids: &Vec<S>) -> Self {
        Self::from(ids.as_slice())
    }
}

impl<S: Into<String>> From<Vec<S>> for ClientIds {
    fn from(ids: Vec<S>) -> Self {
        ids.into_iter().collect()
    }
}

impl<S: Into<String>> FromIterator<S> for ClientIds {
    fn from_iter<I: IntoIterator<Item = S>>(ids: I) -> Self {
        Self(Some(ids.into_iter().map(Into::into).collect()))
    }
}

fn is_client_id(id: &str) -> bool {
    let is_client_byte = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'-');
    (1..=128).contains(&id.len()) && id.bytes().all(is_client_byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_ids_are_compared_whole() {
        let clients = ClientIds::from(["abc", "def"]);
        assert_eq!(clients.check(), Ok(()));
        assert!(clients.contains("abc") && clients.contains("def"));
        for id in ["", "ab", "abcd", "ABC", "abc "] {
            assert!(!clients.contains(id), "{id:?}");
        }
        assert!(ClientIds::dangerously_any().contains("anything"));
    }

    #[test]
    fn an_empty_list_or_an_impossible_client_is_refused() {
        let none = ClientIds::from(Vec::<String>::new());
        assert_eq!(none.check(), Err(ConfigError::ClientId { value: None }));
        for id in ["", "a b", "a\"b", "\u{e9}", &"a".repeat(129)] {
            let expected = ConfigError::ClientId { value: Some(id.to_owned()) };
            assert_eq!(ClientIds::from(id).check(), Err(expected), "{id:?}");
        }
    }
}
