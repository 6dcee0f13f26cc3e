//! The filter of `ListUsers`: `email ^= "ali"`.

use super::Failure;
use crate::directory::UserView;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Filter {
    All,
    Equal(String, String),
    StartsWith(String, String),
}

impl Filter {
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        if text.trim().is_empty() {
            return Ok(Self::All);
        }
        let (name, value) = text.split_once('=').ok_or_else(malformed)?;
        let value = value.trim().strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        let value = value.ok_or_else(malformed)?.replace("\\\"", "\"");
        match name.trim().strip_suffix('^') {
            Some(name) => Ok(Self::StartsWith(searchable(name)?, value)),
            None => Ok(Self::Equal(searchable(name)?, value)),
        }
    }

    pub(super) fn matches(&self, user: &UserView) -> bool {
        match self {
            Self::All => true,
            Self::Equal(name, wanted) => value(user, name).is_some_and(|value| value == *wanted),
            Self::StartsWith(name, start) => {
                value(user, name).is_some_and(|value| value.starts_with(start))
            }
        }
    }
}

fn searchable(name: &str) -> Result<String, Failure> {
    let name = name.trim();
    if SEARCHABLE.contains(&name) { Ok(name.to_owned()) } else { Err(malformed()) }
}

fn value<'a>(user: &'a UserView, name: &str) -> Option<&'a str> {
    match name {
        "username" => Some(&user.username),
        "status" => Some(if user.enabled { "Enabled" } else { "Disabled" }),
        "cognito:user_status" => Some(user.status.name()),
        attribute => {
            let mut attributes = user.attributes.iter();
            attributes.find(|(known, _)| known == attribute).map(|(_, value)| value.as_str())
        }
    }
}

fn malformed() -> Failure {
    let names = SEARCHABLE.join(", ");
    Failure::invalid(format!(
        "The filter has to read: name = \"value\", or name ^= \"start\", where name is one of {names}."
    ))
}

const SEARCHABLE: [&str; 10] = [
    "username",
    "email",
    "phone_number",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "cognito:user_status",
    "status",
    "sub",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Algorithm, TestIssuer, User, UserPool};

    #[test]
    fn a_filter_finds_users() {
        let user = |name: &str| User::new(name).subject(format!("sub-{name}"));
        let pool = UserPool::new("eu-west-1_A")
            .user(
                user("alice")
                    .attribute("email", "alice@shop.example")
                    .attribute("name", "A \"x\" = y"),
            )
            .user(user("bob").attribute("email", "bob@shop.example").disabled());
        let issuer = TestIssuer::builder().user_pool(pool).algorithm(Algorithm::EdDsa).offline();
        let users = issuer.pool.users();

        for (filter, found) in [
            ("", "alice bob"),
            ("  ", "alice bob"),
            ("username = \"alice\"", "alice"),
            ("username = \"ali\"", ""),
            ("username^=\"ali\"", "alice"),
            ("email = \"bob@shop.example\"", "bob"),
            ("name = \"A \\\"x\\\" = y\"", "alice"),
            ("sub ^= \"sub-\"", "alice bob"),
            ("status = \"Disabled\"", "bob"),
            ("cognito:user_status = \"CONFIRMED\"", "alice bob"),
            ("phone_number = \"\"", ""),
        ] {
            let parsed = Filter::parse(filter).unwrap();
            let names: Vec<_> = users
                .iter()
                .filter(|user| parsed.matches(user))
                .map(|user| user.username.as_str())
                .collect();
            assert_eq!(names.join(" "), found, "{filter}");
        }
    }

    #[test]
    fn other_texts_are_no_filters() {
        for text in [
            "alice",
            "username = alice",
            "username ~ \"a\"",
            "custom:plan = \"gold\"",
            "username = \"",
        ] {
            assert!(Filter::parse(text).is_err(), "{text}");
        }
    }
}
