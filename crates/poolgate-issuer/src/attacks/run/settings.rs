//! What the target needs, and what is sent to it.

use std::time::Duration;

use super::{AttackError, AttackRun, Attacker, is_called};

impl AttackRun {
    /// The method that the target takes, instead of `GET`. Attacks that are in the method keep their own.
    ///
    /// # Errors
    /// [`AttackError::InvalidTarget`] if it is none.
    pub fn method(mut self, method: impl Into<String>) -> Result<Self, AttackError> {
        self.target.set_method(method.into())?;
        Ok(self)
    }

    /// A header that the target needs, such as `content-type` or the key of a gateway; more if called again.
    ///
    /// # Errors
    /// [`AttackError::InvalidTarget`] if it is none, or one that the attacks set.
    pub fn header(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<Self, AttackError> {
        self.target.add_header(name.into(), value.into())?;
        Ok(self)
    }

    /// The body that the target needs.
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.target.set_body(body.into());
        self
    }

    /// The status of an answer to whom the service lets in; more than one if called again. Without any, all of 2xx.
    pub fn accepted(mut self, status: u16) -> Self {
        self.accepted.push(status);
        self
    }

    /// The target asks for this group. Good tokens are of its members, and attacks try to get in without.
    pub fn group(mut self, name: impl Into<String>) -> Self {
        self.groups.push(name.into());
        self
    }

    /// The target asks for this scope, so that good tokens have it. Attacks have it, too.
    pub fn scope(mut self, name: impl Into<String>) -> Self {
        self.scopes.push(name.into());
        self
    }

    /// Sends only the attack of this name or those of this row; more if called again.
    ///
    /// # Errors
    /// [`AttackError::UnknownAttack`] if there is none.
    pub fn only(mut self, name_or_row: impl Into<String>) -> Result<Self, AttackError> {
        let name = name_or_row.into();
        if !self.issuer.attacks().iter().any(|attack| is_called(attack, &name)) {
            return Err(AttackError::UnknownAttack { name });
        }
        self.only.push(name);
        Ok(self)
    }

    /// Sends only what this attacker could send; more if called again.
    pub fn attacker(mut self, attacker: Attacker) -> Self {
        self.attackers.push(attacker);
        self
    }

    /// How long to wait for each answer: 10 s unless set.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}
