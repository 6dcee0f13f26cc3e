//! Which gate a case is for, and what stands behind it.

use std::fmt;

/// A route of the service under test: which gate it has, and what its handler asks for.
///
/// Unless a variant says otherwise, the gate takes access tokens of the issuer's pool and client from `Authorization`,
/// and the handler answers 200 with the token's username, or with `client` for a machine's token. Each route takes
/// every method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HttpRoute {
    /// Any valid access token.
    Verified,
    /// The handler reads the claims into a struct with `username: String`, which a machine's token does not fit.
    Claims,
    /// The gate takes ID tokens instead of access tokens.
    IdToken,
    /// The group `Admins`.
    Group,
    /// The scope `orders/read`.
    Scope,
    /// The group `Admins` or the scope `orders/read`.
    AnyOf,
    /// The group `Admins` and the scope `orders/read`.
    AllOf,
    /// The scope `orders/read` or the scope `orders/admin`.
    AnyScope,
    /// The scopes `orders/read` and `orders/write`.
    AllScopes,
    /// The scope `orders/read`, and either the scope `orders/write` or the group `Editors`.
    Nested,
    /// The gate is optional. The handler serves requests without a credential too, and answers `anonymous`.
    Optional,
    /// The gate is optional, but the handler asks for a token.
    OptionalVerified,
    /// The gate is optional, but the route asks for the group `Admins`.
    OptionalGroup,
    /// The gate looks for a token in `Authorization` and, bare, in the header `x-access-token`.
    Header,
    /// The gate looks for a token in `Authorization` and in the cookie `__Host-access_token`, which pages of
    /// `https://app.example.com` may use.
    Cookie,
    /// As [`Cookie`](Self::Cookie), but optional: without a credential, the handler answers `anonymous`.
    OptionalCookie,
    /// The handler asks for a token, but somebody forgot to put a gate in front of it.
    Unguarded,
    /// As [`Verified`](Self::Verified), but the keys were never there and cannot be fetched: nobody answers at the
    /// gate's JWKS URL, such as that of another, [offline](crate::TestIssuerBuilder::offline) issuer.
    Down,
    /// As [`Down`](Self::Down), but optional: without a credential, the handler answers `anonymous`.
    OptionalDown,
}

impl HttpRoute {
    /// Every route.
    pub const ALL: &'static [Self] = &[
        Self::Verified,
        Self::Claims,
        Self::IdToken,
        Self::Group,
        Self::Scope,
        Self::AnyOf,
        Self::AllOf,
        Self::AnyScope,
        Self::AllScopes,
        Self::Nested,
        Self::Optional,
        Self::OptionalVerified,
        Self::OptionalGroup,
        Self::Header,
        Self::Cookie,
        Self::OptionalCookie,
        Self::Unguarded,
        Self::Down,
        Self::OptionalDown,
    ];

    /// The path at which the cases expect this route, unless you send them elsewhere.
    ///
    /// ```
    /// use poolgate_issuer::HttpRoute;
    ///
    /// assert_eq!(HttpRoute::OptionalGroup.path(), "/optional-group");
    /// ```
    pub fn path(self) -> &'static str {
        match self {
            Self::Verified => "/verified",
            Self::Claims => "/claims",
            Self::IdToken => "/id-token",
            Self::Group => "/group",
            Self::Scope => "/scope",
            Self::AnyOf => "/any-of",
            Self::AllOf => "/all-of",
            Self::AnyScope => "/any-scope",
            Self::AllScopes => "/all-scopes",
            Self::Nested => "/nested",
            Self::Optional => "/optional",
            Self::OptionalVerified => "/optional-verified",
            Self::OptionalGroup => "/optional-group",
            Self::Header => "/header",
            Self::Cookie => "/cookie",
            Self::OptionalCookie => "/optional-cookie",
            Self::Unguarded => "/unguarded",
            Self::Down => "/down",
            Self::OptionalDown => "/optional-down",
        }
    }

    /// Whether the handler also serves requests without any credential.
    pub(crate) fn serves_anonymous(self) -> bool {
        matches!(self, Self::Optional | Self::OptionalCookie | Self::OptionalDown)
    }

    /// The headers by which an answer is judged, beside `Authorization`.
    pub(crate) fn vary(self) -> &'static [&'static str] {
        match self {
            Self::Cookie | Self::OptionalCookie => &["cookie", "origin"],
            Self::Header => &["x-access-token"],
            _ => &[],
        }
    }

    pub(crate) fn is_down(self) -> bool {
        matches!(self, Self::Down | Self::OptionalDown)
    }
}

/// The path without its slash.
impl fmt::Display for HttpRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path().trim_start_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_route_has_a_path_of_its_own() {
        let paths: HashSet<_> = HttpRoute::ALL.iter().map(|route| route.path()).collect();

        assert_eq!(paths.len(), HttpRoute::ALL.len());
        assert!(paths.iter().all(|path| path.starts_with('/') && path.len() > 1));
    }
}
