//! How an example runs: for a person with a shell, or with `--check` for itself.

use crate::Call;
use axum::Router;
use reqwest::Client;
use std::{error::Error, io, net::SocketAddr, process::ExitCode};
use tokio::net::TcpListener;

/// Serves, and with `--check` makes the calls; else prints them and goes on until Ctrl-C.
///
/// # Errors
/// If there is no port to listen on, or a call is not answered at all.
pub async fn run(app: Router, calls: &[Call]) -> Result<ExitCode, Box<dyn Error>> {
    let server = serve(app).await?;
    if is_check() {
        return Ok(exit_code(check(server, calls).await?));
    }
    show(server, calls);
    tokio::signal::ctrl_c().await?;
    Ok(ExitCode::SUCCESS)
}

/// Serves in the background, on a free port of this machine.
///
/// # Errors
/// If there is none.
pub async fn serve(app: Router) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(axum::serve(listener, app).into_future());
    Ok(address)
}

/// Whether the program shall make its calls itself and exit.
#[must_use]
pub fn is_check() -> bool {
    std::env::args().any(|argument| argument == "--check")
}

/// Prints the calls as `curl` lines.
pub fn show(server: SocketAddr, calls: &[Call]) {
    for call in calls {
        call.show(server);
    }
    println!("# Serving until Ctrl-C. The tokens are good for an hour.");
}

/// Makes the calls, prints what came back, and says whether all of it was expected.
///
/// # Errors
/// If a call is not answered at all.
pub async fn check(server: SocketAddr, calls: &[Call]) -> Result<bool, reqwest::Error> {
    // The calls stay on this machine, whatever proxy its environment names, and each has a
    // connection of its own, as with `curl`.
    let client = Client::builder().no_proxy().pool_max_idle_per_host(0).build()?;
    let mut as_expected = 0;
    for call in calls {
        as_expected += usize::from(call.make(&client, server).await?);
    }
    println!("{as_expected} of {} calls answered as expected", calls.len());
    // Without any call, nothing was checked.
    Ok(as_expected == calls.len() && as_expected > 0)
}

/// What the program ends with.
#[must_use]
pub fn exit_code(is_good: bool) -> ExitCode {
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
