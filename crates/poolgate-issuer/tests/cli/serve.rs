//! `serve`: from its announcement to its end.

#[cfg(unix)]
use std::process::Command;

use super::{SAMPLE, Scratch, Server, refuses};

#[test]
fn serve_says_where_it_is_and_answers_there() {
    let server = Server::start(SAMPLE);

    let said = &server.announcement;
    let url = &server.url;
    for part in [
        "FOR TESTS ONLY",
        &format!("tokens     {url}/oauth2/token\n"),
        &format!("admin API  {url}/_test/pools\n"),
        "issuer     https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Shop\n",
        &format!("JWKS       {url}/eu-west-1_Shop/.well-known/jwks.json\n"),
        &format!("discovery  {url}/eu-west-1_Shop/.well-known/openid-configuration\n"),
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert_ne!(url, "http://127.0.0.1:0");
    assert_eq!(server.get("/_test/pools")["pools"][0]["id"], "eu-west-1_Shop");
}

#[test]
fn serve_needs_no_configuration() {
    let server = Server::with(&["--public-url", "http://issuer:9229/"]);

    assert_eq!(server.url, "http://issuer:9229");
    assert!(server.announcement.contains("JWKS       http://issuer:9229/eu-west-1_"));
}

#[test]
fn a_configuration_that_does_not_fit_is_refused_with_place_and_reason() {
    for (name, text, parts) in [
        (
            "unknown.toml",
            "[[user_pools]]\nid = 'eu-west-1_A'\ncolour = 1\n",
            ["user_pools[0].colour: unknown field `colour`", "(line 3, column 1)"],
        ),
        (
            "scope.toml",
            "[[user_pools]]\nid = 'eu-west-1_A'\n[[user_pools.clients]]\nid = 'web'\nscopes = ['x/y']\n",
            [
                "user_pools[0].clients[0].scopes[0]: ",
                "is not a scope of a resource server of this pool",
            ],
        ),
        ("none.toml", "user_pools = []\n", ["user_pools: there has to be one", ""]),
        (
            "both.json",
            r#"{"user_pools": [{"id": "eu-west-1_A", "username_attributes": ["email"], "alias_attributes": ["email"]}]}"#,
            ["user_pools[0].", "alias_attributes"],
        ),
    ] {
        let file = Scratch::new(name, text);
        refuses(&["serve", "--config", file.path()], 1, &[&[file.path()], &parts[..]].concat());
    }
    refuses(&["serve", "--config", "no-such-file.toml"], 1, &["no-such-file.toml: No such file"]);
}

#[test]
fn a_place_that_cannot_be_served_is_refused() {
    let open = ["serve", "--listen", "0.0.0.0:0"];
    refuses(&open, 1, &["0.0.0.0:0 is open to other machines", "say --allow-remote"]);
    let server = Server::start(SAMPLE);
    let address = server.url.strip_prefix("http://").unwrap();
    refuses(&["serve", "--listen", address], 1, &[address, "cannot listen on"]);
    refuses(&["serve", "--public-url", "issuer"], 1, &["is not http://host or https://host"]);
}

#[cfg(unix)]
#[test]
fn serve_ends_well_when_it_is_told_to() {
    let mut server = Server::start(SAMPLE);
    let id = server.process.id().to_string();

    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());

    assert!(server.process.wait().unwrap().success());
}
