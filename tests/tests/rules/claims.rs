//! Who issued a token, for whom, and for what.

use crate::{Gate, gate, gate_for};
use poolgate::{ClientIds, KeySet, Policy, Requirement, TokenUse};
use poolgate_issuer::TestIssuer;
use poolgate_tests::World;
use serde_json::json;

#[test]
fn issuers_are_compared_byte_by_byte() {
    let gate = gate();
    let iss = gate.world.issuer.issuer().to_owned();
    let pool = gate.world.issuer.user_pool_id().to_owned();
    for other in [
        format!("{iss}/"),
        format!("{iss} "),
        format!(" {iss}"),
        iss.to_uppercase(),
        format!("{iss}x"),
        iss[..iss.len() - 1].to_owned(),
        iss.replace("https", "http"),
        iss.replace(".com/", ".com:443/"),
        iss.replace("https://", "https://user@"),
        iss.replace("cognito-idp", "cognito%2Didp"),
        iss.replace("amazonaws.com", "amazonaws.com.evil.example"),
        format!("{iss}#"),
        format!("{iss}?"),
        iss.replace('k', "\u{212a}"),
        iss.replace("eu-west-1.", "eu-west-2."),
        String::new(),
        pool,
        iss.replace("cognito-idp.", "cognito-idp-fips."),
    ] {
        if other != iss {
            gate.says("invalid_issuer", &other, &gate.access().claim("iss", other.clone()).sign());
        }
    }
    let list = gate.access().claim("iss", json!([iss, "https://evil.example"])).sign();
    gate.says("invalid_claim", "a list", &list);
    gate.says("missing_claim", "none", &gate.access().without_claim("iss").sign());
    let updated = iss.replace("cognito-idp", "issuer-cognito-idp");
    gate.says("ok", "the pool's other issuer", &gate.access().claim("iss", updated).sign());
}

#[test]
fn the_use_of_a_token() {
    let (access, id) = (TokenUse::Access, TokenUse::Id);
    for (uses, expected) in [
        (vec![access], ["ok", "invalid_token_use"]),
        (vec![id], ["invalid_token_use", "ok"]),
        (vec![access, id], ["ok", "ok"]),
    ] {
        let gate = gate_for(&uses, |policy| policy);
        gate.says(expected[0], "access token", &gate.access().sign());
        gate.says(expected[1], "ID token", &gate.id().sign());
    }
    let gate = gate();
    for value in ["", "Access", "ACCESS", "access ", "refresh"] {
        gate.says("invalid_token_use", value, &gate.access().claim("token_use", value).sign());
    }
    gate.says("missing_claim", "absent", &gate.access().without_claim("token_use").sign());
    let dressed_up = gate.id().claim("token_use", "access").sign();
    gate.says("missing_claim", "an ID token that says access", &dressed_up);
}

#[test]
fn clients_and_audiences() {
    let gate = gate_for([TokenUse::Access, TokenUse::Id], |policy| policy);
    let client = gate.world.issuer.client_id().to_owned();
    gate.says("invalid_client", "another client", &gate.access().client_id("other").sign());
    gate.says("missing_claim", "no client", &gate.access().without_claim("client_id").sign());
    gate.says("ok", "aud is the client", &gate.access().audience(client.clone()).sign());
    gate.says("ok", "aud names it", &gate.access().audience(json!([client, "x"])).sign());
    gate.says(
        "invalid_audience",
        "aud of another API",
        &gate.access().audience("https://other").sign(),
    );
    gate.says("invalid_audience", "aud empty", &gate.access().audience(json!([])).sign());
    gate.says(
        "invalid_audience",
        "ID token of another client",
        &gate.id().audience("other").sign(),
    );
    gate.says(
        "invalid_audience",
        "ID token for two",
        &gate.id().audience(json!([client, "x"])).sign(),
    );
    gate.says("ok", "ID token in a list", &gate.id().audience(json!([client])).sign());
    gate.says("missing_claim", "ID token without aud", &gate.id().without_claim("aud").sign());
    let only_client_id = gate.id().without_claim("aud").claim("client_id", client).sign();
    gate.says("missing_claim", "client_id is no aud", &only_client_id);
}

#[test]
fn resources_are_asked_of_every_access_token() {
    let resources = ["https://api.example", "https://api.example/v2"];
    let gate = gate_for(TokenUse::Access, |policy| policy.resources(resources).unwrap());
    let client = gate.world.issuer.client_id().to_owned();
    gate.says("ok", "named", &gate.access().audience("https://api.example").sign());
    gate.says("ok", "among others", &gate.access().audience(json!(["x", resources[1]])).sign());
    gate.says("missing_claim", "absent", &gate.access().sign());
    gate.says(
        "invalid_audience",
        "another",
        &gate.access().audience("https://api.example/").sign(),
    );
    gate.says("invalid_audience", "the client", &gate.access().audience(client).sign());
}

#[test]
fn any_client_must_be_asked_for_by_name() {
    let world = World::offline();
    let any = ClientIds::dangerously_any();
    let policy =
        Policy::cognito(world.issuer.user_pool_id(), any, [TokenUse::Access, TokenUse::Id]);
    let keys = KeySet::from_json(world.issuer.jwks_json()).unwrap();
    let policy = policy.unwrap().static_keys(keys).allow_test_keys();
    let verifier = poolgate_tests::builder(policy).clock(world.clock.clone()).build().unwrap();
    let gate = Gate { world, verifier };
    gate.says("ok", "any client", &gate.access().client_id("other").sign());
    gate.says("ok", "any audience of an ID token", &gate.id().audience("other").sign());
    gate.says("missing_claim", "but one", &gate.access().without_claim("client_id").sign());
    gate.says(
        "invalid_audience",
        "aud could be a foreign API",
        &gate.access().audience("other").sign(),
    );
}

#[test]
fn subjects_and_confirmation() {
    let gate = gate();
    let machine = gate.world.issuer.client_credentials_token();
    gate.says("missing_claim", "a user without sub", &gate.access().without_claim("sub").sign());
    gate.says("invalid_claim", "an empty sub", &gate.access().claim("sub", "").sign());
    gate.says("ok", "a client without sub", &machine.clone().without_claim("sub").sign());
    gate.says("invalid_claim", "a client with an empty one", &machine.claim("sub", "").sign());
    for value in [json!(null), json!({"jkt": "x"}), json!("x")] {
        gate.says("invalid_claim", "cnf", &gate.access().claim("cnf", value).sign());
    }
    let loud = gate_for(TokenUse::Access, Policy::dangerously_ignore_confirmation);
    loud.says("ok", "cnf ignored by name", &loud.access().claim("cnf", json!({"jkt": "x"})).sign());
}

#[test]
fn a_policy_can_ask_for_groups_and_scopes() {
    let requirement = || {
        Requirement::all_of([Requirement::group("Admins"), Requirement::scope("orders/read")])
            .unwrap()
    };
    let gate = gate_for(TokenUse::Access, |policy| policy.require(requirement()));
    let token = gate.access().scope("orders/read");
    gate.says("ok", "both", &token.clone().group("Admins").sign());
    gate.says("insufficient_group", "one", &token.sign());
    gate.says("insufficient_scope", "the other", &gate.access().group("Admins").sign());
}

#[test]
fn attributes_that_users_write_grant_nothing() {
    let admins = Requirement::group("Admins");
    let gate = gate_for([TokenUse::Access, TokenUse::Id], |policy| policy.require(admins));
    let dressed_up = gate
        .id()
        .claim("custom:role", "Admins")
        .claim("custom:groups", json!(["Admins"]))
        .claim("groups", json!(["Admins"]))
        .claim("roles", json!(["Admins"]))
        .claim("preferred_username", "Admins")
        .claim("cognito:roles", json!(["Admins"]))
        .claim("cognito:preferred_role", "Admins");
    gate.says("insufficient_group", "every attribute but the group", &dressed_up.sign());
    gate.says("ok", "the group", &dressed_up.group("Admins").sign());
}

#[test]
fn issuer_and_verifier_agree_on_the_issuers_of_every_partition() {
    for pool in ["eu-west-1_Abc", "us-gov-east-1_Abc", "cn-north-1_Abc", "eusc-de-east-1_Abc"] {
        for builder in [TestIssuer::builder(), TestIssuer::builder().updated_issuer()] {
            let issuer = builder.user_pool_id(pool).offline();
            let keys = KeySet::from_json(issuer.jwks_json()).unwrap();
            let policy = Policy::cognito(pool, issuer.client_id(), TokenUse::Access).unwrap();
            let verifier = poolgate_tests::builder(policy.static_keys(keys).allow_test_keys())
                .build()
                .unwrap();
            let result = verifier.verify_cached(&issuer.access_token().sign()).unwrap();
            assert!(result.is_ok(), "{}: {result:?}", issuer.issuer());
        }
    }
}
