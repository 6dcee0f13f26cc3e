//! `jwks`: the keys of a running issuer.

use clap::Args;

use super::{Outcome, print, remote::PoolArgs};

/// Prints the published keys of a running issuer, as its JWKS endpoint serves them when it is well
#[derive(Debug, Args)]
pub(super) struct Jwks {
    #[command(flatten)]
    pool: PoolArgs,
}

impl Jwks {
    pub(super) fn run(self) -> Outcome {
        let keys = self.pool.find()?.get("keys")?;
        Ok(print(&format!("{}\n", keys["jwks"]))?)
    }
}
