//! What every policy says about a header and about claims.

use super::{Policy, Rules, cognito::CognitoRules};
use crate::{
    Algorithm, ConfigError, Error, Requirement, TokenUse,
    claims::Claims,
    json::Text,
    jws::{Header, HeaderType, is_type},
    time::Now,
};

/// What a policy found out about a token that it takes.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) token_use: Option<TokenUse>,
    /// Whether the token speaks for a client, and for no user.
    pub(crate) is_client: bool,
    /// The client that got the token, a text of the claims.
    pub(crate) client_id: Option<Text>,
    pub(crate) groups: Vec<String>,
    pub(crate) scopes: Vec<String>,
}

impl Policy {
    /// Whether the settings fit each other, however they were made.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let asks = self.requirement.as_ref().is_some_and(Requirement::asks_for_a_group);
        match &self.rules {
            Rules::Oidc(rules) if asks && !rules.knows_groups() => Err(ConfigError::NoGroupsClaim),
            Rules::Oidc(_) | Rules::Cognito(_) => Ok(()),
        }
    }

    /// Whether claims have a form that this kind of policy knows.
    pub(crate) fn check_form(&self, claims: &Claims) -> Result<(), Error> {
        match &self.rules {
            Rules::Cognito(_) => CognitoRules::check_form(claims),
            Rules::Oidc(_) => Ok(()),
        }
    }

    /// The algorithm to verify with, if the header is one that this policy takes.
    ///
    /// Rules about a header that a policy can change are checked here, once the issuer has chosen
    /// the policy. No key that a token brings is ever used (RFC 8725 §3.10).
    pub(crate) fn check_header(&self, header: &Header) -> Result<Algorithm, Error> {
        let malformed = |reason| Err(Error::TokenMalformed { reason });
        if !self.takes_type(&header.typ) {
            return malformed("typ is not one that is taken here");
        }
        if header.brings_key && self.reject_header_keys {
            return malformed("the header brings a key of its own");
        }
        if header.kid().is_none() && !self.allow_missing_kid {
            return malformed("the header has no kid");
        }
        let found = header.algorithm;
        let allowed = found.filter(|algorithm| self.algorithms.contains(algorithm));
        allowed.ok_or(Error::InvalidAlgorithm { found })
    }

    /// RFC 7519 §5.1, RFC 9068 §4 and RFC 8725 §3.11.
    fn takes_type(&self, typ: &HeaderType) -> bool {
        match typ {
            HeaderType::Absent | HeaderType::Jwt | HeaderType::AtJwt => true,
            HeaderType::Other(typ) => self.header_types.iter().any(|taken| is_type(typ, taken)),
        }
    }

    /// Checks the claims of a token whose issuer and signature are right: time, use, client or
    /// audience, the others.
    pub(crate) fn check_claims(
        &self,
        header: &Header,
        claims: &Claims,
        now: Now,
    ) -> Result<Verdict, Error> {
        self.check_time(claims, now)?;
        let verdict = match &self.rules {
            Rules::Cognito(rules) => rules.check(claims)?,
            Rules::Oidc(rules) => rules.check(header, claims)?,
        };
        self.check_auth_time(claims, now)?;
        let may_lack_subject = verdict.is_client && matches!(self.rules, Rules::Cognito(_));
        check_subject(claims, may_lack_subject)?;
        // RFC 7800 §3.1: the token counts only with proof of a key, and nobody asks for one here.
        if claims.has_confirmation && !self.ignore_confirmation {
            return Err(Error::InvalidClaim { claim: "cnf" });
        }
        Ok(verdict)
    }

    /// Valid while `now < exp` and from `nbf` on (RFC 7519 §4.1.4 and §4.1.5). One that says it is
    /// issued later is refused too: its clock or its author is wrong.
    pub(super) fn check_time(&self, claims: &Claims, now: Now) -> Result<(), Error> {
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

    pub(super) fn check_auth_time(&self, claims: &Claims, now: Now) -> Result<(), Error> {
        let Some(max_age) = self.max_age else {
            return Ok(());
        };
        let claim = "auth_time";
        let auth_time = claims.auth_time.ok_or(Error::MissingClaim { claim })?;
        let is_recent = now.wall() <= auth_time.saturating_add(max_age).saturating_add(self.leeway);
        if is_recent { Ok(()) } else { Err(Error::InvalidClaim { claim }) }
    }
}

/// Every user has a subject (RFC 8725 §3.8); a client of Cognito need not have one.
fn check_subject(claims: &Claims, may_be_absent: bool) -> Result<(), Error> {
    let claim = "sub";
    match claims.sub() {
        Some("") => Err(Error::InvalidClaim { claim }),
        None if !may_be_absent => Err(Error::MissingClaim { claim }),
        _ => Ok(()),
    }
}
