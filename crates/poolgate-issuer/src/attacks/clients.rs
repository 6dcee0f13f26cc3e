//! Tokens for another client, another service, or another use.

use serde_json::{Value, json};

use super::{
    attack::{
        Attack,
        Attacker::{KeyHolder, TokenHolder},
        Kind,
    },
    kit::Kit,
};
use crate::token::TokenBuilder;

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    [clients(kit), audiences(kit), uses(kit), missing(kit)].concat()
}

const CLIENT: Kind = Kind::new("C10", KeyHolder, "invalid_client");

fn clients(kit: &Kit<'_>) -> Vec<Attack> {
    let client = kit.issuer().client_id();
    let to = |client: &str| kit.good().client_id(client);
    let shorter = &client[..client.len().saturating_sub(1)];
    let folded = client.replacen(|c: char| c.is_ascii_lowercase(), "\u{ff41}", 1);
    let rows = [
        ("client-longer", "C10", "The name begins like the right one.", to(&format!("{client}a"))),
        ("client-shorter", "C10", "The right name holds this one.", to(shorter)),
        ("client-empty", "C10", "An empty text is a part of every name.", to("")),
        ("client-blank-behind", "C10", "The name is trimmed.", to(&format!("{client} "))),
        (
            "client-among-others",
            "C10",
            "The claim is a list of words, and one of them is right.",
            to(&format!("x {client}")),
        ),
        ("client-upper-case", "B12", "Names are compared in any case.", to(&client.to_uppercase())),
        (
            "client-full-width-letter",
            "B12",
            "Letters are folded to those that look alike.",
            to(&folded),
        ),
    ];
    // A client of a test's own making may be in upper case.
    let rows = rows.into_iter().filter(|(name, ..)| {
        *name != "client-upper-case" || client.contains(|c: char| c.is_ascii_lowercase())
    });
    let rows = rows.map(|(name, row, hope, token)| CLIENT.row(row).token(name, hope, token.sign()));
    let other = CLIENT.attacker(TokenHolder);
    let others = [
        other.token(
            "other-client",
            "Whoever is signed in to one app of the pool is signed in to all.",
            to("another").sign(),
        ),
        other.token(
            "other-client-our-audience",
            "Any mark of ours is enough, and the client chooses one of them.",
            to("another").audience(client).sign(),
        ),
        CLIENT.token(
            "other-client-our-azp",
            "Any mark of ours is enough, whatever it is called.",
            to("another").claim("azp", client).claim("cid", client).sign(),
        ),
        other.token(
            "other-machine",
            "A machine of the pool may call every service of it.",
            kit.machine().client_id("another").sign(),
        ),
    ];
    others.into_iter().chain(rows).collect()
}

/// An access token with an audience is for those that it names alone (RFC 7519 section 4.1.3).
fn audiences(kit: &Kit<'_>) -> Vec<Attack> {
    let kind = Kind::new("C8", KeyHolder, "invalid_audience");
    let with = |aud: Value| kit.good().audience(aud).sign();
    let rows = [
        ("aud-empty-list", "In an empty list nothing is wrong.", json!([])),
        ("aud-star", "A star stands for everybody.", json!("*")),
        ("aud-empty", "An empty text is a part of every name.", json!("")),
    ];
    let rows = rows.map(|(name, hope, aud)| kind.token(name, hope, with(aud)));
    let other = kind.attacker(TokenHolder).token(
        "aud-of-another-service",
        "A token that another service was sent opens this one, too.",
        with(json!("https://other.example.com")),
    );
    [vec![other], rows.into()].concat()
}

/// The pool signs ID tokens and access tokens with keys of one set.
fn uses(kit: &Kit<'_>) -> Vec<Attack> {
    let kind = Kind::new("C9", KeyHolder, "invalid_token_use");
    let says = |value: &str| kit.good().claim("token_use", value);
    let id = kit.issuer().id_token().username(kit.good().username_or_default());
    let rows = [
        ("access-token-that-says-id", "Any use is good enough.", says("id")),
        ("token-use-upper-case", "Words are compared in any case.", says("ACCESS")),
        ("token-use-blank-behind", "Words are trimmed before they are compared.", says("access ")),
        ("token-use-empty", "An empty text is a part of every word.", says("")),
        ("token-use-refresh", "What is not forbidden is good enough.", says("refresh-token")),
    ];
    let rows = rows.map(|(name, hope, token)| kind.token(name, hope, token.sign()));
    let ids = [
        kind.attacker(TokenHolder).token(
            "id-token",
            "A proof of who signed in is taken for a permission to call.",
            id.sign(),
        ),
        kind.code("missing_claim").token(
            "id-token-that-says-access",
            "The use is right, and nobody asks for which client.",
            id.claim("token_use", "access").sign(),
        ),
    ];
    ids.into_iter().chain(rows).collect()
}

/// What is absent cannot be right.
fn missing(kit: &Kit<'_>) -> Vec<Attack> {
    let kind = Kind::new("C2", KeyHolder, "missing_claim");
    let without = |name: &str| -> TokenBuilder { kit.good().without_claim(name) };
    let rows = [
        ("client-missing", "What is absent is not compared.", without("client_id")),
        (
            "client-missing-our-audience",
            "What the one claim lacks the other one makes up for.",
            without("client_id").audience(kit.issuer().client_id()),
        ),
        ("token-use-missing", "What is absent is not compared.", without("token_use")),
        ("sub-missing", "A user without a name is anyone.", without("sub")),
        ("exp-missing", "What has no end never ends.", without("exp")),
    ];
    rows.map(|(name, hope, token)| kind.token(name, hope, token.sign())).into()
}
