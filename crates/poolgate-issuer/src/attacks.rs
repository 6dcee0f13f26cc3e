//! The hostile catalogue: what attackers send, and the answer that they must get.
//!
//! Each attack is data: tokens and headers, and nothing that sends them. [`http_cases`](crate::http_cases) holds all of
//! them, too, so that there is one place for each hostile token.

mod algorithms;
mod attack;
mod certificate;
mod claim_types;
mod claims_json;
mod clients;
mod forge;
mod groups;
mod header;
mod issuers;
mod keys_in_header;
mod kids;
mod kit;
mod no_token;
mod parts;
mod requests;
#[cfg(feature = "runner")]
mod run;
mod secrets;
mod signatures;
mod times;
mod unsigned;

#[cfg(test)]
mod tests;

pub use self::attack::{Attack, Attacker};
#[cfg(feature = "runner")]
pub use self::run::{
    AttackAnswer, AttackError, AttackOutcome, AttackReport, AttackRun, AttackVerdict,
    ControlOutcome,
};
pub(crate) use self::{
    forge::{algorithm, signed_with_secret},
    kit::Kit,
};

use crate::{
    http_cases::{HttpCase, HttpRoute, allows},
    issuer::TestIssuer,
};

/// # Attacks
impl TestIssuer {
    /// What attackers send to a service that takes this issuer's access tokens: some 400 tokens and requests, each with
    /// a name, the hope behind it, and the status and code that must answer it.
    ///
    /// All of them are for [`HttpRoute::Verified`], any route that takes each good token, but those for
    /// [`HttpRoute::Group`], which have to be sent to a route that asks for the group `Admins`. The requests are also
    /// among the [`http_cases`](Self::http_cases).
    ///
    /// The forger behind them has keys, and no server at which a service could ask for them. The feature `runner`
    /// starts one, counts who calls it, and sends everything.
    ///
    /// ```
    /// use poolgate_issuer::TestIssuer;
    ///
    /// // What you test: a function that takes a token, say.
    /// fn accepts(token: &str) -> bool {
    ///     false
    /// }
    ///
    /// let issuer = TestIssuer::builder().offline();
    /// for attack in issuer.attacks() {
    ///     if let Some(token) = attack.token() {
    ///         assert!(!accepts(token), "{}: {}", attack.name(), attack.hope());
    ///     }
    /// }
    /// ```
    pub fn attacks(&self) -> Vec<Attack> {
        let forger = forger(self).offline();
        attacks(&Kit::new(self.access_token(), &forger))
    }

    /// What must pass: good tokens, without which nobody can tell a strict service from one that refuses everything.
    pub fn controls(&self) -> Vec<HttpCase> {
        let forger = forger(self).offline();
        controls(&Kit::new(self.access_token(), &forger))
    }
}

/// A stranger, whose tokens lead to keys of the stranger's own.
pub(crate) fn forger(issuer: &TestIssuer) -> crate::TestIssuerBuilder {
    TestIssuer::builder().algorithm(algorithm(issuer)).self_issuer()
}

/// In the order of their rows.
pub(crate) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    let mut attacks = [
        unsigned::attacks(kit),
        secrets::attacks(kit),
        algorithms::attacks(kit),
        signatures::attacks(kit),
        keys_in_header::attacks(kit),
        header::attacks(kit),
        kids::attacks(kit),
        parts::attacks(kit),
        claims_json::attacks(kit),
        claim_types::attacks(kit),
        issuers::attacks(kit),
        clients::attacks(kit),
        times::attacks(kit),
        groups::attacks(kit),
        no_token::attacks(kit),
        requests::attacks(kit),
    ]
    .concat();
    attacks.sort_by_key(|attack| {
        let (part, number) = attack.row().split_at(1);
        (part, number.parse::<u8>().unwrap_or_default())
    });
    attacks
}

/// Tokens exactly as Cognito writes them.
pub(crate) fn controls(kit: &Kit<'_>) -> Vec<HttpCase> {
    let user = kit.good();
    let name = user.username_or_default().to_owned();
    let case = |what, token: String| {
        HttpCase::new(HttpRoute::Verified, what, allows(&name)).with_bearer(&token)
    };
    vec![
        case("good-token", user.sign()),
        case("good-token-with-escaped-slashes", user.clone().escaped_slashes().sign()),
        case("good-token-of-another-group", user.group("Users").sign()),
    ]
}
