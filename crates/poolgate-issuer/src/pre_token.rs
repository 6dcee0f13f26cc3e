//! The pre-token-generation hook: what a Lambda trigger of a real pool may do to tokens.

mod hook;

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) use self::hook::Hook;
use crate::{
    directory::Membership,
    members::{Edit, Members},
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
    membership: Option<Membership>,
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
    ///
    /// Groups, roles and preferred role are one answer, as a trigger's `groupOverrideDetails`: if one of them is set, it is
    /// without those that are not. [`TokenEvent`] has what there was.
    pub fn groups<G: Into<String>>(mut self, groups: impl IntoIterator<Item = G>) -> Self {
        self.membership.get_or_insert_default().groups =
            groups.into_iter().map(Into::into).collect();
        self
    }

    /// Exactly these roles in the ID token; see [`groups`](Self::groups).
    pub fn roles<R: Into<String>>(mut self, roles: impl IntoIterator<Item = R>) -> Self {
        self.membership.get_or_insert_default().roles = roles.into_iter().map(Into::into).collect();
        self
    }

    /// The preferred role in the ID token; see [`groups`](Self::groups).
    pub fn preferred_role(mut self, arn: impl Into<String>) -> Self {
        self.membership.get_or_insert_default().preferred_role = Some(arn.into());
        self
    }

    /// What tokens say about groups and roles after this.
    pub(crate) fn change_membership(&self, membership: &mut Membership) {
        if let Some(changed) = &self.membership {
            membership.clone_from(changed);
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_taken_and_added_once() {
        let changes = TokenChanges::new().scope("b").scope("c").without_scope("a");
        let scopes = ["a", "b"].map(str::to_owned);

        assert_eq!(changes.scopes(&scopes), ["b", "c"]);
    }
}
