//! Names of keys that lead elsewhere, or nowhere.

use serde_json::{Value, json};

use super::{
    attack::{
        Attack,
        Attacker::{Anyone, KeyHolder},
        Kind,
    },
    kit::Kit,
};

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    [unknown(kit), almost(kit), no_names(kit), strangers(kit)].concat()
}

const KID: Kind = Kind::new("D18", Anyone, "key_not_found");

/// All of them are signed by the forger: whichever key is found, it must not be the right one.
fn unknown(kit: &Kit<'_>) -> Vec<Attack> {
    let rows = [
        (
            "kid-unknown",
            "A key that is not found is no reason to refuse, as there are others.",
            "unknown".to_owned(),
        ),
        ("kid-empty", "An empty name finds a key that has none.", String::new()),
        ("kid-path", "The name is the path of a file.", "../../../../../etc/passwd".to_owned()),
        ("kid-url", "The name is an address to call.", kit.forger().jwks_url().to_owned()),
        ("kid-sql", "The name is put into a query.", "x' OR '1'='1".to_owned()),
        ("kid-proto", "The name is a member that every object has.", "__proto__".to_owned()),
        (
            "kid-constructor",
            "The name is a member that every object has.",
            "constructor".to_owned(),
        ),
        ("kid-of-1024-bytes", "Long names fill the cache or the log.", "k".repeat(1_024)),
    ];
    rows.map(|(name, hope, kid)| KID.token(name, hope, kit.forged().kid(kid).sign())).into()
}

/// Signed by the pool, so that whoever finds its key by such a name takes the token.
fn almost(kit: &Kit<'_>) -> Vec<Attack> {
    let own = kit.issuer().access_kid();
    let rows = [
        ("kid-upper-case", "Names are folded, and two keys have one.", own.to_uppercase()),
        ("kid-blank-behind", "The name is trimmed.", format!("{own} ")),
        ("kid-nul", "The name ends at a NUL for one reader only.", format!("{own}\0x")),
        ("kid-line-end", "The name ends with its line for one reader only.", format!("{own}\nx")),
        ("kid-star", "The name is a pattern.", format!("{}*", &own[..own.len() - 1])),
    ];
    let kind = KID.attacker(KeyHolder);
    rows.map(|(name, hope, kid)| kind.token(name, hope, kit.good().kid(kid).sign())).into()
}

/// What is no name. Signed by the pool, too.
fn no_names(kit: &Kit<'_>) -> Vec<Attack> {
    let own = kit.issuer().access_kid();
    let kind = KID.attacker(KeyHolder).code("token_malformed");
    let rows: [(_, _, Value); 4] = [
        ("kid-number", "A number is an index into the list of keys.", json!(1)),
        ("kid-null", "Without a name, every key is tried, or the only one counts.", json!(null)),
        ("kid-list", "A list is written out and compared as its only word.", json!([own])),
        ("kid-object", "An object is a query of its own.", json!({"$ne": ""})),
    ];
    let rows =
        rows.map(|(name, hope, kid)| kind.token(name, hope, kit.good().header("kid", kid).sign()));
    let missing = kind.token(
        "kid-missing",
        "Without a name, every key is tried, or the only one counts.",
        kit.good().without_header("kid").sign(),
    );
    let long = kind.attacker(Anyone).token(
        "kid-of-1025-bytes",
        "Names may have any length.",
        kit.forged().kid("k".repeat(1_025)).sign(),
    );
    [rows.into(), vec![missing, long]].concat()
}

/// Whoever issues tokens chooses the names of the keys, and can choose ours. But for the issuer, these are good tokens.
fn strangers(kit: &Kit<'_>) -> Vec<Attack> {
    let forger = kit.forger();
    let theirs = kit.forged().claim("iss", forger.issuer());
    vec![
        KID.row("D1").code("invalid_issuer").token(
            "issuer-of-forger",
            "The token names its issuer, and that is asked for the keys.",
            theirs.clone().kid(forger.access_kid()).sign(),
        ),
        KID.row("D2").code("invalid_issuer").token(
            "issuer-of-forger-under-our-kid",
            "Keys are kept by their names alone, whoever published them.",
            theirs.sign(),
        ),
        KID.row("D2").token(
            "kid-of-forger",
            "The key was seen once, with a token of another issuer, and is still in the cache.",
            kit.forged().kid(forger.access_kid()).sign(),
        ),
    ]
}
