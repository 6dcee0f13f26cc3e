//! Sends every attack to a service, and says which of them it took.

mod error;
mod http1;
mod report;
mod settings;
mod table;
mod target;

#[cfg(test)]
mod tests;

use std::time::Duration;

use tokio::time::{Instant, sleep};

pub use self::{
    error::AttackError,
    report::{AttackAnswer, AttackOutcome, AttackReport, AttackVerdict, ControlOutcome},
};

use self::target::Target;
use super::{Attack, Attacker, Kit, attacks, controls, forger};
use crate::{
    http_cases::{HttpCase, HttpRoute, allows},
    issuer::TestIssuer,
    token::TokenBuilder,
};

/// A run of all attacks against a service, whatever language it is written in and whichever library guards it.
///
/// The service has to be configured with the issuer's [user pool](TestIssuer::user_pool_id),
/// [client](TestIssuer::client_id) and [key set](TestIssuer::jwks_url), and take access tokens at the target.
///
/// ```no_run
/// # use poolgate_issuer::{AttackRun, TestIssuer};
/// # use std::time::Duration;
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let issuer = TestIssuer::start().await;
/// // Start your service with issuer.user_pool_id(), issuer.client_id() and issuer.jwks_url(), then:
/// let run = AttackRun::new(&issuer, "http://localhost:3000/me")?;
/// run.wait(Duration::from_secs(30)).await?;
/// let report = run.run().await;
/// println!("{report}");
/// assert!(report.is_clean());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a run does nothing until `run`"]
pub struct AttackRun {
    issuer: TestIssuer,
    target: Target,
    accepted: Vec<u16>,
    groups: Vec<String>,
    scopes: Vec<String>,
    only: Vec<String>,
    attackers: Vec<Attacker>,
    patience: Duration,
}

impl AttackRun {
    /// A run against this URL.
    ///
    /// # Errors
    /// [`AttackError::InvalidTarget`] if it does not begin with `http://`. TLS is not spoken here: attack the service
    /// behind it.
    pub fn new(issuer: &TestIssuer, target: &str) -> Result<Self, AttackError> {
        Ok(Self {
            issuer: issuer.clone(),
            target: Target::parse(target)?,
            accepted: Vec::new(),
            groups: Vec::new(),
            scopes: Vec::new(),
            only: Vec::new(),
            attackers: Vec::new(),
            patience: Duration::from_secs(10),
        })
    }

    /// Waits until the target takes a good token.
    ///
    /// # Errors
    /// [`AttackError::ControlRefused`] if it does not within this time.
    pub async fn wait(&self, at_most: Duration) -> Result<(), AttackError> {
        let began = Instant::now();
        loop {
            let answer = self.answer_to_good_token().await;
            if self.is_accepted(&answer) {
                return Ok(());
            }
            if began.elapsed() >= at_most {
                return Err(AttackError::ControlRefused { answer });
            }
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Sends the controls, then every attack over a connection of its own, one after the other, with a good token now
    /// and then and at last. Ends early if the target no longer takes that, and before the first attack if the target
    /// is [open](AttackReport::is_open).
    ///
    /// The forger has a server meanwhile, at which nobody should ask for keys.
    pub async fn run(&self) -> AttackReport {
        let forger = forger(&self.issuer).start().await;
        let kit = self.kit(&forger);
        let mut report = AttackReport::default();
        for control in controls(&kit) {
            report.controls.push(self.send_control(control).await);
        }
        let mut chosen = attacks(&kit).into_iter().filter(|attack| self.is_chosen(attack));
        report.is_open = self.is_accepted(&self.answer_to_nobody().await);
        if report.is_open {
            report.unsent = chosen.count();
            return report;
        }
        for attack in chosen.by_ref() {
            let outcome = self.send_attack(attack).await;
            let is_answered = outcome.answer().status().is_some();
            report.outcomes.push(outcome);
            // Without an answer, either the target is gone, or only this request was too much. And whoever limits the
            // rate of requests refuses good ones, too.
            let is_due = !is_answered || report.outcomes.len() % BETWEEN_CONTROLS == 0;
            if is_due && !self.is_accepted(&self.answer_to_good_token().await) {
                break;
            }
        }
        report.unsent = chosen.count();
        report.controls.extend(self.send_last_control(&kit).await);
        report.calls_to_forger = forger.jwks_fetches();
        report
    }

    fn kit<'f>(&self, forger: &'f TestIssuer) -> Kit<'f> {
        let kit = Kit::new(self.good_token(), forger);
        match self.groups.first() {
            Some(group) => kit.group(group),
            None => kit,
        }
    }

    fn good_token(&self) -> TokenBuilder {
        let token = self.issuer.access_token().username("alice").groups(self.groups.clone());
        if self.scopes.is_empty() { token } else { token.scopes(self.scopes.clone()) }
    }

    fn is_chosen(&self, attack: &Attack) -> bool {
        let asks_for_group = attack.case().route() == HttpRoute::Group;
        let is_named = self.only.is_empty() || self.only.iter().any(|name| is_called(attack, name));
        let is_theirs = self.attackers.is_empty() || self.attackers.contains(&attack.attacker());
        (!asks_for_group || !self.groups.is_empty()) && is_named && is_theirs
    }

    async fn send_attack(&self, attack: Attack) -> AttackOutcome {
        let answer = self.answer(attack.case()).await;
        let is_accepted = self.is_accepted(&answer);
        AttackOutcome::new(attack, answer, is_accepted)
    }

    async fn send_control(&self, control: HttpCase) -> ControlOutcome {
        let answer = self.answer(&control).await;
        let is_accepted = self.is_accepted(&answer);
        ControlOutcome::new(control, answer, is_accepted)
    }

    /// A target that has given up in between has refused all that followed for nothing.
    async fn send_last_control(&self, kit: &Kit<'_>) -> Option<ControlOutcome> {
        let control = controls(kit).into_iter().next()?;
        Some(self.send_control(control.renamed("good-token-at-the-end")).await)
    }

    async fn answer_to_good_token(&self) -> AttackAnswer {
        self.answer(&request("good-token").with_bearer(&self.good_token().sign())).await
    }

    async fn answer_to_nobody(&self) -> AttackAnswer {
        self.answer(&request("no-token")).await
    }

    async fn answer(&self, case: &HttpCase) -> AttackAnswer {
        http1::send(&self.target, case, self.patience).await
    }

    fn is_accepted(&self, answer: &AttackAnswer) -> bool {
        let is_good = |status: u16| match &*self.accepted {
            [] => (200..300).contains(&status),
            accepted => accepted.contains(&status),
        };
        answer.status().is_some_and(is_good)
    }
}

fn request(what: &str) -> HttpCase {
    HttpCase::new(HttpRoute::Verified, what, allows(""))
}

fn is_called(attack: &Attack, name_or_row: &str) -> bool {
    attack.name() == name_or_row || attack.row().eq_ignore_ascii_case(name_or_row)
}

/// After so many attacks, a good token has to be taken again.
const BETWEEN_CONTROLS: usize = 25;
