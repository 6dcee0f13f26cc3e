//! A JSON object whose members keep their order, so that tokens read as Cognito writes them.

use serde_json::Value;

#[derive(Clone, Debug, Default)]
pub(crate) struct Members(Vec<(String, Value)>);

impl Members {
    /// Sets a member in its place, or appends it.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some(member) => member.1 = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    pub(crate) fn set_all<'a>(&mut self, members: impl IntoIterator<Item = &'a (String, Value)>) {
        members.into_iter().for_each(|(name, value)| self.set(name, value.clone()));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    pub(crate) fn apply(&mut self, edits: &[Edit]) {
        for edit in edits {
            match edit {
                Edit::Set(name, value) => self.set(name, value.clone()),
                Edit::Remove(name) => self.remove(name),
            }
        }
    }

    pub(crate) fn to_json(&self) -> String {
        let members: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())))
            .collect();
        format!("{{{}}}", members.join(","))
    }
}

/// A change that a test makes to the members of a token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Edit {
    Set(String, Value),
    Remove(String),
}

impl Edit {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Set(name, _) | Self::Remove(name) => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_their_place() {
        let mut members = Members::default();
        members.set("b", 1);
        members.set("a", "x");
        members.set("b", 2);

        assert_eq!(members.to_json(), r#"{"b":2,"a":"x"}"#);
    }

    #[test]
    fn names_and_values_are_escaped() {
        let mut members = Members::default();
        members.set("\"", "\\");

        assert_eq!(members.to_json(), r#"{"\"":"\\"}"#);
    }

    #[test]
    fn the_last_edit_wins() {
        let mut members = Members::default();
        members.set("a", 1);
        members.apply(&[Edit::Remove("a".to_owned()), Edit::Set("b".to_owned(), Value::Null)]);

        assert_eq!(members.to_json(), r#"{"b":null}"#);
    }
}
