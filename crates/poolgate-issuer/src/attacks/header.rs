//! Members of the header that say what kind of token it is, and the text of the header.

use serde_json::json;

use super::{
    attack::{
        Attack,
        Attacker::{Anyone, KeyHolder},
        Kind,
    },
    forge::{algorithm, unsigned},
    kit::Kit,
};
use crate::token::TokenBuilder;

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    [kinds(kit), extensions(kit), texts(kit), no_headers(kit)].concat()
}

const MEMBER: Kind = Kind::new("A7", KeyHolder, "token_malformed");

type Edit = fn(TokenBuilder) -> TokenBuilder;

/// All tokens of the world are signed by somebody. What for, `typ` and `cty` say.
fn kinds(kit: &Kit<'_>) -> Vec<Attack> {
    let rows: [(_, _, Edit); 6] = [
        ("typ-dpop-proof", "A proof of a key is taken for an access token.", |token| {
            token.header("typ", "dpop+jwt")
        }),
        ("typ-logout-token", "A logout token is taken for an access token.", |token| {
            token.header("typ", "logout+jwt")
        }),
        ("typ-number", "A type that cannot be read counts as none.", |token| {
            token.header("typ", 1)
        }),
        ("cty-jwt", "What is signed is another token, and both are read.", |token| {
            token.header("cty", "JWT")
        }),
        ("enc", "The token says that it is encrypted, and is read all the same.", |token| {
            token.header("enc", "A256GCM")
        }),
        ("zip", "The token says that it is compressed, and is read all the same.", |token| {
            token.header("zip", "DEF")
        }),
    ];
    signed(kit, MEMBER, rows)
}

/// What changes the meaning of a token for those who understand it (RFC 7515 section 4.1.11, RFC 7797).
fn extensions(kit: &Kit<'_>) -> Vec<Attack> {
    let crit: [(_, _, Edit); 6] = [
        ("crit-unknown", "What must be understood is passed over.", |token| {
            token.header("crit", json!(["x"])).header("x", 1)
        }),
        (
            "crit-known-claim",
            "What must be understood is a claim, which everybody knows, and no extension.",
            |token| token.header("crit", json!(["exp"])),
        ),
        ("crit-empty", "A list that must not be empty is passed over.", |token| {
            token.header("crit", json!([]))
        }),
        ("crit-text", "Only a list is looked at, and this is a text.", |token| {
            token.header("crit", "exp")
        }),
        ("crit-null", "Only a list is looked at, and this is null.", |token| {
            token.header("crit", json!(null))
        }),
        ("crit-object", "Only a list is looked at, and this is an object.", |token| {
            token.header("crit", json!({"0": "exp"}))
        }),
    ];
    let b64: [(_, _, Edit); 3] = [
        (
            "b64-false",
            "One reader decodes the claims, and another takes them as they are.",
            |token| token.header("b64", false).header("crit", json!(["b64"])),
        ),
        ("b64-false-without-crit", "As the header does not insist, nobody looks at it.", |token| {
            token.header("b64", false)
        }),
        ("b64-true", "An extension that is switched off is still one.", |token| {
            token.header("b64", true)
        }),
    ];
    [signed(kit, MEMBER.row("A18"), crit), signed(kit, MEMBER.row("A19"), b64)].concat()
}

/// A header has one meaning: strict JSON, and no name twice.
fn texts(kit: &Kit<'_>) -> Vec<Attack> {
    let kid = kit.issuer().access_kid();
    let rows = [
        ("header-alg-twice", "B3", SPLIT, r#"{"alg":"none",…}"#),
        ("header-alg-twice-in-escapes", "B3", ESCAPED, r#"{…,"\u0061lg":"none"}"#),
        (
            "header-kid-twice",
            "B3",
            "A name that stands there twice is read once.",
            &format!(r#"{{…,"kid":"{kid}"}}"#),
        ),
        (
            "header-name-twice-within",
            "B3",
            "Only names at the top are looked at.",
            r#"{…,"x":{"a":1,"a":2}}"#,
        ),
        ("header-text-behind", "B2", "Reading ends with the object, whatever follows.", "{…}x"),
        (
            "header-blank-behind",
            "B2",
            "Blanks around the object are cut off, so that one token has many texts.",
            "{…} ",
        ),
        ("header-nul-behind", "B2", "Reading ends at a NUL.", "{…}\0"),
        ("header-byte-order-mark", "B2", "A mark in front of the text is cut off.", "\u{feff}{…}"),
        (
            "header-lone-surrogate",
            "B4",
            "Half a character is replaced by another one.",
            r#"{…,"x":"\ud800"}"#,
        ),
        (
            "header-comment",
            "B2",
            "Comments are skipped by one reader and read by another.",
            "{…/* */}",
        ),
        (
            "header-infinite-number",
            "B5",
            "A number beyond a double becomes infinite.",
            r#"{…,"x":1e999}"#,
        ),
    ];
    let row = |(name, row, hope, text): (_, _, _, &str)| {
        let token = kit.with_header_text(|members| text.replacen('…', members, 1).into_bytes());
        MEMBER.row(row).token(name, hope, token)
    };
    let not_utf8 =
        kit.with_header_text(|members| [b"{", members.as_bytes(), b",\"x\":\"\xff\"}"].concat());
    let not_utf8 = MEMBER.row("B4").token(
        "header-not-utf8",
        "A byte that is no character is replaced or left out.",
        not_utf8,
    );
    rows.map(row).into_iter().chain([not_utf8]).collect()
}

const SPLIT: &str = "Of two algorithms one reader takes the first, and another the last.";
const ESCAPED: &str = "Of two names the second looks different, and is the same once it is read.";

/// Headers without what a header needs.
fn no_headers(kit: &Kit<'_>) -> Vec<Attack> {
    let (kid, algorithm) = (kit.issuer().access_kid(), algorithm(kit.issuer()).name());
    let inherited = format!(r#"{{"__proto__":{{"alg":"{algorithm}","kid":"{kid}"}}}}"#);
    let twice = format!(r#"{{"alg":"{algorithm}","kid":"{kid}","alg":"none"}}"#);
    let raw = |text: &str| kit.forged().raw_header(text).sign();
    let hope = "What a header lacks it inherits from a member.";
    let inherits =
        MEMBER.row("B9").token("header-proto", hope, kit.good().raw_header(inherited).sign());
    let rows = [
        ("header-alg-twice-unsigned", "B3", SPLIT, unsigned(&raw(&twice))),
        ("header-empty", "B11", "A header that says nothing forbids nothing.", raw("{}")),
        ("header-null", "B11", "A header that is null is looked into.", raw("null")),
        (
            "header-list",
            "B11",
            "A list is looked into like an object.",
            raw(&json!([algorithm, kid]).to_string()),
        ),
        (
            "header-unclosed",
            "B11",
            "A text that never ends is read until the stack is full.",
            raw(&"[".repeat(999)),
        ),
    ];
    let kind = MEMBER.attacker(Anyone);
    let rows = rows.map(|(name, row, hope, token)| kind.row(row).token(name, hope, token));
    rows.into_iter().chain([inherits]).collect()
}

fn signed<const N: usize>(
    kit: &Kit<'_>,
    kind: Kind,
    rows: [(&'static str, &'static str, Edit); N],
) -> Vec<Attack> {
    rows.map(|(name, hope, edit)| kind.token(name, hope, edit(kit.good()).sign())).into()
}
