//! Requests that say twice, or in a strange way, who is asking. Every token in these is a good one.

use super::{
    attack::{Attack, Attacker::TokenHolder, Kind},
    forge::parts,
    kit::Kit,
};

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    let token = kit.good().sign();
    [twice(&token), lists(&token), not_one_token(&token), json(kit), other_schemes(&token)].concat()
}

const CREDENTIALS: Kind = Kind::new("F1", TokenHolder, "malformed_authorization");

/// Two programs could each take another one, so even equal ones are refused.
fn twice(token: &str) -> Vec<Attack> {
    let bearer = format!("Bearer {token}");
    let rows = [
        ("two-headers-equal", "Of two headers that are equal any will do.", &*bearer, &*bearer),
        ("two-headers-good-first", ONE_EACH, &bearer, "Bearer a.b.c"),
        ("two-headers-good-last", ONE_EACH, "Bearer a.b.c", &bearer),
        ("two-headers-basic-last", ONE_EACH, &bearer, "Basic YTpi"),
        ("two-headers-basic-first", ONE_EACH, "Basic YTpi", &bearer),
        ("two-headers-empty-first", ONE_EACH, "", &bearer),
        ("two-headers-only-basic", ONE_EACH, "Basic YTpi", "Basic YTpi"),
        ("two-headers-empty", "Two headers without a word are let through.", "", ""),
    ];
    let row = |(name, hope, first, last): (_, _, &str, &str)| {
        let both = |case: crate::HttpCase| case.with_authorization(first).with_authorization(last);
        CREDENTIALS.request(name, hope, both)
    };
    rows.map(row).into()
}

const ONE_EACH: &str = "A proxy looks at one of the two, and the service at the other.";

/// A proxy may make one header of two (RFC 9110 section 5.3).
fn lists(token: &str) -> Vec<Attack> {
    let rows = [
        ("list-of-tokens", format!("Bearer {token},{token}")),
        ("list-of-credentials", format!("Bearer {token}, Bearer {token}")),
        ("list-basic-first", format!("Basic YTpi, Bearer {token}")),
        ("list-basic-last", format!("Bearer {token}, Basic YTpi")),
        ("list-nothing-first", format!(", Bearer {token}")),
        ("list-nothing-last", format!("Bearer {token},")),
    ];
    rows.map(|(name, value)| with_value(CREDENTIALS, name, ONE_EACH, value)).into()
}

/// Behind `Bearer` stands one token and nothing else (RFC 6750 section 2.1). Nothing is trimmed or repaired.
fn not_one_token(token: &str) -> Vec<Attack> {
    let rows = [
        (
            "bearer-without-token",
            "A token that is not there need not be checked.",
            "Bearer".to_owned(),
        ),
        (
            "bearer-only-padding",
            "A token of nothing but padding need not be checked.",
            "Bearer ==".to_owned(),
        ),
        ("bearer-tab", OTHER_BLANKS, format!("Bearer\t{token}")),
        ("bearer-no-break-space", OTHER_BLANKS, format!("Bearer\u{a0}{token}")),
        ("bearer-colon", REPAIRED, format!("Bearer: {token}")),
        ("bearer-equals-sign", REPAIRED, format!("Bearer={token}")),
        ("bearer-comma", REPAIRED, format!("Bearer,{token}")),
        (
            "bearer-twice",
            "The scheme is cut off as often as it is there.",
            format!("Bearer Bearer {token}"),
        ),
        ("two-tokens", ONE_EACH, format!("Bearer {token} {token}")),
        ("word-behind-token", "What follows the token is left alone.", format!("Bearer {token} x")),
        (
            "semicolon-behind-token",
            "What follows the token is left alone.",
            format!("Bearer {token};"),
        ),
        ("quoted-token", REPAIRED, format!("Bearer \"{token}\"")),
        ("token-in-single-quotes", REPAIRED, format!("Bearer '{token}'")),
        ("token-in-brackets", REPAIRED, format!("Bearer <{token}>")),
        ("token-as-parameter", REPAIRED, format!("Bearer token=\"{token}\"")),
        ("escaped-blank-behind", "Escapes are read in a header.", format!("Bearer {token}%20")),
        (
            "escaped-dots",
            "Escapes are read in a header.",
            format!("Bearer {}", token.replace('.', "%2E")),
        ),
        ("padding-in-front", REPAIRED, format!("Bearer ={token}")),
        ("zero-width-space-behind", UNSEEN, format!("Bearer {token}\u{200b}")),
        ("accented-letter-in-front", UNSEEN, format!("Bearer \u{e9}{token}")),
    ];
    let kind = CREDENTIALS.row("F2");
    let rows = rows.map(|(name, hope, value)| with_value(kind, name, hope, value));
    let not_utf8 = kind.request("bearer-not-utf8", UNSEEN, |case| {
        case.with_authorization([b"Bearer \xff", token.as_bytes()].concat())
    });
    [rows.into(), vec![not_utf8]].concat()
}

const OTHER_BLANKS: &str = "What one program takes for a blank is a letter for another.";
const REPAIRED: &str = "What is almost a token is mended, by one program and not by another.";
const UNSEEN: &str =
    "Letters that do not belong there are left out, by one program and not by another.";

/// The other form of what is signed (RFC 7515 section 7.2).
fn json(kit: &Kit<'_>) -> Vec<Attack> {
    let (token, root) = (kit.good().sign(), kit.good().username("root").sign());
    let ([header, claims, signature], [_, others, _]) = (parts(&token), parts(&root));
    let members =
        format!(r#""protected":"{header}","payload":"{claims}","signature":"{signature}""#);
    let rows = [
        (
            "json-of-one-signature",
            "The other form of a token is read, with other rules.",
            format!("{{{members}}}"),
        ),
        (
            "json-without-signature",
            "All signatures of a list are good if there is none.",
            format!(r#"{{"payload":"{claims}","signatures":[]}}"#),
        ),
        (
            "json-and-compact",
            "One reader verifies JSON, another reads what is between the dots (CVE-2022-39227).",
            format!(r#"{{"{header}.{others}.":"",{members}}}"#),
        ),
    ];
    let kind = CREDENTIALS.row("A8");
    rows.map(|(name, hope, text)| with_value(kind, name, hope, format!("Bearer {text}"))).into()
}

/// Another scheme is as good as nothing, whatever follows it.
fn other_schemes(token: &str) -> Vec<Attack> {
    let rows = [
        ("scheme-missing", ANY, token.to_owned()),
        (
            "scheme-dpop",
            "A token that is bound to a key works without the proof.",
            format!("DPoP {token}"),
        ),
        ("scheme-token", ANY, format!("Token {token}")),
        ("scheme-jwt", ANY, format!("JWT {token}")),
        ("scheme-basic", "The token is taken for a password.", format!("Basic {token}")),
        ("scheme-longer", "The scheme begins like the right one.", format!("BearerToken {token}")),
        (
            "scheme-with-letter-in-front",
            "The scheme ends like the right one.",
            format!("XBearer {token}"),
        ),
        ("scheme-cut-in-two", ANY, format!("Bear er {token}")),
        ("scheme-cut-short", ANY, format!("Beare {token}")),
        ("scheme-full-width-letter", UNSEEN, format!("\u{ff22}earer {token}")),
        ("scheme-cyrillic-letter", UNSEEN, format!("Bear\u{435}r {token}")),
    ];
    let kind = CREDENTIALS.row("F3").code("missing_token");
    rows.map(|(name, hope, value)| with_value(kind, name, hope, value)).into()
}

const ANY: &str = "The token is what follows the last blank, whatever stands in front.";

fn with_value(kind: Kind, name: &'static str, hope: &'static str, value: String) -> Attack {
    kind.request(name, hope, |case| case.with_authorization(value))
}
