//! What the pre-token-generation hook says to the tokens of a user.

use super::{Pool, issue::Reason};
use crate::{
    config::AppClient,
    directory::{Account, Membership},
    grant::Origin,
    pre_token::{TokenChanges, TokenEvent},
    refusal::Refusal,
    sessions::Family,
};

impl Pool {
    /// None without a hook.
    pub(super) fn changes(
        &self,
        client: &AppClient,
        family: &Family,
        reason: Reason,
        account: &Account,
        membership: &Membership,
    ) -> Result<TokenChanges, Refusal> {
        let Some(hook) = self.hook() else { return Ok(TokenChanges::new()) };
        hook.for_user(&TokenEvent {
            trigger_source: source(reason, family.grant.origin),
            user_pool_id: self.id.clone(),
            client_id: client.id.clone(),
            username: account.username.clone(),
            attributes: account.all_attributes().into_iter().collect(),
            groups: membership.groups.clone(),
            roles: membership.roles.clone(),
            preferred_role: membership.preferred_role.clone(),
            scopes: family.grant.scopes.clone(),
        })
    }
}

fn source(reason: Reason, origin: Origin) -> &'static str {
    match (reason, origin) {
        (Reason::Refresh, _) => "TokenGeneration_RefreshTokens",
        (Reason::SignIn, Origin::OAuth) => "TokenGeneration_HostedAuth",
        (Reason::SignIn, Origin::Sdk) => "TokenGeneration_Authentication",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::json;

    use super::*;
    use crate::{
        TriggerVersion,
        grant::Grant,
        pool::test_pool::{ARN, grant, pool, tokens},
        pre_token::Hook,
    };

    #[test]
    fn the_hook_changes_what_it_may() {
        let pool = pool();
        pool.set_hook(Some(Hook::new(TriggerVersion::V2, |event| {
            assert_eq!(event.trigger_source, "TokenGeneration_HostedAuth");
            assert_eq!(event.groups, ["Basic", "Admins"]);
            TokenChanges::new()
                .access_claim("tenant", json!({"id": 7}))
                .id_claim("tier", "gold")
                .scope("orders/read")
                .without_scope("openid")
                .groups(["Guests"])
                .preferred_role(ARN)
        })));

        let (access, id) = tokens(&pool, grant(&pool, "web", "alice", "openid email"));

        assert_eq!(access["tenant"], json!({"id": 7}));
        assert_eq!(access["scope"], "email orders/read");
        assert_eq!(access["cognito:groups"], json!(["Guests"]));
        assert_eq!(id["tier"], "gold");
        assert_eq!(id["cognito:groups"], json!(["Guests"]));
        assert_eq!((id.get("cognito:roles"), &id["cognito:preferred_role"]), (None, &json!(ARN)));
        assert_eq!((access.get("tier"), id.get("tenant")), (None, None));
    }

    #[test]
    fn a_hook_that_empties_the_groups_takes_the_claims_of_groups_and_roles_away() {
        let pool = pool();
        let hook = Hook::new(TriggerVersion::V1, |_| TokenChanges::new().groups([""; 0]));
        pool.set_hook(Some(hook));

        let (access, id) = tokens(&pool, grant(&pool, "web", "alice", "openid"));

        assert_eq!((access.get("cognito:groups"), id.get("cognito:groups")), (None, None));
        for absent in ["cognito:roles", "cognito:preferred_role"] {
            assert_eq!(id.get(absent), None, "{absent}");
        }
    }

    #[test]
    fn a_hook_that_goes_too_far_fails_the_sign_in() {
        let pool = pool();
        pool.set_hook(Some(Hook::new(TriggerVersion::V1, |_| {
            TokenChanges::new().access_claim("a", 1)
        })));

        let refusal = pool.tokens(grant(&pool, "web", "alice", "openid")).unwrap_err();

        assert_eq!(refusal.code(), "InvalidLambdaResponseException");
    }

    #[test]
    fn the_hook_is_told_why_there_are_tokens() {
        let pool = pool();
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        pool.set_hook(Some(Hook::new(TriggerVersion::V1, move |event| {
            heard.lock().unwrap().push(event.trigger_source);
            TokenChanges::new()
        })));

        let hosted = grant(&pool, "web", "bob", "openid");
        let set = pool.tokens(hosted.clone()).unwrap();
        pool.tokens(Grant { origin: Origin::Sdk, ..hosted }).unwrap();
        pool.refresh(pool.first_client(), &set.refresh_token.unwrap()).unwrap();

        let sources = ["HostedAuth", "Authentication", "RefreshTokens"];
        let sources = sources.map(|source| format!("TokenGeneration_{source}"));
        assert_eq!(*told.lock().unwrap(), sources);
    }

    #[test]
    fn the_hook_may_ask_the_pool() {
        let pool = pool();
        let asked = Arc::clone(&pool);
        pool.set_hook(Some(Hook::new(TriggerVersion::V2, move |event| {
            let user = asked.user(&event.username).unwrap();
            TokenChanges::new().access_claim("created", user.created)
        })));

        let (access, _) = tokens(&pool, grant(&pool, "web", "bob", "openid"));

        assert_eq!(access["created"], json!(1_000_000));
    }
}
