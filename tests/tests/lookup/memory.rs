//! What is remembered has an end.

use crate::support::*;
use fastrand::Rng;

#[tokio::test]
async fn evicted_tenants_come_back_correctly() {
    let world = World::with(60);
    let verifier = world.verifier_with(world.lookup().max_issuers(8));
    let tokens = world.tokens();
    let mut random = Rng::with_seed(8);
    for _ in 0..1_000 {
        let (one, other) = (random.usize(..60), random.usize(..60));
        let token = verifier.verify(&tokens[one]).await.unwrap();
        assert_eq!(token.issuer(), world.tenant(one).iss());
        if one != other {
            let crossed = world.tenant(one).token_signed_by(world.tenant(other));
            assert_eq!(answer(&verifier, &crossed).await, "invalid_signature");
        }
        assert!(verifier.health().issuers.len() <= 8);
    }
    let (asked, fetched) = (world.asked.all(), world.fetched.all());
    assert!(asked > 500, "most of them were forgotten and asked for again: {asked}");
    assert_eq!(asked, fetched, "and each time began with no keys");
}

#[tokio::test]
async fn a_flood_of_issuers_leaves_known_ones_in_place() {
    let world = World::with(5);
    let verifier = world.verifier();
    let tokens = world.tokens();
    for token in &tokens {
        assert_eq!(answer(&verifier, token).await, "accepted");
    }
    // Nobody checks the signature of a token whose issuer is refused.
    for number in 0..100_000 {
        let junk = junk(number);
        assert_eq!(answer(&verifier, &junk).await, "invalid_issuer");
        if number % 5_000 == 0 {
            assert_eq!(cached(&verifier, &junk), "invalid_issuer", "it is remembered");
            assert!(tokens.iter().all(|token| cached(&verifier, token) == "accepted"));
        }
    }
    assert_eq!(cached(&verifier, &junk(0)), "waits", "the first ones are forgotten");
    assert_eq!(world.fetched.all(), 5, "nobody was called because of them");
    assert!(world.tenants.iter().all(|tenant| world.asked.of(tenant.iss()) == 1));
}

/// A well-formed token of an issuer that nobody knows; its signature is none.
fn junk(number: u32) -> String {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let encode = |text: String| BASE64_URL_SAFE_NO_PAD.encode(text);
    let header = encode(r#"{"alg":"ES256","kid":"a"}"#.to_owned());
    let claims = encode(format!(r#"{{"iss":"https://id.example/{number}"}}"#));
    format!("{header}.{claims}.AAAA")
}
