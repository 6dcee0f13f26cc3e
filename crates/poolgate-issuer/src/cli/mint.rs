//! `mint`: a token of a running issuer.

use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};

use super::{Outcome, arguments::algorithm, print, remote::PoolArgs};
use crate::Algorithm;

/// Prints a token of a running issuer, and nothing else
#[derive(Debug, Args)]
pub(super) struct Mint {
    #[command(flatten)]
    pool: PoolArgs,

    /// What the token is for
    #[arg(long, value_enum, default_value = "access")]
    kind: Kind,

    /// A user of the pool, with the groups and attributes that she has there
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// Anyone, in the pool or not
    #[arg(long, value_name = "NAME", conflicts_with = "user")]
    username: Option<String>,

    /// A group, in place of those of the user; can be repeated
    #[arg(long = "group", value_name = "NAME")]
    groups: Vec<String>,

    /// A scope, in place of the usual ones; can be repeated
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,

    /// The app client that the token is for; the first of the pool unless given
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,

    /// How long the token lives; as the app client says unless given
    #[arg(long, value_name = "SECONDS")]
    expires_in: Option<u64>,

    /// The token ended an hour ago
    #[arg(long)]
    expired: bool,

    /// Sets a claim, to JSON or else to text: --claim version=3 --claim email=a@b.example; can be repeated
    #[arg(long = "claim", value_name = "NAME=VALUE", value_parser = claim)]
    claims: Vec<(String, Value)>,

    /// Leaves a claim out; can be repeated
    #[arg(long = "without-claim", value_name = "NAME")]
    without_claims: Vec<String>,

    /// Signs with a key of this algorithm, such as ES256
    #[arg(long, value_name = "NAME", value_parser = algorithm)]
    algorithm: Option<Algorithm>,

    /// Signs with a key that is not the issuer's, under the issuer's kid
    #[arg(long)]
    forged: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Access,
    Id,
    ClientCredentials,
}

impl Mint {
    pub(super) fn run(self) -> Outcome {
        let answer = self.pool.find()?.post("tokens", &self.order())?;
        Ok(print(&format!("{}\n", answer["token"].as_str().unwrap_or_default()))?)
    }

    /// What is not given is left to the issuer.
    fn order(&self) -> Value {
        let claims: Map<_, _> = self.claims.iter().cloned().collect();
        let mut order = json!({
            "kind": self.kind.name(),
            "user": self.user,
            "username": self.username,
            "client_id": self.client_id,
            "expires_in_seconds": self.expires_in,
            "expired": self.expired,
            "claims": claims,
            "without_claims": self.without_claims,
            "algorithm": self.algorithm.map(Algorithm::name),
            "forged": self.forged,
        });
        for (name, list) in [("groups", &self.groups), ("scopes", &self.scopes)] {
            if !list.is_empty() {
                order[name] = json!(list);
            }
        }
        order
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Id => "id",
            Self::ClientCredentials => "client_credentials",
        }
    }
}

fn claim(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok((name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_json_or_else_text() {
        for (text, name, value) in [
            ("version=3", "version", json!(3)),
            ("email=a@b.example", "email", json!("a@b.example")),
            ("aud=[\"a\"]", "aud", json!(["a"])),
            ("exp=null", "exp", Value::Null),
            ("x=\"3\"", "x", json!("3")),
            ("x=a=b", "x", json!("a=b")),
            ("x=", "x", json!("")),
        ] {
            assert_eq!(claim(text), Ok((name.to_owned(), value)));
        }
        claim("x").unwrap_err();
    }
}
