//! The pool that the command line asks for.

use std::net::SocketAddr;

use clap::{Args, builder::NonEmptyStringValueParser};

use super::super::{
    Outcome,
    arguments::{algorithm, client_id, user_pool_id},
    serve::start,
};
use crate::{Algorithm, TestIssuer, TestIssuerBuilder};

/// The pool whose tokens are sent.
#[derive(Args, Debug)]
#[command(next_help_heading = "The pool")]
pub(super) struct PoolOptions {
    /// Where the keys are served
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:9000")]
    listen: SocketAddr,
    /// Allows an address that other machines reach: all of them can sign in as anyone
    #[arg(long)]
    allow_remote: bool,
    /// What the URLs of the server begin with, if others reach it by another name
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// The id of the user pool
    #[arg(long, value_name = "ID", value_parser = user_pool_id)]
    #[arg(default_value = "eu-west-1_Attacked1")]
    user_pool_id: String,
    /// The id of the app client
    #[arg(long, value_name = "ID", value_parser = client_id)]
    #[arg(default_value = "attackedclient")]
    client_id: String,
    /// The `iss` of tokens, instead of https://cognito-idp.{region}.amazonaws.com/{pool}
    #[arg(long, value_name = "TEXT", conflicts_with = "self_issuer")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    issuer: Option<String>,
    /// Makes this server the `iss` of tokens, for services that find the keys by discovery
    #[arg(long)]
    self_issuer: bool,
    /// The algorithm of the keys; real pools have RS256 only
    #[arg(long, value_name = "NAME", default_value = "RS256", value_parser = algorithm)]
    algorithm: Algorithm,
}

impl PoolOptions {
    /// Serves the pool.
    pub(super) fn start(&self) -> Outcome<TestIssuer> {
        start(self.builder(), self.listen, self.allow_remote, self.public_url.as_deref())
    }

    /// A pool that is not served.
    pub(super) fn offline(&self) -> TestIssuer {
        self.builder().offline()
    }

    fn builder(&self) -> TestIssuerBuilder {
        let builder = TestIssuer::builder()
            .user_pool_id(&self.user_pool_id)
            .client_id(&self.client_id)
            .algorithm(self.algorithm);
        match (&self.issuer, self.self_issuer) {
            (Some(issuer), _) => builder.issuer(issuer),
            (None, true) => builder.self_issuer(),
            (None, false) => builder,
        }
    }
}
