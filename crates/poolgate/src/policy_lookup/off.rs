//! Without the feature `lookup` there is nothing to ask, which the compiler knows.

use crate::{ConfigError, Error, issuer::Issuer, key_stores::KeyStores};
use std::sync::Arc;

#[derive(Debug)]
pub(crate) enum PolicyLookup {}

#[derive(Debug)]
pub(crate) enum Lookup {}

impl PolicyLookup {
    pub(crate) fn open(self, _: KeyStores) -> Result<Arc<Lookup>, ConfigError> {
        match self {}
    }
}

impl Lookup {
    pub(crate) fn find(&self, _: &str) -> Result<Option<Arc<Issuer>>, Error> {
        match *self {}
    }

    pub(crate) async fn ask(&self, _: &str) -> Result<Arc<Issuer>, Error> {
        match *self {}
    }

    pub(crate) fn issuers(&self) -> Vec<(Arc<String>, Arc<Issuer>)> {
        match *self {}
    }
}
