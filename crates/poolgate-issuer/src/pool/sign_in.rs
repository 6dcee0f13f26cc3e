//! Signing in: a password, and then perhaps a challenge or two.

use super::{Pool, State, challenges::Challenge};
use crate::{
    config::{AppClient, UserStatus},
    directory::SecondFactor,
    grant::Login,
    refusal::Refusal,
    sessions::ChallengeKind,
};

/// How far a sign-in has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignIn {
    /// The user is in. Tokens are the next step.
    Done(Login),
    Challenge(Challenge),
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
}

impl State {
    pub(super) fn after_password(
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

    pub(super) fn done(
        &self,
        client: &AppClient,
        username: &str,
        now: u64,
    ) -> Result<SignIn, Refusal> {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mfa, pool::test_pool::people};

    #[test]
    fn a_password_is_enough_without_mfa() {
        let pool = people(Mfa::Off);

        let client = pool.first_client();
        for (typed, name) in [("alice", "alice"), ("BOB", "bob")] {
            let done = pool.sign_in(client, typed, "pw");
            assert!(matches!(done, Ok(SignIn::Done(login)) if login.username == name));
        }
        let login = pool.sign_in_without_password(client, "alice").unwrap();
        assert_eq!(login.auth_time, 1_000_000);
    }
}
