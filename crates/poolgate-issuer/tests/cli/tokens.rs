//! `mint` and `inspect`.

use std::{io::Write, process::Stdio};

use super::{SAMPLE, Scratch, Server, binary, good, refuses};

#[test]
fn minted_tokens_are_those_of_the_server() {
    let server = Server::start(SAMPLE);

    let alice = server.mint(&["--user", "alice"]);
    let said = server.good("inspect", &[&alice]);

    assert!(said.starts_with("SIGNED by eu-west-1_Shop, key test-"), "{said}");
    assert!(said.contains(r#"cognito:groups           ["Admins","Premium"]"#), "{said}");

    let robot = server.mint(&["--kind", "client-credentials", "--client-id", "robot"]);
    let said = server.good("inspect", &[&robot]);
    assert!(said.contains(r#"client_id                "robot""#), "{said}");
    assert!(said.contains(r#"scope                    "orders/read""#), "{said}");
    assert!(said.contains("in 15 minutes") || said.contains("in 14 minutes"), "{said}");

    let id = server.mint(&["--kind", "id", "--user", "bob", "--group", "A", "--group", "B"]);
    let said = server.good("inspect", &[&id]);
    assert!(said.contains(r#"cognito:groups           ["A","B"]"#), "{said}");
    assert!(said.contains(r#"email                    "bob@shop.example""#), "{said}");

    let free = ["--username", "zoe", "--scope", "orders/read", "--expires-in", "600"];
    let edits = ["--claim", "custom:n=7", "--without-claim", "jti", "--algorithm", "ES256"];
    let said = server.good("inspect", &[&server.mint(&[free, edits].concat())]);
    for part in [r#""zoe""#, r#""orders/read""#, "custom:n                 7", r#""ES256""#] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(!said.contains("  jti "), "{said}");
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
    refuses(&mint(&["--algorithm", "none"]), 2, &["'--algorithm <NAME>'", "one of RS256, RS384"]);
    refuses(&mint(&["--claim", "x"]), 2, &["expected NAME=VALUE"]);
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
