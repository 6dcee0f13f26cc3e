//! The binary, run for real.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pool.toml");

/// A running `serve`. It ends with the test.
struct Server {
    process: Child,
    /// What it said up to the first client.
    announcement: String,
    url: String,
}

impl Server {
    fn start(config: &str) -> Self {
        Self::with(&["--config", config])
    }

    fn with(arguments: &[&str]) -> Self {
        let mut process = binary(&["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut announcement = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        while !announcement.contains("discovery") {
            assert_ne!(lines.read_line(&mut announcement).unwrap(), 0, "it ended: {announcement}");
        }
        let line = announcement.lines().find_map(|line| line.strip_prefix("server "));
        let url = line.unwrap().trim().to_owned();
        Self { process, announcement, url }
    }

    fn run(&self, command: &str, arguments: &[&str]) -> Output {
        let arguments = [&[command, "--server", &self.url], arguments].concat();
        binary(&arguments).output().unwrap()
    }

    /// The output of a command that goes well and says nothing else.
    #[track_caller]
    fn good(&self, command: &str, arguments: &[&str]) -> String {
        good(&self.run(command, arguments))
    }

    fn mint(&self, arguments: &[&str]) -> String {
        let text = self.good("mint", arguments);
        let token = text.strip_suffix('\n').unwrap();
        assert_eq!((token.split('.').count(), token.lines().count()), (3, 1), "{token}");
        token.to_owned()
    }

    fn get(&self, path: &str) -> Value {
        let host = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

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
fn minted_tokens_are_those_of_the_server() {
    let server = Server::start(SAMPLE);

    let alice = server.mint(&["--user", "alice"]);
    let said = server.good("inspect", &[&alice]);

    assert!(said.starts_with("SIGNED by eu-west-1_Shop, key test-"), "{said}");
    assert!(said.contains(r#"cognito:groups           ["Admins","Premium"]"#), "{said}");

    let robot = server.mint(&["--kind", "client-credentials", "--client", "robot"]);
    let said = server.good("inspect", &[&robot]);
    assert!(said.contains(r#"client_id                "robot""#), "{said}");
    assert!(said.contains("in 15 minutes") || said.contains("in 14 minutes"), "{said}");

    let id = server.mint(&["--kind", "id", "--user", "bob", "--group", "A", "--group", "B"]);
    let said = server.good("inspect", &[&id]);
    assert!(said.contains(r#"cognito:groups           ["A","B"]"#), "{said}");
    assert!(said.contains(r#"email                    "bob@shop.example""#), "{said}");

    let free = ["--username", "zoe", "--scope", "orders/read", "--lifetime", "600"];
    let edits = ["--claim", "custom:n=7", "--without", "jti", "--algorithm", "ES256"];
    let said = server.good("inspect", &[&server.mint(&[free, edits].concat())]);
    for part in [r#""zoe""#, r#""orders/read""#, "custom:n                 7", r#""ES256""#] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(!said.contains("  jti "), "{said}");
}

#[test]
fn inspect_finds_a_forgery() {
    let server = Server::start(SAMPLE);
    let forged = server.mint(&["--user", "alice", "--forged", "--expired"]);

    let output = server.run("inspect", &[&forged]);

    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with("NOT SIGNED by this server: the key of its kid"), "{said}");
    assert!(said.contains("GMT, 60 minutes ago"), "{said}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn inspect_without_a_server_says_that_nothing_was_verified() {
    let token = "eyJhbGciOiJub25lIn0.eyJleHAiOjB9.";
    let mut process =
        binary(&["inspect", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = process.stdin.take().unwrap();
    stdin.write_all(format!("Bearer {token}\n").as_bytes()).unwrap();
    drop(stdin);

    let piped = good(&process.wait_with_output().unwrap());

    assert!(piped.starts_with("NOTHING WAS VERIFIED: anyone can have written this."), "{piped}");
    assert!(piped.contains("  alg                      \"none\"\n"), "{piped}");
    assert!(piped.contains("  exp        Thu, 01 Jan 1970 00:00:00 GMT, "), "{piped}");
    refuses(&["inspect", "a.b"], 1, &["a token has three parts between dots, and this has 2"]);
}

#[test]
fn rotate_changes_the_keys_and_jwks_prints_them() {
    let server = Server::start(SAMPLE);
    let kids = || -> Vec<String> {
        let keys: Value = serde_json::from_str(&server.good("jwks", &[])).unwrap();
        let keys = keys["keys"].as_array().unwrap().iter();
        keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let first = kids();
    let old = server.mint(&[]);

    let rotated = server.good("rotate", &[]);
    let second = kids();
    assert_eq!(second[..2], first);
    let lines: Vec<_> = rotated.lines().collect();
    assert_eq!(lines[..2], first);
    assert_eq!(lines[2], format!("{}  signs ID tokens", second[2]));
    assert_eq!(lines[3], format!("{}  signs access tokens", second[3]));
    assert!(server.good("inspect", &[&old]).starts_with("SIGNED"));

    server.good("rotate", &["--retire"]);
    assert_eq!(kids().len(), 2);
    assert!(kids().iter().all(|kid| !second.contains(kid)));
    assert_eq!(server.run("inspect", &[&old]).status.code(), Some(1));
    let served = server.get("/eu-west-1_Shop/.well-known/jwks.json");
    assert_eq!(served["keys"][0]["kid"], kids()[0].as_str());
}

#[test]
fn a_pool_is_chosen_by_its_id() {
    let file = Scratch::new(
        "pools.json",
        r#"{"user_pools": [{"id": "eu-west-1_A"}, {"id": "us-east-1_B", "users": [{"username": "bob"}]}]}"#,
    );
    let server = Server::start(file.path());

    let bob = server.mint(&["--pool", "us-east-1_B", "--user", "bob"]);

    assert!(server.good("inspect", &[&bob]).starts_with("SIGNED by us-east-1_B, "));
    let url = server.url.as_str();
    let reason = "no user pool \"x\" at http://127.0.0.1:";
    let mint = |arguments: &[&'static str]| [&["mint", "--server", url], arguments].concat();
    refuses(&mint(&["--pool", "x"]), 1, &[reason, "only eu-west-1_A, us-east-1_B"]);
    refuses(&mint(&["--user", "bob"]), 1, &["user: UserNotFoundException: User does not exist."]);
    refuses(&mint(&["--algorithm", "none"]), 1, &["algorithm: unknown variant `none`"]);
    refuses(&mint(&["--claim", "x"]), 2, &["expected NAME=VALUE"]);
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
    refuses(&["serve", "--listen", address], 1, &[address, "is not to be had"]);
    refuses(&["serve", "--public-url", "issuer"], 1, &["is not http://host or https://host"]);
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{free}");

    refuses(&["jwks", "--server", &url], 1, &[&url, "is `poolgate-issuer serve` running there?"]);
    refuses(&["jwks", "--server", "https://x"], 1, &["is not http://host:port"]);
}

#[cfg(unix)]
#[test]
fn serve_ends_well_when_it_is_told_to() {
    let mut server = Server::start(SAMPLE);
    let id = server.process.id().to_string();

    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());

    assert!(server.process.wait().unwrap().success());
}

fn binary(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolgate-issuer"));
    command.args(arguments);
    command
}

#[track_caller]
fn good(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
fn refuses(arguments: &[&str], code: i32, parts: &[&str]) {
    let output = binary(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(code), 0), "{said}");
    for part in parts {
        assert!(said.contains(part), "{part}\n{said}");
    }
}

/// A file that is gone after the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, text: &str) -> Self {
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let path = directory.join(format!("{}-{name}", std::process::id()));
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_file(&self.0).unwrap();
    }
}
