//! Setting up an authenticator app, signed in or on the way there.

use super::{Pool, State};
use crate::{
    config::{Mfa, SDK_SCOPE},
    refusal::Refusal,
    sessions::ChallengeKind,
};

/// Who sets up an app.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TotpBy<'a> {
    AccessToken(&'a str),
    /// Of an `MFA_SETUP` challenge.
    Session(&'a str),
}

/// A secret for the user's app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Association {
    /// In base32.
    pub(crate) secret: String,
    /// For the next step, if this one came by session.
    pub(crate) session: Option<String>,
}

impl Pool {
    pub(crate) fn associate_software_token(&self, by: TotpBy<'_>) -> Result<Association, Refusal> {
        let (now, username) = (self.now(), self.username_of(by)?);
        let mut state = self.state();
        let secret = state.directory.associate_totp(&username)?;
        Ok(Association { secret, session: state.next_session(by, false, now)? })
    }

    /// The session for the next step, if this one came by session.
    pub(crate) fn verify_software_token(
        &self,
        by: TotpBy<'_>,
        code: &str,
    ) -> Result<Option<String>, Refusal> {
        let (now, username) = (self.now(), self.username_of(by)?);
        let mut state = self.state();
        state.directory.verify_totp(&username, code, now)?;
        state.next_session(by, true, now)
    }

    /// Whether a challenge of this pool has this session, in time or not.
    pub(crate) fn knows_session(&self, session: &str) -> bool {
        self.state().sessions.challenges.knows(session)
    }

    fn username_of(&self, by: TotpBy<'_>) -> Result<String, Refusal> {
        match by {
            TotpBy::AccessToken(_) if self.config.mfa == Mfa::Off => {
                Err(Refusal::SoftwareTokenMfaNotFound)
            }
            TotpBy::AccessToken(token) => {
                Ok(self.user_of_access_token(token, SDK_SCOPE)?.user.username)
            }
            TotpBy::Session(session) => {
                let now = self.now();
                let state = self.state();
                let pending = state.sessions.challenges.find(session, now)?;
                if pending.kind != ChallengeKind::MfaSetup {
                    return Err(Refusal::not_authorized("Invalid session for the user."));
                }
                Ok(pending.username.clone())
            }
        }
    }
}

impl State {
    fn next_session(
        &mut self,
        by: TotpBy<'_>,
        is_set_up: bool,
        now: u64,
    ) -> Result<Option<String>, Refusal> {
        let TotpBy::Session(session) = by else { return Ok(None) };
        let challenges = &mut self.sessions.challenges;
        let mut pending = challenges.find(session, now)?.clone();
        pending.is_set_up = is_set_up;
        challenges.close(session);
        Ok(Some(challenges.open(pending, now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        grant::Grant,
        pool::{
            SignIn,
            test_pool::{people, sign_in},
        },
    };

    #[test]
    fn a_user_who_is_in_sets_up_an_app_with_the_access_token() {
        let pool = people(Mfa::Optional);
        let SignIn::Done(login) = sign_in(&pool, "alice") else { panic!() };
        let tokens = pool.tokens(Grant::sdk(&login)).unwrap();
        let by = TotpBy::AccessToken(&tokens.access_token);

        assert_eq!(pool.associate_software_token(by).unwrap().session, None);
        let code = pool.totp_code("alice").unwrap();
        assert_eq!(pool.verify_software_token(by, &code), Ok(None));
        assert!(matches!(sign_in(&pool, "alice"), SignIn::Done(_)));
        pool.set_mfa_preference("alice", true, true).unwrap();

        let SignIn::Challenge(asked) = sign_in(&pool, "alice") else { panic!() };
        assert_eq!(asked.kind, ChallengeKind::SoftwareTokenMfa);
    }

    #[test]
    fn a_pool_without_mfa_sets_up_no_app() {
        let pool = people(Mfa::Off);
        let refused = pool.associate_software_token(TotpBy::AccessToken("x"));

        assert_eq!(refused, Err(Refusal::SoftwareTokenMfaNotFound));
    }
}
