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
