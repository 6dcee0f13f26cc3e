//! The attributes of users.

/// A standard attribute of OpenID Connect that Cognito has, or one of the pool's own.
pub(crate) fn is_known_attribute(name: &str) -> bool {
    let is_custom = name.strip_prefix("custom:").is_some_and(|own| !own.is_empty());
    is_custom || STANDARD.contains(&name)
}

pub(crate) fn looks_like_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}

/// E.164: a plus and up to 15 digits.
pub(crate) fn looks_like_phone_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (1..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

/// All but `sub`, which nobody sets.
const STANDARD: [&str; 19] = [
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_standard_or_custom() {
        for known in ["email", "zoneinfo", "custom:plan"] {
            assert!(is_known_attribute(known), "{known}");
        }
        for unknown in ["sub", "plan", "custom:", "Email", "cognito:groups"] {
            assert!(!is_known_attribute(unknown), "{unknown}");
        }
    }

    #[test]
    fn names_to_sign_in_with_are_told_apart() {
        assert!(looks_like_email("a@b") && !looks_like_email("@b") && !looks_like_email("a@b@c"));
        assert!(looks_like_phone_number("+491701234567"));
        assert!(!looks_like_phone_number("01701234567") && !looks_like_phone_number("+49 170"));
    }
}
