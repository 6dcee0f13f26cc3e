//! What lives between two requests: plain values, told the time.

mod challenges;
mod codes;
mod logins;
mod opaque;
mod pkce;
mod refresh;

pub(crate) use self::{
    challenges::{ChallengeKind, Challenges, Pending},
    codes::{CodeRefusal, Codes},
    logins::Logins,
    refresh::{Families, Family},
};

#[derive(Debug, Default)]
pub(crate) struct Sessions {
    pub(crate) challenges: Challenges,
    pub(crate) codes: Codes,
    pub(crate) families: Families,
    pub(crate) logins: Logins,
}
