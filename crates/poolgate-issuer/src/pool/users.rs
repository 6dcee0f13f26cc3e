//! Operations on users.

use super::{Pool, State};
use crate::{
    config::{AppClient, User},
    directory::{Account, SignedUp, UserView},
    refusal::Refusal,
};

type Attributes = Vec<(String, String)>;

impl Pool {
    pub(crate) fn sign_up(
        &self,
        name: &str,
        password: &str,
        attributes: Attributes,
    ) -> Result<SignedUp, Refusal> {
        let now = self.now();
        self.state().directory.sign_up(name, password, attributes, now)
    }

    pub(crate) fn confirm_sign_up(&self, name: &str, code: &str) -> Result<(), Refusal> {
        let now = self.now();
        self.state().directory.confirm_sign_up(name, code, now)
    }

    /// As an administrator, without the code.
    pub(crate) fn confirm(&self, name: &str) -> Result<(), Refusal> {
        let now = self.now();
        self.state().directory.confirm(name, now)
    }

    /// What a real pool would have sent to the user.
    pub(crate) fn confirmation_code(&self, name: &str) -> Option<String> {
        self.state().directory.confirmation_code(name)
    }

    /// As an administrator, with a temporary password that is made up unless given.
    pub(crate) fn create_user(
        &self,
        name: &str,
        temporary_password: Option<&str>,
        attributes: Attributes,
    ) -> Result<UserView, Refusal> {
        let now = self.now();
        self.state().directory.create(name, temporary_password, attributes, now)
    }

    /// A user as in a configuration.
    pub(crate) fn add_user(&self, user: &User) -> Result<UserView, Refusal> {
        let now = self.now();
        self.state().directory.add(user, now)
    }

    pub(crate) fn set_password(
        &self,
        name: &str,
        password: &str,
        permanent: bool,
    ) -> Result<(), Refusal> {
        let now = self.now();
        let mut state = self.state();
        let username = state.directory.find(name)?.username.clone();
        state.set_password(&username, password, permanent, now)
    }

    #[cfg(test)]
    pub(crate) fn set_enabled(&self, name: &str, enabled: bool) -> Result<(), Refusal> {
        let now = self.now();
        self.state().directory.set_enabled(name, enabled, now)
    }

    pub(crate) fn delete_user(&self, name: &str) -> Result<(), Refusal> {
        let mut state = self.state();
        let username = state.directory.delete(name)?;
        state.sessions.end_all(&username);
        Ok(())
    }

    pub(crate) fn set_mfa_preference(
        &self,
        name: &str,
        enabled: bool,
        preferred: bool,
    ) -> Result<(), Refusal> {
        self.state().directory.set_mfa_preference(name, enabled, preferred)
    }

    /// What the user's authenticator app could show, if it is accepted now.
    pub(crate) fn totp_code(&self, name: &str) -> Option<String> {
        let now = self.now();
        self.state().directory.totp_code(name, now)
    }

    /// By username, `sub` or alias.
    pub(crate) fn user(&self, name: &str) -> Result<UserView, Refusal> {
        Ok(self.state().directory.find(name)?.view())
    }

    pub(crate) fn users(&self) -> Vec<UserView> {
        self.state().directory.accounts().map(Account::view).collect()
    }

    /// What to say of a user whom nobody found: clients may hide whether there is one.
    pub(crate) fn hidden(client: &AppClient, refusal: Refusal) -> Refusal {
        match refusal {
            Refusal::UserNotFound if client.prevent_user_existence_errors => {
                Refusal::not_authorized("Incorrect username or password.")
            }
            other => other,
        }
    }
}

impl State {
    /// What an old password opened is over.
    pub(super) fn set_password(
        &mut self,
        username: &str,
        password: &str,
        permanent: bool,
        now: u64,
    ) -> Result<(), Refusal> {
        self.directory.set_password(username, password, permanent, now)?;
        self.sessions.challenges.close_all(username);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        Algorithm, Group, TestIssuer, UserPool, UserStatus, config::SDK_SCOPE, grant::Grant,
        pool::SignIn, sessions::ChallengeKind,
    };

    fn pool() -> Arc<Pool> {
        let pool = UserPool::new("eu-west-1_A").user(User::new("alice").password("pw"));
        Arc::clone(
            &TestIssuer::builder().user_pool(pool).algorithm(Algorithm::EdDsa).offline().pool,
        )
    }

    #[test]
    fn a_user_signs_up_confirms_and_signs_in() {
        let pool = pool();
        let sign_in = || pool.sign_in(pool.first_client(), "bob", "Aa1!aaaa");

        pool.sign_up("bob", "Aa1!aaaa", Vec::new()).unwrap();
        assert_eq!(sign_in(), Err(Refusal::UserNotConfirmed));
        let code = pool.confirmation_code("bob").unwrap();
        pool.confirm_sign_up("bob", &code).unwrap();

        assert!(matches!(sign_in(), Ok(SignIn::Done(_))));
    }

    #[test]
    fn an_administrator_sets_a_password() {
        let pool = pool();
        let created = pool.create_user("bob", None, Vec::new()).unwrap();
        let sign_in = |password: &str| pool.sign_in(pool.first_client(), "bob", password).unwrap();

        let asked = sign_in(&created.password.unwrap());
        assert!(
            matches!(asked, SignIn::Challenge(it) if it.kind == ChallengeKind::NewPasswordRequired)
        );
        pool.set_password("bob", "Aa1!aaaa", true).unwrap();

        assert!(matches!(sign_in("Aa1!aaaa"), SignIn::Done(_)));
    }

    #[test]
    fn who_has_the_name_of_a_deleted_user_is_somebody_else() {
        let pool = pool();
        let client = pool.first_client();
        let login = pool.sign_in_without_password(client, "alice").unwrap();
        let grant = || Grant::oauth(&login, vec![SDK_SCOPE.to_owned()]);
        let code = pool.issue_code(grant(), "http://localhost", None);
        let cookie = pool.open_login(&login);
        let tokens = pool.tokens(grant()).unwrap();

        pool.delete_user("alice").unwrap();
        pool.create_user("alice", None, Vec::new()).unwrap();

        pool.redeem_code(&code, &client.id, "http://localhost", None).unwrap_err();
        assert_eq!(pool.login(client, &cookie), None);
        pool.refresh(client, &tokens.refresh_token.unwrap()).unwrap_err();
        pool.user_of_access_token(&tokens.access_token, SDK_SCOPE).unwrap_err();
    }

    #[test]
    fn users_are_listed_by_name_with_what_they_are() {
        let pool = pool();
        pool.create_group(Group::new("Staff")).unwrap();
        let plan = ("custom:plan".to_owned(), "gold".to_owned());
        pool.create_user("Bob", Some("Aa1!aaaa"), vec![plan]).unwrap();
        pool.add_to_group("bob", "Staff").unwrap();

        let users = pool.users();

        let names: Vec<_> = users.iter().map(|user| user.username.as_str()).collect();
        assert_eq!(names, ["alice", "Bob"]);
        assert_eq!(users[1].groups, ["Staff"]);
        assert_eq!(users[1].attributes[0], ("sub".to_owned(), users[1].sub.clone()));
        assert_eq!(users[1].attributes[1].1, "gold");
        assert_eq!((users[0].status, users[0].enabled), (UserStatus::Confirmed, true));
        assert_eq!(pool.groups().len(), 1);
    }

    #[test]
    fn clients_may_hide_who_exists() {
        let open = AppClient::new("a").prevent_user_existence_errors(false);

        assert_eq!(Pool::hidden(&open, Refusal::UserNotFound), Refusal::UserNotFound);
        let hidden = Pool::hidden(&AppClient::new("a"), Refusal::UserNotFound);
        assert_eq!(hidden.message(), "Incorrect username or password.");
        let other = Pool::hidden(&AppClient::new("a"), Refusal::CodeMismatch);
        assert_eq!(other, Refusal::CodeMismatch);
    }
}
