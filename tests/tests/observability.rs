//! What an operator reads in the log: one span for each verification, and what became of the keys.

use poolgate::{
    Error, Fetch, FetchFuture, Fetched, Gate, Look, Policy, PolicyLookup, RequestHead, TokenUse,
    Verifier,
};
use poolgate_issuer::Fault;
use poolgate_tests::{Log, World};
use std::time::Duration;
use tracing_subscriber::fmt::format::FmtSpan;

/// Everything that is logged while the guard lives, and each span as it closes.
fn listen() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

/// The fields of each verification that has ended, without its timings.
fn verifications(log: &Log) -> Vec<String> {
    let text = log.text();
    let spans = text.lines().filter(|line| line.contains(": poolgate::observe: close"));
    let fields = spans.filter_map(|line| line.split_once("verify{")?.1.split_once('}'));
    fields.map(|(fields, _)| fields.to_owned()).collect()
}

/// The fields of a verification of one of the pool's own tokens.
fn of_issuer(world: &World, code: &str) -> String {
    let issuer = world.issuer.issuer();
    format!(r#"issuer="{issuer}" key_generation=1 code="{code}""#)
}

#[tokio::test]
async fn one_span_for_each_verification() {
    let world = World::start().await;
    let verifier = world.verifier();
    let (log, _guard) = listen();
    let token = world.issuer.access_token();
    verifier.verify(&token.sign()).await.unwrap();
    verifier.verify_cached(&token.sign()).unwrap().unwrap();
    verifier.verify(&token.clone().expired().sign()).await.unwrap_err();
    verifier.verify("garbage").await.unwrap_err();
    assert_eq!(
        verifications(&log),
        [
            of_issuer(&world, "ok"),
            of_issuer(&world, "ok"),
            of_issuer(&world, "token_expired"),
            r#"code="token_malformed""#.to_owned()
        ],
        "{}",
        log.text()
    );
}

#[tokio::test]
async fn an_adapter_that_has_to_wait_is_still_one_verification() {
    let world = World::start().await;
    let (log, _guard) = listen();
    let token = format!("Bearer {}", world.issuer.access_token().sign());
    let gate = Gate::new(world.verifier());
    let Look::Waiting(outcome) = gate.look(&Head(&token)) else { panic!("keys were at hand") };
    outcome.await.unwrap();
    let expected = of_issuer(&world, "ok");
    assert_eq!(verifications(&log), [expected], "{}", log.text());
}

#[tokio::test]
async fn what_becomes_of_the_keys() {
    let world = World::start().await;
    let verifier = world.verifier();
    let (log, _guard) = listen();
    let said = |what: &str| {
        let text = log.text();
        log.clear();
        assert!(text.contains(what), "{what}: {text}");
    };
    verify(&verifier, &world).await.unwrap();
    said("keys changed url=");
    world.issuer.rotate();
    world.pass(Duration::from_secs(11));
    verify(&verifier, &world).await.unwrap();
    said("keys changed url=");
    fail_and_pass(&world, Duration::from_secs(20 * 60));
    let _ = verify(&verifier, &world).await;
    refreshed(&verifier).await;
    said("keys are stale url=");
    fail_and_pass(&world, Duration::from_secs(60 * 60));
    assert!(matches!(verify(&verifier, &world).await, Err(Error::KeysUnavailable { .. })));
    said("usable=false");
}

#[tokio::test]
async fn a_key_that_cannot_be_used_is_told_once() {
    let world = World::start().await;
    let document = world.issuer.jwks_json().replace("\"AQAB\"", "\"AQAC\"");
    let verifier = world.builder().fetch(Given(document)).build().unwrap();
    let (log, _guard) = listen();
    for _ in 0..3 {
        let _ = verify(&verifier, &world).await;
        world.pass(Duration::from_secs(60));
    }
    assert_eq!(log.text().matches("keys were skipped").count(), 1, "{}", log.text());
}

/// A request with this `Authorization`.
struct Head<'r>(&'r str);

impl RequestHead for Head<'_> {
    fn method(&self) -> &str {
        "GET"
    }

    fn values<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h [u8]> {
        (name == "authorization").then_some(self.0.as_bytes()).into_iter()
    }
}

/// Always the same document.
struct Given(String);

impl Fetch for Given {
    fn fetch<'f>(&'f self, _: &'f str) -> FetchFuture<'f> {
        Box::pin(async { Ok(Fetched::new(self.0.clone())) })
    }
}

async fn verify(verifier: &Verifier, world: &World) -> Result<(), Error> {
    verifier.verify(&world.issuer.access_token().sign()).await.map(|_| ())
}

fn fail_and_pass(world: &World, time: Duration) {
    world.issuer.fail_jwks(Fault::Status(500));
    world.pass(time);
}

/// Waits for a refresh in the background to fail.
async fn refreshed(verifier: &Verifier) {
    while verifier.health().issuers.iter().all(|issuer| issuer.failed_fetches == 0) {
        tokio::task::yield_now().await;
    }
}

/// A pool, and the log lines of a verifier that looks every policy up and gets this answer, after
/// so many tokens of this issuer, one each second.
async fn lines_of_lookups(
    iss: &str,
    tokens: u32,
    answer: impl Fn() -> Result<Option<Policy>, Box<dyn std::error::Error + Send + Sync>>
    + Send
    + Sync
    + Clone
    + 'static,
) -> String {
    let world = World::offline();
    let lookup = PolicyLookup::new(move |_| {
        let answer = answer.clone();
        async move { answer() }
    });
    let verifier = Verifier::builder(lookup).clock(world.clock.clone()).build().unwrap();
    let (log, _guard) = listen();
    for _ in 0..tokens {
        let token = world.issuer.access_token().claim("iss", iss).sign();
        verifier.verify(&token).await.unwrap_err();
        world.pass(Duration::from_secs(1));
    }
    log.text()
}

#[tokio::test]
async fn a_lookup_that_fails_is_told_once_in_ten_seconds_and_never_of_whom() {
    let iss = "https://mallory.example/issuer";
    let fails = || Err("the directory is away".into());
    let text = lines_of_lookups(iss, 30, fails).await;
    let told = text.matches("WARN").count();
    assert_eq!((told, text.matches("error=the directory is away").count()), (3, 3), "{text}");
    for answer in [fails, || Ok(None), || panic!("as planned")] {
        let text = lines_of_lookups(iss, 2, answer).await;
        assert!(text.contains("policy looked up") && !text.contains("mallory"), "{text}");
    }
    let text = lines_of_lookups("mallory", 2, fails).await;
    assert!(text.contains("invalid_issuer") && !text.contains("mallory"), "{text}");
}

#[tokio::test]
async fn a_policy_of_another_issuer_is_an_error_that_names_the_policy() {
    let other = || Ok(Some(Policy::cognito("eu-west-1_Other", "client", TokenUse::Access)?));
    let text = lines_of_lookups("https://mallory.example/issuer", 1, other).await;
    let error = text.lines().find(|line| line.contains("ERROR")).unwrap_or_default();
    assert!(error.contains("of other issuers") && error.contains("eu-west-1_Other"), "{text}");
    assert!(!text.contains("mallory"), "{text}");
}
