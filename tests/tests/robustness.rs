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

    /// JSON-like members beside good claims: what passes is JSON that another parser reads too.
    #[test]
    fn no_signed_json_breaks_the_walk(members in proptest::collection::vec(MEMBER, 0..6), at in any::<prop::sample::Index>(), byte in any::<Option<u8>>()) {
        let world = World::offline();
        let (verifier, issuer) = (verifier(&world), &world.issuer);
        let mut payload = format!(
            r#"{{"iss":"{}","sub":"s","username":"u","client_id":"{}","token_use":"access","exp":{}{}}}"#,
            issuer.issuer(), issuer.client_id(), world.now() + 60, members.concat(),
        ).into_bytes();
        if let Some(byte) = byte {
            let at = at.index(payload.len());
            payload[at] = byte;
        }
        let token = issuer.access_token().raw_payload(payload.clone()).sign();
        if passes(&verifier, &token) {
            let read: Result<serde_json::Value, _> = serde_json::from_slice(&payload);
            prop_assert!(read.is_ok_and(|claims| claims["sub"] == "s" || byte.is_some()));
        } else if byte.is_none() && members.is_empty() {
            prop_assert!(false, "good claims are refused");
        }
    }

    #[test]
    fn no_header_breaks_the_walk(header in any::<String>(), members in proptest::collection::vec(MEMBER, 0..6)) {
        let world = World::offline();
        let (verifier, token) = (verifier(&world), world.issuer.access_token());
        prop_assert!(!passes(&verifier, &token.clone().raw_header(header).sign()));
        let like = format!(r#"{{"alg":"none"{}}}"#, members.concat());
        prop_assert!(!passes(&verifier, &token.raw_header(like).sign()));
    }

    /// A set in which bytes were changed has no key more than before, and no panic.
    #[test]
    fn a_key_set_is_read_or_refused(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4), tail in any::<Vec<u8>>()) {
        let mut document = World::offline().issuer.jwks_json().into_bytes();
        let whole = KeySet::from_json(&document).unwrap().len();
        for (at, byte) in &changes {
            let at = at.index(document.len());
            document[at] = *byte;
        }
        let read = KeySet::from_json(&document);
        prop_assert!(read.as_ref().map_or(0, KeySet::len) <= whole);
        prop_assert!(!changes.is_empty() || read.is_ok());
        prop_assert!(KeySet::from_json(tail).is_err());
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

/// A member of an object, with a comma in front, as a pattern: now and then malformed.
const MEMBER: &str = r#","(a|b|alg|kid|exp|x)":(null|true|-?[0-9]{1,3}(\.5)?(e[0-9]{1,3})?|"([a-z]|\\u[0-9a-d]{4}|\\[nt/x]){0,4}"|\[("x"|1|,){0,3}\]|\{("y":[0-9]|,){0,2}\})"#;
