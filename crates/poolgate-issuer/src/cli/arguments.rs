//! What several subcommands read from their arguments.

use super::Outcome;
use crate::{
    algorithm::Algorithm,
    config::{is_client_id, is_user_pool_id},
    server::BoundPort,
};
use std::net::SocketAddr;

pub(super) fn algorithm(name: &str) -> Result<Algorithm, String> {
    let mut known = Algorithm::ALL.into_iter();
    known.find(|algorithm| algorithm.name() == name).ok_or_else(|| {
        format!("it has to be one of {}", Algorithm::ALL.map(Algorithm::name).join(", "))
    })
}

pub(super) fn user_pool_id(text: &str) -> Result<String, &'static str> {
    let id = is_user_pool_id(text).then(|| text.to_owned());
    id.ok_or("it has to look like eu-west-1_AbCdEf123")
}

pub(super) fn client_id(text: &str) -> Result<String, &'static str> {
    let id = is_client_id(text).then(|| text.to_owned());
    id.ok_or("it has to be letters, digits, _ and +")
}

/// A port that only this machine reaches, unless told otherwise.
pub(super) fn bind(address: SocketAddr, allow_remote: bool) -> Outcome<BoundPort> {
    if !address.ip().is_loopback() {
        let danger = format!("{address} is open to other machines, which can sign in as anyone");
        if !allow_remote {
            return Err(format!("{danger}; if you mean it, say --allow-remote").into());
        }
        eprintln!("warning: {danger}");
    }
    BoundPort::bind(address).map_err(|error| format!("cannot listen on {address}: {error}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_reaches_it_unless_told_otherwise() {
        let bind = |address: &str, allow_remote| bind(address.parse().unwrap(), allow_remote);
        for open in ["0.0.0.0:0", "[::]:0", "192.168.1.1:80"] {
            let refused = bind(open, false).unwrap_err().to_string();
            assert!(refused.contains(open) && refused.contains("--allow-remote"), "{refused}");
        }
        bind("127.0.0.1:0", false).unwrap();
        bind("0.0.0.0:0", true).unwrap();
    }

    #[test]
    fn a_taken_port_is_named() {
        let first = bind(([127, 0, 0, 1], 0).into(), false).unwrap();
        let address = first.base_url().trim_start_matches("http://").to_owned();

        let refused = bind(address.parse().unwrap(), false).unwrap_err().to_string();

        assert!(refused.starts_with(&format!("cannot listen on {address}: ")), "{refused}");
    }
}
