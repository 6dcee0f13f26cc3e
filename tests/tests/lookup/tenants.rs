//! A thousand tenants behind one verifier.

use crate::support::*;
use fastrand::Rng;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_tenants_interleaved_cost_one_fetch_each() {
    let world = World::with(1_000);
    let verifier = world.verifier();
    let tokens = world.tokens();
    let mut random = Rng::with_seed(5);
    // Each tenant once, and then as it comes.
    let mut order: Vec<usize> = (0..1_000).collect();
    order.extend((0..4_000).map(|_| random.usize(..1_000)));
    random.shuffle(&mut order);
    for at_once in order.chunks(50) {
        let mut requests = JoinSet::new();
        for &number in at_once {
            let (verifier, token) = (verifier.clone(), tokens[number].clone());
            requests.spawn(async move { (number, verifier.verify(&token).await) });
        }
        for (number, verified) in requests.join_all().await {
            assert_eq!(verified.unwrap().issuer(), world.tenant(number).iss());
        }
    }
    for tenant in &*world.tenants {
        let counts = (world.asked.of(tenant.iss()), world.fetched.of(&tenant.jwks_url()));
        assert_eq!(counts, (1, 1), "{}", tenant.iss());
    }
    assert_eq!((world.asked.all(), world.fetched.all()), (1_000, 1_000));
    let health = verifier.health();
    assert_eq!(health.issuers.len(), 1_000);
    assert!(health.issuers.iter().all(|issuer| issuer.has_keys && !issuer.is_primary));
}

#[tokio::test]
async fn tenants_that_share_a_kid_never_cross() {
    let world = World::with(12);
    for is_warm in [false, true] {
        let verifier = world.verifier();
        for (one, a) in world.tenants.iter().enumerate() {
            if is_warm {
                assert_eq!(answer(&verifier, &a.token()).await, "accepted");
            }
            for (other, b) in world.tenants.iter().enumerate() {
                let expected = if one == other { "accepted" } else { "invalid_signature" };
                let crossed = answer(&verifier, &a.token_signed_by(b)).await;
                assert_eq!(crossed, expected, "{one} by {other}, warm: {is_warm}");
            }
        }
        let client = world.tenant(1).access_token().claim("iss", world.tenant(0).iss());
        assert_eq!(answer(&verifier, &client.sign()).await, "invalid_signature");
    }
}

#[tokio::test]
async fn a_flood_on_one_tenant_is_nothing_to_the_others() {
    let world = World::with(10);
    let verifier = world.verifier();
    let tokens = world.tokens();
    for token in &tokens[..9] {
        assert_eq!(answer(&verifier, token).await, "accepted");
    }
    let victim = world.tenant(0);
    for number in 0..2_000 {
        if number % 200 == 0 {
            world.pass(SECOND);
        }
        let junk = victim.access_token().kid(format!("junk-{number}")).sign();
        assert_eq!(answer(&verifier, &junk).await, "key_not_found");
        let other = 1 + number % 8;
        assert_eq!(cached(&verifier, &tokens[other]), "accepted", "without any wait");
    }
    let fetched = |number: usize| world.fetched.of(&world.tenant(number).jwks_url());
    assert_eq!(fetched(0), 2, "one for the keys, one for the first kid within ten seconds");
    assert!((1..9).all(|number| fetched(number) == 1));
    assert_eq!(answer(&verifier, &tokens[9]).await, "accepted", "a tenant that comes meanwhile");
    assert_eq!((fetched(9), world.asked.all()), (1, 10));
}

#[tokio::test(start_paused = true)]
async fn a_tenant_whose_keys_never_come_holds_up_nobody_else() {
    let world = World::with(4);
    let (verifier, tokens) = (world.verifier(), world.tokens());
    assert_eq!(answer(&verifier, &tokens[1]).await, "accepted");
    let slow = world.tenant(0);
    world.hung.count(&slow.jwks_url());
    let began = tokio::time::Instant::now();
    let mut waiting = JoinSet::new();
    for number in 0..1_000 {
        let (verifier, slow) =
            (verifier.clone(), slow.access_token().kid(format!("junk-{number}")));
        waiting.spawn(async move { answer(&verifier, &slow.sign()).await });
    }
    let_others_run().await;
    assert_eq!(cached(&verifier, &tokens[1]), "accepted", "known, without any wait");
    for newcomer in [2, 3] {
        assert_eq!(answer(&verifier, &tokens[newcomer]).await, "accepted");
        assert_eq!(world.fetched.of(&world.tenant(newcomer).jwks_url()), 1);
    }
    assert_eq!(began.elapsed(), std::time::Duration::ZERO);
    assert_eq!(waiting.join_all().await, ["keys_unavailable"; 1_000]);
    assert_eq!(began.elapsed(), SECOND * 5, "all of them together");
    assert_eq!(world.fetched.of(&slow.jwks_url()), 1);
}

#[tokio::test]
async fn configured_issuers_win_and_are_never_asked_for() {
    let world = World::with(2);
    let (configured, other) = (world.tenant(0), world.tenant(1));
    // The lookup would say that nobody knows it.
    world.says(configured.iss(), Saying::Nothing);
    let builder = poolgate_tests::builder(configured.policy()).lookup(world.lookup());
    let builder = builder.fetch(world.documents()).clock(world.clock.clone());
    let verifier = builder.build().unwrap();
    assert_eq!(answer(&verifier, &configured.token()).await, "accepted");
    assert_eq!(answer(&verifier, &other.token()).await, "accepted");
    assert_eq!((world.asked.of(configured.iss()), world.asked.of(other.iss())), (0, 1));
    let health = verifier.health();
    let primary = |iss: &str| health.issuer(iss).unwrap().is_primary;
    assert!(primary(configured.iss()) && !primary(other.iss()));
    assert!(health.is_ready());
}

#[tokio::test]
async fn a_found_issuer_is_held_to_its_own_policy() {
    let world = World::with(2);
    let (a, b) = (world.tenant(0), world.tenant(1));
    let verifier = world.verifier();
    for (name, token, expected) in [
        ("good", a.access_token(), "accepted"),
        ("expired", a.access_token().expired(), "token_expired"),
        ("another client", a.access_token().client_id("somebody-else"), "invalid_client"),
        ("an ID token's use", a.access_token().claim("token_use", "id"), "invalid_token_use"),
        ("another issuer", a.access_token().claim("iss", b.iss()), "invalid_signature"),
    ] {
        assert_eq!(answer(&verifier, &token.sign()).await, expected, "{name}");
    }
    let late = a.access_token().not_before(std::time::UNIX_EPOCH + SECOND * 2_000_000_000);
    assert_eq!(answer(&verifier, &late.sign()).await, "token_not_yet_valid");
    assert!(world.now() < 2_000_000_000);
}
