//! Groups of users.

use serde::Deserialize;

/// A group of a user pool.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a group with a name")]
#[non_exhaustive]
pub struct Group {
    /// The name, as in `cognito:groups`.
    pub name: String,
    /// For people.
    #[serde(default)]
    pub description: Option<String>,
    /// Whose role is preferred: 0 comes first, and none comes last.
    #[serde(default)]
    pub precedence: Option<u32>,
    /// The IAM role, as in `cognito:roles`.
    #[serde(default)]
    pub role_arn: Option<String>,
}

impl Group {
    /// A group without precedence and role.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), description: None, precedence: None, role_arn: None }
    }

    /// For people.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Whose role is preferred: 0 comes first, and a group without precedence last.
    #[must_use]
    pub fn precedence(mut self, precedence: u32) -> Self {
        self.precedence = Some(precedence);
        self
    }

    /// The IAM role, such as `arn:aws:iam::123456789012:role/Admins`.
    #[must_use]
    pub fn role_arn(mut self, arn: impl Into<String>) -> Self {
        self.role_arn = Some(arn.into());
        self
    }
}

impl<T: Into<String>> From<T> for Group {
    fn from(name: T) -> Self {
        Self::new(name)
    }
}
