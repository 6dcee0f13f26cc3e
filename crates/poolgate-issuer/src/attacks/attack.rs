//! One attack: what is sent, what must come back, and what the attacker hopes for.

use std::fmt;

use crate::http_cases::{HttpCase, HttpRoute, refuses};

/// A request that a service must refuse, and the reason why somebody would send it.
///
/// Made by [`TestIssuer::attacks`](crate::TestIssuer::attacks). It is data: send [`case`](Self::case) with the HTTP
/// client that you have, or give [`token`](Self::token) to whatever verifies tokens. The feature `runner` sends them
/// for you.
#[derive(Clone, Debug)]
pub struct Attack {
    name: &'static str,
    row: &'static str,
    attacker: Attacker,
    hope: &'static str,
    token: Option<String>,
    case: HttpCase,
}

impl Attack {
    /// A name in kebab case that no other attack has and that stays, such as `alg-none`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The kind of attack: a letter for what is attacked, and a number.
    ///
    /// | | what is attacked |
    /// |---|---|
    /// | A | the signature and its algorithm |
    /// | B | the text of the token and its JSON |
    /// | C | the claims |
    /// | D | the choice of the key |
    /// | F | the HTTP request around the token |
    /// | H | operation |
    pub fn row(&self) -> &'static str {
        self.row
    }

    /// Who could send it, and so how bad it is if the service takes it.
    pub fn attacker(&self) -> Attacker {
        self.attacker
    }

    /// What the attacker hopes for, in one sentence: the mistake of a service that takes it.
    pub fn hope(&self) -> &'static str {
        self.hope
    }

    /// The hostile token, or `None` if the request around it is what is hostile.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The request, and the status and code that must answer it. Its name ends with the attack's.
    pub fn case(&self) -> &HttpCase {
        &self.case
    }

    pub(crate) fn into_case(self) -> HttpCase {
        self.case
    }
}

/// Who could send an [`Attack`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Attacker {
    /// Anyone who knows what is public: the issuer, the client, the key set, and how a token looks. Whoever takes
    /// such a token or request has no lock on the door.
    Anyone,
    /// Who has some token that the pool has signed: an old one, one of another kind, one for another client; or a
    /// good one, which is written or sent in a way that two programs can read differently.
    TokenHolder,
    /// Who holds the pool's key, or brings the pool to sign what Cognito never writes. That alone opens no door, but a
    /// service that takes such a token has a check less than it should have.
    KeyHolder,
}

impl Attacker {
    /// Every kind, the worst first.
    pub const ALL: &'static [Self] = &[Self::Anyone, Self::TokenHolder, Self::KeyHolder];
}

/// In words, such as `a token holder`.
impl fmt::Display for Attacker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Anyone => "anyone",
            Self::TokenHolder => "a token holder",
            Self::KeyHolder => "a key holder",
        })
    }
}

/// What attacks of one kind have in common.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    row: &'static str,
    attacker: Attacker,
    code: &'static str,
}

impl Kind {
    pub(super) const fn new(row: &'static str, attacker: Attacker, code: &'static str) -> Self {
        Self { row, attacker, code }
    }

    pub(super) const fn row(self, row: &'static str) -> Self {
        Self { row, ..self }
    }

    pub(super) const fn attacker(self, attacker: Attacker) -> Self {
        Self { attacker, ..self }
    }

    pub(super) const fn code(self, code: &'static str) -> Self {
        Self { code, ..self }
    }

    /// A hostile token behind `Bearer`.
    pub(super) fn token(self, name: &'static str, hope: &'static str, token: String) -> Attack {
        let attack = self.request(name, hope, |case| case.with_bearer(&token));
        Attack { token: Some(token), ..attack }
    }

    /// A hostile token for a service that asks for a group.
    pub(super) fn token_for_group(
        self,
        name: &'static str,
        hope: &'static str,
        token: String,
    ) -> Attack {
        let case = HttpCase::new(HttpRoute::Group, name, refuses(self.code)).with_bearer(&token);
        self.attack(name, hope, Some(token), case)
    }

    /// A hostile request: a `GET` with what is added here.
    pub(super) fn request(
        self,
        name: &'static str,
        hope: &'static str,
        fill: impl FnOnce(HttpCase) -> HttpCase,
    ) -> Attack {
        let case = fill(HttpCase::new(HttpRoute::Verified, name, refuses(self.code)));
        self.attack(name, hope, None, case)
    }

    fn attack(
        self,
        name: &'static str,
        hope: &'static str,
        token: Option<String>,
        case: HttpCase,
    ) -> Attack {
        Attack { name, row: self.row, attacker: self.attacker, hope, token, case }
    }
}
