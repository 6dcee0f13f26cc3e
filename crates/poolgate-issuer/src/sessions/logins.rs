//! Browsers that are signed in, by their cookie: for an hour, whatever happens to the tokens.

use std::collections::HashMap;

use super::sweep;
use crate::{grant::Login, random};

#[derive(Debug, Default)]
pub(crate) struct Logins(HashMap<String, (Login, u64)>);

impl Logins {
    pub(crate) fn open(&mut self, login: &Login, now: u64) -> String {
        let cookie = random::base64url(32);
        sweep(&mut self.0, |(_, expires)| now >= *expires);
        self.0.insert(cookie.clone(), (login.clone(), now.saturating_add(LIFETIME)));
        cookie
    }

    pub(crate) fn find(&self, cookie: &str, now: u64) -> Option<&Login> {
        let (login, expires) = self.0.get(cookie)?;
        (now < *expires).then_some(login)
    }

    pub(crate) fn close(&mut self, cookie: &str) {
        self.0.remove(cookie);
    }

    /// Of a user who goes.
    pub(super) fn close_all(&mut self, username: &str) {
        self.0.retain(|_, (login, _)| login.username != username);
    }
}

const LIFETIME: u64 = 3_600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_lasts_an_hour_or_until_it_is_closed() {
        let login = Login {
            username: "alice".to_owned(),
            sub: "s".to_owned(),
            client_id: "web".to_owned(),
            auth_time: 1_000,
        };
        let mut logins = Logins::default();
        let cookie = logins.open(&login, 1_000);

        assert_eq!(logins.find(&cookie, 4_599), Some(&login));
        assert_eq!(logins.find(&cookie, 4_600), None);
        assert_eq!(logins.find("x", 1_000), None);
        logins.close(&cookie);
        assert_eq!(logins.find(&cookie, 1_000), None);
    }
}
