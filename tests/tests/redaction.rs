//! Nothing of a token reaches a log, a message or `Debug`.

use poolgate::{AccessClaims, CustomAttributes, IdClaims, Requirement, TokenUse};
use poolgate_issuer::{TestIssuer, TokenBuilder};
use poolgate_tests::{Log, World};
use serde::Deserialize;
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// Words that only the tokens hold.
const SECRETS: [&str; 7] = [
    "mallory-username",
    "mallory-subject",
    "mallory-group",
    "mallory-scope",
    "mallory-kid",
    "mallory-claim",
    "mallory@evil.example",
];

/// Wants numbers where the tokens have text, below a key that names somebody.
#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Odd {
    people: HashMap<String, u32>,
}

fn tokens(world: &World) -> Vec<String> {
    let base = world
        .issuer
        .access_token()
        .username(SECRETS[0])
        .subject(SECRETS[1])
        .group(SECRETS[2])
        .scope(SECRETS[3])
        .claim("x", SECRETS[5])
        .claim("people", json!({ SECRETS[6]: "x" }));
    let edits: [fn(TokenBuilder) -> TokenBuilder; 14] = [
        |t| t,
        TokenBuilder::expired,
        |t| t.kid("mallory-kid"),
        |t| t.header("alg", "mallory-claim"),
        |t| t.header("typ", "mallory-claim"),
        |t| t.header("crit", "mallory-claim"),
        |t| t.claim("iss", "https://mallory@evil.example"),
        |t| t.claim("exp", "mallory-claim"),
        |t| t.claim("token_use", "mallory-claim"),
        |t| t.client_id("mallory-claim"),
        |t| t.audience("mallory-claim"),
        |t| t.claim("cnf", "mallory-claim"),
        |t| t.signed_by(&TestIssuer::builder().offline()),
        |t| t.raw_payload("{\"mallory-claim\":1,\"mallory-claim\":2}"),
    ];
    let id = world.issuer.id_token().username(SECRETS[0]).email(SECRETS[6]);
    let mut tokens: Vec<String> = edits.iter().map(|edit| edit(base.clone()).sign()).collect();
    tokens.extend([id.sign(), id.claim("custom:x", SECRETS[5]).sign()]);
    let cut: Vec<String> = tokens.iter().map(|token| token[..token.len() / 2].to_owned()).collect();
    tokens.extend(cut);
    tokens
}

/// Every run of eight characters.
fn runs(text: &str) -> HashSet<&[u8]> {
    text.as_bytes().windows(8).collect()
}

#[tokio::test]
async fn no_log_message_or_debug_holds_text_of_a_token() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let world = World::start().await;
    let guard = tracing::subscriber::set_default(subscriber);
    let both = world.policy(TokenUse::Access).require(Requirement::group("Admins"));
    let verifiers = [
        world.builder().build().unwrap(),
        poolgate_tests::builder(both).clock(world.clock.clone()).build().unwrap(),
        poolgate_tests::builder(world.policy(TokenUse::Id))
            .clock(world.clock.clone())
            .build()
            .unwrap(),
    ];
    let mut shown = String::new();
    let (mut accepted, mut refused) = (0, 0);
    let tokens = tokens(&world);
    for (verifier, token) in verifiers.iter().flat_map(|v| tokens.iter().map(move |t| (v, t))) {
        match verifier.verify(token).await {
            Ok(verified) => {
                accepted += 1;
                shown += &format!("{verified:?} {:?}", verified.principal());
                let whole = verified.claims::<Vec<u8>>().unwrap_err();
                let nested = verified.claims::<Odd>().unwrap_err();
                shown += &format!("{whole} {whole:?} {nested} {nested:?}");
                shown += &format!("{:?}", verified.claims::<AccessClaims>());
                shown += &format!("{:?}", verified.claims::<IdClaims>());
                shown += &format!("{:?}", verified.claims::<CustomAttributes>());
            }
            Err(error) => {
                refused += 1;
                shown += &format!("{error} {error:?} {:?} {}", error.challenge(), error.body());
            }
        }
        shown += &format!("{verifier:?} {:?}", verifier.health());
    }
    drop(guard);
    let logged = log.text();
    assert!(accepted >= 2 && refused >= 60, "{accepted} accepted, {refused} refused");
    assert!(logged.contains("token refused") && logged.contains("keys fetched"), "{logged}");
    let text = shown + &logged;
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret}");
    }
    let text = runs(&text);
    for token in &tokens {
        assert!(runs(token).is_disjoint(&text), "text of a token leaked");
    }
}
