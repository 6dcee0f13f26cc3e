//! The text of a token: three parts of canonical base64url, not too long.

use super::{
    attack::{
        Attack,
        Attacker::{Anyone, KeyHolder, TokenHolder},
        Kind,
    },
    forge::{encode, parts},
    kit::Kit,
};

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    let token = kit.good().sign();
    [counts(&token), letters(&token), garbage(&token), sizes(kit)].concat()
}

const TEXT: Kind = Kind::new("B1", TokenHolder, "token_malformed");

fn counts(token: &str) -> Vec<Attack> {
    let [header, claims, signature] = parts(token);
    let rows = [
        ("one-part", "A7", "A token is read as far as it goes.", header.to_owned()),
        (
            "four-parts",
            "A7",
            "Whatever stands behind the third part is left alone.",
            format!("{token}.AAAA"),
        ),
        (
            "five-parts",
            "A7",
            "An encrypted token is taken for one that is signed.",
            format!("{header}.AAAA.AAAA.AAAA.AAAA"),
        ),
        (
            "five-parts-behind-a-good-token",
            "A7",
            "The first three parts are verified, and the rest is left alone.",
            format!("{token}.AAAA.AAAA"),
        ),
        ("dot-in-front", "B1", "Empty parts are left out.", format!(".{token}")),
        ("dot-behind", "B1", "Empty parts are left out.", format!("{token}.")),
        (
            "header-missing",
            "B11",
            "A token without a header has the usual one.",
            format!(".{claims}.{signature}"),
        ),
        (
            "claims-missing",
            "B11",
            "Without claims, there is nothing to check.",
            format!("{header}..{signature}"),
        ),
        (
            "parts-in-another-order",
            "B11",
            "Each part is recognized by what it holds.",
            format!("{claims}.{header}.{signature}"),
        ),
    ];
    rows.map(|(name, row, hope, token)| TEXT.row(row).token(name, hope, token)).into()
}

/// A token has one text. Whoever decodes leniently accepts others, which no list of revoked tokens holds.
fn letters(token: &str) -> Vec<Attack> {
    let [header, claims, signature] = parts(token);
    let odd_length = "A".repeat(5 - signature.len() % 4);
    let rows = [
        ("padding", "Padding at the end is cut off.", format!("{token}==")),
        (
            "plus-in-claims",
            "The letters of both alphabets count.",
            format!("{header}.{claims}+.{signature}"),
        ),
        (
            "slash-in-claims",
            "The letters of both alphabets count.",
            format!("{header}.{claims}/.{signature}"),
        ),
        (
            "tilde-in-header",
            "Letters of no alphabet are left out.",
            format!("{header}~.{claims}.{signature}"),
        ),
        (
            "impossible-length",
            "The last letters cannot be decoded, and are left out.",
            format!("{token}{odd_length}"),
        ),
    ];
    let hope = "Bits that say nothing are passed over, so that one token has several texts.";
    let stray = with_stray_bits(token).map(|token| TEXT.token("stray-bits", hope, token));
    let rows = rows.map(|(name, hope, token)| TEXT.token(name, hope, token));
    rows.into_iter().chain(stray).collect()
}

/// The lowest bit of the last letter says nothing, unless the length of the signature is a multiple of 3.
fn with_stray_bits(token: &str) -> Option<String> {
    let [_, _, signature] = parts(token);
    let (start, last) = token.split_at(token.len() - 1);
    let next = ALPHABET.find(last)? ^ 1;
    (signature.len() % 4 != 0).then(|| format!("{start}{}", &ALPHABET[next..=next]))
}

fn garbage(token: &str) -> Vec<Attack> {
    let [_, claims, signature] = parts(token);
    let rows = [
        ("garbage", "B11", "A text that cannot be read is let through.", "garbage".to_owned()),
        (
            "opaque-token",
            "B11",
            "A text that is no JWT is let through, for somebody else to look up.",
            "2YotnFZFEjr1zCsicMWpAA".to_owned(),
        ),
        ("only-dots", "B7", "Three empty parts count as a token.", "..".to_owned()),
        (
            "empty-objects",
            "B11",
            "What is not there is not checked, and nothing is.",
            "e30.e30.e30".to_owned(),
        ),
        (
            "ten-thousand-dots",
            "B7",
            "The text is cut at every dot, and each piece costs memory.",
            ".".repeat(10_000),
        ),
        (
            "header-no-json",
            "B11",
            "A failure to decode is no refusal.",
            format!("{}.{claims}.{signature}", encode(b"\0\xff\xfe")),
        ),
    ];
    let kind = TEXT.attacker(Anyone);
    rows.map(|(name, row, hope, token)| kind.row(row).token(name, hope, token)).into()
}

/// At most 16 KiB for the token and 2 KiB for its header.
fn sizes(kit: &Kit<'_>) -> Vec<Attack> {
    let kind = TEXT.row("B8").attacker(KeyHolder);
    let long = kit.good().header("x", "x".repeat(1_536)).sign();
    vec![
        kind.token("token-too-long", "A text of any length is decoded.", too_long(kit)),
        kind.token("header-too-long", "A header of any length is decoded.", long),
    ]
}

/// As few bytes above the cap as a claim can bring.
fn too_long(kit: &Kit<'_>) -> String {
    let padded = |length| kit.good().claim("x", "x".repeat(length)).sign();
    let room = MAX_TOKEN.saturating_sub(padded(0).len()) / 4 * 3;
    padded(room + 3)
}

const MAX_TOKEN: usize = 16 * 1024;

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
