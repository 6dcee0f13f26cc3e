//! `rotate`: new keys for a running issuer.

use clap::Args;
use serde_json::{Value, json};

use super::{Outcome, print, remote::PoolArgs};

/// Makes a running issuer sign with new keys; the old ones stay published
#[derive(Debug, Args)]
pub(super) struct Rotate {
    #[command(flatten)]
    pool: PoolArgs,

    /// Takes the old keys out of the JWKS too: their tokens are no longer good
    #[arg(long)]
    retire: bool,
}

impl Rotate {
    pub(super) fn run(self) -> Outcome {
        let pool = self.pool.find()?;
        let mut keys = pool.post("keys/rotate", &json!({}))?;
        if self.retire {
            keys = pool.post("keys/retire", &json!({}))?;
        }
        let kids = keys["kids"].as_array().into_iter().flatten();
        let lines =
            kids.map(|kid| format!("{}{}\n", kid.as_str().unwrap_or_default(), role(kid, &keys)));
        Ok(print(&lines.collect::<String>())?)
    }
}

fn role(kid: &Value, keys: &Value) -> &'static str {
    match kid {
        kid if *kid == keys["access_kid"] => "  signs access tokens",
        kid if *kid == keys["id_kid"] => "  signs ID tokens",
        _ => "",
    }
}
