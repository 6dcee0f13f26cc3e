//! Headers that bring a key, or say where one is.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{
    attack::{
        Attack,
        Attacker::{Anyone, KeyHolder},
        Kind,
    },
    certificate::certificate,
    forge::{access_jwk, encode, signed_with_secret},
    kit::Kit,
};
use crate::token::TokenBuilder;

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    [keys(kit), addresses(kit), harmless_ones(kit)].concat()
}

const BROUGHT: Kind = Kind::new("A16", Anyone, "token_malformed");

/// The forger's key, with which the token is signed.
fn keys(kit: &Kit<'_>) -> Vec<Attack> {
    let jwk = access_jwk(kit.forger());
    let chain = json!([BASE64_STANDARD.encode(certificate(kit.forger()))]);
    let mut renamed = jwk.clone();
    renamed["kid"] = kit.issuer().access_kid().into();
    let (forged, named) = (kit.forged(), kit.forged().kid(kit.forger().access_kid()));
    let rows = [
        ("jwk-of-forger", "The key in the header is the one that verifies.", &forged, "jwk", &jwk),
        (
            "jwk-of-forger-under-its-kid",
            "A key that is not found in the set is taken from the header (CVE-2018-0114).",
            &named,
            "jwk",
            &jwk,
        ),
        (
            "jwk-of-forger-under-our-kid",
            "The key in the header is put into the cache, under a name that is known there.",
            &forged,
            "jwk",
            &renamed,
        ),
        (
            "x5c-of-forger",
            "The key is that of the first certificate, and nobody asks who made it.",
            &forged,
            "x5c",
            &chain,
        ),
        (
            "x5c-of-forger-under-its-kid",
            "A key that is not found in the set is taken from the certificate.",
            &named,
            "x5c",
            &chain,
        ),
    ];
    let row = |(name, hope, token, member, value): (_, _, &TokenBuilder, &str, &Value)| {
        BROUGHT.token(name, hope, token.clone().header(member, value.clone()).sign())
    };
    [rows.map(row).into(), vec![secret(kit)]].concat()
}

fn secret(kit: &Kit<'_>) -> Attack {
    let jwk = json!({"kty": "oct", "k": encode(b"key"), "alg": "HS256"});
    BROUGHT.token(
        "jwk-secret",
        "The key in the header is a secret, which whoever wrote the header knows.",
        signed_with_secret(&kit.good().header("jwk", jwk), b"key"),
    )
}

/// Where the forger's keys are: a server that counts who calls.
fn addresses(kit: &Kit<'_>) -> Vec<Attack> {
    let named = kit.forged().kid(kit.forger().access_kid());
    let jwks_url = kit.forger().jwks_url();
    let ours = kit.issuer().base_url().trim_start_matches("http://");
    let with_user = jwks_url.replacen("://", &format!("://{ours}@"), 1);
    let with_ours_behind = format!("{jwks_url}#{}", kit.issuer().jwks_url());
    let rows = [
        ("jku-of-forger", "The header says where the keys are.", "jku", json!(jwks_url)),
        (
            "jku-with-our-host-as-user",
            "An address that begins like the right one is the right one.",
            "jku",
            json!(with_user),
        ),
        (
            "jku-with-our-address-behind",
            "An address that holds the right one is the right one.",
            "jku",
            json!(with_ours_behind),
        ),
        (
            "jku-list",
            "One of the addresses is checked, and all are called.",
            "jku",
            json!([jwks_url]),
        ),
        ("jku-file", "An address can be that of a file.", "jku", json!("file:///dev/null")),
        ("x5u-of-forger", "The header says where the certificate is.", "x5u", json!(jwks_url)),
    ];
    let kind = BROUGHT.row("A17");
    let row = |(name, hope, member, value): (_, _, &str, Value)| {
        kind.token(name, hope, named.clone().header(member, value).sign())
    };
    rows.map(row).into()
}

/// Good tokens that bring what nobody may read: a service that takes them has read it, or will one day.
fn harmless_ones(kit: &Kit<'_>) -> Vec<Attack> {
    let (own, url) = (access_jwk(kit.issuer()), kit.issuer().jwks_url());
    let kind = BROUGHT.attacker(KeyHolder);
    vec![
        kind.token(
            "jwk-of-the-pool",
            "A key in the header is read as long as it is one of the set.",
            kit.good().header("jwk", own).sign(),
        ),
        kind.row("A17").token(
            "jku-of-the-pool",
            "An address in the header is called as long as it is the right one.",
            kit.good().header("jku", url).sign(),
        ),
    ]
}
