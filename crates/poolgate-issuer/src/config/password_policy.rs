//! What a password must be like.

use serde::Deserialize;

/// The password policy of a pool. It holds for passwords that are set while the issuer runs; those of configured
/// users may be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PasswordPolicy {
    /// 6 to 99 characters, 8 unless set.
    pub minimum_length: u8,
    /// On unless set.
    pub require_uppercase: bool,
    /// On unless set.
    pub require_lowercase: bool,
    /// On unless set.
    pub require_numbers: bool,
    /// On unless set.
    pub require_symbols: bool,
    /// How many of the user's passwords may not come again: 0 to 24, 0 unless set.
    pub history_size: u8,
    /// How long a temporary password is good: 1 to 365 days, 7 unless set.
    pub temporary_password_days: u16,
}

impl PasswordPolicy {
    /// 8 characters with an upper-case and a lower-case letter, a number and a symbol.
    pub fn new() -> Self {
        Self {
            minimum_length: 8,
            require_uppercase: true,
            require_lowercase: true,
            require_numbers: true,
            require_symbols: true,
            history_size: 0,
            temporary_password_days: 7,
        }
    }

    /// 6 to 99 characters.
    #[must_use]
    pub fn minimum_length(mut self, characters: u8) -> Self {
        self.minimum_length = characters;
        self
    }

    /// Any characters will do.
    #[must_use]
    pub fn any_characters(self) -> Self {
        Self {
            require_uppercase: false,
            require_lowercase: false,
            require_numbers: false,
            require_symbols: false,
            ..self
        }
    }

    /// How many of the user's passwords may not come again.
    #[must_use]
    pub fn history_size(mut self, passwords: u8) -> Self {
        self.history_size = passwords;
        self
    }

    /// How long a temporary password is good.
    #[must_use]
    pub fn temporary_password_days(mut self, days: u16) -> Self {
        self.temporary_password_days = days;
        self
    }

    /// What the password lacks, in Cognito's words.
    pub(crate) fn missing(&self, password: &str) -> Option<&'static str> {
        let length = password.chars().count();
        let lacks =
            |required: bool, is_kind: fn(char) -> bool| required && !password.chars().any(is_kind);
        if length < usize::from(self.minimum_length) {
            Some("Password not long enough")
        } else if length > MAXIMUM_LENGTH {
            Some("Password too long")
        } else if lacks(self.require_uppercase, |c| c.is_ascii_uppercase()) {
            Some("Password must have uppercase characters")
        } else if lacks(self.require_lowercase, |c| c.is_ascii_lowercase()) {
            Some("Password must have lowercase characters")
        } else if lacks(self.require_numbers, |c| c.is_ascii_digit()) {
            Some("Password must have numeric characters")
        } else if lacks(self.require_symbols, is_symbol) {
            Some("Password must have symbol characters")
        } else if password.starts_with(' ') || password.ends_with(' ') {
            Some("Password must not start or end with a space")
        } else {
            None
        }
    }
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// The symbols of Cognito, and a space within the password.
fn is_symbol(c: char) -> bool {
    r#"^$*.[]{}()?-"!@#%&/\,><':;|_~`+= "#.contains(c)
}

const MAXIMUM_LENGTH: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_is_told() {
        let policy = PasswordPolicy::new();

        for (password, missing) in [
            ("Aa1!aaaa", None),
            ("Aa1 aaaa", None),
            ("Aa1!aaa", Some("Password not long enough")),
            ("aa1!aaaa", Some("Password must have uppercase characters")),
            ("AA1!AAAA", Some("Password must have lowercase characters")),
            ("Aaa!aaaa", Some("Password must have numeric characters")),
            ("Aa1aaaaa", Some("Password must have symbol characters")),
            ("Aa1!aaa ", Some("Password must not start or end with a space")),
        ] {
            assert_eq!(policy.missing(password), missing, "{password}");
        }
        let long = format!("Aa1!{}", "a".repeat(253));
        assert_eq!(policy.missing(&long), Some("Password too long"));
    }

    #[test]
    fn rules_can_be_left_out() {
        let policy = PasswordPolicy::new().any_characters().minimum_length(6);

        assert_eq!(policy.missing("aaaaaa"), None);
        assert_eq!(policy.missing("aaaaa"), Some("Password not long enough"));
    }
}
