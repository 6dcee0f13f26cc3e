//! Authenticator apps of users.

use super::{
    Account, Directory,
    account::{MfaPreference, Totp},
};
use crate::{config::Mfa, refusal::Refusal, totp};

/// What a sign-in has to ask for after the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecondFactor {
    None,
    Code,
    SetUp,
}

impl Directory {
    pub(crate) fn second_factor(&self, account: &Account) -> SecondFactor {
        let is_ready = account.totp.as_ref().is_some_and(|totp| totp.is_verified);
        match self.settings.mfa {
            Mfa::Off => SecondFactor::None,
            Mfa::Optional if is_ready && account.mfa.enabled => SecondFactor::Code,
            Mfa::Optional => SecondFactor::None,
            Mfa::On if is_ready => SecondFactor::Code,
            Mfa::On => SecondFactor::SetUp,
        }
    }

    /// Gives the user a new secret, which has to be proven once. Until then the old one is gone too.
    pub(crate) fn associate_totp(&mut self, name: &str) -> Result<String, Refusal> {
        let account = self.find_mut(name)?;
        let secret = totp::new_secret();
        let text = totp::base32(&secret);
        account.totp = Some(Totp { secret, is_verified: false, last_step: None });
        Ok(text)
    }

    /// The first code proves that the app has the secret. Where everyone needs one, it is on from then on.
    pub(crate) fn verify_totp(&mut self, name: &str, code: &str, now: u64) -> Result<(), Refusal> {
        let is_required = self.settings.mfa == Mfa::On;
        let account = self.find_mut(name)?;
        account.use_totp(code, now, Refusal::WrongSoftwareToken)?;
        if let Some(totp) = &mut account.totp {
            totp.is_verified = true;
        }
        if is_required {
            account.mfa = MfaPreference { enabled: true, preferred: true };
        }
        Ok(())
    }

    /// The code of a sign-in.
    pub(crate) fn check_totp(&mut self, name: &str, code: &str, now: u64) -> Result<(), Refusal> {
        self.find_mut(name)?.use_totp(code, now, Refusal::CodeMismatch)
    }

    pub(crate) fn set_mfa_preference(
        &mut self,
        name: &str,
        enabled: bool,
        preferred: bool,
    ) -> Result<(), Refusal> {
        let account = self.find_mut(name)?;
        if enabled && !account.totp.as_ref().is_some_and(|totp| totp.is_verified) {
            let reason = "User has not verified software token mfa".to_owned();
            return Err(Refusal::InvalidParameter(reason));
        }
        account.mfa = MfaPreference { enabled, preferred: enabled && preferred };
        Ok(())
    }

    /// A code that the user's app could show and that is accepted now.
    pub(crate) fn totp_code(&self, name: &str, now: u64) -> Option<String> {
        let totp = self.find(name).ok()?.totp.as_ref()?;
        totp::usable_code(&totp.secret, now, totp.last_step)
    }
}

impl Account {
    fn use_totp(&mut self, code: &str, now: u64, wrong: Refusal) -> Result<(), Refusal> {
        let totp = self.totp.as_mut().ok_or(Refusal::SoftwareTokenMfaNotFound)?;
        match totp::accepted_step(&totp.secret, code, now, totp.last_step) {
            Some(step) => {
                totp.last_step = Some(step);
                Ok(())
            }
            None if totp::accepted_step(&totp.secret, code, now, None).is_some() => {
                Err(Refusal::ExpiredCode("Your software token has already been used once."))
            }
            None => Err(wrong),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::{User, UserPool};

    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn directory(mfa: Mfa) -> Directory {
        let pool = UserPool::new("eu-west-1_A")
            .mfa(mfa)
            .user(User::new("alice").totp_secret(SECRET))
            .user(User::new("bob"));
        Directory::new(&Arc::new(pool), 59)
    }

    #[track_caller]
    fn asks(directory: &Directory, name: &str, factor: SecondFactor) {
        assert_eq!(directory.second_factor(directory.find(name).unwrap()), factor, "{name}");
    }

    #[test]
    fn the_pool_and_the_user_say_who_is_asked() {
        for (mfa, alice, bob) in [
            (Mfa::Off, SecondFactor::None, SecondFactor::None),
            (Mfa::Optional, SecondFactor::Code, SecondFactor::None),
            (Mfa::On, SecondFactor::Code, SecondFactor::SetUp),
        ] {
            let directory = directory(mfa);
            asks(&directory, "alice", alice);
            asks(&directory, "bob", bob);
        }
    }

    #[test]
    fn an_app_is_set_up_by_its_first_code() {
        let mut directory = directory(Mfa::Optional);

        assert_eq!(directory.verify_totp("bob", "1", 59), Err(Refusal::SoftwareTokenMfaNotFound));
        let secret = directory.associate_totp("bob").unwrap();
        assert!(totp::secret(&secret).is_some());
        assert_eq!(directory.verify_totp("bob", "1", 59), Err(Refusal::WrongSoftwareToken));
        let early = directory.set_mfa_preference("bob", true, true);
        assert_eq!(early.unwrap_err().message(), "User has not verified software token mfa");

        let code = directory.totp_code("bob", 59).unwrap();
        directory.verify_totp("bob", &code, 59).unwrap();
        asks(&directory, "bob", SecondFactor::None);
        directory.set_mfa_preference("bob", true, true).unwrap();
        asks(&directory, "bob", SecondFactor::Code);
        directory.set_mfa_preference("bob", false, true).unwrap();
        asks(&directory, "bob", SecondFactor::None);
    }

    #[test]
    fn where_everyone_needs_an_app_it_is_on_at_once() {
        let mut directory = directory(Mfa::On);
        directory.associate_totp("bob").unwrap();
        let code = directory.totp_code("bob", 59).unwrap();

        directory.verify_totp("bob", &code, 59).unwrap();

        asks(&directory, "bob", SecondFactor::Code);
        assert_eq!(directory.find("bob").unwrap().view().mfa, ["SOFTWARE_TOKEN_MFA"]);
    }

    #[test]
    fn a_code_is_good_once() {
        let mut directory = directory(Mfa::On);

        assert_eq!(directory.check_totp("alice", "1", 59), Err(Refusal::CodeMismatch));
        directory.check_totp("alice", "287082", 59).unwrap();
        let again = directory.check_totp("alice", "287082", 59).unwrap_err();
        assert_eq!(again.message(), "Your software token has already been used once.");
        let next = directory.totp_code("alice", 59).unwrap();
        directory.check_totp("alice", &next, 59).unwrap();
    }
}
