//! Policies for the providers that people use most, each a line or two over [`Policy::oidc`].

use crate::{Audiences, ConfigError, Policy, TokenKind, url};

/// # Providers
///
/// Starting points: each says what the provider writes, and takes every setting of
/// [`Policy::oidc`].
impl Policy {
    /// Access tokens of [Auth0](https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles)
    /// for an API: its identifier is the audience. `domain` is the tenant's, as in
    /// `shop.eu.auth0.com`, or one of your own.
    ///
    /// Both token profiles are taken: Auth0's, which has `azp`, and RFC 9068. Auth0's ID tokens have
    /// neither mark. Permissions that users and clients hold (RBAC) are a claim of their own:
    /// `groups_claim("permissions")`; roles come in a claim that you name in an Action. Machines
    /// have a `sub` that ends in `@clients` and so pass for users.
    ///
    /// # Errors
    /// [`ConfigError`] if the domain is more or less than a host's name, or the audience is empty.
    pub fn auth0(domain: &str, audiences: impl Into<Audiences>) -> Result<Self, ConfigError> {
        let domain = host(domain, "a domain alone, as in shop.eu.auth0.com")?;
        let kind = TokenKind::at_jwt().or(TokenKind::with_claim("azp"));
        Self::oidc(format!("https://{domain}/"), audiences, kind)
    }

    /// Access tokens of a custom authorization server of
    /// [Okta](https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/); there is
    /// one called `default`. `domain` is the organization's, as in `dev-123456.okta.com`.
    ///
    /// Okta's access tokens name their client in `cid`, ID tokens do not. `sub` is the user's
    /// login, which can change hands; `uid`, a claim, lasts. Groups are in the token once the
    /// authorization server has such a claim: `groups_claim("groups")`. Tokens of the
    /// organization's own authorization server are for Okta alone.
    ///
    /// # Errors
    /// [`ConfigError`] if the domain or the server's ID is not one, or the audience is empty.
    pub fn okta(
        domain: &str,
        authorization_server: &str,
        audiences: impl Into<Audiences>,
    ) -> Result<Self, ConfigError> {
        let domain = host(domain, "a domain alone, as in dev-123456.okta.com")?;
        let server = path_segment(authorization_server, "the ID of an authorization server")?;
        let issuer = format!("https://{domain}/oauth2/{server}");
        Self::oidc(issuer, audiences, TokenKind::with_claim("cid"))
    }

    /// Access tokens of version 2.0 of one tenant of
    /// [Microsoft Entra ID](https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference).
    /// The audience is the application ID of the API, which has to ask for version 2
    /// (`requestedAccessTokenVersion`); version 1 has another issuer.
    ///
    /// `azpacr` is in access tokens alone. App roles of users and clients are the groups: `roles`.
    /// `sub` is another one for each application, `oid` the user's own; and since an application's
    /// own token has its object ID there, it passes for a user's. Keys name no algorithm, and are
    /// read as RS256.
    ///
    /// # Errors
    /// [`ConfigError`] if the tenant is not given by its ID, or the audience is empty.
    pub fn entra(tenant_id: &str, audiences: impl Into<Audiences>) -> Result<Self, ConfigError> {
        if !is_guid(tenant_id) {
            let expected =
                "a tenant's ID in lower case, as in 8eaef023-2b34-4da1-9baa-8bc8c9d6a490";
            return Err(ConfigError::Provider { value: tenant_id.to_owned(), expected });
        }
        let issuer = format!("https://login.microsoftonline.com/{tenant_id}/v2.0");
        Self::oidc(issuer, audiences, TokenKind::with_claim("azpacr"))?.groups_claim("roles")
    }

    /// Access tokens of a realm of
    /// [Keycloak](https://www.keycloak.org/docs/latest/server_admin/), whose issuer ends in
    /// `/realms/` and its name.
    ///
    /// A client of the realm is not in `aud` by itself: give it an audience mapper. `typ`, the
    /// claim, is `Bearer` in access tokens and `ID` in ID tokens. Roles of the realm are the
    /// groups; those of a client are at `groups_claim(["resource_access", "my-client", "roles"])`.
    /// A service account is a user of its own, with a `sub` and roles, and passes for one.
    ///
    /// # Errors
    /// [`ConfigError`] if the issuer is no https URL, or the audience is empty.
    pub fn keycloak(
        issuer: impl Into<String>,
        audiences: impl Into<Audiences>,
    ) -> Result<Self, ConfigError> {
        let kind = TokenKind::claim("typ", "Bearer");
        Self::oidc(issuer, audiences, kind)?.groups_claim(["realm_access", "roles"])
    }

    /// ID tokens of [Google](https://developers.google.com/identity/openid-connect/openid-connect)
    /// for these client IDs. Its access tokens are no JWTs, so there is nothing to tell them from.
    ///
    /// Anybody can have Google sign an ID token of a service account of theirs for any audience.
    /// So a token of Google says who somebody is, and never that they may come in: look `sub` up
    /// among your users, or ask for your organization's `hd`. Tokens whose `iss` has no `https://`,
    /// which Google once wrote, are refused.
    ///
    /// # Errors
    /// [`ConfigError`] if there is no client ID, or an empty one.
    pub fn google(client_ids: impl Into<Audiences>) -> Result<Self, ConfigError> {
        Self::oidc("https://accounts.google.com", client_ids, TokenKind::dangerously_any())?
            .jwks_origins(["https://www.googleapis.com"])
    }

    /// ID tokens of [Firebase Authentication](https://firebase.google.com/docs/auth/admin/verify-id-tokens)
    /// and Identity Platform for one project, whose ID is the audience.
    ///
    /// All projects are signed for with the same keys; what tells them apart is the issuer. Whether
    /// anybody can sign up is the project's setting, and anonymous users have tokens too: see
    /// `sign_in_provider` in the claim `firebase`.
    ///
    /// # Errors
    /// [`ConfigError`] if it is not a project's ID.
    pub fn firebase(project_id: &str) -> Result<Self, ConfigError> {
        let project = path_segment(project_id, "a project's ID, as in shop-1a2b3")?;
        let issuer = format!("https://securetoken.google.com/{project}");
        Self::oidc(issuer, project, TokenKind::with_claim("firebase"))?
            .jwks_origins(["https://www.googleapis.com"])
    }
}

fn host<'t>(text: &'t str, expected: &'static str) -> Result<&'t str, ConfigError> {
    take_if(url::is_host(text), text, expected)
}

fn path_segment<'t>(text: &'t str, expected: &'static str) -> Result<&'t str, ConfigError> {
    take_if(url::is_path_segment(text), text, expected)
}

fn take_if<'t>(
    is_good: bool,
    text: &'t str,
    expected: &'static str,
) -> Result<&'t str, ConfigError> {
    let refuse = || ConfigError::Provider { value: text.to_owned(), expected };
    is_good.then_some(text).ok_or_else(refuse)
}

/// The ID of a tenant, as tokens write it. The words for several tenants and a tenant's domain are
/// no issuer's name.
fn is_guid(text: &str) -> bool {
    let is_hex = |part: &str| part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.into_iter().all(is_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer(policy: Result<Policy, ConfigError>) -> String {
        policy.unwrap().issuers().remove(0).0
    }

    #[test]
    fn issuers_as_the_providers_write_them() {
        let tenant = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";
        for (policy, expected) in [
            (Policy::auth0("shop.eu.auth0.com", "a"), "https://shop.eu.auth0.com/"),
            (Policy::okta("a.okta.com", "default", "a"), "https://a.okta.com/oauth2/default"),
            (
                Policy::entra(tenant, "a"),
                "https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0",
            ),
            (Policy::keycloak("https://k.example/realms/a", "a"), "https://k.example/realms/a"),
            (Policy::google("a"), "https://accounts.google.com"),
            (Policy::firebase("shop-1a2b3"), "https://securetoken.google.com/shop-1a2b3"),
        ] {
            assert_eq!(issuer(policy), expected);
        }
    }

    #[test]
    fn what_would_make_another_issuer_is_refused() {
        for domain in ["", "https://shop.eu.auth0.com", "shop.eu.auth0.com/", "a@b.example", "é"] {
            assert!(Policy::auth0(domain, "a").is_err(), "{domain:?}");
            assert!(Policy::okta(domain, "default", "a").is_err(), "{domain:?}");
        }
        for segment in ["", "..", "a/b", "a?b"] {
            assert!(Policy::okta("a.okta.com", segment, "a").is_err(), "{segment:?}");
            assert!(Policy::firebase(segment).is_err(), "{segment:?}");
        }
        for tenant in [
            "",
            "common",
            "organizations",
            "contoso.onmicrosoft.com",
            "8EAEF023-2b34-4da1-9baa-8bc8c9d6a490",
            "8eaef0232b344da19baa8bc8c9d6a490",
            "8eaef023-2b34-4da1-9baa-8bc8c9d6a49",
            "8eaef023-2b34-4da1-9baa-8bc8c9d6a490-",
        ] {
            assert!(Policy::entra(tenant, "a").is_err(), "{tenant:?}");
        }
    }
}
