//! The text of a token: three parts of canonical base64url, not too long.

use super::{
    attack::{
        Attack,
        Attacker::{Anyone, KeyHolder, TokenHolder},
        Kind,
    },
    forge::{claims_text, encode, parts, signed_text},
    kit::Kit,
};

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    let token = kit.good().sign();
    [counts(&token), letters(kit), garbage(&token), sizes(kit)].concat()
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

/// A token has one text. Whoever decodes leniently accepts others, which no list of revoked tokens holds. The signature
/// itself is signed by nobody, so that whoever has a token can write it otherwise.
fn letters(kit: &Kit<'_>) -> Vec<Attack> {
    let token = kit.good().sign();
    let rows = [
        ("padding", "Padding at the end is cut off.", format!("{token}==")),
        ("tilde-behind-signature", LEFT_OUT, format!("{token}~")),
        ("plus-and-slash-in-signature", BOTH, in_other_letters(kit)),
    ];
    let hope = "Bits that say nothing are passed over, so that one token has several texts.";
    let stray = with_stray_bits(&token).map(|token| TEXT.token("stray-bits", hope, token));
    let rows = rows.map(|(name, hope, token)| TEXT.token(name, hope, token));
    rows.into_iter().chain(stray).chain(signed_letters(kit)).collect()
}

/// The pool has signed these texts as they are, so that whoever can decode them takes them.
fn signed_letters(kit: &Kit<'_>) -> Vec<Attack> {
    let token = kit.good().claim("x", "~~~~~?????").sign();
    let [header, claims, _] = parts(&token);
    let signed = |text: &str| signed_text(kit.issuer(), text);
    let other_letters = claims.replace('-', "+").replace('_', "/");
    let rows = [
        ("plus-and-slash-in-claims", BOTH, signed(&format!("{header}.{other_letters}"))),
        ("tilde-in-header", LEFT_OUT, signed(&format!("{header}~.{claims}"))),
        (
            "impossible-length",
            "The last letter cannot be decoded, and is left out.",
            signed(&format!("{header}.{}A", claims_of(kit, 0))),
        ),
    ];
    let kind = TEXT.attacker(KeyHolder);
    let padded = kind.code("malformed_authorization").token(
        "padding-in-claims",
        "Padding is cut off, wherever it stands.",
        signed(&format!("{header}.{}==", claims_of(kit, 2))),
    );
    let rows = rows.map(|(name, hope, token)| kind.token(name, hope, token));
    rows.into_iter().chain([padded]).collect()
}

const BOTH: &str = "The letters of both alphabets count.";
const LEFT_OUT: &str = "Letters of no alphabet are left out.";

/// A good token whose signature is written in the letters of the other alphabet (RFC 4648 section 4).
fn in_other_letters(kit: &Kit<'_>) -> String {
    let mut tokens = std::iter::repeat_with(|| kit.good().sign());
    // A short signature may happen to have none of the two letters in which the alphabets differ.
    let token = tokens.find(|token| parts(token)[2].contains(['-', '_'])).unwrap_or_default();
    let [header, claims, signature] = parts(&token);
    format!("{header}.{claims}.{}", signature.replace('-', "+").replace('_', "/"))
}

/// Good claims in base64url, with so many letters behind the last whole group of four: none, two or three.
fn claims_of(kit: &Kit<'_>, behind: usize) -> String {
    let claims = |length| {
        let token = kit.good().claim("x", "x".repeat(length)).sign();
        encode(claims_text(&token).as_bytes())
    };
    let mut texts = (0..3).map(claims);
    texts.find(|text| text.len() % 4 == behind).unwrap_or_default()
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
