//! Tokens whose time is over, or still to come. All of them are far from the edges, so that no clock matters.

use serde_json::{Value, json};

use super::{
    attack::{
        Attack,
        Attacker::{KeyHolder, TokenHolder},
        Kind,
    },
    kit::Kit,
};

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    [over(kit), to_come(kit)].concat()
}

fn over(kit: &Kit<'_>) -> Vec<Attack> {
    let kind = Kind::new("C6", TokenHolder, "token_expired");
    let now = kit.issuer().clock().unix_seconds();
    let ended = |seconds: u64| {
        let end = now.saturating_sub(seconds);
        kit.good().claim("iat", end.saturating_sub(3_600)).claim("exp", end)
    };
    let half = json!(f64::from(u32::try_from(now).unwrap_or(u32::MAX)) - 3_600.5);
    vec![
        kind.token("expired", "A token is good for ever.", kit.good().expired().sign()),
        kind.row("C5").token(
            "expired-ten-minutes-ago",
            "Clocks may differ by more than a few minutes.",
            ended(600).sign(),
        ),
        kind.token("expired-a-year-ago", "A token is good for ever.", ended(31_557_600).sign()),
        kind.row("C4").attacker(KeyHolder).token(
            "expired-at-the-epoch",
            "Zero means that there is no end.",
            kit.good().claim("exp", 0).sign(),
        ),
        kind.row("C4").attacker(KeyHolder).token(
            "expired-with-a-fraction",
            "A number with a fraction is no number, and counts as absent.",
            kit.good().claim("exp", half).sign(),
        ),
    ]
}

fn to_come(kit: &Kit<'_>) -> Vec<Attack> {
    let kind = Kind::new("C6", KeyHolder, "token_not_yet_valid");
    let in_an_hour = json!(kit.issuer().clock().unix_seconds().saturating_add(3_600));
    let far = json!(1e300);
    let rows: [(_, _, _, _, Value); 3] = [
        ("nbf-to-come", "C6", "When a token begins is not looked at.", "nbf", in_an_hour.clone()),
        (
            "nbf-beyond-all-dates",
            "C4",
            "A number that is too large becomes a small one.",
            "nbf",
            far,
        ),
        (
            "iat-to-come",
            "C6",
            "A token of tomorrow outlives a revocation of today.",
            "iat",
            in_an_hour,
        ),
    ];
    let row = |(name, row, hope, claim, value)| {
        kind.row(row).token(name, hope, kit.good().claim(claim, value).sign())
    };
    rows.map(row).into()
}
