//! What may be asked, and what becomes of every kind of answer.

use crate::support::*;
use poolgate::PolicyLookup;
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn found_refused_failed_hung_and_panicked() {
    for (name, saying, expected, status) in [
        ("refused", Saying::Nothing, "invalid_issuer", 401),
        ("failed", Saying::Fails, "keys_unavailable", 503),
        ("hung", Saying::Hangs, "keys_unavailable", 503),
        ("panicked at once", Saying::PanicsAtOnce, "keys_unavailable", 503),
        ("panicked later", Saying::PanicsLater, "keys_unavailable", 503),
    ] {
        let world = World::with(1);
        let (tenant, verifier) = (world.tenant(0), world.verifier());
        world.says(tenant.iss(), saying);
        let began = tokio::time::Instant::now();
        let error = verifier.verify(&tenant.token()).await.unwrap_err();
        assert_eq!((error.code(), error.status()), (expected, status), "{name}");
        assert_eq!(error.retry_after(), (status == 503).then_some(1), "{name}");
        let took = if name == "hung" { Duration::from_secs(5) } else { Duration::ZERO };
        assert_eq!(began.elapsed(), took, "{name}");
        assert_eq!(cached(&verifier, &tenant.token()), expected, "{name}: it is remembered");
        assert_eq!((world.asked.all(), world.fetched.all()), (1, 0), "{name}");

        world.says(tenant.iss(), Saying::Policy(tenant.policy()));
        world.pass(MINUTE);
        assert_eq!(answer(&verifier, &tenant.token()).await, "accepted", "{name}, then known");
    }
}

#[tokio::test]
async fn a_failure_is_asked_again_a_second_later() {
    let world = World::with(1);
    let (tenant, verifier) = (world.tenant(0), world.verifier());
    world.says(tenant.iss(), Saying::Fails);
    for expected in 1..=5 {
        for _ in 0..10 {
            assert_eq!(answer(&verifier, &tenant.token()).await, "keys_unavailable");
        }
        assert_eq!(world.asked.all(), expected);
        world.pass(SECOND);
    }
}

#[tokio::test]
async fn a_policy_of_another_issuer_is_refused() {
    let world = World::with(2);
    let (tenant, other) = (world.tenant(0), world.tenant(1));
    let verifier = world.verifier();
    world.says(tenant.iss(), Saying::Policy(other.policy()));
    assert_eq!(answer(&verifier, &tenant.token()).await, "invalid_issuer");
    assert_eq!(answer(&verifier, &tenant.token_signed_by(other)).await, "invalid_issuer");
    assert_eq!(world.fetched.all(), 0);
    let with_slash = tenant.policy().issuer(format!("{}/", tenant.iss())).unwrap();
    world.says(tenant.iss(), Saying::Policy(with_slash));
    world.pass(MINUTE);
    assert_eq!(answer(&verifier, &tenant.token()).await, "invalid_issuer", "byte by byte");
}

#[tokio::test]
async fn only_what_looks_like_an_issuer_is_asked_for() {
    let world = World::with(1);
    let (tenant, verifier) = (world.tenant(0), world.verifier());
    let long = |bytes: usize| format!("https://id.example/{}", "a".repeat(bytes - 19));
    for iss in [
        "",
        "tenant-1",
        "http://id.example",
        "http://169.254.169.254/latest",
        "https://user@id.example",
        "https://id.example/#a",
        "https://id.example/?a",
        "https://id.example/ ",
        "file:///etc/passwd",
        "../../etc/passwd",
        "' or 1=1 --",
        &long(1_025),
    ] {
        let token = tenant.access_token().claim("iss", iss).sign();
        assert_eq!(cached(&verifier, &token), "invalid_issuer", "{iss}, at once");
        assert_eq!(answer(&verifier, &token).await, "invalid_issuer", "{iss}");
    }
    assert_eq!(world.asked.all(), 0);
    let token = tenant.access_token().claim("iss", long(1_024)).sign();
    assert_eq!(answer(&verifier, &token).await, "invalid_issuer");
    assert_eq!((world.asked.all(), world.asked.of(&long(1_024))), (1, 1), "the exact text");
    assert_eq!(world.fetched.all(), 0);
}

#[tokio::test]
async fn look_alikes_are_other_issuers() {
    let world = World::with(1);
    let (tenant, verifier) = (world.tenant(0), world.verifier());
    assert_eq!(answer(&verifier, &tenant.token()).await, "accepted");
    let iss = tenant.iss();
    for look_alike in [
        format!("{iss}/"),
        iss.to_uppercase().replace("HTTPS", "https"),
        iss.replace("https://", "https://evil.example/"),
        iss.replace(".com/", ".com.evil.example/"),
        iss.replace(".com/", ".com:443/"),
        iss.replace(".com/", ".com./"),
    ] {
        let token = tenant.access_token().claim("iss", look_alike.as_str()).sign();
        assert_eq!(answer(&verifier, &token).await, "invalid_issuer", "{look_alike}");
    }
    assert_eq!(world.fetched.all(), 1);
}

#[tokio::test(start_paused = true)]
async fn beyond_so_many_questions_at_a_time_nobody_waits() {
    let world = World::with(4);
    let verifier = world.verifier_with(world.lookup().max_questions(2));
    let (old, new) = (world.tenant(2), world.tenant(3));
    assert_eq!(answer(&verifier, &old.token()).await, "accepted");
    world.pass(MINUTE * 5);
    for hung in [0, 1] {
        let hung = world.tenant(hung);
        world.says(hung.iss(), Saying::Hangs);
        let (verifier, token) = (verifier.clone(), hung.token());
        tokio::spawn(async move { answer(&verifier, &token).await });
    }
    let_others_run().await;
    let began = tokio::time::Instant::now();
    let error = verifier.verify(&new.token()).await.unwrap_err();
    assert_eq!((error.code(), error.retry_after()), ("keys_unavailable", Some(1)));
    assert_eq!(answer(&verifier, &old.token()).await, "accepted", "known before");
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!((world.asked.of(new.iss()), world.asked.of(old.iss())), (0, 2));

    tokio::time::sleep(SECOND * 6).await;
    assert_eq!(answer(&verifier, &new.token()).await, "accepted", "the others have ended");
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_questions_does_not_outlast_the_answers_about_known_issuers() {
    let world = World::with(1);
    let verifier = world.verifier_with(world.lookup().max_questions(2));
    let known = world.tenant(0);
    assert_eq!(answer(&verifier, &known.token()).await, "accepted");
    // For two hours there is not a moment when nobody asks about two issuers that do not exist.
    for minutes in 0..120 {
        world.pass(MINUTE);
        for number in 0..3 {
            let iss = format!("https://id.example/{minutes}/{number}");
            world.says(&iss, Saying::Hangs);
            let junk = known.access_token().claim("iss", iss).sign();
            let verifier = verifier.clone();
            tokio::spawn(async move { answer(&verifier, &junk).await });
        }
        let_others_run().await;
        assert_eq!(answer(&verifier, &known.token()).await, "accepted", "after {minutes} minutes");
    }
    assert!(world.asked.of(known.iss()) >= 120 / 5, "asked for again as ever");
}

#[tokio::test(start_paused = true)]
async fn beyond_so_many_questions_about_known_issuers_the_old_answers_serve() {
    let world = World::with(3);
    let verifier = world.verifier_with(world.lookup().max_questions(2));
    for tenant in &*world.tenants {
        assert_eq!(answer(&verifier, &tenant.token()).await, "accepted");
    }
    world.pass(MINUTE * 5);
    for hung in [0, 1] {
        world.says(world.tenant(hung).iss(), Saying::Hangs);
        let (verifier, token) = (verifier.clone(), world.tenant(hung).token());
        tokio::spawn(async move { answer(&verifier, &token).await });
    }
    let_others_run().await;
    let (third, began) = (world.tenant(2), tokio::time::Instant::now());
    assert_eq!(answer(&verifier, &third.token()).await, "accepted");
    assert_eq!((began.elapsed(), world.asked.of(third.iss())), (Duration::ZERO, 1));
}

#[test]
fn without_a_runtime_it_cannot_be_asked() {
    let world = World::with(1);
    let verifier = world.verifier();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert_eq!(cached(&verifier, &world.tenant(0).token()), "waits");
    let token = world.tenant(0).token();
    let mut waiting = std::pin::pin!(verifier.verify(&token));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(refused) = waiting.as_mut().poll(&mut context) else {
        panic!("it has nobody to wait for")
    };
    assert_eq!(refused.unwrap_err().code(), "keys_unavailable");
    assert_eq!(runtime.block_on(answer(&verifier, &token)), "accepted");
}

#[test]
fn a_verifier_shows_its_lookup() {
    let lookup = PolicyLookup::new(|_| async { Ok(None) }).max_issuers(77);
    let verifier = poolgate_tests::builder(lookup).build().unwrap();
    let shown = format!("{verifier:?}");
    assert!(shown.contains("max_issuers: 77"), "{shown}");
}
