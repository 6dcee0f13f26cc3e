//! The pre-token-generation hook: what a Lambda trigger of a real pool may do to tokens.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde_json::Value;

use crate::{
    directory::Membership,
    members::{Edit, Members},
    refusal::Refusal,
};

/// What a pre-token-generation trigger is allowed, by the version of its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TriggerVersion {
    /// ID tokens of users, and texts only. Groups count for access tokens too.
    V1,
    /// Both tokens of users, and any JSON.
    V2,
    /// As V2, and access tokens of machines.
    V3,
}

/// What a pre-token-generation hook is told.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TokenEvent {
    /// Why there are tokens, such as `TokenGeneration_RefreshTokens`.
    pub trigger_source: &'static str,
    /// The pool.
    pub user_pool_id: String,
    /// The app client.
    pub client_id: String,
    /// The user, or `ClientCredentials` for a machine.
    pub username: String,
    /// The user's attributes, `sub` included. Empty for a machine.
    pub attributes: BTreeMap<String, String>,
    /// The user's groups.
    pub groups: Vec<String>,
    /// The roles of these groups.
    pub roles: Vec<String>,
    /// The role of the first of them.
    pub preferred_role: Option<String>,
    /// The scopes of the access token.
    pub scopes: Vec<String>,
}

/// What a pre-token-generation hook changes.
///
/// ```
/// use poolgate_issuer::{TestIssuer, TokenChanges, TriggerVersion};
///
/// # let issuer = TestIssuer::builder().offline();
/// issuer.pre_token_generation(TriggerVersion::V2, |event| {
///     let plan = event.attributes.get("custom:plan").cloned().unwrap_or_default();
///     TokenChanges::new().access_claim("plan", plan).without_id_claim("email").scope("orders/read")
/// });
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "changes do nothing until the hook returns them"]
pub struct TokenChanges {
    id: Vec<Edit>,
    access: Vec<Edit>,
    added_scopes: Vec<String>,
    removed_scopes: Vec<String>,
    groups: Option<Vec<String>>,
    roles: Option<Vec<String>>,
    preferred_role: Option<String>,
}

impl TokenChanges {
    /// Nothing changes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a claim of the ID token.
    pub fn id_claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.id.push(Edit::Set(name.into(), value.into()));
        self
    }

    /// Leaves a claim out of the ID token.
    pub fn without_id_claim(mut self, name: impl Into<String>) -> Self {
        self.id.push(Edit::Remove(name.into()));
        self
    }

    /// Sets a claim of the access token.
    pub fn access_claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.access.push(Edit::Set(name.into(), value.into()));
        self
    }

    /// Leaves a claim out of the access token.
    pub fn without_access_claim(mut self, name: impl Into<String>) -> Self {
        self.access.push(Edit::Remove(name.into()));
        self
    }

    /// Adds a scope to the access token.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.added_scopes.push(scope.into());
        self
    }

    /// Takes a scope out of the access token.
    pub fn without_scope(mut self, scope: impl Into<String>) -> Self {
        self.removed_scopes.push(scope.into());
        self
    }

    /// Exactly these groups in both tokens. Without any, there is no `cognito:groups` claim.
    pub fn groups<G: Into<String>>(mut self, groups: impl IntoIterator<Item = G>) -> Self {
        self.groups = Some(groups.into_iter().map(Into::into).collect());
        self
    }

    /// Exactly these roles in the ID token.
    pub fn roles<R: Into<String>>(mut self, roles: impl IntoIterator<Item = R>) -> Self {
        self.roles = Some(roles.into_iter().map(Into::into).collect());
        self
    }

    /// The preferred role in the ID token.
    pub fn preferred_role(mut self, arn: impl Into<String>) -> Self {
        self.preferred_role = Some(arn.into());
        self
    }

    /// What tokens say about groups and roles after this.
    pub(crate) fn change_membership(&self, membership: &mut Membership) {
        if let Some(groups) = &self.groups {
            membership.groups.clone_from(groups);
        }
        if let Some(roles) = &self.roles {
            membership.roles.clone_from(roles);
        }
        if self.preferred_role.is_some() {
            membership.preferred_role.clone_from(&self.preferred_role);
        }
    }

    /// What remains of these scopes, and what comes on top.
    pub(crate) fn scopes(&self, scopes: &[String]) -> Vec<String> {
        let kept = scopes.iter().filter(|scope| !self.removed_scopes.contains(scope));
        let added = self.added_scopes.iter().filter(|scope| !scopes.contains(scope));
        kept.chain(added).cloned().collect()
    }

    pub(crate) fn change_access(&self, claims: &mut Members) {
        claims.apply(&self.access);
    }

    pub(crate) fn change_id(&self, claims: &mut Members) {
        claims.apply(&self.id);
    }

    fn check(&self, version: TriggerVersion) -> Result<(), Refusal> {
        let refused = |reason: String| Err(Refusal::InvalidTrigger(reason));
        let both = || self.id.iter().chain(&self.access);
        if let Some(edit) = both().find(|edit| is_immutable(edit.name())) {
            return refused(format!("a trigger cannot change the claim {}", edit.name()));
        }
        if version != TriggerVersion::V1 {
            return Ok(());
        }
        let scopes = self.added_scopes.len() + self.removed_scopes.len();
        if scopes > 0 || !self.access.is_empty() {
            return refused("a V1 trigger cannot change access tokens".to_owned());
        }
        let is_text = |edit: &&Edit| !matches!(edit, Edit::Set(_, value) if !value.is_string());
        match self.id.iter().find(|edit| !is_text(edit)) {
            Some(edit) => refused(format!("a V1 trigger sets only texts, {} is none", edit.name())),
            None => Ok(()),
        }
    }
}

/// The hook of a pool.
#[derive(Clone)]
pub(crate) struct Hook {
    version: TriggerVersion,
    run: Arc<dyn Fn(&TokenEvent) -> TokenChanges + Send + Sync>,
}

impl Hook {
    pub(crate) fn new(
        version: TriggerVersion,
        run: impl Fn(&TokenEvent) -> TokenChanges + Send + Sync + 'static,
    ) -> Self {
        Self { version, run: Arc::new(run) }
    }

    pub(crate) fn for_user(&self, event: &TokenEvent) -> Result<TokenChanges, Refusal> {
        let changes = (self.run)(event);
        changes.check(self.version)?;
        Ok(changes)
    }

    /// Only the newest version is called for machines.
    pub(crate) fn for_machine(&self, event: &TokenEvent) -> Result<TokenChanges, Refusal> {
        match self.version {
            TriggerVersion::V1 | TriggerVersion::V2 => Ok(TokenChanges::new()),
            TriggerVersion::V3 => self.for_user(event),
        }
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").field("version", &self.version).finish_non_exhaustive()
    }
}

/// Of AWS, and `aud`, of which AWS says nothing.
fn is_immutable(claim: &str) -> bool {
    claim.starts_with("cognito:") || IMMUTABLE.contains(&claim)
}

const IMMUTABLE: [&str; 20] = [
    "acr",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "client_id",
    "device_key",
    "event_id",
    "exp",
    "iat",
    "identities",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "origin_jti",
    "sub",
    "token_use",
    "version",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(version: TriggerVersion, changes: &TokenChanges, reason: &str) {
        let refusal = changes.check(version).unwrap_err();
        assert_eq!(refusal, Refusal::InvalidTrigger(reason.to_owned()));
    }

    #[test]
    fn some_claims_are_nobodys_to_change() {
        for name in IMMUTABLE.into_iter().chain(["cognito:groups", "cognito:username"]) {
            for changes in [
                TokenChanges::new().id_claim(name, "x"),
                TokenChanges::new().without_id_claim(name),
                TokenChanges::new().access_claim(name, "x"),
                TokenChanges::new().without_access_claim(name),
            ] {
                let reason = format!("a trigger cannot change the claim {name}");
                refuses(TriggerVersion::V3, &changes, &reason);
            }
        }
    }

    #[test]
    fn the_first_version_writes_texts_into_id_tokens() {
        let v1 = TriggerVersion::V1;
        let good = TokenChanges::new().id_claim("a", "x").without_id_claim("email").groups(["g"]);
        assert_eq!(good.check(v1), Ok(()));

        refuses(
            v1,
            &TokenChanges::new().id_claim("a", 1),
            "a V1 trigger sets only texts, a is none",
        );
        for changes in [
            TokenChanges::new().access_claim("a", "x"),
            TokenChanges::new().without_access_claim("a"),
            TokenChanges::new().scope("a"),
            TokenChanges::new().without_scope("a"),
        ] {
            refuses(v1, &changes, "a V1 trigger cannot change access tokens");
            assert_eq!(changes.check(TriggerVersion::V2), Ok(()));
        }
    }

    #[test]
    fn scopes_are_taken_and_added_once() {
        let changes = TokenChanges::new().scope("b").scope("c").without_scope("a");
        let scopes = ["a", "b"].map(str::to_owned);

        assert_eq!(changes.scopes(&scopes), ["b", "c"]);
    }
}
