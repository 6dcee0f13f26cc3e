//! Passwords: kept as they are, since this is a test.

use super::{Account, Directory, account::Password};
use crate::{config::UserStatus, random, refusal::Refusal};

impl Directory {
    /// The account that this name and password open, as far as passwords go.
    ///
    /// `hides_users` tells an unknown user like a wrong password.
    pub(crate) fn check_password(
        &self,
        name: &str,
        password: &str,
        hides_users: bool,
        now: u64,
    ) -> Result<&Account, Refusal> {
        let Some(account) = self.find_sign_in(name) else {
            return Err(if hides_users { wrong_password() } else { Refusal::UserNotFound });
        };
        if account.password.as_ref().is_none_or(|known| known.text != password) {
            return Err(wrong_password());
        }
        account.ensure_enabled()?;
        match account.status {
            UserStatus::Confirmed | UserStatus::ExternalProvider => Ok(account),
            UserStatus::Unconfirmed => Err(Refusal::UserNotConfirmed),
            UserStatus::ResetRequired => Err(Refusal::PasswordResetRequired),
            UserStatus::ForceChangePassword if self.is_too_old(account, now) => {
                Err(Refusal::not_authorized(
                    "Temporary password has expired and must be reset by an administrator.",
                ))
            }
            UserStatus::ForceChangePassword => Ok(account),
        }
    }

    /// Sets the password of a user; a temporary one has to be changed at the next sign-in.
    pub(crate) fn set_password(
        &mut self,
        name: &str,
        password: &str,
        permanent: bool,
        now: u64,
    ) -> Result<(), Refusal> {
        self.ensure_policy(password)?;
        let kept = usize::from(self.settings.password_policy.history_size);
        let account = self.find_mut(name)?;
        account.ensure_new_password(password, kept)?;
        account.remember_password(kept);
        account.password = Some(Password { text: password.to_owned(), set: now });
        account.status =
            if permanent { UserStatus::Confirmed } else { UserStatus::ForceChangePassword };
        account.confirmation = None;
        account.modified = now;
        Ok(())
    }

    pub(super) fn ensure_policy(&self, password: &str) -> Result<(), Refusal> {
        let missing = self.settings.password_policy.missing(password);
        missing.map_or(Ok(()), |missing| Err(Refusal::InvalidPassword(missing)))
    }

    fn is_too_old(&self, account: &Account, now: u64) -> bool {
        let days = u64::from(self.settings.password_policy.temporary_password_days);
        let set = account.password.as_ref().map_or(0, |password| password.set);
        now >= set.saturating_add(days * DAY)
    }
}

impl Account {
    pub(crate) fn ensure_enabled(&self) -> Result<(), Refusal> {
        if self.enabled { Ok(()) } else { Err(Refusal::not_authorized("User is disabled.")) }
    }

    /// The history holds the current password too.
    fn ensure_new_password(&self, password: &str, kept: usize) -> Result<(), Refusal> {
        let current = self.password.as_ref().map(|current| &current.text);
        let is_known = current
            .into_iter()
            .chain(&self.old_passwords)
            .take(kept)
            .any(|known| known == password);
        if is_known { Err(Refusal::PasswordHistory) } else { Ok(()) }
    }

    fn remember_password(&mut self, kept: usize) {
        let current = self.password.take().map(|current| current.text);
        self.old_passwords.splice(0..0, current);
        self.old_passwords.truncate(kept);
    }
}

pub(super) fn wrong_password() -> Refusal {
    Refusal::not_authorized("Incorrect username or password.")
}

/// One that every policy allows.
pub(super) fn temporary_password() -> String {
    format!("Aa1!{}", random::alphanumeric(95))
}

const DAY: u64 = 86_400;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::{PasswordPolicy, User, UserPool};

    fn directory(user: User, policy: PasswordPolicy) -> Directory {
        let pool = UserPool::new("eu-west-1_A").password_policy(policy);
        Directory::new(&Arc::new(pool.user(user)), 1_000)
    }

    fn alice(status: UserStatus) -> Directory {
        let user = User::new("alice").password("pw").status(status);
        directory(user, PasswordPolicy::new())
    }

    #[track_caller]
    fn signs_in(directory: &Directory, name: &str, password: &str, now: u64) -> Option<Refusal> {
        directory.check_password(name, password, true, now).err()
    }

    #[test]
    fn the_password_opens_the_account() {
        let directory = alice(UserStatus::Confirmed);

        assert_eq!(signs_in(&directory, "alice", "pw", 1_000), None);
        for (name, password) in [("alice", "PW"), ("alice", ""), ("bob", "pw")] {
            assert_eq!(signs_in(&directory, name, password, 1_000), Some(wrong_password()));
        }
        let told = directory.check_password("bob", "pw", false, 1_000);
        assert_eq!(told.unwrap_err(), Refusal::UserNotFound);
    }

    #[test]
    fn the_state_of_the_account_is_told_to_who_knows_the_password() {
        for (status, refusal) in [
            (UserStatus::Unconfirmed, Refusal::UserNotConfirmed),
            (UserStatus::ResetRequired, Refusal::PasswordResetRequired),
        ] {
            let directory = alice(status);
            assert_eq!(signs_in(&directory, "alice", "pw", 1_000), Some(refusal));
            assert_eq!(signs_in(&directory, "alice", "x", 1_000), Some(wrong_password()));
        }
        let disabled = User::new("alice").password("pw").disabled();
        let directory = directory(disabled, PasswordPolicy::new());
        let refusal = Refusal::not_authorized("User is disabled.");
        assert_eq!(signs_in(&directory, "alice", "pw", 1_000), Some(refusal));
    }

    #[test]
    fn a_user_without_password_signs_in_with_none() {
        let directory = directory(User::new("alice"), PasswordPolicy::new());

        assert_eq!(signs_in(&directory, "alice", "", 1_000), Some(wrong_password()));
    }

    #[test]
    fn a_temporary_password_ends() {
        let directory = alice(UserStatus::ForceChangePassword);
        let week = 7 * DAY;

        assert_eq!(signs_in(&directory, "alice", "pw", 999 + week), None);
        let refusal = signs_in(&directory, "alice", "pw", 1_000 + week).unwrap();
        assert!(refusal.message().starts_with("Temporary password has expired"));
    }

    #[test]
    fn a_new_password_keeps_the_policy() {
        let mut directory = alice(UserStatus::Confirmed);

        let refusal = directory.set_password("alice", "short", true, 1_000).unwrap_err();
        assert_eq!(refusal, Refusal::InvalidPassword("Password not long enough"));
        assert_eq!(
            refusal.message(),
            "Password did not conform with policy: Password not long enough"
        );

        directory.set_password("alice", "Aa1!aaaa", false, 1_000).unwrap();
        assert_eq!(directory.find("alice").unwrap().status, UserStatus::ForceChangePassword);
        directory.set_password("alice", "Bb1!bbbb", true, 1_000).unwrap();
        assert_eq!(directory.find("alice").unwrap().status, UserStatus::Confirmed);
        assert_eq!(signs_in(&directory, "alice", "Bb1!bbbb", 1_000), None);
    }

    #[test]
    fn the_history_forbids_old_passwords_for_a_while() {
        let policy = PasswordPolicy::new().any_characters().minimum_length(6).history_size(2);
        let mut directory = directory(User::new("alice").password("first1"), policy);
        let mut set = |password| directory.set_password("alice", password, true, 1_000);

        assert_eq!(set("first1"), Err(Refusal::PasswordHistory));
        assert_eq!(set("second"), Ok(()));
        assert_eq!(set("first1"), Err(Refusal::PasswordHistory));
        assert_eq!(set("third3"), Ok(()));
        assert_eq!(set("first1"), Ok(()));
    }

    #[test]
    fn generated_passwords_keep_every_policy() {
        let strictest = PasswordPolicy::new().minimum_length(99);

        assert_eq!(strictest.missing(&temporary_password()), None);
    }
}
