//! Which scopes a client may have.

use super::{AppClient, ResourceServer, UserPool};

/// A scope that the client may not ask for, or not in this company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidScope;

impl UserPool {
    /// Of a user's sign-in: those asked for, or all of the client.
    pub(crate) fn user_scopes(
        &self,
        client: &AppClient,
        requested: Option<&str>,
    ) -> Result<Vec<String>, InvalidScope> {
        let scopes = chosen(self.client_scopes(client), requested)?;
        let is_there = |name: &str| scopes.iter().any(|scope| scope == name);
        if ["email", "phone", "profile"].into_iter().any(is_there) && !is_there("openid") {
            return Err(InvalidScope);
        }
        Ok(scopes)
    }

    /// Of a machine: scopes of resource servers only.
    pub(crate) fn machine_scopes(
        &self,
        client: &AppClient,
        requested: Option<&str>,
    ) -> Result<Vec<String>, InvalidScope> {
        let mut own = self.client_scopes(client);
        own.retain(|scope| !is_standard(scope));
        if own.is_empty() { Err(InvalidScope) } else { chosen(own, requested) }
    }

    pub(super) fn has_scope(&self, scope: &str) -> bool {
        is_standard(scope) || self.own_scopes().any(|own| own == scope)
    }

    fn client_scopes(&self, client: &AppClient) -> Vec<String> {
        let all = || STANDARD.iter().map(|&scope| scope.to_owned()).chain(self.own_scopes());
        client.scopes.clone().unwrap_or_else(|| all().collect())
    }

    fn own_scopes(&self) -> impl Iterator<Item = String> + '_ {
        self.resource_servers.iter().flat_map(ResourceServer::full_scopes)
    }
}

fn chosen(allowed: Vec<String>, requested: Option<&str>) -> Result<Vec<String>, InvalidScope> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in requested.unwrap_or_default().split(' ').filter(|scope| !scope.is_empty()) {
        if !allowed.iter().any(|known| known == scope) {
            return Err(InvalidScope);
        }
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    Ok(if scopes.is_empty() { allowed } else { scopes })
}

fn is_standard(scope: &str) -> bool {
    STANDARD.contains(&scope)
}

/// What an access token must have for the user's own calls of the API: all that an SDK sign-in gives.
pub(crate) const SDK_SCOPE: &str = "aws.cognito.signin.user.admin";

const STANDARD: [&str; 5] = [SDK_SCOPE, "openid", "email", "phone", "profile"];

#[cfg(test)]
mod tests {
    use super::*;

    fn pool() -> UserPool {
        UserPool::new("eu-west-1_A")
            .resource_server(ResourceServer::new("orders").scope("read").scope("write"))
    }

    fn web() -> AppClient {
        AppClient::new("web").scope("openid").scope("email").scope("orders/read")
    }

    #[track_caller]
    fn gives(result: Result<Vec<String>, InvalidScope>, scopes: &str) {
        assert_eq!(result.map(|scopes| scopes.join(" ")).as_deref(), Ok(scopes));
    }

    #[test]
    fn users_get_what_they_ask_for_or_all() {
        let pool = pool();

        gives(pool.user_scopes(&web(), None), "openid email orders/read");
        gives(pool.user_scopes(&web(), Some(" ")), "openid email orders/read");
        gives(pool.user_scopes(&web(), Some("orders/read openid openid")), "orders/read openid");
        gives(pool.user_scopes(&web(), Some("orders/read")), "orders/read");
        for refused in ["orders/write", "offline_access", "email", "phone openid", "orders"] {
            assert_eq!(pool.user_scopes(&web(), Some(refused)), Err(InvalidScope), "{refused}");
        }
    }

    #[test]
    fn a_client_without_scopes_has_all_of_the_pool() {
        gives(
            pool().user_scopes(&AppClient::new("a"), None),
            "aws.cognito.signin.user.admin openid email phone profile orders/read orders/write",
        );
    }

    #[test]
    fn machines_get_scopes_of_apis_only() {
        let pool = pool();

        gives(pool.machine_scopes(&web(), None), "orders/read");
        gives(pool.machine_scopes(&AppClient::new("a"), Some("orders/write")), "orders/write");
        assert_eq!(pool.machine_scopes(&web(), Some("openid")), Err(InvalidScope));
        let people = AppClient::new("a").scope("openid");
        assert_eq!(pool.machine_scopes(&people, None), Err(InvalidScope));
    }
}
