//! What tells the tokens that are meant from others of the same issuer.

use crate::json::Item;
use std::fmt;

/// How an OIDC policy knows the kind of token it takes.
///
/// A provider signs ID tokens, access tokens and more with the same keys, and OpenID Connect has
/// no claim that says which is which. So a policy has to name the mark of what it takes; a token
/// without it is refused as `invalid_token_use`.
///
/// ```
/// use poolgate::TokenKind;
///
/// let by_the_standard = TokenKind::at_jwt();
/// let of_keycloak = TokenKind::claim("typ", "Bearer");
/// let of_okta = TokenKind::with_claim("cid");
/// let while_we_migrate = TokenKind::at_jwt().or(TokenKind::with_claim("azp"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenKind(Vec<Mark>);

#[derive(Clone, PartialEq, Eq)]
enum Mark {
    AtJwt,
    Claim { name: String, value: String },
    WithClaim { name: String },
    Any,
}

impl TokenKind {
    /// The header's `typ` is `at+jwt`: an access token by RFC 9068 §2.1 and §4.
    #[must_use]
    pub fn at_jwt() -> Self {
        Self(vec![Mark::AtJwt])
    }

    /// This claim is this text, as `typ` is `Bearer` in access tokens of Keycloak.
    #[must_use]
    pub fn claim(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self(vec![Mark::Claim { name: name.into(), value: value.into() }])
    }

    /// This claim is there and not null, as `cid` is in access tokens of Okta alone.
    #[must_use]
    pub fn with_claim(name: impl Into<String>) -> Self {
        Self(vec![Mark::WithClaim { name: name.into() }])
    }

    /// Every kind of token, so that one which a browser shows around, an ID token, may open this
    /// API as an access token does.
    #[must_use]
    pub fn dangerously_any() -> Self {
        Self(vec![Mark::Any])
    }

    /// This kind or the other.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Whether the header is enough to tell.
    pub(crate) fn is_of_header(&self, is_at_jwt: bool) -> bool {
        self.0.iter().any(|mark| match mark {
            Mark::AtJwt => is_at_jwt,
            Mark::Any => true,
            Mark::Claim { .. } | Mark::WithClaim { .. } => false,
        })
    }

    /// Whether this claim is enough to tell.
    pub(crate) fn is_of_claim(&self, name: &str, item: &Item<'_, '_>) -> bool {
        self.0.iter().any(|mark| match mark {
            Mark::Claim { name: named, value } => {
                named == name && matches!(item, Item::Text(text) if text == value)
            }
            Mark::WithClaim { name: named } => named == name && *item != Item::Null,
            Mark::AtJwt | Mark::Any => false,
        })
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtJwt => f.write_str("at_jwt"),
            Self::Claim { name, value } => write!(f, "claim({name:?}, {value:?})"),
            Self::WithClaim { name } => write!(f, "with_claim({name:?})"),
            Self::Any => f.write_str("dangerously_any"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn text(text: &str) -> Item<'_, '_> {
        Item::Text(Cow::Borrowed(text))
    }

    #[test]
    fn each_mark_is_looked_for_in_its_place() {
        let bearer = TokenKind::claim("typ", "Bearer");
        assert!(bearer.is_of_claim("typ", &text("Bearer")));
        for (name, item) in [
            ("typ", text("bearer")),
            ("typ", text("ID")),
            ("kind", text("Bearer")),
            ("typ", Item::Texts(&[Cow::Borrowed("Bearer")])),
            ("typ", Item::Null),
        ] {
            assert!(!bearer.is_of_claim(name, &item), "{name} {item:?}");
        }
        let cid = TokenKind::with_claim("cid");
        for item in [text(""), Item::Bool(false), Item::Array, Item::Object] {
            assert!(cid.is_of_claim("cid", &item), "{item:?}");
        }
        assert!(!cid.is_of_claim("cid", &Item::Null) && !cid.is_of_claim("cide", &text("a")));
        assert!(!bearer.is_of_header(true) && !cid.is_of_header(true));
        assert!(TokenKind::at_jwt().is_of_header(true));
        assert!(!TokenKind::at_jwt().is_of_header(false));
        assert!(!TokenKind::at_jwt().is_of_claim("typ", &text("at+jwt")), "of the header alone");
    }

    #[test]
    fn one_of_several_is_enough() {
        let either = TokenKind::at_jwt().or(TokenKind::with_claim("azp"));
        assert!(either.is_of_header(true) && either.is_of_claim("azp", &text("a")));
        assert!(!either.is_of_header(false) && !either.is_of_claim("cid", &text("a")));
        assert!(TokenKind::dangerously_any().is_of_header(false));
    }

    #[test]
    fn debug_says_it_in_the_words_of_the_constructors() {
        let kind = TokenKind::at_jwt().or(TokenKind::claim("typ", "Bearer"));
        assert_eq!(format!("{kind:?}"), r#"TokenKind([at_jwt, claim("typ", "Bearer")])"#);
        let any = format!("{:?}", TokenKind::dangerously_any());
        assert_eq!(any, "TokenKind([dangerously_any])");
    }
}
