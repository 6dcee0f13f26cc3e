//! Operations on groups.

use super::Pool;
use crate::{config::Group, directory::GroupView, refusal::Refusal};

impl Pool {
    pub(crate) fn create_group(&self, group: Group) -> Result<GroupView, Refusal> {
        let now = self.now();
        self.state().directory.create_group(group, now)
    }

    pub(crate) fn groups(&self) -> Vec<GroupView> {
        self.state().directory.groups().to_vec()
    }

    /// Tokens that are out already do not change.
    pub(crate) fn add_to_group(&self, name: &str, group: &str) -> Result<(), Refusal> {
        self.state().directory.add_to_group(name, group)
    }

    pub(crate) fn remove_from_group(&self, name: &str, group: &str) -> Result<(), Refusal> {
        self.state().directory.remove_from_group(name, group)
    }
}
