//! What lives between two requests: plain values, told the time.

mod challenges;
mod codes;
mod family;
mod logins;
mod opaque;
mod pkce;
mod refresh;
mod sweep;

use self::sweep::sweep;
pub(crate) use self::{
    challenges::{ChallengeKind, Challenges, Pending},
    codes::{CodeRefusal, Codes},
    family::Family,
    logins::Logins,
    refresh::Families,
};

#[derive(Debug, Default)]
pub(crate) struct Sessions {
    pub(crate) challenges: Challenges,
    pub(crate) codes: Codes,
    pub(crate) families: Families,
    pub(crate) logins: Logins,
}

impl Sessions {
    /// Of a user who goes: nothing that they began leads to who has the name next.
    pub(crate) fn end_all(&mut self, username: &str) {
        self.challenges.close_all(username);
        self.codes.drop_all(username);
        self.families.revoke_all(username);
        self.logins.close_all(username);
    }
}
