//! What an OIDC policy refuses to be built from.

use poolgate::{Audiences, ConfigError, Policy, Requirement, TokenKind, TokenUse, Verifier};

fn policy() -> Policy {
    Policy::oidc("https://id.example", "orders", TokenKind::at_jwt()).unwrap()
}

#[track_caller]
fn refuses<T: std::fmt::Debug>(result: Result<T, ConfigError>, message: &str) {
    let error = result.unwrap_err().to_string();
    assert!(error.starts_with(message) && error.contains("expected"), "{error}");
}

#[test]
fn bad_settings_are_refused() {
    let oidc =
        |issuer: &str, audiences: Audiences| Policy::oidc(issuer, audiences, TokenKind::at_jwt());
    for issuer in ["", "id.example", "http://id.example", "https://id.example?a", "https://a@b"] {
        refuses(oidc(issuer, "orders".into()), &format!("{issuer:?} is not an issuer"));
    }
    refuses(oidc("https://id.example", "".into()), r#""" is not an audience"#);
    let nobody = Vec::<String>::new();
    refuses(oidc("https://id.example", nobody.into()), "the list of audiences is empty");
    refuses(policy().groups_claim(""), "the claim for groups has no name");
    refuses(policy().groups_claim(["a", ""]), "the claim for groups has no name");
    refuses(policy().groups_claim(Vec::<String>::new()), "the claim for groups has no name");
    refuses(policy().header_types(["a", ""]), "a type of header is empty");
    for origin in
        ["", "id.example", "https://id.example/", "https://id.example/a", "http://a.example"]
    {
        refuses(policy().jwks_origins([origin]), &format!("{origin:?} is not an origin"));
    }
    refuses(Policy::auth0("https://a.eu.auth0.com", "a"), r#""https://a.eu.auth0.com" names no"#);
    refuses(Policy::entra("common", "a"), r#""common" names no issuer"#);
}

#[test]
fn each_kind_of_policy_has_its_own_settings() {
    let pool = || Policy::cognito("eu-west-1_AbCdEf123", "web", TokenUse::Access).unwrap();
    refuses(policy().issuer("https://a.example"), "a policy of this kind has no setting issuer");
    refuses(policy().resources(["a"]), "a policy of this kind has no setting resources");
    refuses(pool().groups_claim("a"), "a policy of this kind has no setting groups_claim");
    refuses(pool().jwks_origins([""; 0]), "a policy of this kind has no setting jwks_origins");
    assert_ne!(pool().header_types(["a+jwt"]).unwrap(), pool());
    assert_eq!(pool().reject_header_keys(), pool(), "a user pool's policy does so already");
}

/// A requirement that can never hold is a mistake, and no 403 for everybody.
#[test]
fn a_group_is_required_only_where_groups_are_known() {
    let group = || Requirement::group("staff");
    let scope = || Requirement::scope("read");
    let nested = Requirement::any_of([scope(), Requirement::all_of([scope(), group()]).unwrap()]);
    for requirement in [group(), nested.unwrap()] {
        let refused = Verifier::new(policy().require(requirement.clone()));
        refuses(refused, "a group is required and no claim holds groups");
        Verifier::new(policy().groups_claim("groups").unwrap().require(requirement)).unwrap();
    }
    Verifier::new(policy().require(scope())).unwrap();
    Verifier::new(policy().require(Requirement::issuer("https://id.example"))).unwrap();
}

#[test]
fn every_weakening_of_an_oidc_policy_shows_in_debug() {
    let shown = |policy: Policy| format!("{:?}", Verifier::new(policy).unwrap());
    let plain = shown(policy());
    let oidc =
        |audiences: Audiences, kind| Policy::oidc("https://a.example", audiences, kind).unwrap();
    for (name, policy) in [
        ("audiences: dangerously_any", oidc(Audiences::dangerously_any(), TokenKind::at_jwt())),
        ("kind: TokenKind([dangerously_any])", oidc("a".into(), TokenKind::dangerously_any())),
        ("header_types: [\"a+jwt\"]", policy().header_types(["a+jwt"]).unwrap()),
        ("ignore_confirmation: true", policy().dangerously_ignore_confirmation()),
        ("allow_test_keys: true", policy().allow_test_keys()),
    ] {
        assert!(shown(policy).contains(name) && !plain.contains(name), "{name}");
    }
    assert!(plain.contains("reject_header_keys: false"));
}

#[test]
fn one_issuer_has_one_policy_of_either_kind() {
    let pool = Policy::cognito("eu-west-1_AbCdEf123", "web", TokenUse::Access).unwrap();
    let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123";
    let same = Policy::oidc(issuer, "web", TokenKind::claim("token_use", "id")).unwrap();
    let twice = Verifier::builder(pool).policy(same).build();
    refuses(twice, &format!("{issuer:?} is the issuer of two policies"));
    let slashed = Policy::oidc("https://id.example/", "web", TokenKind::at_jwt()).unwrap();
    Verifier::builder(policy()).policy(slashed).build().unwrap();
}
