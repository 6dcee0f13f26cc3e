//! Claims of another type than they have. That is a fault, not an absent claim.

use serde_json::{Value, json};

use super::{
    attack::{Attack, Attacker::KeyHolder, Kind},
    kit::Kit,
};

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    [names(kit), audiences(kit), groups(kit), times(kit), confirmations(kit)].concat()
}

const TYPE: Kind = Kind::new("C1", KeyHolder, "invalid_claim");

fn names(kit: &Kit<'_>) -> Vec<Attack> {
    let client = kit.issuer().client_id();
    let scopes = kit.good().scopes.unwrap_or_else(|| vec!["orders/read".to_owned()]);
    let rows = [
        ("iss-null", "iss", json!(null), ABSENT),
        (
            "sub-number",
            "sub",
            json!(7),
            "A number is written out, and may be that of another user.",
        ),
        ("sub-empty", "sub", json!(""), "A user without a name is anyone."),
        (
            "sub-list",
            "sub",
            json!(["root"]),
            "A list is written out and compared as its only word.",
        ),
        ("client-list", "client_id", json!([client]), IN_LIST),
        ("client-null", "client_id", json!(null), ABSENT),
        ("token-use-list", "token_use", json!(["access"]), IN_LIST),
        ("username-number", "username", json!(7), "A number is written out as a name."),
        ("username-null", "username", json!(null), ABSENT),
        ("jti-number", "jti", json!(7), "A number is in no list of revoked tokens."),
        ("scope-list", "scope", json!(scopes), IN_LIST),
        ("auth-time-text", "auth_time", json!("0"), ABSENT),
    ];
    of_type(kit, TYPE, rows)
}

const ABSENT: &str = "What cannot be read counts as absent, and what is absent is not checked.";
const IN_LIST: &str = "A list is searched where a text is compared.";

/// One of several is enough (RFC 7519 section 4.1.3), but all of them must be texts.
fn audiences(kit: &Kit<'_>) -> Vec<Attack> {
    let client = kit.issuer().client_id();
    let rows = [
        ("aud-list-with-number", "aud", json!([client, 7]), "What cannot be read is left out."),
        ("aud-object", "aud", json!({ "client": client }), "The names of an object are searched."),
        ("aud-number", "aud", json!(7), ABSENT),
        ("aud-null", "aud", json!(null), ABSENT),
    ];
    of_type(kit, TYPE.row("C8"), rows)
}

fn groups(kit: &Kit<'_>) -> Vec<Attack> {
    let group = kit.group_name();
    let claim = "cognito:groups";
    let rows = [
        ("groups-text", claim, json!(group), "A text holds the name of the group."),
        ("groups-nested", claim, json!([[group]]), "A list in a list is written out."),
        ("groups-object", claim, json!({ group: true }), "The names of an object are searched."),
        ("groups-with-number", claim, json!([group, 1]), "What cannot be read is left out."),
        ("groups-null", claim, json!(null), ABSENT),
    ];
    of_type(kit, TYPE.row("C12"), rows)
}

fn times(kit: &Kit<'_>) -> Vec<Attack> {
    let rows = [
        ("exp-text", "exp", json!("9999999999"), "A text is compared letter by letter."),
        (
            "exp-date",
            "exp",
            json!("2099-01-01T00:00:00Z"),
            "A date is no number, and so never past.",
        ),
        ("exp-null", "exp", json!(null), ABSENT),
        ("exp-true", "exp", json!(true), "True is a number, and so is every other thing."),
        ("exp-list", "exp", json!([9_999_999_999_u64]), "A list of one number is that number."),
        ("exp-negative", "exp", json!(-1), "Below zero it starts again from above."),
        ("exp-object", "exp", json!({"$gt": 0}), "An object is a query of its own."),
        ("nbf-text", "nbf", json!("0"), ABSENT),
        ("nbf-negative", "nbf", json!(-1), "Below zero it starts again from above."),
        ("iat-null", "iat", json!(null), ABSENT),
        ("iat-object", "iat", json!({}), ABSENT),
    ];
    of_type(kit, TYPE.row("C4"), rows)
}

/// The token counts only together with a proof, for which nobody asks (RFC 7800 section 3.1).
fn confirmations(kit: &Kit<'_>) -> Vec<Attack> {
    let rows = [
        ("bound-to-a-key", "cnf", json!({"jkt": "x"}), "A stolen token works without its key."),
        ("bound-to-nothing", "cnf", json!(null), ABSENT),
    ];
    of_type(kit, TYPE.row("H5"), rows)
}

fn of_type<const N: usize>(
    kit: &Kit<'_>,
    kind: Kind,
    rows: [(&'static str, &'static str, Value, &'static str); N],
) -> Vec<Attack> {
    let row =
        |(name, claim, value, hope)| kind.token(name, hope, kit.good().claim(claim, value).sign());
    rows.map(row).into()
}
