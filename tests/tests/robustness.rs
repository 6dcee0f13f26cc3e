//! Whatever is sent: a token passes only as it was signed, and nothing panics.

use poolgate::{KeySet, TokenUse, Verifier, bearer};
use poolgate_issuer::Algorithm;
use poolgate_tests::World;
use proptest::prelude::*;

fn verifier(world: &World) -> Verifier {
    let keys = KeySet::from_json(world.issuer.jwks_json()).unwrap();
    let policy = world.policy(TokenUse::Access).static_keys(keys);
    Verifier::builder(policy).clock(world.clock.clone()).build().unwrap()
}

fn passes(verifier: &Verifier, token: &str) -> bool {
    verifier.verify_cached(token).is_some_and(|result| result.is_ok())
}

#[test]
fn a_change_of_any_byte_is_refused() {
    let world = World::offline();
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256] {
        let token = world.issuer.access_token().algorithm(algorithm).sign();
        let verifier = verifier(&world);
        assert!(passes(&verifier, &token), "{algorithm}");
        for (at, original) in token.bytes().enumerate() {
            // One other letter of the alphabet, a dot, and a byte that belongs nowhere.
            for byte in [if original == b'A' { b'B' } else { b'A' }, b'.', b'=', original ^ 1, 0] {
                let mut changed = token.clone().into_bytes();
                changed[at] = byte;
                let Ok(changed) = String::from_utf8(changed) else { continue };
                assert!(byte == original || !passes(&verifier, &changed), "{algorithm}, byte {at}");
            }
        }
    }
}

#[test]
fn a_token_that_is_cut_or_grows_is_refused() {
    let world = World::offline();
    let token = world.issuer.access_token().sign();
    let verifier = verifier(&world);
    for end in 0..token.len() {
        assert!(!passes(&verifier, &token[..end]), "cut at {end}");
        assert!(!passes(&verifier, &token[end..][1..]), "begins after {end}");
        let grown = format!("{}A{}", &token[..end], &token[end..]);
        assert!(!passes(&verifier, &grown), "grown at {end}");
    }
}

proptest! {
    #[test]
    fn no_text_passes_for_a_token(text in any::<String>(), parts in "[A-Za-z0-9_-]{0,40}(\\.[A-Za-z0-9_-]{0,40}){0,4}") {
        let world = World::offline();
        let verifier = verifier(&world);
        prop_assert!(!passes(&verifier, &text));
        prop_assert!(!passes(&verifier, &parts));
    }

    #[test]
    fn no_signed_json_breaks_the_walk(header in any::<String>(), payload in proptest::collection::vec(any::<u8>(), 0..200)) {
        let world = World::offline();
        let verifier = verifier(&world);
        let token = world.issuer.access_token();
        prop_assert!(!passes(&verifier, &token.clone().raw_header(header).sign()));
        prop_assert!(!passes(&verifier, &token.raw_payload(payload).sign()));
    }

    #[test]
    fn a_key_set_is_read_or_refused(document in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(KeySet::from_json(document).is_err());
    }

    /// What is found is what the grammar of RFC 6750 §2.1 says, written as a pattern.
    #[test]
    fn bearer_credentials_follow_the_grammar(value in "([Bb][Ee]arer|Basic|B)[ \t=,]{0,2}[a-zA-Z0-9._~+/=, -]{0,12}") {
        let token = value.get(6..).filter(|_| value.to_ascii_lowercase().starts_with("bearer"));
        let token = token.and_then(|rest| rest.strip_prefix(' ')).map(|rest| rest.trim_start_matches(' '));
        let is_token = |text: &str| {
            let body = text.trim_end_matches('=');
            !body.is_empty() && body.chars().all(|c| c.is_ascii_alphanumeric() || "-._~+/".contains(c))
        };
        prop_assert_eq!(bearer([value.as_bytes()]).ok(), token.filter(|token| is_token(token)));
    }
}
