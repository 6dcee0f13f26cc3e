//! `serve`: from its announcement to its end.

use std::{fs, path::PathBuf, process};

use super::{SAMPLE, Scratch, Server, binary, refuses};

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
fn nothing_is_written_to_disk() {
    let folder = empty_folder();
    let mut command = binary(&["serve", "--listen", "127.0.0.1:0", "--config", SAMPLE]);
    for variable in ["HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        command.env(variable, &folder);
    }
    let server = Server::by(command.current_dir(&folder));

    server.mint(&["--username", "alice"]);
    server.good("rotate", &[]);

    drop(server);
    fs::remove_dir(&folder).expect("the folder is as empty as before");
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

    assert!(process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());

    assert!(server.process.wait().unwrap().success());
}

fn empty_folder() -> PathBuf {
    let folder =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("empty-{}", process::id()));
    fs::create_dir(&folder).unwrap();
    folder
}
