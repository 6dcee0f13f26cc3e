//! A token on its way: what it says, its issuer, its key, and at last the verdict.

use super::{Inner, recall::Accepted};
use crate::{
    Algorithm, Clock, Error, VerifiedToken,
    check::{AsyncQuestion, Question},
    issuer::IssuerRef,
    jws::Unverified,
    key_cache::MIN_BACK_OFF,
    keys::{Answer, FoundKey, Wait},
    observe::Observation,
    policy_lookup::Lookup,
};
use std::sync::Arc;

/// What a token turns out to be.
pub(super) enum Reading<'v> {
    Candidate(Candidate<'v>),
    /// Its issuer has to be asked for first.
    NeedIssuer(Unverified<'v>, &'v Arc<Lookup>),
}

/// How far one comes without waiting.
pub(super) enum Step<'v> {
    Done(Result<VerifiedToken, Error>),
    /// Keys have to be fetched first.
    NeedKeys(Candidate<'v>, Wait),
    /// Only a question is left that takes time. The signature is not verified yet, so that nobody
    /// verifies it twice.
    NeedCheck(Candidate<'v>, FoundKey, &'v AsyncQuestion),
}

/// A token of a known issuer, not verified yet.
pub(super) struct Candidate<'v> {
    text: &'v str,
    unverified: Unverified<'v>,
    pub(super) issuer: IssuerRef<'v>,
    algorithm: Algorithm,
}

impl Inner {
    /// Reads a token up to the point where a key is needed, or a policy.
    pub(super) fn read<'v>(
        &'v self,
        token: &'v str,
        seen: &mut Observation,
    ) -> Result<Reading<'v>, Error> {
        let unverified = Unverified::parse(token, self.max_token_bytes)?;
        let iss = unverified.issuer()?;
        let issuer = match (self.issuers.get(iss), &self.lookup) {
            (Some(issuer), _) => IssuerRef::Configured(issuer),
            (None, None) => return Err(Error::InvalidIssuer),
            (None, Some(lookup)) => match lookup.find(iss)? {
                Some(issuer) => IssuerRef::Found(issuer),
                None => return Ok(Reading::NeedIssuer(unverified, lookup)),
            },
        };
        Candidate::new(token, unverified, issuer, seen).map(Reading::Candidate)
    }

    pub(super) fn step<'v>(&'v self, candidate: Candidate<'v>, seen: &mut Observation) -> Step<'v> {
        let (kid, keys) = (candidate.unverified.header.kid(), &candidate.issuer.keys);
        let answer = keys.key(kid, candidate.algorithm);
        seen.looked_up(&answer, || keys.cache().generation());
        let key = match answer {
            Answer::Use(key) => key,
            Answer::Refuse(error) => return Step::Done(Err(error)),
            Answer::Wait(wait) => return Step::NeedKeys(candidate, wait),
        };
        let ask = match self.question() {
            Some(Question::Async(ask)) => return Step::NeedCheck(candidate, key, ask),
            Some(Question::Sync(ask)) => Some(ask),
            None => None,
        };
        Step::Done(candidate.accept(&key, &*self.clock).and_then(|accepted| {
            ask.map_or(Ok(()), |ask| ask(&accepted.token))?;
            Ok(self.remember(accepted))
        }))
    }
}

impl<'v> Candidate<'v> {
    pub(super) fn new(
        text: &'v str,
        unverified: Unverified<'v>,
        issuer: IssuerRef<'v>,
        seen: &mut Observation,
    ) -> Result<Self, Error> {
        seen.of(unverified.issuer()?);
        issuer.policy.check_form(&unverified.claims)?;
        let algorithm = issuer.policy.check_header(&unverified.header)?;
        Ok(Self { text, unverified, issuer, algorithm })
    }

    /// Signature first, then everything that the claims say.
    pub(super) fn accept(self, found: &FoundKey, clock: &dyn Clock) -> Result<Accepted<'v>, Error> {
        let Unverified { header, signing_input, signature, claims } = self.unverified;
        if !found.key.verifies(signing_input.as_bytes(), &signature) {
            return Err(Error::InvalidSignature);
        }
        let (policy, now) = (&self.issuer.policy, clock.now());
        if !now.is_plausible() {
            return Err(Error::KeysUnavailable { retry_after: MIN_BACK_OFF });
        }
        let verdict = policy.check_claims(&header, &claims, now)?;
        let token = VerifiedToken::new(claims, verdict, policy.given_leeway());
        if let Some(requirement) = policy.requirement() {
            token.require(requirement)?;
        }
        let Self { text, issuer, .. } = self;
        Ok(Accepted { token, text, issuer, generation: found.generation })
    }
}
