//! The claims that rules look at, each of the type it must have (RFC 7519 §4.1 and Cognito's own).

use crate::{
    Error,
    json::{self, Item, Text},
};
use smallvec::SmallVec;
use std::{borrow::Cow, time::Duration};

/// The claims of a token whose form is right. Whether they are true is another question.
///
/// They are kept as places in the text, so that a token that is refused costs next to nothing.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    /// The text that they were read from.
    text: String,
    iss: Option<Text>,
    sub: Option<Text>,
    aud: Option<SmallVec<[Text; 1]>>,
    pub(crate) exp: Option<Duration>,
    pub(crate) nbf: Option<Duration>,
    pub(crate) iat: Option<Duration>,
    pub(crate) auth_time: Option<Duration>,
    token_use: Option<Text>,
    client_id: Option<Text>,
    username: Option<Text>,
    cognito_username: Option<Text>,
    groups: SmallVec<[Text; 4]>,
    scope: Option<Scope>,
    /// Whether the token is bound to a key that its sender must prove to hold (RFC 7800 §3.1).
    pub(crate) has_confirmation: bool,
}

#[derive(Debug)]
enum Scope {
    /// Separated by spaces (RFC 6749 §3.3).
    Words(Text),
    /// One by one, as some providers write them and Cognito never does.
    List(Vec<Text>),
}

impl Claims {
    /// Reads a claims set. A claim of the wrong type is an error, never an absent claim.
    pub(crate) fn parse(text: String) -> Result<Self, Error> {
        let mut claims = Self::default();
        let mut wrong = None;
        json::walk_object(&text, |name, item| {
            if let Err(claim) = claims.set(name, item, &text) {
                wrong.get_or_insert(claim);
            }
        })
        .map_err(|_| Error::TokenMalformed {
            reason: "the claims are not one strict JSON object",
        })?;
        match wrong {
            Some(claim) => Err(Error::InvalidClaim { claim }),
            None => Ok(Self { text, ..claims }),
        }
    }

    fn set(&mut self, name: &str, item: Item<'_, '_>, all: &str) -> Result<(), &'static str> {
        match name {
            "iss" => self.iss = Some(text(item, all).ok_or("iss")?),
            "sub" => self.sub = Some(text(item, all).ok_or("sub")?),
            "aud" => self.aud = Some(one_or_more(item, all).ok_or("aud")?),
            "exp" => self.exp = Some(time(&item).ok_or("exp")?),
            "nbf" => self.nbf = Some(time(&item).ok_or("nbf")?),
            "iat" => self.iat = Some(time(&item).ok_or("iat")?),
            "jti" => drop(text(item, all).ok_or("jti")?),
            "auth_time" => self.auth_time = Some(time(&item).ok_or("auth_time")?),
            "token_use" => self.token_use = Some(text(item, all).ok_or("token_use")?),
            "client_id" => self.client_id = Some(text(item, all).ok_or("client_id")?),
            "username" => self.username = Some(text(item, all).ok_or("username")?),
            "cognito:username" => {
                self.cognito_username = Some(text(item, all).ok_or("cognito:username")?);
            }
            "cognito:groups" => self.groups = texts(&item, all).ok_or("cognito:groups")?,
            "scope" => self.scope = Some(scope(item, all).ok_or("scope")?),
            "cnf" => self.has_confirmation = true,
            _ => {}
        }
        Ok(())
    }

    /// The text that the claims were read from.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The memory that they take beside their own size, at most.
    #[cfg(feature = "token-cache")]
    pub(crate) fn bytes(&self) -> usize {
        let audiences = self.aud.as_ref().map_or(0, SmallVec::capacity);
        let scopes = match &self.scope {
            Some(Scope::List(texts)) => texts.capacity(),
            Some(Scope::Words(_)) | None => 0,
        };
        let listed = audiences.saturating_add(scopes).saturating_add(self.groups.capacity());
        // Texts of their own are copies of parts of the text.
        let texts = self.text.capacity().saturating_add(self.text.len());
        texts.saturating_add(listed.saturating_mul(size_of::<Text>()))
    }

    pub(crate) fn iss(&self) -> Option<&str> {
        self.shown(self.iss.as_ref())
    }

    pub(crate) fn sub(&self) -> Option<&str> {
        self.shown(self.sub.as_ref())
    }

    /// All audiences, if there is an `aud`.
    pub(crate) fn aud(&self) -> Option<impl ExactSizeIterator<Item = &str>> {
        self.aud.as_ref().map(|aud| aud.iter().map(|one| one.of(&self.text)))
    }

    pub(crate) fn token_use(&self) -> Option<&str> {
        self.shown(self.token_use.as_ref())
    }

    pub(crate) fn client_id(&self) -> Option<&str> {
        self.shown(self.client_id.as_ref())
    }

    pub(crate) fn client_id_text(&self) -> Option<Text> {
        self.client_id.clone()
    }

    pub(crate) fn first_audience_text(&self) -> Option<Text> {
        self.aud.as_ref()?.first().cloned()
    }

    pub(crate) fn username(&self) -> Option<&str> {
        self.shown(self.username.as_ref())
    }

    pub(crate) fn cognito_username(&self) -> Option<&str> {
        self.shown(self.cognito_username.as_ref())
    }

    pub(crate) fn groups(&self) -> Vec<String> {
        self.owned(&self.groups)
    }

    /// The scopes, if there is a `scope`.
    pub(crate) fn scopes(&self) -> Option<Vec<String>> {
        match self.scope.as_ref()? {
            Scope::Words(text) => Some(words(text.of(&self.text))),
            Scope::List(texts) => Some(self.owned(texts)),
        }
    }

    pub(crate) const fn has_scope_array(&self) -> bool {
        matches!(self.scope, Some(Scope::List(_)))
    }

    fn shown<'c>(&'c self, text: Option<&'c Text>) -> Option<&'c str> {
        text.map(|text| text.of(&self.text))
    }

    fn owned(&self, texts: &[Text]) -> Vec<String> {
        texts.iter().map(|text| text.of(&self.text).to_owned()).collect()
    }
}

fn text(item: Item<'_, '_>, all: &str) -> Option<Text> {
    match item {
        Item::Text(text) => Some(Text::new(text, all)),
        _ => None,
    }
}

fn texts<T: FromIterator<Text>>(item: &Item<'_, '_>, all: &str) -> Option<T> {
    match item {
        Item::Texts(texts) => {
            Some(texts.iter().map(|text| Text::new(Cow::clone(text), all)).collect())
        }
        _ => None,
    }
}

/// `aud` is an array, or in the common case one string (RFC 7519 §4.1.3).
fn one_or_more(item: Item<'_, '_>, all: &str) -> Option<SmallVec<[Text; 1]>> {
    match item {
        Item::Text(text) => Some(SmallVec::from([Text::new(text, all)])),
        item => texts(&item, all),
    }
}

/// A `NumericDate` (RFC 7519 §2): seconds since the epoch, perhaps with a fraction.
fn time(item: &Item<'_, '_>) -> Option<Duration> {
    match item {
        Item::Number(number) => number.seconds(),
        _ => None,
    }
}

fn scope(item: Item<'_, '_>, all: &str) -> Option<Scope> {
    match item {
        Item::Text(words) => Some(Scope::Words(Text::new(words, all))),
        item if are_words(&item) => texts(&item, all).map(Scope::List),
        _ => None,
    }
}

/// The scopes of a text or of an array.
pub(crate) fn scopes(item: &Item<'_, '_>) -> Option<Vec<String>> {
    match item {
        Item::Text(text) => Some(words(text)),
        Item::Texts(texts) if are_words(item) => {
            Some(texts.iter().map(ToString::to_string).collect())
        }
        _ => None,
    }
}

fn words(scopes: &str) -> Vec<String> {
    scopes.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

/// Whether every text of an array is a scope.
fn are_words(item: &Item<'_, '_>) -> bool {
    let is_one = |scope: &Cow<'_, str>| !scope.is_empty() && !scope.contains(' ');
    matches!(item, Item::Texts(scopes) if scopes.iter().all(is_one))
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
            let result = Claims::parse(format!(r#"{{"{claim}":{value}}}"#));
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
        let scopes = |scope: &str| Claims::parse(format!(r#"{{"scope":{scope}}}"#));
        let claims = scopes(r#"["a","b/c"]"#).unwrap();
        assert_eq!(claims.scopes().as_deref(), Some(&["a".to_owned(), "b/c".to_owned()][..]));
        assert!(claims.has_scope_array() && !scopes(r#""a b""#).unwrap().has_scope_array());
        for scope in [r#"["a b"]"#, r#"["a",""]"#, r#"[" "]"#] {
            let invalid = Error::InvalidClaim { claim: "scope" };
            assert_eq!(scopes(scope).unwrap_err(), invalid, "{scope}");
        }
    }

    #[test]
    fn a_fault_of_the_json_comes_before_a_wrong_type() {
        let error = Claims::parse(r#"{"exp":"soon","sub":"a","sub":"b"}"#.to_owned()).unwrap_err();
        assert_eq!(error.code(), "token_malformed");
    }

    #[test]
    fn values_are_kept_as_they_are() {
        let claims = Claims::parse(
            r#"{"iss":"https:\/\/a","scope":"a/b  c ","cognito:groups":["x","X",""],"cnf":null}"#
                .to_owned(),
        )
        .unwrap();
        assert_eq!(claims.iss(), Some("https://a"));
        assert_eq!(claims.scopes().as_deref(), Some(&["a/b".to_owned(), "c".to_owned()][..]));
        assert_eq!(claims.groups(), ["x", "X", ""]);
        assert!(claims.has_confirmation);
        assert_eq!(claims.sub(), None);
    }
}
