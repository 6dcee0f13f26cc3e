//! `rotate` and `jwks`.

use serde_json::Value;

use super::{SAMPLE, Server};

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
