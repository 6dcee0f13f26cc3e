//! Tokens that are valid, for a service that asks for a group: the group is in another claim, or almost the right one.

use serde_json::{Value, json};

use super::{
    attack::{
        Attack,
        Attacker::{KeyHolder, TokenHolder},
        Kind,
    },
    kit::Kit,
};
use crate::token::TokenBuilder;

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    [without_group(kit), near(kit), other_claims(kit), machines(kit)].concat()
}

const GROUP: Kind = Kind::new("C12", TokenHolder, "insufficient_group");

fn without_group(kit: &Kit<'_>) -> Vec<Attack> {
    vec![
        GROUP.token_for_group(
            "group-none",
            "Whoever is signed in may do everything.",
            member_of(kit, &[]).sign(),
        ),
        GROUP.token_for_group(
            "group-others",
            "Whoever is in some group may do everything.",
            member_of(kit, &["Users", "Editors"]).sign(),
        ),
    ]
}

/// Compared byte by byte. Where users may found groups of their own, each of these is one away.
fn near(kit: &Kit<'_>) -> Vec<Attack> {
    let group = kit.group_name();
    let shorter: String = group.chars().take(group.chars().count().saturating_sub(1)).collect();
    let cyrillic = group.replacen(|c: char| c.is_ascii_alphabetic(), "\u{410}", 1);
    let rows = [
        ("group-lower-case", "Names are compared in any case.", group.to_lowercase()),
        ("group-upper-case", "Names are compared in any case.", group.to_uppercase()),
        ("group-shorter", "The right name holds this one.", shorter),
        ("group-longer", "The name begins like the right one.", format!("{group}s")),
        ("group-blank-in-front", "The name is trimmed.", format!(" {group}")),
        ("group-blank-behind", "The name is trimmed.", format!("{group} ")),
        ("group-nul-behind", "The name ends at a NUL for one reader only.", format!("{group}\0")),
        (
            "group-zero-width-space",
            "Letters that nobody sees are left out.",
            format!("{group}\u{200b}"),
        ),
        ("group-cyrillic-letter", "Letters are folded to those that look alike.", cyrillic),
        ("group-list-in-one-name", "A name is cut at its commas.", format!("{group},Users")),
        ("group-path", "Names of a directory are paths.", format!("/{group}")),
        ("group-star", "A star stands for every group.", "*".to_owned()),
        ("group-empty", "An empty text is a part of every name.", String::new()),
    ];
    let rows = rows.into_iter().filter(|(_, _, name)| name != group);
    rows.map(|(name, hope, near)| {
        GROUP.token_for_group(name, hope, member_of(kit, &[&near]).sign())
    })
    .collect()
}

/// Some of these can be written by users themselves.
fn other_claims(kit: &Kit<'_>) -> Vec<Attack> {
    let (text, list) = (json!(kit.group_name()), json!([kit.group_name()]));
    let rows = [
        ("group-in-groups", "groups", list.clone(), "Groups are found under any name."),
        ("group-in-roles", "roles", list.clone(), "Roles are groups."),
        ("group-in-other-case", "Cognito:Groups", list.clone(), "Claims are found in any case."),
        ("group-in-cognito-roles", "cognito:roles", list.clone(), "Roles are groups."),
        ("group-in-preferred-role", "cognito:preferred_role", text.clone(), "Roles are groups."),
        ("group-in-custom-groups", "custom:groups", list.clone(), WRITABLE),
        ("group-in-custom-role", "custom:role", text.clone(), WRITABLE),
        ("group-in-preferred-username", "preferred_username", text, WRITABLE),
        (
            "group-in-an-object",
            "cognito",
            json!({ "groups": list }),
            "Names with colons are paths.",
        ),
    ];
    let row = |(name, claim, value, hope): (_, &str, Value, _)| {
        let token = member_of(kit, &[]).claim(claim, value);
        GROUP.row("C14").token_for_group(name, hope, token.sign())
    };
    let in_scope = member_of(kit, &[]).scope(kit.group_name()).sign();
    let in_scope =
        GROUP.row("C14").token_for_group("group-in-scope", "Scopes are groups.", in_scope);
    rows.map(row).into_iter().chain([in_scope]).collect()
}

const WRITABLE: &str = "Users write this attribute themselves.";

/// A machine is no user and in no group, whatever its token says (RFC 9700 section 4.15).
fn machines(kit: &Kit<'_>) -> Vec<Attack> {
    let machine = kit.machine();
    let posing = machine.clone().claim("cognito:groups", json!([kit.group_name()]));
    let kind = GROUP.row("C15");
    vec![
        kind.token_for_group("machine", "A machine is a user who may do all.", machine.sign()),
        kind.attacker(KeyHolder).token_for_group(
            "machine-with-group",
            "A machine that says it is in a group is a user.",
            posing.sign(),
        ),
    ]
}

fn member_of(kit: &Kit<'_>, groups: &[&str]) -> TokenBuilder {
    kit.good().groups(groups.iter().copied())
}
