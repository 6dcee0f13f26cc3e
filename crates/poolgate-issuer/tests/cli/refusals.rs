//! Servers that are not there, and arguments that do not fit.

use super::{SAMPLE, Server, refuses};

#[test]
fn a_server_that_is_not_there_is_named() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{free}");

    refuses(&["jwks", "--server", &url], 1, &[&url, "is `poolgate-issuer serve` running there?"]);
    refuses(&["jwks", "--server", "https://x"], 1, &["is not http://host:port"]);
}

#[test]
fn an_attack_that_cannot_begin_says_why() {
    let server = Server::start(SAMPLE);
    let taken = server.url.strip_prefix("http://").unwrap();

    for (arguments, parts) in [
        (["--client-id", "a b"], ["'--client-id <ID>'", "letters, digits, _ and +"]),
        (["--user-pool-id", "eu-west-1"], ["'--user-pool-id <ID>'", "eu-west-1_AbCdEf123"]),
        (["--user-pool-id", LONG], ["'--user-pool-id <ID>'", "eu-west-1_AbCdEf123"]),
        (["--issuer", ""], ["--issuer <TEXT>", "a value is required"]),
        (["--algorithm", "HS256"], ["'--algorithm <NAME>'", "one of RS256, RS384"]),
        (["--listen", taken], ["cannot listen on", taken]),
        (["--listen", "0.0.0.0:0"], ["0.0.0.0:0 is open to other machines", "--allow-remote"]),
    ] {
        let target = ["attacks", "--target", "http://127.0.0.1:1/"];
        refuses(&[&target[..], &arguments].concat(), 2, &parts);
    }
}

/// The grammar allows it, the length does not.
const LONG: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_b";
