//! Tokens of another issuer, and names that look like the right one.

use super::{
    attack::{Attack, Attacker::KeyHolder, Kind},
    kit::Kit,
};
use serde_json::json;

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    [look_alikes(kit), not_one(kit), other_pools(kit)].concat()
}

const ISSUER: Kind = Kind::new("C3", KeyHolder, "invalid_issuer");

/// Compared byte by byte: no normalisation, no prefixes, no patterns.
fn look_alikes(kit: &Kit<'_>) -> Vec<Attack> {
    let (iss, pool) = (kit.issuer().issuer(), kit.issuer().user_pool_id());
    let behind_host = |more: &str| iss.replace(&format!("/{pool}"), &format!("{more}/{pool}"));
    let rows = [
        ("iss-slash-behind", NORMAL, format!("{iss}/")),
        ("iss-blank-behind", NORMAL, format!("{iss} ")),
        ("iss-line-end-behind", "A pattern ends at the end of a line.", format!("{iss}\n")),
        ("iss-upper-case", NORMAL, iss.to_uppercase()),
        (
            "iss-other-scheme",
            "Only what stands behind the scheme is compared.",
            iss.replacen("http", "ftp", 1),
        ),
        ("iss-port", NORMAL, behind_host(":443")),
        ("iss-dot-segments", NORMAL, behind_host("/x/..")),
        ("iss-escaped", NORMAL, iss.replacen('_', "%5F", 1)),
        ("iss-without-first-letter", PATTERN, iss.chars().skip(1).collect()),
        ("iss-without-last-letter", PATTERN, iss[..iss.len() - 1].to_owned()),
        ("iss-with-user", PATTERN, iss.replacen("://", "://x@", 1)),
        ("iss-as-user", PATTERN, format!("{iss}@evil.example.com/{pool}")),
        ("iss-of-another-host", PATTERN, format!("https://evil.example.com/{pool}")),
        ("iss-below-another-host", PATTERN, behind_host(".evil.example.com")),
        (
            "iss-with-any-for-dots",
            "Dots of the pattern stand for any letter.",
            iss.replace('.', "x"),
        ),
        ("iss-query", PATTERN, format!("{iss}?")),
        ("iss-fragment", PATTERN, format!("{iss}#")),
        ("iss-pool-id", PATTERN, pool.to_owned()),
        ("iss-empty", "An empty text is a part of every name.", String::new()),
    ];
    // An issuer of a test's own making may have no such part.
    let rows = rows.into_iter().filter(|(_, _, value)| value != iss);
    rows.map(|(name, hope, value)| says(kit, ISSUER, name, hope, value)).collect()
}

const NORMAL: &str = "Addresses are compared as addresses, of which one has many texts.";
const PATTERN: &str = "A part of the name, or a pattern of it, is enough.";

fn not_one(kit: &Kit<'_>) -> Vec<Attack> {
    let list = |names: &[&str]| json!(names);
    let iss = kit.issuer().issuer();
    let kind = ISSUER.code("invalid_claim");
    let rows = [
        ("iss-list", "One of several issuers is the right one.", list(&[iss])),
        ("iss-list-with-another", "One of several issuers is the right one.", list(&["x", iss])),
        ("iss-object", "The names of an object are searched.", json!({ iss: true })),
    ];
    let rows = rows
        .map(|(name, hope, value)| kind.token(name, hope, kit.good().claim("iss", value).sign()));
    let missing = ISSUER.row("C2").code("missing_claim").token(
        "iss-missing",
        "What is absent is not compared.",
        kit.good().without_claim("iss").sign(),
    );
    [rows.into(), vec![missing]].concat()
}

/// Signed by the right pool all the same, so that only the name tells.
fn other_pools(kit: &Kit<'_>) -> Vec<Attack> {
    let (iss, pool) = (kit.issuer().issuer(), kit.issuer().user_pool_id());
    let region = pool.split('_').next().unwrap_or_default();
    let kelvin = iss.replacen('k', "\u{212a}", 1).replacen('w', "\u{ff57}", 1);
    let rows = [
        ("iss-other-region", "C11", "Every region is ours.", iss.replace(region, "ap-south-2")),
        (
            "iss-other-pool",
            "C11",
            "Every pool of the provider is ours.",
            iss.replace(pool, "eu-west-1_Another"),
        ),
        (
            "iss-pool-in-lower-case",
            "C11",
            "Names of pools are compared in any case.",
            iss.replace(pool, &pool.to_lowercase()),
        ),
        ("iss-folded-letters", "B12", "Letters are folded to those that look alike.", kelvin),
        (
            "iss-zero-width-space",
            "B12",
            "Letters that nobody sees are left out.",
            format!("{iss}\u{200b}"),
        ),
    ];
    let rows = rows.into_iter().filter(|(.., value)| value != iss);
    rows.map(|(name, row, hope, value)| says(kit, ISSUER.row(row), name, hope, value)).collect()
}

fn says(kit: &Kit<'_>, kind: Kind, name: &'static str, hope: &'static str, iss: String) -> Attack {
    kind.token(name, hope, kit.good().claim("iss", iss).sign())
}
