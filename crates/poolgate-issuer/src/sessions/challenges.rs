//! Sign-ins that wait for an answer, by their session.

use std::collections::HashMap;

use super::sweep;
use crate::{random, refusal::Refusal};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChallengeKind {
    NewPasswordRequired,
    SoftwareTokenMfa,
    MfaSetup,
}

impl ChallengeKind {
    /// The name in Cognito's API.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NewPasswordRequired => "NEW_PASSWORD_REQUIRED",
            Self::SoftwareTokenMfa => "SOFTWARE_TOKEN_MFA",
            Self::MfaSetup => "MFA_SETUP",
        }
    }
}

/// A sign-in that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) kind: ChallengeKind,
    pub(crate) username: String,
    pub(crate) client_id: String,
    /// Of an `MFA_SETUP`: the app has been proven.
    pub(crate) is_set_up: bool,
    /// How long each step may take.
    pub(crate) lifetime: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Challenges(HashMap<String, (Pending, u64)>);

impl Challenges {
    /// A session for the next step.
    pub(crate) fn open(&mut self, pending: Pending, now: u64) -> String {
        let session = random::base64url(SESSION_BYTES);
        let expires = now.saturating_add(pending.lifetime);
        sweep(&mut self.0, |(_, expires)| now >= *expires);
        self.0.insert(session.clone(), (pending, expires));
        session
    }

    pub(crate) fn find(&self, session: &str, now: u64) -> Result<&Pending, Refusal> {
        match self.0.get(session) {
            Some((pending, expires)) if now < *expires => Ok(pending),
            Some(_) => {
                Err(Refusal::not_authorized("Invalid session for the user, session is expired."))
            }
            None => Err(Refusal::not_authorized("Invalid session for the user.")),
        }
    }

    /// Whether it waits, in time or not.
    pub(crate) fn knows(&self, session: &str) -> bool {
        self.0.contains_key(session)
    }

    /// A step was made: its session is gone.
    pub(crate) fn close(&mut self, session: &str) {
        self.0.remove(session);
    }

    /// Of a user who signs out everywhere, has another password, or goes.
    pub(crate) fn close_all(&mut self, username: &str) {
        self.0.retain(|_, (pending, _)| pending.username != username);
    }
}

/// 235 characters: a session has 20 to 4096.
const SESSION_BYTES: usize = 176;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_have_the_names_of_the_api() {
        for (kind, name) in [
            (ChallengeKind::NewPasswordRequired, "NEW_PASSWORD_REQUIRED"),
            (ChallengeKind::SoftwareTokenMfa, "SOFTWARE_TOKEN_MFA"),
            (ChallengeKind::MfaSetup, "MFA_SETUP"),
        ] {
            assert_eq!(kind.name(), name);
        }
    }

    #[test]
    fn a_session_waits_for_its_time_and_ends_with_its_step() {
        let mut challenges = Challenges::default();
        let pending = Pending {
            kind: ChallengeKind::SoftwareTokenMfa,
            username: "alice".to_owned(),
            client_id: "web".to_owned(),
            is_set_up: false,
            lifetime: 180,
        };
        let session = challenges.open(pending.clone(), 1_000);

        assert!((20..=4096).contains(&session.len()));
        assert_eq!(challenges.find(&session, 1_179), Ok(&pending));
        let late = challenges.find(&session, 1_180).unwrap_err();
        assert_eq!(late.message(), "Invalid session for the user, session is expired.");
        assert!(challenges.knows(&session) && !challenges.knows("x"));
        let other = challenges.open(Pending { username: "bob".to_owned(), ..pending }, 1_000);
        challenges.close_all("bob");
        challenges.find(&other, 1_000).unwrap_err();
        challenges.close(&session);
        let gone = challenges.find(&session, 1_000).unwrap_err();
        assert_eq!(gone.message(), "Invalid session for the user.");
    }
}
