//! What a token that was verified before is spared: to be read, and its signature. Nothing else.

use super::Inner;
use crate::{
    VerifiedToken, issuer::IssuerRef, observe::Observation, time::Now, token_cache::KnownToken,
};

/// A token that has passed every rule but the check.
pub(super) struct Accepted<'v> {
    pub(super) token: VerifiedToken,
    pub(super) text: &'v str,
    pub(super) issuer: IssuerRef<'v>,
    /// That of the keys, one of which has verified it.
    pub(super) generation: u64,
}

impl Inner {
    /// The token, if it is remembered and nothing has changed that matters. Only the check is left
    /// to ask.
    ///
    /// What does not hold any more is forgotten and verified like any other token: the verification
    /// says what is wrong, or waits.
    pub(super) fn recall(&self, text: &str, seen: &mut Observation) -> Option<VerifiedToken> {
        let tokens = self.token_cache.as_ref()?;
        let known = tokens.find(text).and_then(|known| {
            let now = self.clock.now();
            if !now.is_plausible() {
                return None;
            }
            let holds = self.holds(&known, now);
            if !holds {
                tokens.forget(text);
            }
            holds.then_some(known)
        });
        match known {
            Some(known) => {
                seen.recalled(&known.token, known.generation);
                Some(known.token)
            }
            None => {
                seen.not_recalled();
                None
            }
        }
    }

    /// Remembers a token that has passed everything, the check as well.
    pub(super) fn remember(&self, accepted: Accepted<'_>) -> VerifiedToken {
        let Accepted { token, text, issuer, generation } = accepted;
        if let Some(tokens) = &self.token_cache {
            let valid = issuer.policy.valid_times(token.checked());
            let known =
                KnownToken { token: token.clone(), issuer: issuer.number, generation, valid };
            tokens.remember(text, known);
        }
        token
    }

    /// Whether a verification would come to the same end, but for the check.
    fn holds(&self, known: &KnownToken, now: Now) -> bool {
        let Some(issuer) = self.issuer_of(known) else {
            return false;
        };
        issuer.keys.serve(known.generation, &self.clock, now)
            && known.valid.contain(now)
            && issuer.policy.requirement().is_none_or(|asked| known.token.require(asked).is_ok())
    }

    /// The issuer of a token, unless another has taken its place.
    fn issuer_of(&self, known: &KnownToken) -> Option<IssuerRef<'_>> {
        let at = self.numbered.binary_search_by_key(&known.issuer, |issuer| issuer.number);
        if let Some(issuer) = at.ok().and_then(|at| self.numbered.get(at)) {
            return Some(IssuerRef::Configured(issuer));
        }
        let found = self.lookup.as_ref()?.find(known.token.issuer()).ok()??;
        (found.number == known.issuer).then_some(IssuerRef::Found(found))
    }
}
