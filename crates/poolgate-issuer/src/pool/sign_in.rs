//! Signing in: a password, and then perhaps a challenge or two.

use super::{Pool, State};
use crate::{
    config::{AppClient, UserStatus},
    directory::SecondFactor,
    grant::Login,
    refusal::Refusal,
    sessions::{ChallengeKind, Pending},
};

/// How far a sign-in has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignIn {
    /// The user is in. Tokens are the next step.
    Done(Login),
    Challenge(Challenge),
}

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
    pub(crate) fn sign_in(
        &self,
        client: &AppClient,
        name: &str,
        password: &str,
    ) -> Result<SignIn, Refusal> {
        let now = self.now();
        let mut state = self.state();
        let hides_users = client.prevent_user_existence_errors;
        let account = state.directory.check_password(name, password, hides_users, now)?;
        let username = account.username.clone();
        if account.status == UserStatus::ForceChangePassword {
            return state.ask(client, ChallengeKind::NewPasswordRequired, &username, now);
        }
        state.after_password(client, &username, now)
    }

    /// For a tester who picks a user. Only a disabled user is refused.
    pub(crate) fn sign_in_without_password(
        &self,
        client: &AppClient,
        name: &str,
    ) -> Result<Login, Refusal> {
        let now = self.now();
        let state = self.state();
        let username = state.directory.find(name)?.username.clone();
        state.login(client, &username, now)
    }

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
        let username = pending.username.clone();
        if pending.client_id != client.id || state.directory.find(name)?.username != username {
            return Err(Refusal::not_authorized("Invalid session for the user."));
        }
        let next = match (pending.kind, answer) {
            (ChallengeKind::NewPasswordRequired, Answer::NewPassword { password, attributes }) => {
                state.directory.set_attributes(&username, attributes, now)?;
                state.directory.set_password(&username, &password, true, now)?;
                state.after_password(client, &username, now)
            }
            (ChallengeKind::SoftwareTokenMfa, Answer::SoftwareTokenMfa { code }) => {
                state.directory.check_totp(&username, &code, now)?;
                state.done(client, &username, now)
            }
            (ChallengeKind::MfaSetup, Answer::MfaSetup) if pending.is_set_up => {
                state.done(client, &username, now)
            }
            (ChallengeKind::MfaSetup, Answer::MfaSetup) => {
                return Err(Refusal::InvalidParameter(
                    "User has not set up software token mfa".to_owned(),
                ));
            }
            _ => {
                let reason = "The challenge of this session is another one.".to_owned();
                return Err(Refusal::InvalidParameter(reason));
            }
        }?;
        state.sessions.challenges.close(session);
        Ok(next)
    }

    /// Remembers a browser; the value of its cookie.
    pub(crate) fn open_login(&self, login: &Login) -> String {
        let now = self.now();
        self.state().sessions.logins.open(login, now)
    }

    /// Who this browser is signed in as, for whichever client asks. Not one who was disabled since.
    pub(crate) fn login(&self, client: &AppClient, cookie: &str) -> Option<Login> {
        let now = self.now();
        let state = self.state();
        let login = state.sessions.logins.find(cookie, now)?;
        state.directory.find(&login.username).ok()?.ensure_enabled().ok()?;
        Some(Login { client_id: client.id.clone(), ..login.clone() })
    }

    pub(crate) fn close_login(&self, cookie: &str) {
        self.state().sessions.logins.close(cookie);
    }
}

impl State {
    fn after_password(
        &mut self,
        client: &AppClient,
        username: &str,
        now: u64,
    ) -> Result<SignIn, Refusal> {
        match self.directory.second_factor(self.directory.find(username)?) {
            SecondFactor::None => self.done(client, username, now),
            SecondFactor::Code => self.ask(client, ChallengeKind::SoftwareTokenMfa, username, now),
            SecondFactor::SetUp => self.ask(client, ChallengeKind::MfaSetup, username, now),
        }
    }

    fn done(&self, client: &AppClient, username: &str, now: u64) -> Result<SignIn, Refusal> {
        self.login(client, username, now).map(SignIn::Done)
    }

    fn login(&self, client: &AppClient, username: &str, now: u64) -> Result<Login, Refusal> {
        let account = self.directory.find(username)?;
        account.ensure_enabled()?;
        Ok(Login {
            username: account.username.clone(),
            sub: account.sub.clone(),
            client_id: client.id.clone(),
            auth_time: now,
        })
    }

    fn ask(
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
    use std::{sync::Arc, time::Duration};

    use super::*;
    use crate::{
        Algorithm, Mfa, TestClock, TestIssuer, User, UserPool,
        pool::{Association, TotpBy},
    };

    fn pool(mfa: Mfa) -> Arc<Pool> {
        let user = |name: &str| User::new(name).password("pw");
        let pool = UserPool::new("eu-west-1_A")
            .mfa(mfa)
            .client(AppClient::new("web"))
            .client(AppClient::new("app"))
            .user(user("alice"))
            .user(user("bob").totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
            .user(user("new").status(UserStatus::ForceChangePassword));
        let builder = TestIssuer::builder().user_pool(pool).algorithm(Algorithm::EdDsa);
        Arc::clone(&builder.clock(TestClock::at(1_000_000)).offline().pool)
    }

    fn sign_in(pool: &Pool, name: &str) -> SignIn {
        pool.sign_in(pool.first_client(), name, "pw").unwrap()
    }

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
    fn a_password_is_enough_without_mfa() {
        let pool = pool(Mfa::Off);

        is_in(sign_in(&pool, "alice"), "alice");
        is_in(sign_in(&pool, "BOB"), "bob");
        let login = pool.sign_in_without_password(pool.first_client(), "alice").unwrap();
        assert_eq!(login.auth_time, 1_000_000);
    }

    #[test]
    fn a_temporary_password_asks_for_a_new_one() {
        let pool = pool(Mfa::Optional);
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
    fn an_app_is_asked_for_its_code() {
        let pool = pool(Mfa::Optional);
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
        let pool = pool(Mfa::On);
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
        let pool = pool(Mfa::Off);
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

    #[test]
    fn a_user_who_is_in_sets_up_an_app_with_the_access_token() {
        let pool = pool(Mfa::Optional);
        let SignIn::Done(login) = sign_in(&pool, "alice") else { panic!() };
        let tokens = pool.tokens(crate::grant::Grant::sdk(&login)).unwrap();
        let by = TotpBy::AccessToken(&tokens.access_token);

        assert_eq!(pool.associate_software_token(by).unwrap().session, None);
        let code = pool.totp_code("alice").unwrap();
        assert_eq!(pool.verify_software_token(by, &code), Ok(None));
        is_in(sign_in(&pool, "alice"), "alice");
        pool.set_mfa_preference("alice", true, true).unwrap();

        asks(sign_in(&pool, "alice"), ChallengeKind::SoftwareTokenMfa);
    }

    #[test]
    fn a_browser_stays_signed_in_for_every_client_but_not_when_disabled() {
        let pool = pool(Mfa::Off);
        let (web, app) = (pool.client("web").unwrap(), pool.client("app").unwrap());
        let login = pool.sign_in_without_password(web, "alice").unwrap();
        let cookie = pool.open_login(&login);
        pool.clock.advance(Duration::from_secs(60));

        let found = pool.login(app, &cookie).unwrap();
        assert_eq!((found.client_id.as_str(), found.auth_time), ("app", 1_000_000));
        pool.sign_out_everywhere("alice").unwrap();
        assert!(pool.login(web, &cookie).is_some());
        pool.set_enabled("alice", false).unwrap();
        assert_eq!(pool.login(web, &cookie), None);
        pool.sign_in_without_password(web, "alice").unwrap_err();
        pool.set_enabled("alice", true).unwrap();
        pool.close_login(&cookie);
        assert_eq!(pool.login(web, &cookie), None);
    }
}
