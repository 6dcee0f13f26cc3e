//! What a route asks of a token that is already verified.

use crate::{ConfigError, Error, UserPoolId, VerifiedToken};

/// A rule over groups, scopes and issuers.
///
/// Names are compared byte by byte. Groups come from `cognito:groups` alone, or from the one claim
/// that an OIDC policy [names](crate::Policy::groups_claim): attributes that users can write never
/// count. A machine-to-machine token of Cognito has no groups. Where a verifier knows several
/// issuers, a group of the same name can exist at each: name the issuer too.
///
/// ```
/// use poolgate::Requirement;
///
/// let staff = Requirement::any_of([
///     Requirement::group("Admins"),
///     Requirement::all_of([Requirement::group("Editors"), Requirement::scope("posts/write")])?,
/// ])?;
/// # Ok::<(), poolgate::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement(Rule);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    Group(String),
    Scope(String),
    /// One of these, which are names of one issuer.
    Issuer(Vec<String>),
    AnyOf(Vec<Requirement>),
    AllOf(Vec<Requirement>),
}

impl Requirement {
    /// The subject is in this group. An empty name never holds.
    pub fn group(name: impl Into<String>) -> Self {
        Self(Rule::Group(name.into()))
    }

    /// The token carries this scope, whole, as in `orders/read`. An empty name, or one with a
    /// space, never holds.
    pub fn scope(name: impl Into<String>) -> Self {
        Self(Rule::Scope(name.into()))
    }

    /// The token is of this issuer, byte by byte.
    pub fn issuer(name: impl Into<String>) -> Self {
        Self(Rule::Issuer(vec![name.into()]))
    }

    /// The token is of this user pool, under either of its issuers. For a policy whose issuer was
    /// replaced, use [`issuer`](Self::issuer).
    ///
    /// # Errors
    /// [`ConfigError::UserPoolId`] if the ID is malformed.
    pub fn user_pool<P>(pool: P) -> Result<Self, ConfigError>
    where
        P: TryInto<UserPoolId>,
        ConfigError: From<P::Error>,
    {
        let pool = pool.try_into()?;
        Ok(Self(Rule::Issuer(vec![pool.issuer(), pool.updated_issuer()])))
    }

    /// One of these holds.
    ///
    /// # Errors
    /// [`ConfigError::Requirement`] if there are none.
    pub fn any_of(parts: impl IntoIterator<Item = Self>) -> Result<Self, ConfigError> {
        Self::combine(parts, Rule::AnyOf)
    }

    /// All of these hold.
    ///
    /// # Errors
    /// [`ConfigError::Requirement`] if there are none.
    pub fn all_of(parts: impl IntoIterator<Item = Self>) -> Result<Self, ConfigError> {
        Self::combine(parts, Rule::AllOf)
    }

    fn combine(
        parts: impl IntoIterator<Item = Self>,
        rule: fn(Vec<Self>) -> Rule,
    ) -> Result<Self, ConfigError> {
        let parts: Vec<Self> = parts.into_iter().collect();
        if parts.is_empty() { Err(ConfigError::Requirement) } else { Ok(Self(rule(parts))) }
    }

    /// Whether a token's groups have any say in it.
    pub(crate) fn asks_for_a_group(&self) -> bool {
        match &self.0 {
            Rule::Group(_) => true,
            Rule::Scope(_) | Rule::Issuer(_) => false,
            Rule::AnyOf(parts) | Rule::AllOf(parts) => parts.iter().any(Self::asks_for_a_group),
        }
    }

    pub(crate) fn check(&self, token: &VerifiedToken) -> Result<(), Error> {
        match self.missing(token) {
            None => Ok(()),
            Some(Missing::Issuer) => Err(Error::Forbidden),
            Some(Missing::Group) => Err(Error::InsufficientGroup),
            Some(Missing::Scopes(scopes)) => Err(Error::InsufficientScope { scopes }),
        }
    }

    fn missing(&self, token: &VerifiedToken) -> Option<Missing> {
        let has = |names: &[String], name: &String| !name.is_empty() && names.contains(name);
        match &self.0 {
            Rule::Group(group) => (!has(token.groups(), group)).then_some(Missing::Group),
            Rule::Scope(scope) => {
                (!has(token.scopes(), scope)).then(|| Missing::Scopes(vec![scope.clone()]))
            }
            Rule::Issuer(names) => {
                (!names.iter().any(|name| name == token.issuer())).then_some(Missing::Issuer)
            }
            Rule::AllOf(parts) => {
                let missing = parts.iter().filter_map(|part| part.missing(token));
                let missing = missing.reduce(Missing::and)?;
                // A client that asks for a new token has to ask for what it already had as well.
                let all = || parts.iter().flat_map(|part| part.scopes_for(token)).collect();
                Some(if missing.is_clear() { Missing::Scopes(all()) } else { missing })
            }
            Rule::AnyOf(parts) => {
                let missing: Option<Vec<Missing>> =
                    parts.iter().map(|part| part.missing(token)).collect();
                missing?.into_iter().reduce(|one, other| one.or(&other))
            }
        }
    }
}

impl Requirement {
    /// The scopes by which this holds, or would hold.
    fn scopes_for(&self, token: &VerifiedToken) -> Vec<String> {
        match &self.0 {
            Rule::Scope(scope) => vec![scope.clone()],
            Rule::Group(_) | Rule::Issuer(_) => Vec::new(),
            Rule::AllOf(parts) => parts.iter().flat_map(|part| part.scopes_for(token)).collect(),
            Rule::AnyOf(parts) => {
                let holds = |part: &&Self| part.missing(token).is_none();
                let way = parts.iter().find(holds).or_else(|| parts.first());
                way.map(|part| part.scopes_for(token)).unwrap_or_default()
            }
        }
    }
}

/// What would have to be there.
#[derive(Debug)]
enum Missing {
    Issuer,
    Group,
    /// These scopes; none if there is more than one way.
    Scopes(Vec<String>),
}

impl Missing {
    /// Both are missing: no scope helps who lacks a group.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Scopes(mut scopes), Self::Scopes(more)) => {
                if scopes.is_empty() || more.is_empty() {
                    return Self::Scopes(Vec::new());
                }
                scopes.extend(more);
                Self::Scopes(scopes)
            }
            (Self::Issuer, _) | (_, Self::Issuer) => Self::Issuer,
            _ => Self::Group,
        }
    }

    /// Whether scopes would help, and one knows which.
    fn is_clear(&self) -> bool {
        matches!(self, Self::Scopes(scopes) if !scopes.is_empty())
    }

    /// Either would do.
    fn or(self, other: &Self) -> Self {
        match (self, other) {
            (Self::Scopes(_), _) | (_, Self::Scopes(_)) => Self::Scopes(Vec::new()),
            (Self::Issuer, Self::Issuer) => Self::Issuer,
            _ => Self::Group,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tests::{client_token, token_of, user_token};

    fn group(name: &str) -> Requirement {
        Requirement::group(name)
    }

    fn scope(name: &str) -> Requirement {
        Requirement::scope(name)
    }

    fn any<const N: usize>(parts: [Requirement; N]) -> Requirement {
        Requirement::any_of(parts).unwrap()
    }

    fn all<const N: usize>(parts: [Requirement; N]) -> Requirement {
        Requirement::all_of(parts).unwrap()
    }

    fn insufficient_scope(scopes: &[&str]) -> Result<(), Error> {
        Err(Error::InsufficientScope { scopes: scopes.iter().map(ToString::to_string).collect() })
    }

    #[test]
    fn an_empty_requirement_cannot_be_built() {
        assert_eq!(Requirement::any_of([]), Err(ConfigError::Requirement));
        assert_eq!(Requirement::all_of([]), Err(ConfigError::Requirement));
    }

    #[test]
    fn the_rules_over_a_user() {
        let token = user_token(&["Admins", "Basic"], "a/read a/write");
        let no_group = Err(Error::InsufficientGroup);
        for (name, requirement, expected) in [
            ("group", group("Admins"), Ok(())),
            ("no such group", group("Staff"), no_group.clone()),
            ("scope", scope("a/write"), Ok(())),
            ("no such scope", scope("a/delete"), insufficient_scope(&["a/delete"])),
            ("any, the second", any([group("Staff"), group("Basic")]), Ok(())),
            ("any, none", any([group("Staff"), group("Root")]), no_group.clone()),
            ("any of two scopes", any([scope("x"), scope("y")]), insufficient_scope(&[])),
            ("any of one", any([scope("x")]), insufficient_scope(&["x"])),
            ("any, mixed", any([group("Staff"), scope("x")]), insufficient_scope(&[])),
            ("all", all([group("Admins"), scope("a/read")]), Ok(())),
            (
                "all, scopes",
                all([scope("x"), scope("a/read"), scope("y")]),
                insufficient_scope(&["x", "a/read", "y"]),
            ),
            (
                "all, by a group or a scope",
                all([scope("x"), any([group("Staff"), scope("a/write")]), group("Admins")]),
                insufficient_scope(&["x", "a/write"]),
            ),
            (
                "all, with a choice",
                all([scope("x"), any([scope("y"), scope("z")])]),
                insufficient_scope(&[]),
            ),
            ("all, mixed", all([scope("x"), group("Staff")]), no_group.clone()),
            ("nested", any([group("Staff"), all([group("Basic"), scope("a/read")])]), Ok(())),
            ("nested, none", all([group("Basic"), any([group("Staff")])]), no_group),
        ] {
            assert_eq!(token.require(&requirement), expected, "{name}");
        }
    }

    #[test]
    fn a_group_of_one_issuer_alone() {
        let token = user_token(&["Finance"], "a/read");
        let (ours, other) = (Requirement::issuer("https://i"), Requirement::issuer("https://i/"));
        let forbidden = Err(Error::Forbidden);
        for (name, requirement, expected) in [
            ("the issuer", ours.clone(), Ok(())),
            ("another", other.clone(), forbidden.clone()),
            ("a pool", Requirement::user_pool("eu-west-1_AbC").unwrap(), forbidden.clone()),
            ("issuer and group", all([ours.clone(), group("Finance")]), Ok(())),
            ("another and group", all([other.clone(), group("Finance")]), forbidden.clone()),
            ("another, and no group", all([group("x"), other.clone()]), forbidden.clone()),
            ("another, and no scope", all([scope("x"), other.clone()]), forbidden.clone()),
            ("the issuer, and no group", all([ours, group("x")]), Err(Error::InsufficientGroup)),
            ("any, another or none", any([other.clone(), other.clone()]), forbidden),
            ("any, or a group", any([other.clone(), group("x")]), Err(Error::InsufficientGroup)),
            ("any, or a scope", any([other, scope("x")]), insufficient_scope(&[])),
        ] {
            assert_eq!(token.require(&requirement), expected, "{name}");
        }
        assert!(Requirement::user_pool("eu-west-1").is_err());
    }

    #[test]
    fn a_pool_has_two_issuers() {
        let pool = Requirement::user_pool("eu-west-1_AbC").unwrap();
        for (host, is_of_pool) in
            [("cognito-idp", true), ("issuer-cognito-idp", true), ("cognito-idp.evil", false)]
        {
            let issuer = format!("https://{host}.eu-west-1.amazonaws.com/eu-west-1_AbC");
            assert_eq!(token_of(&issuer).require(&pool).is_ok(), is_of_pool, "{host}");
        }
    }

    #[test]
    fn names_are_compared_byte_by_byte() {
        let token = user_token(&["Admins", "Caf\u{e9}", ""], "a/read");
        let near =
            ["admins", "Admin", "Admins ", "ADMINS", "Cafe\u{301}", "", "Admins,Basic", "\u{212a}"];
        for name in near {
            assert_eq!(token.require(&group(name)), Err(Error::InsufficientGroup), "{name:?}");
        }
        for name in ["a", "read", "a/", "A/READ", "a/read ", ""] {
            assert!(token.require(&scope(name)).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_client_has_no_groups_whatever_its_token_says() {
        let token = client_token(&["Admins"], "a/read");
        assert_eq!(token.require(&group("Admins")), Err(Error::InsufficientGroup));
        assert_eq!(token.require(&scope("a/read")), Ok(()));
    }
}
