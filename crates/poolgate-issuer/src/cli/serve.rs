//! `serve`: the pools of a file on a port, until it is stopped.

use std::{
    fmt::Write as _,
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use axum::http::Uri;
use clap::Args;
use tokio::runtime::Builder;

use super::{Outcome, arguments::bind, print};
use crate::{
    TestIssuerBuilder,
    config::{AppClient, Config},
    directory::UserView,
    issuer::TestIssuer,
};

/// Serves the user pools of a file, until it is stopped
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The user pools, in TOML or JSON (*.json). Without a file there is one with random ids and no users
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Where to listen; port 0 is any free one
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:9229")]
    listen: SocketAddr,

    /// Allows an address that other machines reach: all of them can sign in as anyone
    #[arg(long)]
    allow_remote: bool,

    /// What the URLs of the server begin with, if others reach it by another name
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

impl Serve {
    pub(super) fn run(self) -> Outcome {
        let builder = match &self.config {
            Some(file) => TestIssuer::builder().config(read(file)?),
            None => TestIssuer::builder(),
        };
        let issuer = start(builder, self.listen, self.allow_remote, self.public_url.as_deref())?;
        print(&announcement(&issuer))?;
        wait_for_the_end()?;
        Ok(())
    }
}

/// Serves at this address, which other machines reach only if that is allowed.
pub(super) fn start(
    builder: TestIssuerBuilder,
    listen: SocketAddr,
    is_remote_allowed: bool,
    url: Option<&str>,
) -> Outcome<TestIssuer> {
    let port = bind(listen, is_remote_allowed)?;
    let own_url = port.base_url();
    let base_url = url.map(public_url).transpose()?.unwrap_or(&own_url);
    Ok(builder.start_on(port, base_url))
}

fn read(file: &Path) -> Outcome<Config> {
    let name = file.display();
    let text = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    let is_json = file.extension().is_some_and(|extension| extension == "json");
    let config = if is_json { Config::from_json(&text) } else { Config::from_toml(&text) };
    config.map_err(|error| format!("{name}: {error}").into())
}

fn public_url(url: &str) -> Outcome<&str> {
    let is_web = url.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.query().is_none()
    });
    if !is_web || url.contains('#') {
        return Err(format!("--public-url {url:?} is not http://host or https://host").into());
    }
    Ok(url.trim_end_matches('/'))
}

fn announcement(issuer: &TestIssuer) -> String {
    let base = issuer.base_url();
    let mut text = format!(
        "poolgate-issuer, FOR TESTS ONLY: new keys at each start, and whoever reaches it can sign in as anyone\n\n\
         server     {base}\n\
         tokens     {base}/oauth2/token\n\
         admin API  {base}/_test/pools\n"
    );
    for pool in issuer.pools() {
        text.push_str(&described(&pool));
    }
    text
}

fn described(issuer: &TestIssuer) -> String {
    let mut text = format!("\n{}\n", issuer.user_pool_id());
    let mut line = |name: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {name:<10} {value}");
    };
    line("issuer", issuer.issuer());
    line("JWKS", issuer.jwks_url());
    line("discovery", issuer.discovery_url());
    issuer.pool.config.clients.iter().for_each(|it| line("client", &client(it)));
    issuer.pool.users().iter().for_each(|it| line("user", &user(it)));
    text
}

fn client(client: &AppClient) -> String {
    let kind = if client.is_public() { "public" } else { "with a secret" };
    format!("{} ({kind})", client.id)
}

fn user(user: &UserView) -> String {
    let groups =
        if user.groups.is_empty() { "no group".to_owned() } else { user.groups.join(", ") };
    format!("{} ({groups})", user.username)
}

/// Containers stop their first process with a signal that it has to ask for.
fn wait_for_the_end() -> io::Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(signalled())
}

#[cfg(unix)]
async fn signalled() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminated.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn signalled() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_has_no_slash_at_its_end() {
        assert_eq!(public_url("http://issuer:9229/").unwrap(), "http://issuer:9229");
        assert_eq!(public_url("https://x/y").unwrap(), "https://x/y");
        for bad in
            ["issuer:9229", "", "http://", "http:// a b", "ftp://x", "http://x?y", "http://x#y"]
        {
            public_url(bad).unwrap_err();
        }
    }

    #[test]
    fn the_sample_is_the_console_in_a_file() {
        let sample = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/pool.toml"));
        let issuer = TestIssuer::builder().config(read(sample).unwrap()).offline();

        let groups = issuer.pool.groups().into_iter().map(|view| view.group);
        let groups: Vec<_> = groups.map(|group| (group.name, group.precedence)).collect();
        let expected = [("Admins", 1), ("Premium", 5), ("Basic", 10)];
        assert_eq!(groups, expected.map(|(name, rank)| (name.to_owned(), Some(rank))));

        let told = described(&issuer);
        for line in [
            "  client     web (public)",
            "  client     robot (with a secret)",
            "  user       alice (Admins, Premium)",
            "  user       bob (Basic)",
        ] {
            assert!(told.contains(line), "{told}");
        }
    }
}
