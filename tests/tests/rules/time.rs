//! `exp`, `nbf`, `iat` and `auth_time`.

use crate::{gate, gate_for};
use poolgate::TokenUse;
use serde_json::{Value, json};
use std::time::Duration;

#[test]
fn time() {
    let gate = gate();
    let now = gate.world.now();
    let (leeway, precise) = (10, Duration::from_secs(now).as_secs_f64());
    let rows: [(&str, &str, Value); 22] = [
        ("ok", "exp", json!(now + 1)),
        ("ok", "exp", json!(now - leeway + 1)),
        ("token_expired", "exp", json!(now - leeway)),
        ("token_expired", "exp", json!(0)),
        ("ok", "exp", json!(precise - 9.5)),
        ("token_expired", "exp", json!(precise - 10.5)),
        ("ok", "exp", json!(u64::MAX)),
        ("ok", "exp", json!(1e300)),
        ("invalid_claim", "exp", json!(-1)),
        ("invalid_claim", "exp", json!(-1e300)),
        ("invalid_claim", "exp", json!("9999999999")),
        ("ok", "nbf", json!(now + leeway)),
        ("token_not_yet_valid", "nbf", json!(now + leeway + 1)),
        ("token_not_yet_valid", "nbf", json!(u64::MAX)),
        ("ok", "nbf", json!(0)),
        ("invalid_claim", "nbf", json!(-1)),
        ("ok", "iat", json!(now + leeway)),
        ("token_not_yet_valid", "iat", json!(now + leeway + 1)),
        ("ok", "iat", json!(0)),
        ("invalid_claim", "iat", json!(null)),
        ("ok", "auth_time", json!(now + 1_000)),
        ("invalid_claim", "auth_time", json!(-0.5)),
    ];
    for (expected, claim, value) in rows {
        let what = format!("{claim} = {value}");
        gate.says(expected, &what, &gate.access().claim(claim, value).sign());
    }
    gate.says("missing_claim", "exp", &gate.access().without_claim("exp").sign());
    gate.says("ok", "no nbf, no iat", &gate.access().without_claim("iat").sign());
}

#[test]
fn leeway_is_what_the_policy_says() {
    for leeway in [0, 300] {
        let gate = gate_for(TokenUse::Access, |p| p.leeway(Duration::from_secs(leeway)).unwrap());
        let exp = |exp: u64| gate.access().claim("exp", exp).sign();
        gate.says("ok", "last second", &exp(gate.world.now() - leeway + 1));
        gate.says("token_expired", "over", &exp(gate.world.now() - leeway));
    }
}

#[test]
fn max_age_asks_for_a_recent_sign_in() {
    let gate = gate_for(TokenUse::Access, |policy| policy.max_age(Duration::from_secs(60)));
    let auth_time = |time: u64| gate.access().claim("auth_time", time).sign();
    let now = gate.world.now();
    gate.says("ok", "recent", &auth_time(now - 70));
    gate.says("invalid_claim", "too old", &auth_time(now - 71));
    gate.says("missing_claim", "absent", &gate.access().without_claim("auth_time").sign());
}
