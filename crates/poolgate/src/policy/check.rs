//! What a policy says about a header and about claims.

use super::Policy;
use crate::{Algorithm, Error, TokenUse, claims::Claims, jws::Header, time::Now};

impl Policy {
    /// The algorithm to verify with, if the header is one that this policy takes.
    ///
    /// Rules about a header that a policy can change are checked here, once the issuer has chosen
    /// the policy. No key that a token brings is ever used (RFC 8725 §3.10).
    pub(crate) fn check_header(&self, header: &Header) -> Result<Algorithm, Error> {
        if header.brings_key {
            return Err(Error::TokenMalformed { reason: "the header brings a key of its own" });
        }
        if header.kid.is_none() && !self.allow_missing_kid {
            return Err(Error::TokenMalformed { reason: "the header has no kid" });
        }
        let found = header.algorithm;
        let allowed = found.filter(|algorithm| self.algorithms.contains(algorithm));
        allowed.ok_or(Error::InvalidAlgorithm { found })
    }

    /// Checks the claims of a token whose issuer and signature are right: time, use, client or
    /// audience, the others.
    pub(crate) fn check_claims(&self, claims: &Claims, now: Now) -> Result<TokenUse, Error> {
        self.check_time(claims, now)?;
        let token_use = self.check_token_use(claims)?;
        match token_use {
            TokenUse::Access => self.check_client(claims)?,
            TokenUse::Id => self.check_id_audience(claims)?,
        }
        self.check_auth_time(claims, now)?;
        check_subject(claims)?;
        // RFC 7800 §3.1: the token counts only with proof of a key, and nobody asks for one here.
        if claims.has_confirmation && !self.ignore_confirmation {
            return Err(Error::InvalidClaim { claim: "cnf" });
        }
        Ok(token_use)
    }

    /// Valid while `now < exp` and from `nbf` on (RFC 7519 §4.1.4 and §4.1.5). One that says it is
    /// issued later is refused too: its clock or its author is wrong.
    fn check_time(&self, claims: &Claims, now: Now) -> Result<(), Error> {
        let (now, exp) = (now.wall(), claims.exp.ok_or(Error::MissingClaim { claim: "exp" })?);
        if now >= exp.saturating_add(self.leeway) {
            return Err(Error::TokenExpired { ago: now.saturating_sub(exp) });
        }
        for (claim, time) in [("nbf", claims.nbf), ("iat", claims.iat)] {
            if let Some(time) = time.filter(|time| *time > now.saturating_add(self.leeway)) {
                return Err(Error::TokenNotYetValid { claim, wait: time.saturating_sub(now) });
            }
        }
        Ok(())
    }

    fn check_token_use(&self, claims: &Claims) -> Result<TokenUse, Error> {
        let token_use =
            claims.token_use.as_ref().ok_or(Error::MissingClaim { claim: "token_use" })?;
        let found = TokenUse::from_claim(token_use);
        let taken = found.filter(|token_use| self.token_uses.contains(token_use));
        taken.ok_or(Error::InvalidTokenUse { found })
    }

    /// An access token names its client, and in `aud` at most who is meant here (RFC 7519 §4.1.3,
    /// RFC 8707 §2).
    fn check_client(&self, claims: &Claims) -> Result<(), Error> {
        let client = claims.client_id.as_ref().ok_or(Error::MissingClaim { claim: "client_id" })?;
        if !self.clients.contains(client) {
            return Err(Error::InvalidClient);
        }
        let is_meant = |audience: &String| match self.resources.is_empty() {
            true => !self.clients.is_any() && self.clients.contains(audience),
            false => self.resources.contains(audience),
        };
        match &claims.aud {
            Some(audiences) if audiences.iter().any(is_meant) => Ok(()),
            Some(_) => Err(Error::InvalidAudience),
            None if self.resources.is_empty() => Ok(()),
            None => Err(Error::MissingClaim { claim: "aud" }),
        }
    }

    /// An ID token is for one client alone (OpenID Connect Core 1.0 §3.1.3.7).
    fn check_id_audience(&self, claims: &Claims) -> Result<(), Error> {
        let audiences = claims.aud.as_ref().ok_or(Error::MissingClaim { claim: "aud" })?;
        match audiences.as_slice() {
            [client] if self.clients.contains(client) => Ok(()),
            _ => Err(Error::InvalidAudience),
        }
    }

    fn check_auth_time(&self, claims: &Claims, now: Now) -> Result<(), Error> {
        let Some(max_age) = self.max_age else {
            return Ok(());
        };
        let claim = "auth_time";
        let auth_time = claims.auth_time.ok_or(Error::MissingClaim { claim })?;
        let is_recent = now.wall() <= auth_time.saturating_add(max_age).saturating_add(self.leeway);
        if is_recent { Ok(()) } else { Err(Error::InvalidClaim { claim }) }
    }
}

/// Every user has a subject (RFC 8725 §3.8); a client need not have one.
fn check_subject(claims: &Claims) -> Result<(), Error> {
    let claim = "sub";
    match &claims.sub {
        Some(subject) if subject.is_empty() => Err(Error::InvalidClaim { claim }),
        None if !claims.is_client() => Err(Error::MissingClaim { claim }),
        _ => Ok(()),
    }
}
