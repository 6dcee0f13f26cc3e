//! Calling the hook, and holding it to what a trigger may do.

use std::{fmt, sync::Arc};

use super::{TokenChanges, TokenEvent, TriggerVersion};
use crate::{members::Edit, refusal::Refusal};

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

impl TokenChanges {
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
}
