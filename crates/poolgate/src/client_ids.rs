//! The app clients of a policy.

use crate::{
    ConfigError,
    names::{Names, from_names},
};

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
pub struct ClientIds(Names);

impl ClientIds {
    /// Every client of the pool, also one that somebody adds tomorrow.
    #[must_use]
    pub const fn dangerously_any() -> Self {
        Self(Names(None))
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.0.check(is_client_id).map_err(|value| ConfigError::ClientId { value })
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        self.0.contains(id)
    }

    pub(crate) const fn is_any(&self) -> bool {
        self.0.is_any()
    }
}

from_names!(ClientIds);

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
