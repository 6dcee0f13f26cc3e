//! What a call was given. Members that it does not know are ignored, as AWS does.

use serde_json::{Map, Value};

use super::Failure;

pub(super) fn members(body: &[u8]) -> Result<Map<String, Value>, Failure> {
    serde_json::from_slice(body).map_err(|error| Failure::serialization(error.to_string()))
}

/// A structure, or nothing where one could have been.
pub(super) struct Input<'a>(Option<&'a Map<String, Value>>);

impl<'a> Input<'a> {
    pub(super) fn new(members: &'a Map<String, Value>) -> Self {
        Self(Some(members))
    }

    /// Texts that the call needs. All that are missing are named at once.
    pub(super) fn texts<const N: usize>(&self, names: [&str; N]) -> Result<[&'a str; N], Failure> {
        let mut texts = [""; N];
        let mut missing = Vec::new();
        for (text, name) in texts.iter_mut().zip(names) {
            match self.text(name)? {
                Some(found) => *text = found,
                None => missing.push(is_null(name)),
            }
        }
        if missing.is_empty() { Ok(texts) } else { Err(Failure::validation(&missing)) }
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, Failure> {
        self.member(name, "a String", Value::as_str)
    }

    /// Of the parameters of a sign-in, whose names are no members of the call.
    pub(super) fn parameter(&self, name: &str) -> Result<&'a str, Failure> {
        self.text(name)?.ok_or_else(|| missing_parameter(name))
    }

    /// The session of a challenge.
    pub(super) fn session(&self) -> Result<Option<&'a str>, Failure> {
        let session = self.text("Session")?;
        if session.is_some_and(|session| session.len() < SHORTEST_SESSION) {
            return Err(Failure::validation(&[format!(
                "Value at 'session' failed to satisfy constraint: Member must have length greater than or equal to {SHORTEST_SESSION}"
            )]));
        }
        Ok(session)
    }

    /// Off unless it is there.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Failure> {
        Ok(self.member(name, "a Boolean", Value::as_bool)?.unwrap_or(false))
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<u32>, Failure> {
        let number = |value: &Value| u32::try_from(value.as_u64()?).ok();
        self.member(name, "an Integer of 0 or more", number)
    }

    pub(super) fn structure(&self, name: &str) -> Result<Self, Failure> {
        Ok(Self(self.member(name, "a structure or map", Value::as_object)?))
    }

    /// `None` where nothing was.
    pub(super) fn given(self) -> Option<Self> {
        self.0.is_some().then_some(self)
    }

    /// The names and texts of a map that start with this, without it.
    pub(super) fn starting_with(&self, prefix: &str) -> Result<Vec<(String, String)>, Failure> {
        let names = self.0.into_iter().flat_map(Map::keys);
        let names = names.filter_map(|name| Some((name, name.strip_prefix(prefix)?)));
        names.map(|(name, rest)| Ok((rest.to_owned(), self.parameter(name)?.to_owned()))).collect()
    }

    /// `[{"Name": …, "Value": …}]`; a missing value is an empty one.
    pub(super) fn attributes(&self, name: &str) -> Result<Vec<(String, String)>, Failure> {
        let list = self.member(name, "a list", Value::as_array)?;
        list.into_iter().flatten().map(|entry| Self::attribute(name, entry)).collect()
    }

    pub(super) fn list_of_texts(&self, name: &str) -> Result<Option<Vec<&'a str>>, Failure> {
        let texts = |value: &'a Value| value.as_array()?.iter().map(Value::as_str).collect();
        self.member(name, "a list of String", texts)
    }

    fn attribute(list: &str, entry: &'a Value) -> Result<(String, String), Failure> {
        let entry =
            entry.as_object().ok_or_else(|| mismatch(list, entry, "a list of structure"))?;
        let entry = Input::new(entry);
        let [name] = entry.texts(["Name"])?;
        Ok((name.to_owned(), entry.text("Value")?.unwrap_or_default().to_owned()))
    }

    /// Null is as good as nothing.
    fn member<T>(
        &self,
        name: &str,
        wanted: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        match self.0.and_then(|members| members.get(name)) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| mismatch(name, value, wanted)),
        }
    }
}

pub(super) fn missing_parameter(name: &str) -> Failure {
    Failure::invalid(format!("Missing required parameter {name}"))
}

fn is_null(name: &str) -> String {
    let member = lower_camel_case(name);
    format!("Value null at '{member}' failed to satisfy constraint: Member must not be null")
}

fn lower_camel_case(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

fn mismatch(name: &str, value: &Value, wanted: &str) -> Failure {
    let found = match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    };
    Failure::serialization(format!("{name}: {found} can not be converted to {wanted}"))
}

const SHORTEST_SESSION: usize = 20;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::test_call::*;

    #[tokio::test]
    async fn all_members_that_are_missing_are_named() {
        let issuer = issuer().await;

        for (operation, input, message) in [
            (
                "GetUser",
                json!({"AccessToken": null}),
                "1 validation error detected: Value null at 'accessToken' failed to satisfy constraint: Member must not be null",
            ),
            (
                "SignUp",
                json!({"Username": "bob"}),
                "2 validation errors detected: \
                 Value null at 'clientId' failed to satisfy constraint: Member must not be null; \
                 Value null at 'password' failed to satisfy constraint: Member must not be null",
            ),
            (
                "AdminCreateUser",
                json!({"UserPoolId": "p", "Username": "bob", "UserAttributes": [{"Value": "x"}]}),
                "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
            ),
        ] {
            let (code, text) = refused(&issuer, operation, input).await;
            assert_eq!((code.as_str(), text.as_str()), ("InvalidParameterException", message));
        }
    }

    #[tokio::test]
    async fn a_member_of_another_type_is_named() {
        let issuer = issuer().await;
        let with = |name: &str, value| {
            let mut input = json!({"UserPoolId": issuer.user_pool_id(), "Username": "bob", "GroupName": "g", "Password": "p"});
            input[name] = value;
            input
        };

        for (operation, input, message) in [
            (
                "AdminGetUser",
                with("Username", json!(1)),
                "Username: NUMBER_VALUE can not be converted to a String",
            ),
            (
                "AdminSetUserPassword",
                with("Permanent", json!("true")),
                "Permanent: STRING_VALUE can not be converted to a Boolean",
            ),
            (
                "CreateGroup",
                with("Precedence", json!(-1)),
                "Precedence: NUMBER_VALUE can not be converted to an Integer of 0 or more",
            ),
            (
                "AdminCreateUser",
                with("UserAttributes", json!({})),
                "UserAttributes: START_OBJECT can not be converted to a list",
            ),
            (
                "AdminCreateUser",
                with("UserAttributes", json!([true])),
                "UserAttributes: TRUE_VALUE can not be converted to a list of structure",
            ),
            (
                "ListUsers",
                with("AttributesToGet", json!([1])),
                "AttributesToGet: START_ARRAY can not be converted to a list of String",
            ),
        ] {
            let (code, text) = refused(&issuer, operation, input).await;
            assert_eq!((code.as_str(), text.as_str()), ("SerializationException", message));
        }
    }

    #[tokio::test]
    async fn members_that_nobody_knows_are_ignored() {
        let issuer = issuer().await;
        let input =
            json!({"UserPoolId": issuer.user_pool_id(), "Username": "alice", "Colour": [1]});

        assert_eq!(done(&issuer, "AdminGetUser", input).await["Username"], "alice");
    }
}
