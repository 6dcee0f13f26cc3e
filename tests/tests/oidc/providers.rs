//! Each provider's tokens at a gate for them.

use crate::{
    shapes::{SHAPES, Shape},
    support::*,
};
use poolgate::{Policy, Principal, Requirement, TokenKind, VerifiedToken};
use serde_json::{Value, json};

fn shape(name: &str) -> &'static Shape {
    SHAPES.iter().find(|shape| shape.name == name).expect("a shape of this name")
}

#[tokio::test]
async fn good_tokens_of_users_pass() {
    for shape in SHAPES.iter() {
        let web = Web::default();
        shape.serve(&web);
        let verifier = verifier(&web, [shape.policy()]);
        let token = accepts(&verifier, &shape.sign(&shape.user), shape.name).await;
        let subject = shape.user["sub"].as_str().unwrap();
        assert_eq!(token.issuer(), shape.issuer);
        assert_eq!(token.principal(), Principal::User { subject }, "{}", shape.name);
        let asked = if shape.has_discovery {
            vec![shape.discovery_url(), shape.jwks_uri.to_owned()]
        } else {
            vec![shape.jwks_uri.to_owned()]
        };
        assert_eq!(web.asked(), asked, "{}", shape.name);
        assert_eq!((state(&verifier).fetches, state(&verifier).generation), (1, 1), "as one fetch");
        let claims: Value = token.claims().unwrap();
        assert_eq!(claims, shape.claims(&shape.user));
    }
}

#[tokio::test]
async fn scopes_groups_and_clients_come_from_where_the_provider_writes_them() {
    for (name, client, groups, scopes) in [
        ("Auth0", Some("web"), &["admin"][..], &["openid", "read:orders"][..]),
        ("Auth0 by RFC 9068", Some("web"), &["admin"], &["openid", "read:orders"]),
        ("Okta", Some("web"), &["Everyone", "admin"], &["openid", "read:orders"]),
        ("Entra", Some("web"), &["admin"], &["read:orders"]),
        ("Keycloak", Some("web"), &["offline_access", "admin"], &["openid", "read:orders"]),
        ("Google", Some("web"), &[], &[]),
        ("Firebase", None, &[], &[]),
        ("Cognito", Some("web"), &["admin"], &["read:orders"]),
    ] {
        let (shape, web) = (shape(name), Web::default());
        shape.serve(&web);
        let verifier = verifier(&web, [shape.policy()]);
        let token = accepts(&verifier, &shape.sign(&shape.user), name).await;
        assert_eq!(token.client_id(), client, "{name}");
        assert_eq!(token.groups(), groups, "{name}");
        assert_eq!(token.scopes(), scopes, "{name}");
        let admin = Requirement::group("admin");
        assert_eq!(token.require(&admin).is_ok(), groups.contains(&"admin"), "{name}");
    }
}

#[tokio::test]
async fn machines_are_what_their_subject_says() {
    for (name, principal, groups) in [
        ("Auth0", Principal::User { subject: "robot@clients" }, &[][..]),
        ("Auth0 by RFC 9068", Principal::User { subject: "robot@clients" }, &[]),
        ("Okta", Principal::Client { client_id: "robot" }, &[]),
        (
            "Entra",
            Principal::User { subject: "7a0222be-ff1a-4d56-abd1-7e4f7d38e474" },
            &["read:orders"],
        ),
        (
            "Keycloak",
            Principal::User { subject: "a3b1e7c2-5f0e-4f3f-8a57-2b8a0d3c1e11" },
            &["default-roles-shop"],
        ),
    ] {
        let token = machine_token(shape(name)).await;
        assert_eq!(token.principal(), principal, "{name}");
        assert_eq!(token.client_id(), Some("robot"), "{name}");
        assert_eq!(token.groups(), groups, "{name}");
    }
}

async fn machine_token(shape: &Shape) -> VerifiedToken {
    let web = Web::default();
    shape.serve(&web);
    let machine = shape.machine.as_ref().expect("a machine's token");
    accepts(&verifier(&web, [shape.policy()]), &shape.sign(machine), shape.name).await
}

/// Neither as it is, nor for this API, nor with everything but its mark.
#[tokio::test]
async fn an_id_token_is_no_access_token() {
    for shape in SHAPES.iter() {
        let Some(id_token) = &shape.other_kind else { continue };
        let web = Web::default();
        shape.serve(&web);
        let verifier = verifier(&web, [shape.policy()]);
        refuses(&verifier, &shape.sign(id_token), "invalid_token_use", shape.name).await;
        let mut for_us = id_token.clone();
        for_us["aud"] = shape.user.get("aud").unwrap_or_else(|| &id_token["aud"]).clone();
        refuses(&verifier, &shape.sign(&for_us), "invalid_token_use", shape.name).await;
    }
    let (shape, web) = (shape("Auth0 by RFC 9068"), Web::default());
    shape.serve(&web);
    let verifier = verifier(&web, [shape.policy()]);
    for typ in [None, Some("JWT")] {
        let token = sign(&shape.signer, crate::shapes::KID, typ, &shape.claims(&shape.user));
        refuses(&verifier, &token, "invalid_token_use", "without the mark of RFC 9068").await;
    }
}

#[tokio::test]
async fn tokens_for_another_api_are_refused() {
    for shape in SHAPES.iter().filter(|shape| shape.has_discovery) {
        let web = Web::default();
        shape.serve(&web);
        let verifier = verifier(&web, [shape.policy()]);
        for audience in [json!("other"), json!(["other", "account"]), json!([]), json!("")] {
            let mut claims = shape.user.clone();
            claims["aud"] = audience;
            refuses(&verifier, &shape.sign(&claims), "invalid_audience", shape.name).await;
        }
        let mut claims = shape.user.clone();
        claims.as_object_mut().unwrap().remove("aud");
        refuses(&verifier, &shape.sign(&claims), "missing_claim", shape.name).await;
    }
}

/// All projects are signed for with the same keys, so that the issuer is all there is.
#[tokio::test]
async fn projects_of_firebase_are_kept_apart() {
    let (shape, web) = (shape("Firebase"), Web::default());
    shape.serve(&web);
    let other = "https://securetoken.google.com/other-project";
    web.serve(format!("{other}/.well-known/openid-configuration"), document(other, shape.jwks_uri));
    let ours = verifier(&web, [shape.policy()]);
    let both = verifier(&web, [shape.policy(), Policy::firebase("other-project").unwrap()]);
    let mut of_other = shape.user.clone();
    of_other["iss"] = other.into();
    let crossed = shape.sign(&of_other);
    refuses(&ours, &crossed, "invalid_issuer", "their issuer, our audience").await;
    refuses(&both, &crossed, "invalid_audience", "their issuer, our audience").await;
    of_other["aud"] = "other-project".into();
    accepts(&both, &shape.sign(&of_other), "theirs").await;
    refuses(&ours, &shape.sign(&of_other), "invalid_issuer", "theirs").await;
}

#[tokio::test]
async fn a_key_without_algorithm_verifies_rs256_alone() {
    let (shape, web) = (shape("Entra"), Web::default());
    shape.serve(&web);
    let verifier = verifier(&web, [shape.policy()]);
    accepts(&verifier, &shape.sign(&shape.user), "RS256").await;
    let claims = shape.claims(&shape.user).to_string();
    for alg in ["PS256", "RS512", "HS256", "none"] {
        let token = shape.signer.access_token().kid("shared").header("alg", alg);
        let token = token.raw_payload(claims.clone()).sign();
        refuses(&verifier, &token, "invalid_algorithm", alg).await;
    }
}

#[tokio::test]
async fn a_provider_is_a_starting_point() {
    let (shape, web) = (shape("Auth0"), Web::default());
    shape.serve(&web);
    let kind = TokenKind::with_claim("azp");
    let spelled_out = Policy::oidc("https://shop.eu.auth0.com/", ["https://orders.example"], kind);
    let verifier = verifier(&web, [spelled_out.unwrap()]);
    let token = accepts(&verifier, &shape.sign(&shape.user), "spelled out").await;
    assert!(token.groups().is_empty(), "no claim for groups is named");
}
