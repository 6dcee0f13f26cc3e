//! The claims that rules look at, each of the type it must have (RFC 7519 §4.1 and Cognito's own).

use crate::{
    Error,
    json::{self, Item},
};
use std::{borrow::Cow, time::Duration};

/// The claims of a token whose form is right. Whether they are true is another question.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    pub(crate) iss: Option<String>,
    pub(crate) sub: Option<String>,
    pub(crate) aud: Option<Vec<String>>,
    pub(crate) exp: Option<Duration>,
    pub(crate) nbf: Option<Duration>,
    pub(crate) iat: Option<Duration>,
    pub(crate) auth_time: Option<Duration>,
    pub(crate) token_use: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) cognito_username: Option<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) scopes: Option<Vec<String>>,
    /// Whether `scope` is an array, which some providers write and Cognito never does.
    pub(crate) has_scope_array: bool,
    /// Whether the token is bound to a key that its sender must prove to hold (RFC 7800 §3.1).
    pub(crate) has_confirmation: bool,
}

impl Claims {
    /// Reads a claims set. A claim of the wrong type is an error, never an absent claim.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let mut claims = Self::default();
        let mut wrong = None;
        json::walk_object(text, |name, item| {
            if let Err(claim) = claims.set(name, item) {
                wrong.get_or_insert(claim);
            }
        })
        .map_err(|_| Error::TokenMalformed {
            reason: "the claims are not one strict JSON object",
        })?;
        match wrong {
            Some(claim) => Err(Error::InvalidClaim { claim }),
            None => Ok(claims),
        }
    }

    fn set(&mut self, name: &str, item: Item<'_>) -> Result<(), &'static str> {
        match name {
            "iss" => self.iss = Some(text(item).ok_or("iss")?),
            "sub" => self.sub = Some(text(item).ok_or("sub")?),
            "aud" => self.aud = Some(one_or_more(item).ok_or("aud")?),
            "exp" => self.exp = Some(time(&item).ok_or("exp")?),
            "nbf" => self.nbf = Some(time(&item).ok_or("nbf")?),
            "iat" => self.iat = Some(time(&item).ok_or("iat")?),
            "jti" => drop(text(item).ok_or("jti")?),
            "auth_time" => self.auth_time = Some(time(&item).ok_or("auth_time")?),
            "token_use" => self.token_use = Some(text(item).ok_or("token_use")?),
            "client_id" => self.client_id = Some(text(item).ok_or("client_id")?),
            "username" => self.username = Some(text(item).ok_or("username")?),
            "cognito:username" => {
                self.cognito_username = Some(text(item).ok_or("cognito:username")?);
            }
            "cognito:groups" => self.groups = texts(item).ok_or("cognito:groups")?,
            "scope" => {
                self.has_scope_array = matches!(item, Item::Texts(_));
                self.scopes = Some(scopes(item).ok_or("scope")?);
            }
            "cnf" => self.has_confirmation = true,
            _ => {}
        }
        Ok(())
    }
}

pub(crate) fn text(item: Item<'_>) -> Option<String> {
    match item {
        Item::Text(text) => Some(text.into_owned()),
        _ => None,
    }
}

pub(crate) fn texts(item: Item<'_>) -> Option<Vec<String>> {
    match item {
        Item::Texts(texts) => Some(texts.into_iter().map(Cow::into_owned).collect()),
        _ => None,
    }
}

/// `aud` is an array, or in the common case one string (RFC 7519 §4.1.3).
fn one_or_more(item: Item<'_>) -> Option<Vec<String>> {
    match item {
        Item::Text(text) => Some(vec![text.into_owned()]),
        item => texts(item),
    }
}

/// A `NumericDate` (RFC 7519 §2): seconds since the epoch, perhaps with a fraction.
fn time(item: &Item<'_>) -> Option<Duration> {
    match item {
        Item::Number(number) => number.seconds(),
        _ => None,
    }
}

/// Scopes are separated by spaces (RFC 6749 §3.3), or one by one in an array.
pub(crate) fn scopes(item: Item<'_>) -> Option<Vec<String>> {
    let is_one = |scope: &String| !scope.is_empty() && !scope.contains(' ');
    match item {
        Item::Text(scopes) => {
            Some(scopes.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect())
        }
        item => texts(item).filter(|scopes| scopes.iter().all(is_one)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 7] =
        ["iss", "sub", "jti", "token_use", "client_id", "username", "cognito:username"];
    const TIMES: [&str; 4] = ["exp", "nbf", "iat", "auth_time"];
    const VALUES: [&str; 10] =
        ["null", "true", "7", "-7", "1.5", r#""x""#, r#"["x"]"#, "[]", r#"["x",1]"#, "{}"];

    #[track_caller]
    fn takes_only(claim: &str, accepted: &[&str]) {
        for value in VALUES {
            let result = Claims::parse(&format!(r#"{{"{claim}":{value}}}"#));
            match result {
                Ok(_) => assert!(accepted.contains(&value), "{claim} = {value}"),
                Err(Error::InvalidClaim { claim: named }) => {
                    assert_eq!(named, claim);
                    assert!(!accepted.contains(&value), "{claim} = {value}");
                }
                Err(error) => panic!("{claim} = {value}: {error}"),
            }
        }
    }

    #[test]
    fn every_claim_has_one_type() {
        for claim in TEXTS {
            takes_only(claim, &[r#""x""#]);
        }
        for claim in TIMES {
            takes_only(claim, &["7", "1.5"]);
        }
        takes_only("scope", &[r#""x""#, r#"["x"]"#, "[]"]);
        takes_only("aud", &[r#""x""#, r#"["x"]"#, "[]"]);
        takes_only("cognito:groups", &[r#"["x"]"#, "[]"]);
        takes_only("anything else", &VALUES);
    }

    #[test]
    fn a_scope_of_an_array_is_one_word() {
        let scopes = |scope: &str| Claims::parse(&format!(r#"{{"scope":{scope}}}"#));
        let claims = scopes(r#"["a","b/c"]"#).unwrap();
        assert_eq!(claims.scopes.as_deref(), Some(&["a".to_owned(), "b/c".to_owned()][..]));
        assert!(claims.has_scope_array && !scopes(r#""a b""#).unwrap().has_scope_array);
        for scope in [r#"["a b"]"#, r#"["a",""]"#, r#"[" "]"#] {
            let invalid = Error::InvalidClaim { claim: "scope" };
            assert_eq!(scopes(scope).unwrap_err(), invalid, "{scope}");
        }
    }

    #[test]
    fn a_fault_of_the_json_comes_before_a_wrong_type() {
        let error = Claims::parse(r#"{"exp":"soon","sub":"a","sub":"b"}"#).unwrap_err();
        assert_eq!(error.code(), "token_malformed");
    }

    #[test]
    fn values_are_kept_as_they_are() {
        let claims = Claims::parse(
            r#"{"iss":"https:\/\/a","scope":"a/b  c ","cognito:groups":["x","X",""],"cnf":null}"#,
        )
        .unwrap();
        assert_eq!(claims.iss.as_deref(), Some("https://a"));
        assert_eq!(claims.scopes.as_deref(), Some(&["a/b".to_owned(), "c".to_owned()][..]));
        assert_eq!(claims.groups, ["x", "X", ""]);
        assert!(claims.has_confirmation);
        assert_eq!(claims.sub, None);
    }
}
