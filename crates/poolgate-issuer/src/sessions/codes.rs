//! Authorization codes: good once, for five minutes, for who asked.
//!
//! One that comes again is refused, and the tokens that it gave stay good. RFC 6749 section 4.1.2 would have them revoked
//! (SHOULD); AWS documents no such thing, and an app whose page loads twice could pass there and fail here.

use std::collections::HashMap;

use super::{pkce, sweep};
use crate::{grant::Grant, random};

/// Why a code gives nothing. To clients all of these are `invalid_grant`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeRefusal {
    Unknown,
    Used,
    Expired,
    Client,
    RedirectUri,
    Verifier,
}

#[derive(Debug, Default)]
pub(crate) struct Codes(HashMap<String, Code>);

#[derive(Debug)]
struct Code {
    grant: Grant,
    redirect_uri: String,
    challenge: Option<String>,
    expires: u64,
    is_used: bool,
}

impl Codes {
    pub(crate) fn issue(
        &mut self,
        grant: Grant,
        redirect_uri: &str,
        challenge: Option<&str>,
        now: u64,
    ) -> String {
        let code = random::uuid();
        let entry = Code {
            grant,
            redirect_uri: redirect_uri.to_owned(),
            challenge: challenge.map(str::to_owned),
            expires: now.saturating_add(LIFETIME),
            is_used: false,
        };
        sweep(&mut self.0, |code| now >= code.expires);
        self.0.insert(code.clone(), entry);
        code
    }

    /// Any attempt of the right client uses the code up, so that nobody can try verifiers.
    pub(crate) fn redeem(
        &mut self,
        code: &str,
        client_id: &str,
        redirect_uri: &str,
        verifier: Option<&str>,
        now: u64,
    ) -> Result<Grant, CodeRefusal> {
        let code = self.0.get_mut(code).ok_or(CodeRefusal::Unknown)?;
        if code.grant.client_id != client_id {
            return Err(CodeRefusal::Client);
        }
        if std::mem::replace(&mut code.is_used, true) {
            return Err(CodeRefusal::Used);
        }
        if now >= code.expires {
            return Err(CodeRefusal::Expired);
        }
        if code.redirect_uri != redirect_uri {
            return Err(CodeRefusal::RedirectUri);
        }
        if !pkce::matches(code.challenge.as_deref(), verifier) {
            return Err(CodeRefusal::Verifier);
        }
        Ok(code.grant.clone())
    }

    /// Of a user who goes.
    pub(super) fn drop_all(&mut self, username: &str) {
        self.0.retain(|_, code| code.grant.username != username);
    }
}

const LIFETIME: u64 = 300;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::Login;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const CALLBACK: &str = "http://localhost/callback";

    fn grant() -> Grant {
        let login = Login {
            username: "alice".to_owned(),
            sub: "s".to_owned(),
            client_id: "web".to_owned(),
            auth_time: 1_000,
        };
        Grant::oauth(&login, vec!["openid".to_owned()]).nonce(Some("n".to_owned()))
    }

    fn issued() -> (Codes, String) {
        let mut codes = Codes::default();
        let code = codes.issue(grant(), CALLBACK, Some(CHALLENGE), 1_000);
        (codes, code)
    }

    #[test]
    fn a_code_is_good_once() {
        let (mut codes, code) = issued();

        let first = codes.redeem(&code, "web", CALLBACK, Some(VERIFIER), 1_299);
        let second = codes.redeem(&code, "web", CALLBACK, Some(VERIFIER), 1_299);

        assert_eq!(first, Ok(grant()));
        assert_eq!(second, Err(CodeRefusal::Used));
    }

    #[test]
    fn everything_has_to_fit() {
        for (client, callback, verifier, now, refusal) in [
            ("app", CALLBACK, Some(VERIFIER), 1_000, CodeRefusal::Client),
            ("web", "http://localhost/callback/", Some(VERIFIER), 1_000, CodeRefusal::RedirectUri),
            ("web", CALLBACK, None, 1_000, CodeRefusal::Verifier),
            ("web", CALLBACK, Some(CHALLENGE), 1_000, CodeRefusal::Verifier),
            ("web", CALLBACK, Some(VERIFIER), 1_300, CodeRefusal::Expired),
        ] {
            let (mut codes, code) = issued();
            assert_eq!(codes.redeem(&code, client, callback, verifier, now), Err(refusal));
        }
        let (mut codes, _) = issued();
        let unknown = codes.redeem("x", "web", CALLBACK, Some(VERIFIER), 1_000);
        assert_eq!(unknown, Err(CodeRefusal::Unknown));
    }

    #[test]
    fn a_failed_attempt_uses_the_code_up_unless_it_was_a_stranger() {
        let (mut codes, code) = issued();

        codes.redeem(&code, "app", CALLBACK, Some(VERIFIER), 1_000).unwrap_err();
        codes.redeem(&code, "web", CALLBACK, None, 1_000).unwrap_err();
        let late = codes.redeem(&code, "web", CALLBACK, Some(VERIFIER), 1_000);

        assert_eq!(late, Err(CodeRefusal::Used));
    }
}
