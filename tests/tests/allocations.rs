//! What a token costs, counted in allocations.

use allocation_counter::measure;
use poolgate::{KeySet, Policy, PolicyLookup, TokenUse, Verifier, VerifierBuilder, bearer};
use poolgate_issuer::TokenBuilder;
use poolgate_tests::World;

#[test]
fn an_oversized_token_is_refused_before_anything_is_allocated() {
    let world = World::offline();
    let keys = KeySet::from_json(world.issuer.jwks_json()).unwrap();
    let policy = world.policy(TokenUse::Access).static_keys(keys);
    let verifier = Verifier::builder(policy).clock(world.clock).build().unwrap();
    for header in [
        format!("Bearer {}", "a".repeat(1024 * 1024)),
        format!("Bearer {}", ".".repeat(1024 * 1024)),
        format!("Bearer {}.a.a", "a".repeat(2_049)),
        "Bearer ..".to_owned() + &".".repeat(10_000),
    ] {
        let allocated = measure(|| {
            let token = bearer([header.as_bytes()]).unwrap();
            verifier.verify_cached(token).unwrap().unwrap_err();
        });
        assert_eq!(allocated.count_total, 0, "{header:.20}");
    }
}

#[test]
fn reading_costs_memory_in_proportion_to_the_token() {
    let world = World::offline();
    let verifier = Verifier::builder(world.policy(TokenUse::Access)).clock(world.clock.clone());
    let verifier = verifier.build().unwrap();
    let wide: String = (0..900).map(|n| format!(r#""{n}":0,"#)).collect();
    for payload in
        [format!("{{{wide}\"x\":0}}"), format!("[{}]", "[".repeat(10_000)), "{\"".repeat(4_000)]
    {
        let token = world.issuer.access_token().raw_payload(payload).sign();
        let allocated = measure(|| {
            verifier.verify_cached(&token).unwrap().unwrap_err();
        });
        // The names of a wide object are kept twice, in a list and in a set.
        let most = u64::try_from(token.len()).unwrap() * 12;
        assert!(allocated.bytes_max < most, "{} of {most} bytes", allocated.bytes_max);
    }
}

#[test]
fn a_lookup_costs_configured_issuers_nothing_and_found_ones_no_allocation() {
    let world = World::offline();
    let (token, keys) = (world.issuer.access_token().sign(), world.issuer.jwks_json());
    let policy = world.policy(TokenUse::Access).static_keys(KeySet::from_json(keys).unwrap());
    let (known, clock) = (policy.clone(), world.clock);
    let lookup = PolicyLookup::new(move |_| {
        let known = known.clone();
        async { Ok(Some(known)) }
    });
    let build = |builder: VerifierBuilder| builder.clock(clock.clone()).build().unwrap();
    let alone = build(Verifier::builder(policy.clone()));
    let beside = build(Verifier::builder(policy).lookup(lookup.clone()));
    let found = build(Verifier::builder(lookup));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(found.verify(&token)).unwrap();
    let allocations = |verifier: &Verifier| {
        let verify = || measure(|| drop(verifier.verify_cached(&token).unwrap().unwrap()));
        (0..20).map(|_| verify().count_total).min()
    };
    assert_eq!(allocations(&beside), allocations(&alone));
    assert_eq!(allocations(&found), allocations(&alone));
}

/// A verifier of both uses, and a user's tokens of both, with their slashes escaped or not.
fn tokens_of_a_user() -> (Verifier, Vec<TokenBuilder>) {
    let world = World::offline();
    let keys = KeySet::from_json(world.issuer.jwks_json()).unwrap();
    let (pool, client) = (world.issuer.user_pool_id(), world.issuer.client_id());
    let policy = Policy::cognito(pool, client, [TokenUse::Access, TokenUse::Id]).unwrap();
    let policy = policy.static_keys(keys).allow_test_keys();
    let verifier = Verifier::builder(policy).clock(world.clock).build().unwrap();
    let groups = ["Admins", "Basic", "Editors", "Finance"];
    let of = |token: TokenBuilder| {
        let token = groups.iter().fold(token.username("alice"), |token, group| token.group(*group));
        [token.clone(), token.escaped_slashes()]
    };
    let id = world.issuer.id_token().email("alice@example.com").claim("cognito:roles", groups);
    let tokens = [of(world.issuer.access_token()), of(id)].concat();
    (verifier, tokens)
}

fn allocations(verifier: &Verifier, token: &str, code: &str) -> u64 {
    let verify = || {
        let mut found = "ok";
        let allocated = measure(|| {
            if let Err(error) = verifier.verify_cached(token).unwrap() {
                found = error.code();
            }
        });
        assert_eq!(found, code);
        allocated.count_total
    };
    // The first one may find something that is made once for the process.
    verify().min(verify())
}

#[test]
fn a_refusal_before_the_signature_allocates_twice_at_most() {
    let (verifier, tokens) = tokens_of_a_user();
    for token in tokens {
        let changed = |change: fn(TokenBuilder) -> TokenBuilder| change(token.clone()).sign();
        let whole = token.clone().sign();
        let payload = whole.split('.').nth(1).unwrap();
        for (refused, code) in [
            ("a".repeat(100_000), "token_malformed"),
            (whole.replace('.', "-"), "token_malformed"),
            (format!("{whole}="), "token_malformed"),
            (whole.replace(payload, &format!("{payload}A")), "token_malformed"),
            (changed(|token| token.header("crit", ["exp"])), "token_malformed"),
            (changed(|token| token.claim("exp", "soon")), "invalid_claim"),
            (changed(|token| token.claim("iss", "https://issuer.example")), "invalid_issuer"),
            (changed(|token| token.header("alg", "HS256")), "invalid_algorithm"),
            (changed(|token| token.header("kid", "k".repeat(44))), "key_not_found"),
        ] {
            let count = allocations(&verifier, &refused, code);
            assert!(count <= 2, "{count} allocations, {code}: {refused}");
        }
        // What the walk itself refuses becomes an error of the parser, which is in a box.
        for refused in [
            changed(|token| token.raw_payload(r#"{"a":1,"b":[{}],"a":2}"#)),
            changed(|token| token.raw_header(r#"{"alg":"RS256","alg":1}"#)),
        ] {
            let count = allocations(&verifier, &refused, "token_malformed");
            assert!(count <= 4, "{count} allocations: {refused}");
        }
    }
}

#[test]
fn a_verified_token_allocates_its_text_and_what_its_getters_return() {
    let (verifier, tokens) = tokens_of_a_user();
    for token in tokens {
        let token = token.sign();
        let verified = verifier.verify_cached(&token).unwrap().unwrap();
        let lists = [verified.groups(), verified.scopes()];
        let lists = lists.map(|list| list.len() + usize::from(!list.is_empty()));
        // The payload, the signature while it is looked at, and the token itself.
        let most = 3 + u64::try_from(lists.iter().sum::<usize>()).unwrap();
        let count = allocations(&verifier, &token, "ok");
        assert!(count <= most, "{count} of {most} allocations");
    }
}
