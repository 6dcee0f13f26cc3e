//! What is refused by its size costs nothing, counted in allocations.

use allocation_counter::measure;
use poolgate::{KeySet, PolicyLookup, TokenUse, Verifier, VerifierBuilder, bearer};
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
