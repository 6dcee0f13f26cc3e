//! The text of a token: three parts of canonical base64url, not too long.

use super::{
    case::HttpCase,
    expected::{allows, refuses},
    route::HttpRoute::Verified,
    tokens::{alice, parts, parts_before_signature},
};
use crate::issuer::TestIssuer;

pub(super) fn cases(issuer: &TestIssuer) -> Vec<HttpCase> {
    let token = alice(issuer).sign();
    [wrong_parts(&token), wrong_text(&token), sizes(issuer)].concat()
}

fn wrong_parts(token: &str) -> Vec<HttpCase> {
    let ([header, claims, signature], (signed, _)) = (parts(token), parts_before_signature(token));
    let rows = [
        ("one part", header.to_owned()),
        ("two parts", signed.to_owned()),
        ("four parts", format!("{token}.AAAA")),
        ("five parts, as a refresh token has", format!("{header}.AAAA.AAAA.AAAA.AAAA")),
        ("five parts, the first three of a good token", format!("{token}.AAAA.AAAA")),
        ("only dots", "..".to_owned()),
        ("a dot in front", format!(".{token}")),
        ("a dot behind", format!("{token}.")),
        ("no header", format!(".{claims}.{signature}")),
        ("no claims", format!("{header}..{signature}")),
        ("parts in another order", format!("{claims}.{header}.{signature}")),
        ("a thousand dots", ".".repeat(1_000)),
    ];
    rows.map(malformed).into()
}

/// A token has one text. Whoever decodes leniently accepts others, which no list of revoked tokens holds.
fn wrong_text(token: &str) -> Vec<HttpCase> {
    let [header, claims, signature] = parts(token);
    let rows = [
        ("not a JWT", "garbage".to_owned()),
        ("an opaque token", "2YotnFZFEjr1zCsicMWpAA".to_owned()),
        ("padding at the end", format!("{token}==")),
        ("a letter of the other base64 alphabet", format!("{header}.{claims}+.{signature}")),
        ("a slash of the other base64 alphabet", format!("{header}.{claims}/.{signature}")),
        ("a tilde", format!("{header}~.{claims}.{signature}")),
        (
            "a length that base64 cannot have",
            format!("{token}{}", "A".repeat(5 - signature.len() % 4)),
        ),
    ];
    let stray =
        with_stray_bits(token).map(|token| ("another last letter of the same bytes", token));
    rows.into_iter().chain(stray).map(malformed).collect()
}

fn malformed((what, token): (&str, String)) -> HttpCase {
    HttpCase::new(Verified, what, refuses("token_malformed")).with_bearer(&token)
}

/// The lowest bit of the last letter says nothing, unless the length of the signature is a multiple of 3.
fn with_stray_bits(token: &str) -> Option<String> {
    let [_, _, signature] = parts(token);
    let (start, last) = token.split_at(token.len() - 1);
    let next = ALPHABET.find(last)? ^ 1;
    (signature.len() % 4 != 0).then(|| format!("{start}{}", &ALPHABET[next..=next]))
}

/// At most 16 KiB for the token, 2 KiB for its header and 1 KiB for its kid.
fn sizes(issuer: &TestIssuer) -> Vec<HttpCase> {
    let padded = |length| alice(issuer).claim("x", "x".repeat(length)).sign();
    let room = (MAX_TOKEN - padded(0).len()) / 4 * 3;
    let (longest, too_long) = (padded(room), padded(room + 3));
    vec![
        HttpCase::new(Verified, "a token of almost 16 KiB", allows("alice")).with_bearer(&longest),
        malformed(("a token of more than 16 KiB", too_long)),
        malformed((
            "a header of more than 2 KiB",
            alice(issuer).header("x", "x".repeat(1_536)).sign(),
        )),
        malformed(("a kid of 1025 bytes", alice(issuer).kid("k".repeat(1_025)).sign())),
    ]
}

const MAX_TOKEN: usize = 16 * 1024;

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
