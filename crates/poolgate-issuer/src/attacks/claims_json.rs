//! The text of the claims: strict JSON that is read in one way only. All of these are signed by the pool.

use serde_json::json;

use super::{
    attack::{Attack, Attacker::KeyHolder, Kind},
    forge::with_more_claims,
    kit::Kit,
};

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    [twice(kit), not_strict(kit), no_claims_set(kit), inherited(kit)].concat()
}

const TEXT: Kind = Kind::new("B3", KeyHolder, "token_malformed");

/// What two readers could read in two ways, nobody may read.
fn twice(kit: &Kit<'_>) -> Vec<Attack> {
    let (user, group) = (json!(kit.good().username_or_default()), json!(kit.group_name()));
    let rows = [
        ("sub-twice", LAST, r#","sub":"root""#.to_owned()),
        (
            "sub-twice-in-escapes",
            "Names are compared before they are read.",
            r#","\u0073ub":"root""#.to_owned(),
        ),
        (
            "username-twice",
            "A claim that stands there twice is read once.",
            format!(r#","username":{user}"#),
        ),
        ("exp-twice", LAST, r#","exp":9999999999"#.to_owned()),
        ("client-twice", LAST, r#","client_id":"another""#.to_owned()),
        ("groups-twice", LAST, format!(r#","cognito:groups":[],"cognito:groups":[{group}]"#)),
        (
            "name-twice-within",
            "Only names at the top are looked at.",
            r#","x":[{"a":1,"a":2}]"#.to_owned(),
        ),
    ];
    rows.map(|(name, hope, more)| TEXT.token(name, hope, kit.with_more_claims(&more))).into()
}

const LAST: &str = "Of two claims one reader takes the first, and another the last.";

fn not_strict(kit: &Kit<'_>) -> Vec<Attack> {
    let deep = format!(r#","x":{}{}"#, "[".repeat(64), "]".repeat(64));
    let wide: String = (0..1_000).map(|n| format!(r#","{n}":0"#)).collect();
    let rows = [
        (
            "lone-surrogate",
            "B4",
            "Half a character is replaced, or ends the text.",
            r#","x":"\ud800""#,
        ),
        ("infinite-number", "B5", "A number beyond a double is infinite.", r#","x":1e999"#),
        (
            "not-a-number",
            "B5",
            "What is no number is compared, and nothing is less.",
            r#","x":NaN"#,
        ),
        ("64-levels", "B6", "Every level takes a piece of the stack, until it is full.", &deep),
        (
            "more-than-a-thousand-claims",
            "B6",
            "Every name is compared with every other, which takes its time.",
            &wide,
        ),
        ("text-behind-the-claims", "B2", "Reading ends with the object, whatever follows.", "}x"),
        ("second-object", "B2", "Of two objects one reader takes the last.", r#"},{"sub":"root""#),
        ("comma-at-the-end", "B2", "A list with one comma more is a list.", ","),
        ("comment", "B2", "Comments are skipped by one reader and read by another.", "/* */"),
        ("name-without-quotes", "B2", "What one reader refuses another one mends.", ",sub:1"),
        ("line-end-in-text", "B2", "A text goes on in the next line.", ",\"x\":\"\n\""),
    ];
    let rows = rows
        .map(|(name, row, hope, more)| TEXT.row(row).token(name, hope, kit.with_more_claims(more)));
    let without_end = with_more_claims(&kit.good().without_claim("exp"), r#","exp":1e999"#);
    let hope = "A number beyond a double is infinite, and never past.";
    let endless = TEXT.row("B5").token("exp-infinite", hope, without_end);
    rows.into_iter().chain([endless]).collect()
}

fn no_claims_set(kit: &Kit<'_>) -> Vec<Attack> {
    let text = kit.claims_text();
    let open = text.strip_suffix('}').unwrap_or_default();
    let with = |bytes: &[u8]| [open.as_bytes(), b",\"x\":\"", bytes, b"\"}"].concat();
    let rows = [
        ("claims-no-json", "B11", "Claims that are no JSON are let through.", b"alice".to_vec()),
        ("claims-list", "B11", "Of a list the first object counts.", format!("[{text}]").into()),
        (
            "claims-text",
            "B11",
            "A text that holds an object counts as one.",
            json!(text).to_string().into(),
        ),
        ("claims-null", "B11", "Without claims, there is nothing to check.", b"null".into()),
        (
            "claims-blank-in-front",
            "B2",
            "Blanks are cut off, so that one token has many texts.",
            format!(" {text}").into(),
        ),
        (
            "claims-line-end-behind",
            "B2",
            "Blanks are cut off, so that one token has many texts.",
            format!("{text}\n").into(),
        ),
        ("claims-nul-behind", "B2", "Reading ends at a NUL.", format!("{text}\0").into()),
        (
            "claims-byte-order-mark",
            "B2",
            "A mark in front of the text is cut off.",
            format!("\u{feff}{text}").into(),
        ),
        (
            "claims-utf16",
            "B4",
            "The encoding is guessed, by one reader rightly.",
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
        ("claims-not-utf8", "B4", "A byte that is no character is replaced.", with(b"\xff")),
        (
            "claims-overlong-utf8",
            "B4",
            "A character is hidden in more bytes than it needs.",
            with(b"\xc0\xaf"),
        ),
    ];
    let row = |(name, row, hope, bytes): (_, _, _, Vec<u8>)| {
        TEXT.row(row).token(name, hope, kit.good().raw_payload(bytes).sign())
    };
    rows.map(row).into()
}

/// In some languages every object has members that nobody wrote.
fn inherited(kit: &Kit<'_>) -> Vec<Attack> {
    let client = json!({"client_id": kit.issuer().client_id(), "token_use": "access"});
    let kind = TEXT.row("B9").code("missing_claim");
    let without = |name: &str| kit.good().without_claim(name);
    vec![
        kind.token(
            "client-in-proto",
            "What a token lacks it inherits from a member.",
            without("client_id").claim("__proto__", client.clone()).sign(),
        ),
        kind.token(
            "use-in-constructor",
            "What a token lacks it inherits from its constructor.",
            without("token_use").claim("constructor", json!({"prototype": client})).sign(),
        ),
    ]
}
