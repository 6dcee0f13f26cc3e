//! What an OIDC policy says about claims.

use crate::support::*;
use poolgate::{
    Audiences, KeySet, ManualClock, Policy, Principal, Requirement, TokenKind, Verifier,
};
use poolgate_issuer::{Algorithm, TestIssuer};
use poolgate_tests::START;
use serde_json::{Value, json};
use std::{sync::LazyLock, time::Duration};

const ISSUER: &str = "https://id.example/";

static SIGNER: LazyLock<TestIssuer> =
    LazyLock::new(|| TestIssuer::builder().algorithm(Algorithm::EdDsa).offline());

fn policy() -> Policy {
    let keys = KeySet::from_json(jwks(&SIGNER, "1").to_string()).unwrap();
    Policy::oidc(ISSUER, ["orders", "https://orders.example"], TokenKind::at_jwt())
        .unwrap()
        .static_keys(keys)
}

fn gate(policy: Policy) -> Verifier {
    Verifier::builder(policy).clock(ManualClock::at(START)).build().unwrap()
}

/// A good token but for these claims; null leaves one out.
fn token(edits: &Value) -> String {
    let mut claims = json!({
        "iss": ISSUER, "aud": "orders", "sub": "alice", "exp": START + 60, "iat": START,
    });
    for (name, value) in edits.as_object().unwrap() {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    sign(&SIGNER, "1", Some("at+jwt"), &claims)
}

#[tokio::test]
async fn the_claims_of_every_token() {
    let gate = gate(policy());
    for (edits, code) in [
        (json!({}), "accepted"),
        (json!({ "aud": ["other", "orders"] }), "accepted"),
        (json!({ "aud": "https://orders.example" }), "accepted"),
        (json!({ "aud": "https://orders.example/" }), "invalid_audience"),
        (json!({ "aud": "Orders" }), "invalid_audience"),
        (json!({ "aud": [] }), "invalid_audience"),
        (json!({ "aud": ["orders", 7] }), "invalid_claim"),
        (json!({ "aud": null }), "missing_claim"),
        (json!({ "sub": null }), "missing_claim"),
        (json!({ "sub": "" }), "invalid_claim"),
        (json!({ "sub": 7 }), "invalid_claim"),
        (json!({ "sub": null, "client_id": "robot" }), "missing_claim"),
        (json!({ "exp": null }), "missing_claim"),
        (json!({ "exp": "soon" }), "invalid_claim"),
        (json!({ "exp": START - 10 }), "token_expired"),
        (json!({ "exp": START - 9 }), "accepted"),
        (json!({ "nbf": START + 11 }), "token_not_yet_valid"),
        (json!({ "iat": START + 11 }), "token_not_yet_valid"),
        (json!({ "cnf": { "jkt": "a" } }), "invalid_claim"),
        (json!({ "cnf": {} }), "invalid_claim"),
        (json!({ "azp": 7 }), "invalid_claim"),
        (json!({ "client_id": ["a"] }), "invalid_claim"),
        (json!({ "cid": { "a": 1 } }), "accepted"),
        (json!({ "scope": 7 }), "invalid_claim"),
        (json!({ "scp": { "a": 1 } }), "invalid_claim"),
        (json!({ "token_use": "id" }), "accepted"),
        (json!({ "iss": "https://id.example" }), "invalid_issuer"),
        (json!({ "iss": null }), "missing_claim"),
    ] {
        refuses(&gate, &token(&edits), code, &edits.to_string()).await;
    }
}

#[tokio::test]
async fn scopes_in_every_form() {
    let gate = gate(policy());
    let none: &[&str] = &[];
    for (edits, expected) in [
        (json!({}), none),
        (json!({ "scope": "a b" }), &["a", "b"]),
        (json!({ "scope": " a  b " }), &["a", "b"]),
        (json!({ "scope": ["a", "b"] }), &["a", "b"]),
        (json!({ "scp": "a b" }), &["a", "b"]),
        (json!({ "scp": ["a", "b"] }), &["a", "b"]),
        (json!({ "scope": "a", "scp": ["admin"] }), &["a"]),
        (json!({ "scope": "", "scp": ["admin"] }), none),
        (json!({ "scope": [], "scp": ["admin"] }), none),
    ] {
        let token = accepts(&gate, &token(&edits), &edits.to_string()).await;
        assert_eq!(token.scopes(), expected, "{edits}");
    }
    for edits in [
        json!({ "scope": ["a b"] }),
        json!({ "scope": ["a", ""] }),
        json!({ "scope": ["a", 1] }),
        json!({ "scp": ["a b"] }),
        json!({ "scp": [["a"]] }),
    ] {
        refuses(&gate, &token(&edits), "invalid_claim", &edits.to_string()).await;
    }
}

/// Cognito writes a text, and a policy for it takes nothing else.
#[tokio::test]
async fn a_user_pool_has_no_scope_array() {
    let issuer = TestIssuer::builder().algorithm(Algorithm::EdDsa).offline();
    let keys = KeySet::from_json(issuer.jwks_json()).unwrap();
    let policy =
        Policy::cognito(issuer.user_pool_id(), issuer.client_id(), poolgate::TokenUse::Access);
    let policy = policy.unwrap().static_keys(keys).allow_test_keys();
    let gate = Verifier::new(policy).unwrap();
    let token = issuer.access_token().claim("scp", json!(["admin"])).claim("scope", "a");
    let verified = accepts(&gate, &token.sign(), "scp is nothing to Cognito").await;
    assert_eq!(verified.scopes(), ["a"]);
    let array = token.claim("scope", json!(["a"])).sign();
    refuses(&gate, &array, "invalid_claim", "an array").await;
}

#[tokio::test]
async fn groups_come_from_the_named_claim_alone() {
    let all = json!({
        "groups": ["g"],
        "cognito:groups": ["c"],
        "https://example.com/roles": ["u"],
        "realm_access": { "roles": ["r"], "realm_access": { "roles": ["no"] } },
        "realm_access.roles": ["dotted"],
    });
    let none: &[&str] = &[];
    let named = |claim: poolgate::ClaimPath| policy().groups_claim(claim).unwrap();
    for (policy, expected) in [
        (policy(), none),
        (named("groups".into()), &["g"]),
        (named("https://example.com/roles".into()), &["u"]),
        (named(["realm_access", "roles"].into()), &["r"]),
        (named("realm_access.roles".into()), &["dotted"]),
        (named("roles".into()), none),
        (named(["realm_access", "groups"].into()), none),
    ] {
        let token = accepts(&gate(policy.clone()), &token(&all), "groups").await;
        assert_eq!(token.groups(), expected, "{policy:?}");
    }
}

#[tokio::test]
async fn groups_are_an_array_of_texts() {
    let top = gate(policy().groups_claim("roles").unwrap());
    let deep = gate(policy().groups_claim(["realm_access", "roles"]).unwrap());
    let values = [
        json!("admin"),
        json!(7),
        json!(true),
        json!({ "a": "admin" }),
        json!(["admin", 7]),
        json!([["admin"]]),
    ];
    for value in values {
        let row = value.to_string();
        refuses(&top, &token(&json!({ "roles": value })), "invalid_claim", &row).await;
        let edits = json!({ "realm_access": { "roles": value } });
        refuses(&deep, &token(&edits), "invalid_claim", &row).await;
        if !value.is_object() {
            refuses(&deep, &token(&json!({ "realm_access": value })), "invalid_claim", &row).await;
        }
    }
    let null = json!({ "realm_access": { "roles": null } });
    refuses(&deep, &token(&null), "invalid_claim", "null").await;
    for edits in
        [json!({}), json!({ "realm_access": {} }), json!({ "realm_access": { "roles": [] } })]
    {
        let token = accepts(&deep, &token(&edits), "none").await;
        assert!(token.groups().is_empty());
    }
}

#[tokio::test]
async fn a_client_is_who_its_subject_says() {
    let gate = gate(policy().groups_claim("roles").unwrap());
    let user = Principal::User { subject: "alice" };
    for (edits, principal, client) in [
        (json!({}), user, None),
        (json!({ "client_id": "web", "azp": "b", "cid": "c" }), user, Some("web")),
        (json!({ "azp": "web", "cid": "c" }), user, Some("web")),
        (json!({ "cid": "web" }), user, Some("web")),
        (json!({ "cid": 7 }), user, None),
        (json!({ "client_id": "alice" }), Principal::Client { client_id: "alice" }, Some("alice")),
        (json!({ "azp": "alice" }), Principal::Client { client_id: "alice" }, Some("alice")),
        (json!({ "cid": "alice" }), Principal::Client { client_id: "alice" }, Some("alice")),
        (json!({ "client_id": "web", "azp": "alice" }), user, Some("web")),
    ] {
        let mut edits = edits;
        edits["roles"] = json!(["reader"]);
        let token = accepts(&gate, &token(&edits), &edits.to_string()).await;
        assert_eq!(token.principal(), principal, "{edits}");
        assert_eq!(token.client_id(), client, "{edits}");
        assert_eq!(token.groups(), ["reader"], "a client keeps its roles");
    }
}

#[tokio::test]
async fn kinds_of_tokens() {
    let keys = KeySet::from_json(jwks(&SIGNER, "1").to_string()).unwrap();
    let gate = |kind| gate(Policy::oidc(ISSUER, "orders", kind).unwrap().static_keys(keys.clone()));
    let bearer = gate(TokenKind::claim("typ", "Bearer"));
    let cid = gate(TokenKind::with_claim("cid"));
    let either = gate(TokenKind::claim("typ", "Bearer").or(TokenKind::with_claim("cid")));
    for (edits, of_bearer, of_cid, of_either) in [
        (json!({}), false, false, false),
        (json!({ "typ": "Bearer" }), true, false, true),
        (json!({ "typ": "bearer" }), false, false, false),
        (json!({ "typ": "ID" }), false, false, false),
        (json!({ "typ": ["Bearer"] }), false, false, false),
        (json!({ "a": { "typ": "Bearer", "cid": "a" } }), false, false, false),
        (json!({ "cid": "a" }), false, true, true),
        (json!({ "cid": false }), false, true, true),
    ] {
        let token = token(&edits);
        for (gate, is_taken) in [(&bearer, of_bearer), (&cid, of_cid), (&either, of_either)] {
            let code = if is_taken { "accepted" } else { "invalid_token_use" };
            refuses(gate, &token, code, &edits.to_string()).await;
        }
    }
}

#[tokio::test]
async fn what_a_policy_gives_up_and_asks_for() {
    let any = Policy::oidc(ISSUER, Audiences::dangerously_any(), TokenKind::at_jwt()).unwrap();
    let keys = KeySet::from_json(jwks(&SIGNER, "1").to_string()).unwrap();
    let any = gate(any.static_keys(keys));
    refuses(&any, &token(&json!({ "aud": "other" })), "accepted", "any audience").await;
    refuses(&any, &token(&json!({ "aud": null })), "missing_claim", "no audience").await;
    let bound = gate(policy().dangerously_ignore_confirmation());
    refuses(&bound, &token(&json!({ "cnf": { "jkt": "a" } })), "accepted", "bound").await;
    let recent = gate(policy().max_age(Duration::from_secs(60)));
    refuses(&recent, &token(&json!({})), "missing_claim", "no auth_time").await;
    refuses(&recent, &token(&json!({ "auth_time": START - 71 })), "invalid_claim", "old").await;
    refuses(&recent, &token(&json!({ "auth_time": START - 70 })), "accepted", "recent").await;
    let staff = policy().groups_claim("roles").unwrap().require(Requirement::group("staff"));
    let staff = gate(staff);
    refuses(&staff, &token(&json!({ "roles": ["staff"] })), "accepted", "staff").await;
    refuses(&staff, &token(&json!({ "roles": ["Staff"] })), "insufficient_group", "not").await;
    refuses(&staff, &token(&json!({ "groups": ["staff"] })), "insufficient_group", "not").await;
}
