//! The rules for tokens of any OpenID provider.

mod claims;

use super::{ClaimPath, Policy, Rules, Verdict};
use crate::{
    Audiences, ConfigError, Error, TokenKind,
    claims::Claims,
    discovery::JwksOrigins,
    jws::{Header, HeaderType},
    key_source::KeySource,
    url::{is_issuer, is_origin},
};
use claims::OidcClaims;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct OidcRules {
    issuer: String,
    audiences: Audiences,
    kind: TokenKind,
    groups: Option<ClaimPath>,
    jwks_origins: JwksOrigins,
}

/// # Any OpenID provider
impl Policy {
    /// Tokens of one issuer, for one of these audiences, of this kind.
    ///
    /// `iss` must equal the issuer byte by byte, slashes at the end included. Keys come by
    /// discovery (OpenID Connect Discovery 1.0 §4): each fetch begins with the document at
    /// `/.well-known/openid-configuration` below the issuer, which has to name the same issuer,
    /// and goes on to its `jwks_uri`.
    ///
    /// | of a token | comes from |
    /// |---|---|
    /// | scopes | `scope`, else `scp`: a text with spaces, or an array |
    /// | groups | the claim that [`groups_claim`](Self::groups_claim) names; else there are none |
    /// | client ID | `client_id`, else `azp`, else `cid` |
    /// | principal | a client if `sub` is the client ID (RFC 9068 §2.2), else a user |
    ///
    /// `sub` is required of clients too. A provider that writes something else into the `sub` of a
    /// client's own token, as Auth0, Entra and Keycloak do, has them all pass for users.
    ///
    /// ```
    /// use poolgate::{Policy, TokenKind};
    ///
    /// let keycloak = "https://sso.example.com/realms/shop";
    /// let policy = Policy::oidc(keycloak, "orders-api", TokenKind::claim("typ", "Bearer"))?
    ///     .groups_claim(["realm_access", "roles"])?;
    /// # Ok::<(), poolgate::ConfigError>(())
    /// ```
    ///
    /// # Errors
    /// [`ConfigError::Issuer`] if the issuer is not an https URL, or an http URL of this machine;
    /// [`ConfigError::Audience`] if there is no audience, or an empty one.
    pub fn oidc(
        issuer: impl Into<String>,
        audiences: impl Into<Audiences>,
        kind: TokenKind,
    ) -> Result<Self, ConfigError> {
        let (issuer, audiences) = (issuer.into(), audiences.into());
        if !is_issuer(&issuer) {
            return Err(ConfigError::Issuer { value: issuer });
        }
        audiences.check()?;
        let jwks_origins = JwksOrigins::default();
        let rules = OidcRules { issuer, audiences, kind, groups: None, jwks_origins };
        Ok(Self::new(Rules::Oidc(rules)))
    }

    /// Reads a token's groups from this claim, an array of texts: `"groups"`,
    /// `"https://example.com/roles"`, or along a path, `["realm_access", "roles"]`. A text is one
    /// name: `"realm_access.roles"` is a claim with a dot in its name, and no path.
    ///
    /// Name one that users cannot write. Absent means no groups; any other form is an error. A
    /// client keeps its groups: some providers give roles to clients.
    ///
    /// # Errors
    /// [`ConfigError::GroupsClaim`] if there is no name or an empty one; [`ConfigError::Setting`]
    /// for a user pool's policy, whose groups are `cognito:groups`.
    pub fn groups_claim(self, claim: impl Into<ClaimPath>) -> Result<Self, ConfigError> {
        let claim = claim.into();
        if claim.names().is_none() {
            return Err(ConfigError::GroupsClaim);
        }
        let expected = "cognito:groups, which is read in any case";
        self.with_oidc_rules("groups_claim", expected, |rules| {
            Ok(OidcRules { groups: Some(claim), ..rules })
        })
    }

    /// Takes a `jwks_uri` of these origins, such as `https://www.googleapis.com`, and of the
    /// issuer's own; an empty list leaves the latter alone.
    ///
    /// Unless set, an issuer of the configuration may name any host over https, which is logged
    /// once. An address or this machine is only taken if it is listed or the issuer's own.
    ///
    /// # Errors
    /// [`ConfigError::Origin`] if one is no origin; [`ConfigError::Setting`] for a user pool's
    /// policy, which has no discovery.
    pub fn jwks_origins<O: Into<String>>(
        self,
        origins: impl IntoIterator<Item = O>,
    ) -> Result<Self, ConfigError> {
        let origins: Vec<String> = origins.into_iter().map(Into::into).collect();
        if let Some(value) = origins.iter().find(|origin| !is_origin(origin)) {
            return Err(ConfigError::Origin { value: Some(value.clone()) });
        }
        self.with_oidc_rules("jwks_origins", "Policy::jwks_url", |rules| {
            let jwks_origins = JwksOrigins { listed: Some(origins), ..rules.jwks_origins };
            Ok(OidcRules { jwks_origins, ..rules })
        })
    }

    fn with_oidc_rules(
        self,
        name: &'static str,
        expected: &'static str,
        change: impl FnOnce(OidcRules) -> Result<OidcRules, ConfigError>,
    ) -> Result<Self, ConfigError> {
        match self.rules {
            Rules::Oidc(rules) => Ok(Self { rules: Rules::Oidc(change(rules)?), ..self }),
            Rules::Cognito(_) => Err(ConfigError::Setting { name, expected }),
        }
    }
}

impl OidcRules {
    pub(super) fn issuer(&self) -> (String, KeySource) {
        let (issuer, allowed) = (self.issuer.clone(), self.jwks_origins.clone());
        (self.issuer.clone(), KeySource::Discovery { issuer, allowed })
    }

    pub(super) const fn knows_groups(&self) -> bool {
        self.groups.is_some()
    }

    /// Kind, then audience, then the claims that providers write each in their own way.
    pub(super) fn check(&self, header: &Header, claims: &Claims) -> Result<Verdict, Error> {
        let found = OidcClaims::read(claims.text(), &self.kind)?;
        if !found.is_of_kind && !self.kind.is_of_header(header.typ == HeaderType::AtJwt) {
            return Err(Error::InvalidTokenUse { found: None });
        }
        let mut audiences = claims.aud().ok_or(Error::MissingClaim { claim: "aud" })?;
        if !audiences.any(|audience| self.audiences.contains(audience)) {
            return Err(Error::InvalidAudience);
        }
        if let Some(claim) = found.wrong {
            return Err(Error::InvalidClaim { claim });
        }
        let groups = claims::groups(claims.text(), self.groups.as_ref())?;
        let scopes = claims.scopes().or(found.scp).unwrap_or_default();
        let client_id = claims.client_id_text().or(found.azp).or(found.cid);
        let client = client_id.as_ref().map(|id| id.of(claims.text()));
        let is_client = client.is_some() && claims.sub() == client;
        Ok(Verdict { token_use: None, is_client, client_id, groups, scopes })
    }
}
