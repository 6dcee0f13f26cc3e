//! Tokens without a signature, and headers that ask for that.

use serde_json::{Value, json};

use super::{
    attack::{Attack, Attacker::Anyone, Kind},
    forge::{parts_before_signature, unsigned},
    kit::Kit,
};

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    [none(kit), signed_none(kit), no_name(kit), nothing_behind(kit)].concat()
}

const NONE: Kind = Kind::new("A1", Anyone, "invalid_algorithm");

fn none(kit: &Kit<'_>) -> Vec<Attack> {
    let rows = [
        ("alg-none", "none", "`none` counts as an algorithm, so that nobody has to sign."),
        ("alg-none-capitalized", "None", "A list of forbidden names holds `none` but not `None`."),
        ("alg-none-upper-case", "NONE", "A list of forbidden names holds `none` but not `NONE`."),
        ("alg-none-mixed-case", "nOnE", "A list of forbidden names is compared letter by letter."),
        ("alg-none-blank", "none ", "The name is compared first and trimmed later."),
        ("alg-none-nul", "none\0", "The name ends at a NUL for one reader only."),
        ("alg-empty", "", "An empty name counts as no algorithm, and that as no signature."),
    ];
    let row = |(name, alg, hope)| NONE.token(name, hope, unsigned(&with_alg(kit, json!(alg))));
    rows.map(row).into()
}

/// There is a signature, but of a key that nobody trusts.
fn signed_none(kit: &Kit<'_>) -> Vec<Attack> {
    let rows = [
        ("alg-none-signed", "none", "There is a signature, and nobody asks whose."),
        (
            "alg-none-capitalized-signed",
            "None",
            "There is a signature, and `None` is no forbidden name.",
        ),
        (
            "alg-none-upper-case-signed",
            "NONE",
            "There is a signature, and `NONE` is no forbidden name.",
        ),
        (
            "alg-none-mixed-case-signed",
            "nOnE",
            "There is a signature, and `nOnE` is no forbidden name.",
        ),
    ];
    rows.map(|(name, alg, hope)| NONE.token(name, hope, with_alg(kit, json!(alg)))).into()
}

/// A header without a name of an algorithm.
fn no_name(kit: &Kit<'_>) -> Vec<Attack> {
    let kind = NONE.code("token_malformed");
    let missing = kit.forged().without_header("alg").sign();
    let rows = [
        ("alg-null", json!(null), "A name that is null counts as `none`."),
        ("alg-false", json!(false), "A name that is false counts as no algorithm."),
        ("alg-zero", json!(0), "A name that is a number is looked up in a list and not found."),
        ("alg-list", json!(["none"]), "A list is written out and compared as its only word."),
        (
            "alg-object",
            json!({"name": "none"}),
            "An object is handed on to a library, which finds no algorithm in it.",
        ),
    ];
    let rows = rows.map(|(name, alg, hope)| kind.token(name, hope, unsigned(&with_alg(kit, alg))));
    let missing =
        kind.token("alg-missing", "Without a name, nothing is verified.", unsigned(&missing));
    [rows.into(), vec![missing]].concat()
}

/// A header like any other, and nothing behind the claims.
fn nothing_behind(kit: &Kit<'_>) -> Vec<Attack> {
    let good = kit.good().sign();
    let (signed, _) = parts_before_signature(&good);
    vec![
        NONE.row("A5").token(
            "alg-unknown",
            "For an unknown algorithm, a default branch says that all is well.",
            unsigned(&with_alg(kit, json!("XX256"))),
        ),
        NONE.row("A5").code("invalid_signature").token(
            "signature-nothing",
            "An empty signature is compared over its length, which is nothing.",
            unsigned(&good),
        ),
        NONE.row("A5").code("token_malformed").token(
            "signature-cut-off",
            "A token of two parts counts as an unsigned one.",
            signed.to_owned(),
        ),
    ]
}

fn with_alg(kit: &Kit<'_>, alg: Value) -> String {
    kit.forged().header("alg", alg).sign()
}
