//! Bad configuration is refused before the first request, and says what is expected.

use poolgate::{
    Algorithm, ConfigError, KeySet, KeySnapshot, Policy, Requirement, TokenUse, UserPoolId,
    Verifier,
};
use poolgate_issuer::TestIssuer;
use poolgate_tests::World;
use std::time::Duration;

const POOL: &str = "eu-west-1_AbCdEf123";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn policy() -> Policy {
    Policy::cognito(POOL, "client", TokenUse::Access).unwrap()
}

#[track_caller]
fn refuses<T: std::fmt::Debug>(result: Result<T, ConfigError>, message: &str) {
    let error = result.unwrap_err().to_string();
    assert!(error.starts_with(message) && error.contains("expected"), "{error}");
}

#[test]
fn policies() {
    let cognito = |pool: &str, client: &str| Policy::cognito(pool, client, TokenUse::Access);
    refuses(cognito("eu-west-1", "client"), r#""eu-west-1" is not a user pool ID"#);
    refuses(cognito("local_abc", "client"), r#""local_abc" is not a user pool ID"#);
    refuses(cognito(POOL, ""), r#""" is not a client ID"#);
    refuses(cognito(POOL, "a b"), r#""a b" is not a client ID"#);
    let no_clients = Policy::cognito(POOL, Vec::<String>::new(), TokenUse::Access);
    refuses(no_clients, "the list of client IDs is empty");
    refuses(Policy::cognito(POOL, "client", []), "no token use was named");
    refuses(policy().issuer("http://id.example"), r#""http://id.example" is not an issuer"#);
    refuses(policy().jwks_url("http://id.example"), r#""http://id.example" is not a JWKS URL"#);
    refuses(policy().leeway(Duration::from_secs(301)), "a leeway of 301s is too long");
    refuses(policy().algorithms([]), "the list of algorithms is empty");
    refuses(policy().resources(["https://api.example", ""]), "no resource");
    refuses(policy().resources(Vec::<String>::new()), "no resource");
    let id_only = Policy::cognito(POOL, "client", TokenUse::Id).unwrap();
    refuses(id_only.resources(["https://api.example"]), "no resource");
    refuses(Requirement::any_of([]), "a requirement is empty");
    refuses(Requirement::all_of([]), "a requirement is empty");
}

#[test]
fn verifiers() {
    let twice = Verifier::builder(policy()).policy(policy()).build();
    refuses(
        twice,
        r#""https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123" is the issuer"#,
    );
    let max_stale = |time| Verifier::builder(policy()).max_stale(time).build();
    refuses(max_stale(DAY + Duration::from_secs(1)), "keys cannot be kept for 86401s");
    refuses(max_stale(Duration::from_secs(59)), "keys cannot be kept for 59s");
    max_stale(DAY).unwrap();
    let max_bytes = |bytes| Verifier::builder(policy()).max_token_bytes(bytes).build();
    refuses(max_bytes(0), "a token size of 0 bytes");
    refuses(max_bytes(1024 * 1024 + 1), "a token size of 1048577 bytes");
}

#[test]
fn kept_and_shared_keys() {
    let snapshot = |text: &str| KeySnapshot::from_json(text);
    refuses(snapshot("{}"), "the snapshot of keys cannot be read: not a snapshot");
    refuses(
        snapshot(r#"{"version":2}"#),
        "the snapshot of keys cannot be read: of another version",
    );
    let other = Policy::cognito("eu-west-1_Other", "client", TokenUse::Access).unwrap();
    let other = Verifier::new(other).unwrap();
    refuses(
        Verifier::builder(policy()).keys_from(&other).build(),
        "no keys of the other verifier can be shared: it does not know the issuer",
    );
}

#[test]
fn given_keys() {
    for document in ["", "{}", r#"{"keys":[]}"#, r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#] {
        assert!(
            matches!(KeySet::from_json(document), Err(ConfigError::KeySet { .. })),
            "{document}"
        );
    }
    let test_keys = KeySet::from_json(TestIssuer::builder().offline().jwks_json()).unwrap();
    let refused = Verifier::new(policy().static_keys(test_keys.clone()));
    refuses(refused, "the key set cannot be used: its keys are a test issuer's");
    Verifier::new(policy().static_keys(test_keys).allow_test_keys()).unwrap();
}

#[test]
fn an_issuer_or_a_key_url_of_ones_own_takes_test_keys_and_says_so() {
    let world = World::offline();
    let trusts = |policy| {
        let health = Verifier::new(policy).unwrap().health();
        health.issuers.iter().all(|issuer| issuer.trusts_test_keys)
    };
    assert!(!trusts(policy()));
    assert!(trusts(policy().allow_test_keys()));
    assert!(trusts(policy().jwks_url(world.issuer.jwks_url()).unwrap()));
    assert!(trusts(policy().issuer("http://localhost:9229/local_abc").unwrap()));
}

#[test]
fn every_weakening_shows_in_debug() {
    let shown = |policy: Policy| format!("{:?}", Verifier::new(policy).unwrap());
    let plain = shown(policy());
    for (name, policy) in [
        ("ignore_confirmation: true", policy().dangerously_ignore_confirmation()),
        ("allow_test_keys: true", policy().allow_test_keys()),
        ("allow_test_keys: true", policy().jwks_url("https://id.example/keys").unwrap()),
        ("allow_missing_kid: true", policy().allow_missing_kid()),
    ] {
        assert!(shown(policy).contains(name) && !plain.contains(name), "{name}");
    }
    let any = poolgate::ClientIds::dangerously_any();
    assert!(
        shown(Policy::cognito(POOL, any, TokenUse::Access).unwrap())
            .contains("clients: dangerously_any")
    );
}

#[test]
fn the_order_of_settings_does_not_matter() {
    let (issuer, url) = ("http://localhost:1/pool", "http://localhost:1/keys");
    let one = policy().issuer(issuer).and_then(|policy| policy.jwks_url(url)).unwrap();
    let other = policy().jwks_url(url).and_then(|policy| policy.issuer(issuer)).unwrap();
    assert_eq!(one, other);
}

#[test]
fn a_pool_is_given_as_text_or_parsed() {
    let parsed: UserPoolId = POOL.parse().unwrap();
    let owned = POOL.to_owned();
    let policies = [
        Policy::cognito(parsed, "client", TokenUse::Access).unwrap(),
        Policy::cognito(owned, ["client"], [TokenUse::Access]).unwrap(),
        Policy::cognito(POOL, vec!["client".to_owned()], [TokenUse::Access]).unwrap(),
    ];
    assert!(policies.iter().all(|other| *other == policy()));
    assert_ne!(policy(), policy().algorithms([Algorithm::Rs256]).unwrap());
}

#[test]
fn public_types_can_be_shared_and_sent() {
    fn is_shared<T: Send + Sync + Clone + 'static>() {}
    is_shared::<Verifier>();
    is_shared::<Policy>();
    is_shared::<Requirement>();
    is_shared::<KeySet>();
    is_shared::<KeySnapshot>();
    is_shared::<poolgate::VerifiedToken>();
    is_shared::<poolgate::Error>();
    is_shared::<ConfigError>();
    is_shared::<poolgate::Health>();
    is_shared::<poolgate::HttpFetch>();
}
