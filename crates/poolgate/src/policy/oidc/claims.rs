//! The claims that OpenID providers write each in their own way, read once the signature holds.

use crate::{
    Error, TokenKind,
    claims::scopes,
    json::{self, Item, Text},
    policy::ClaimPath,
};

/// What stands at the top of the claims, beside what every policy reads.
#[derive(Debug, Default, PartialEq)]
pub(super) struct OidcClaims {
    /// Whether a claim marks the token as one of the kind that is meant.
    pub(super) is_of_kind: bool,
    pub(super) scp: Option<Vec<String>>,
    /// The client, for OpenID Connect (Core 1.0 §2).
    pub(super) azp: Option<Text>,
    /// The client, for Okta. Nobody has registered the name, so it may be anything else, too.
    pub(super) cid: Option<Text>,
    /// The first claim of the wrong type.
    pub(super) wrong: Option<&'static str>,
}

impl OidcClaims {
    pub(super) fn read(payload: &str, kind: &TokenKind) -> Result<Self, Error> {
        let mut claims = Self::default();
        json::walk_object(payload, |name, item| {
            claims.is_of_kind |= kind.is_of_claim(name, &item);
            if let Err(claim) = claims.set(name, item, payload) {
                claims.wrong.get_or_insert(claim);
            }
        })
        .map_err(|reason| Error::TokenMalformed { reason })?;
        Ok(claims)
    }

    fn set(&mut self, name: &str, item: Item<'_, '_>, all: &str) -> Result<(), &'static str> {
        match (name, item) {
            ("scp", item) => self.scp = Some(scopes(&item).ok_or("scp")?),
            ("azp", Item::Text(azp)) => self.azp = Some(Text::new(azp, all)),
            ("azp", _) => return Err("azp"),
            ("cid", Item::Text(cid)) => self.cid = Some(Text::new(cid, all)),
            _ => {}
        }
        Ok(())
    }
}

/// The groups of a token: an array of texts, or nothing at all.
pub(super) fn groups(payload: &str, claim: Option<&ClaimPath>) -> Result<Vec<String>, Error> {
    let Some(path) = claim.and_then(ClaimPath::names) else { return Ok(Vec::new()) };
    let wrong = Error::InvalidClaim { claim: "groups" };
    let texts = |item: Item<'_, '_>| match item {
        Item::Texts(texts) => Some(texts.iter().map(ToString::to_string).collect()),
        _ => None,
    };
    match json::find(payload, path, texts) {
        Ok(Some(groups)) => groups.ok_or(wrong),
        Ok(None) => Ok(Vec::new()),
        Err(json::NotAnObject) => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(payload: &str) -> OidcClaims {
        OidcClaims::read(payload, &TokenKind::claim("typ", "Bearer")).unwrap()
    }

    #[test]
    fn claims_of_the_providers() {
        let payload = r#"{"scp":["a","b"],"cid":"c","azp":"z"}"#;
        let okta = read(payload);
        assert_eq!(okta.scp, Some(vec!["a".to_owned(), "b".to_owned()]));
        let shown = [okta.cid, okta.azp].map(|text| text.unwrap().of(payload).to_owned());
        assert_eq!(shown, ["c", "z"]);
        assert!(!okta.is_of_kind && okta.wrong.is_none());
        assert_eq!(read(r#"{"scp":"a b"}"#).scp, okta.scp, "as Entra writes it");
        assert!(read(r#"{"typ":"Bearer"}"#).is_of_kind);
        assert!(!read(r#"{"realm":{"typ":"Bearer"},"typ":"ID"}"#).is_of_kind);
        assert_eq!(read("{}"), OidcClaims::default());
    }

    #[test]
    fn wrong_types() {
        for value in ["null", "7", "{}", r#"["a",1]"#, r#"["a b"]"#, "true"] {
            let claims = read(&format!(r#"{{"scp":{value},"cid":{value}}}"#));
            assert_eq!(claims.wrong, Some("scp"), "{value}");
            assert_eq!(claims.cid, None, "{value}");
        }
        for value in ["null", "7", r#"["a"]"#] {
            assert_eq!(read(&format!(r#"{{"azp":{value}}}"#)).wrong, Some("azp"), "{value}");
        }
    }

    #[test]
    fn groups_are_an_array_of_texts_or_absent() {
        let top = ClaimPath::from("https://example.com/roles");
        let deep = ClaimPath::from(["realm_access", "roles"]);
        let of = |path: &ClaimPath, payload: &str| groups(payload, Some(path)).ok();
        let some = Some(vec!["a".to_owned(), String::new()]);
        assert_eq!(of(&top, r#"{"https:\/\/example.com/roles":["a",""]}"#), some);
        assert_eq!(of(&deep, r#"{"realm_access":{"x":1,"roles":["a",""]}}"#), some);
        for absent in ["{}", r#"{"roles":["a"]}"#, r#"{"realm_access":{}}"#] {
            assert_eq!(of(&top, absent), Some(Vec::new()), "{absent}");
            assert_eq!(of(&deep, absent), Some(Vec::new()), "{absent}");
        }
        for value in ["null", r#""a""#, "7", "1.5", "true", "{}", r#"["a",1]"#, r#"[["a"]]"#] {
            assert_eq!(of(&top, &format!(r#"{{"https://example.com/roles":{value}}}"#)), None);
            assert_eq!(of(&deep, &format!(r#"{{"realm_access":{{"roles":{value}}}}}"#)), None);
            let parent = of(&deep, &format!(r#"{{"realm_access":{value}}}"#));
            assert_eq!(parent, (value == "{}").then(Vec::new), "{value}");
        }
        assert_eq!(groups(r#"{"groups":["a"]}"#, None), Ok(Vec::new()));
    }
}
