//! Groups and scopes: who may do what. All of these tokens are valid.

use serde_json::{Value, json};

use super::{
    case::HttpCase,
    expected::{HttpExpected, allows, asks_for_scopes, refuses},
    route::HttpRoute::{
        self, AllOf, AllScopes, AnyOf, AnyScope, Claims, Group, Nested, Optional, OptionalGroup,
        OptionalVerified, Scope,
    },
    tokens::alice,
};
use crate::{issuer::TestIssuer, token::TokenBuilder};

pub(super) fn cases(issuer: &TestIssuer) -> Vec<HttpCase> {
    [
        groups(issuer),
        scopes(issuer),
        claims_that_are_no_scopes(issuer),
        combined(issuer),
        machines(issuer),
        vec![case(Claims, "a user", allows("alice"), &alice(issuer))],
    ]
    .concat()
}

/// What is almost a group is among the attacks.
fn groups(issuer: &TestIssuer) -> Vec<HttpCase> {
    let case = |what, groups: &[&str]| {
        case(Group, what, allows("alice"), &alice(issuer).groups(groups.iter().copied()))
    };
    vec![
        case("the group", &["Admins"]),
        case("the group among others", &["Users", "Admins", "Editors"]),
    ]
}

/// Separated by spaces (RFC 6749 section 3.3), compared byte by byte.
fn scopes(issuer: &TestIssuer) -> Vec<HttpCase> {
    let case = |what: &str, expected, scope: &str| {
        case(Scope, what, expected, &alice(issuer).claim("scope", scope))
    };
    let near = [
        ("upper case", "ORDERS/READ"),
        ("one letter less", "orders/rea"),
        ("one letter more", "orders/reads"),
        ("only the resource", "orders"),
        ("the resource and a slash", "orders/"),
        ("only the action", "read"),
        ("of another resource", "x/orders/read"),
        ("a star", "orders/*"),
        ("separated by commas", "openid,orders/read"),
        ("separated by a tab", "openid\torders/read"),
        ("separated by a plus", "openid+orders/read"),
        ("separated by a no-break space", "openid\u{a0}orders/read"),
        ("an escaped slash", "orders%2Fread"),
        ("an empty list", ""),
    ];
    let missing = asks_for_scopes("orders/read");
    let near = near.map(|(what, scope)| case(&format!("scope: {what}"), missing.clone(), scope));
    let more = vec![
        case("the scope", allows("alice"), "orders/read"),
        case("the scope among others", allows("alice"), "openid orders/read email"),
        case("the scope behind two spaces", allows("alice"), "openid  orders/read "),
        case("another scope", missing, "orders/write"),
    ];
    [near.into(), more].concat()
}

fn claims_that_are_no_scopes(issuer: &TestIssuer) -> Vec<HttpCase> {
    let (text, list) = (json!("orders/read"), json!(["orders/read"]));
    let rows = [
        ("scp", list.clone()),
        ("scopes", list.clone()),
        ("Scope", text.clone()),
        ("custom:scope", text.clone()),
        ("cognito:groups", list),
        ("permissions", text),
    ];
    let row = |(claim, value): (&str, Value)| {
        let token = alice(issuer).without_claim("scope").claim(claim, value);
        case(Scope, &format!("the scope in {claim}"), asks_for_scopes("orders/read"), &token)
    };
    rows.map(row).into()
}

/// A challenge names all scopes that a new token needs, where there is one answer.
fn combined(issuer: &TestIssuer) -> Vec<HttpCase> {
    let (ok, read) = (allows("alice"), asks_for_scopes("orders/read"));
    let both = asks_for_scopes("orders/read orders/write");
    let (no_group, no_scope) = (refuses("insufficient_group"), refuses("insufficient_scope"));
    let rows: [(_, _, &[&str], &[&str]); 21] = [
        (AnyOf, &ok, &["Admins"], &[]),
        (AnyOf, &ok, &[], &["orders/read"]),
        (AnyOf, &no_scope, &["Users"], &["orders/write"]),
        (AllOf, &no_group, &[], &["orders/read"]),
        (AllOf, &read, &["Admins"], &["orders/write"]),
        (AllOf, &no_group, &["Users"], &["orders/write"]),
        (AllOf, &no_group, &["orders/read"], &["Admins"]),
        (AnyScope, &ok, &[], &["orders/admin"]),
        (AnyScope, &no_scope, &[], &["orders/write"]),
        (AnyScope, &no_scope, &["orders/read"], &[]),
        (AllScopes, &both, &[], &["orders/write"]),
        (AllScopes, &both, &[], &["orders/read"]),
        (AllScopes, &both, &["Admins"], &[]),
        (Nested, &ok, &["Editors"], &["orders/read"]),
        (Nested, &ok, &[], &["orders/write", "orders/read"]),
        (Nested, &no_scope, &["Users"], &["orders/read"]),
        (Nested, &read, &["Editors"], &[]),
        (Nested, &both, &[], &["orders/write"]),
        (Nested, &no_scope, &["Admins"], &["openid"]),
        (OptionalGroup, &ok, &["Admins"], &[]),
        (OptionalGroup, &no_group, &["Users"], &[]),
    ];
    let row = |(route, expected, groups, scopes): (_, &HttpExpected, &[&str], &[&str])| {
        let what = format!("groups {groups:?}, scopes {scopes:?}");
        let token = alice(issuer).groups(groups.iter().copied()).scopes(scopes.iter().copied());
        case(route, &what, expected.clone(), &token)
    };
    rows.map(row).into()
}

/// A machine has scopes but no groups, whatever its token says (RFC 9700 section 4.15), and no username.
fn machines(issuer: &TestIssuer) -> Vec<HttpCase> {
    let machine = issuer.client_credentials_token();
    let reads = machine.clone().scope("orders/read");
    let posing = machine.clone().claim("cognito:groups", json!(["Admins", "Editors"]));
    let (ok, no_group) = (allows("client"), refuses("insufficient_group"));
    let rows = [
        (Optional, "a machine", ok.clone(), &machine),
        (OptionalVerified, "a machine", ok.clone(), &machine),
        (OptionalGroup, "a machine with groups", no_group.clone(), &posing),
        (Claims, "a machine", refuses("claims_mismatch"), &machine),
        (Scope, "a machine", asks_for_scopes("orders/read"), &machine),
        (Scope, "a machine with the scope", ok.clone(), &reads),
        (AnyOf, "a machine with the scope", ok, &reads),
        (AnyOf, "a machine with groups", refuses("insufficient_scope"), &posing),
        (
            AllOf,
            "a machine with groups and the scope",
            no_group,
            &posing.clone().scope("orders/read"),
        ),
        (
            Nested,
            "a machine with groups and the scope",
            refuses("insufficient_scope"),
            &posing.clone().scope("orders/read"),
        ),
    ];
    rows.map(|(route, what, expected, token)| case(route, what, expected, token)).into()
}

fn case(route: HttpRoute, what: &str, expected: HttpExpected, token: &TokenBuilder) -> HttpCase {
    HttpCase::new(route, what, expected).with_bearer(&token.sign())
}
