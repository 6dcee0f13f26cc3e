//! What a sign-in may have to answer after the password.

use super::{Pool, SignIn, State};
use crate::{
    config::AppClient,
    refusal::Refusal,
    sessions::{ChallengeKind, Pending},
};

/// What has to be answered first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    pub(crate) kind: ChallengeKind,
    pub(crate) session: String,
    pub(crate) username: String,
    /// Of the user, without `sub`.
    pub(crate) attributes: Vec<(String, String)>,
}

/// The answer to a challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    NewPassword {
        password: String,
        attributes: Vec<(String, String)>,
    },
    SoftwareTokenMfa {
        code: String,
    },
    /// After the app was associated and verified with the session.
    MfaSetup,
}

impl Pool {
    /// A wrong answer leaves the session open for another try.
    pub(crate) fn respond(
        &self,
        client: &AppClient,
        session: &str,
        name: &str,
        answer: Answer,
    ) -> Result<SignIn, Refusal> {
        let now = self.now();
        let mut state = self.state();
        let pending = state.sessions.challenges.find(session, now)?.clone();
        let named = state.directory.find(name);
        let is_same_user = named.is_ok_and(|account| account.username == pending.username);
        if !is_same_user || pending.client_id != client.id {
            return Err(Refusal::not_authorized("Invalid session for the user."));
        }
        let next = state.answered(client, &pending, answer, now)?;
        state.sessions.challenges.close(session);
        Ok(next)
    }
}

impl State {
    fn answered(
        &mut self,
        client: &AppClient,
        pending: &Pending,
        answer: Answer,
        now: u64,
    ) -> Result<SignIn, Refusal> {
        let username = &pending.username;
        match (pending.kind, answer) {
            (ChallengeKind::NewPasswordRequired, Answer::NewPassword { password, attributes }) => {
                self.directory.set_own_attributes(username, attributes, now)?;
                self.set_password(username, &password, true, now)?;
                self.after_password(client, username, now)
            }
            (ChallengeKind::SoftwareTokenMfa, Answer::SoftwareTokenMfa { code }) => {
                self.directory.check_totp(username, &code, now)?;
                self.done(client, username, now)
            }
            (ChallengeKind::MfaSetup, Answer::MfaSetup) if pending.is_set_up => {
                self.done(client, username, now)
            }
            (ChallengeKind::MfaSetup, Answer::MfaSetup) => {
                let reason = "User has not set up software token mfa".to_owned();
                Err(Refusal::InvalidParameter(reason))
            }
            _ => {
                let reason = "The challenge of this session is another one.".to_owned();
                Err(Refusal::InvalidParameter(reason))
            }
        }
    }

    pub(super) fn ask(
        &mut self,
        client: &AppClient,
        kind: ChallengeKind,
        username: &str,
        now: u64,
    ) -> Result<SignIn, Refusal> {
        let attributes = self.directory.find(username)?.attributes.clone();
        let pending = Pending {
            kind,
            username: username.to_owned(),
            client_id: client.id.clone(),
            is_set_up: false,
            lifetime: client.auth_session_lifetime.as_secs(),
        };
        Ok(SignIn::Challenge(Challenge {
            kind,
            session: self.sessions.challenges.open(pending, now),
            username: username.to_owned(),
            attributes: attributes.into_iter().collect(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        Mfa, UserStatus,
        pool::{
            TotpBy,
            software_tokens::Association,
            test_pool::{people, sign_in},
        },
    };

    fn respond(pool: &Pool, session: &str, name: &str, answer: Answer) -> Result<SignIn, Refusal> {
        pool.respond(pool.first_client(), session, name, answer)
    }

    #[track_caller]
    fn asks(sign_in: SignIn, kind: ChallengeKind) -> String {
        match sign_in {
            SignIn::Challenge(challenge) if challenge.kind == kind => challenge.session,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn is_in(sign_in: SignIn, name: &str) {
        match sign_in {
            SignIn::Done(login) => assert_eq!(login.username, name),
            other => panic!("{other:?}"),
        }
    }

    fn new_password(password: &str) -> Answer {
        let attributes = vec![("name".to_owned(), "New".to_owned())];
        Answer::NewPassword { password: password.to_owned(), attributes }
    }

    #[test]
    fn a_temporary_password_asks_for_a_new_one() {
        let pool = people(Mfa::Optional);
        let session = asks(sign_in(&pool, "new"), ChallengeKind::NewPasswordRequired);

        let weak = respond(&pool, &session, "new", new_password("weak"));
        assert_eq!(weak, Err(Refusal::InvalidPassword("Password not long enough")));
        let good = respond(&pool, &session, "new", new_password("Aa1!aaaa"));
        is_in(good.unwrap(), "new");

        let user = pool.user("new").unwrap();
        assert_eq!(user.status, UserStatus::Confirmed);
        assert!(user.attributes.contains(&("name".to_owned(), "New".to_owned())));
        let again = respond(&pool, &session, "new", new_password("Aa1!aaaa"));
        assert_eq!(again.unwrap_err().message(), "Invalid session for the user.");
    }

    #[test]
    fn what_an_old_password_opened_ends_with_it() {
        let pool = people(Mfa::Off);
        let first = asks(sign_in(&pool, "new"), ChallengeKind::NewPasswordRequired);
        let second = asks(sign_in(&pool, "new"), ChallengeKind::NewPasswordRequired);
        is_in(respond(&pool, &first, "new", new_password("Aa1!aaaa")).unwrap(), "new");

        let late = respond(&pool, &second, "new", new_password("Bb1!bbbb")).unwrap_err();
        assert_eq!(late.message(), "Invalid session for the user.");

        pool.set_password("new", "Cc1!cccc", false).unwrap();
        let third = pool.sign_in(pool.first_client(), "new", "Cc1!cccc").unwrap();
        let third = asks(third, ChallengeKind::NewPasswordRequired);
        pool.set_password("new", "Dd1!dddd", true).unwrap();
        respond(&pool, &third, "new", new_password("Bb1!bbbb")).unwrap_err();
    }

    #[test]
    fn an_app_is_asked_for_its_code() {
        let pool = people(Mfa::Optional);
        is_in(sign_in(&pool, "alice"), "alice");
        let session = asks(sign_in(&pool, "bob"), ChallengeKind::SoftwareTokenMfa);
        let answer = |code: &str| Answer::SoftwareTokenMfa { code: code.to_owned() };

        let wrong = respond(&pool, &session, "bob", answer("1"));
        assert_eq!(wrong, Err(Refusal::CodeMismatch));
        let code = pool.totp_code("bob").unwrap();
        is_in(respond(&pool, &session, "bob", answer(&code)).unwrap(), "bob");
    }

    #[test]
    fn where_everyone_needs_an_app_it_is_set_up_on_the_way() {
        let pool = people(Mfa::On);
        let first = asks(sign_in(&pool, "new"), ChallengeKind::NewPasswordRequired);
        let second = respond(&pool, &first, "new", new_password("Aa1!aaaa")).unwrap();
        let second = asks(second, ChallengeKind::MfaSetup);

        let early = respond(&pool, &second, "new", Answer::MfaSetup).unwrap_err();
        assert_eq!(early.message(), "User has not set up software token mfa");
        let third = pool.associate_software_token(TotpBy::Session(&second)).unwrap();
        let Association { session: Some(third), .. } = third else { panic!("{third:?}") };
        let wrong = pool.verify_software_token(TotpBy::Session(&third), "1");
        assert_eq!(wrong, Err(Refusal::WrongSoftwareToken));
        let code = pool.totp_code("new").unwrap();
        let fourth = pool.verify_software_token(TotpBy::Session(&third), &code).unwrap().unwrap();
        is_in(respond(&pool, &fourth, "new", Answer::MfaSetup).unwrap(), "new");

        let sessions = [first, second, third, fourth];
        for (at, session) in sessions.iter().enumerate() {
            assert!(!sessions[at + 1..].contains(session));
            respond(&pool, session, "new", Answer::MfaSetup).unwrap_err();
        }
        let next = pool.sign_in(pool.first_client(), "new", "Aa1!aaaa").unwrap();
        asks(next, ChallengeKind::SoftwareTokenMfa);
    }

    #[test]
    fn a_session_is_for_its_user_its_client_its_challenge_and_its_time() {
        let pool = people(Mfa::Off);
        let session = asks(sign_in(&pool, "new"), ChallengeKind::NewPasswordRequired);
        let answer = || new_password("Aa1!aaaa");

        let other_user = respond(&pool, &session, "alice", answer()).unwrap_err();
        assert_eq!(other_user.message(), "Invalid session for the user.");
        let app = pool.client("app").unwrap();
        let other_client = pool.respond(app, &session, "new", answer()).unwrap_err();
        assert_eq!(other_client.message(), "Invalid session for the user.");
        let other_answer = respond(&pool, &session, "new", Answer::MfaSetup).unwrap_err();
        assert_eq!(other_answer.code(), "InvalidParameterException");
        pool.associate_software_token(TotpBy::Session(&session)).unwrap_err();

        pool.clock.advance(Duration::from_secs(180));
        let late = respond(&pool, &session, "new", answer()).unwrap_err();
        assert_eq!(late.message(), "Invalid session for the user, session is expired.");
    }
}
