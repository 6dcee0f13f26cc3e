//! Names of keys that lead elsewhere, or nowhere.

use serde_json::{Value, json};

use super::{
    attack::{Attack, Attacker::Anyone, Kind},
    kit::Kit,
};

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    [unknown(kit), no_names(kit), strangers(kit)].concat()
}

const KID: Kind = Kind::new("D18", Anyone, "key_not_found");

/// All of them are signed by the forger: whichever key is found, it must not be the right one.
fn unknown(kit: &Kit<'_>) -> Vec<Attack> {
    let own = kit.issuer().access_kid();
    let rows = [
        (
            "kid-unknown",
            "A key that is not found is no reason to refuse, as there are others.",
            "unknown".to_owned(),
        ),
        ("kid-empty", "An empty name finds a key that has none.", String::new()),
        ("kid-upper-case", "Names are folded, and two keys have one.", own.to_uppercase()),
        ("kid-path", "The name is the path of a file.", "../../../../../etc/passwd".to_owned()),
        ("kid-url", "The name is an address to call.", kit.forger().jwks_url().to_owned()),
        ("kid-sql", "The name is put into a query.", "x' OR '1'='1".to_owned()),
        ("kid-nul", "The name ends at a NUL for one reader only.", format!("{own}\0x")),
        ("kid-line-end", "The name is written into a log as it is.", format!("{own}\n200 OK")),
        ("kid-blank-behind", "The name is trimmed.", format!("{own} ")),
        ("kid-proto", "The name is a member that every object has.", "__proto__".to_owned()),
        (
            "kid-constructor",
            "The name is a member that every object has.",
            "constructor".to_owned(),
        ),
        ("kid-star", "The name is a pattern.", "*".to_owned()),
        ("kid-of-1024-bytes", "Long names fill the cache or the log.", "k".repeat(1_024)),
    ];
    rows.map(|(name, hope, kid)| KID.token(name, hope, kit.forged().kid(kid).sign())).into()
}

/// What is no name.
fn no_names(kit: &Kit<'_>) -> Vec<Attack> {
    let own = kit.issuer().access_kid();
    let kind = KID.code("token_malformed");
    let rows: [(_, _, Value); 5] = [
        ("kid-number", "A number is an index into the list of keys.", json!(1)),
        ("kid-null", "Null finds a key that has no name.", json!(null)),
        ("kid-list", "A list is written out and compared as its only word.", json!([own])),
        ("kid-object", "An object is a query of its own.", json!({"$ne": ""})),
        ("kid-of-1025-bytes", "Names may have any length.", json!("k".repeat(1_025))),
    ];
    let rows = rows
        .map(|(name, hope, kid)| kind.token(name, hope, kit.forged().header("kid", kid).sign()));
    let missing = kind.token(
        "kid-missing",
        "Without a name, every key is tried, or the first one counts.",
        kit.forged().without_header("kid").sign(),
    );
    [rows.into(), vec![missing]].concat()
}

/// Whoever issues tokens chooses the names of the keys, and can choose ours.
fn strangers(kit: &Kit<'_>) -> Vec<Attack> {
    let (forger, own) = (kit.forger(), kit.issuer().access_kid());
    let theirs = forger.access_token().username("alice");
    let ours = kit.forged().kid(forger.access_kid());
    vec![
        KID.row("D1").code("invalid_issuer").token(
            "issuer-of-forger",
            "The token names its issuer, and that is asked for the keys.",
            theirs.sign(),
        ),
        KID.row("D2").code("invalid_issuer").token(
            "issuer-of-forger-under-our-kid",
            "Keys are kept by their names alone, whoever published them.",
            theirs.kid(own).sign(),
        ),
        KID.row("D2").token(
            "kid-of-forger",
            "The key was seen once, with a token of another issuer, and is still in the cache.",
            ours.sign(),
        ),
    ]
}
