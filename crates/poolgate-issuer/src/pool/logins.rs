//! Browsers that stay signed in.

use super::Pool;
use crate::{config::AppClient, grant::Login};

impl Pool {
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::{Mfa, pool::test_pool::people};

    #[test]
    fn a_browser_stays_signed_in_for_every_client_but_not_when_disabled() {
        let pool = people(Mfa::Off);
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
