//! Whatever is sent: a token passes only as it was signed, and nothing panics.

use poolgate::{KeySet, TokenUse, Verifier};
use poolgate_issuer::Algorithm;
use poolgate_tests::{World, invariants};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::sync::LazyLock;

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
        invariants::no_text_is_a_token(text.as_bytes());
        invariants::no_text_is_a_token(parts.as_bytes());
    }

    #[test]
    fn no_signed_json_breaks_the_walk(members in vec(MEMBER, 0..6), change in any::<Option<(Index, u8)>>()) {
        let members = changed(&members.concat(), change);
        invariants::signed_claims_fulfil_the_policy_or_are_refused(&members);
        invariants::signed_claims_fulfil_the_policy_or_are_refused(&changed(&GOOD_CLAIMS, change));
    }

    #[test]
    fn no_header_breaks_the_walk(members in vec(MEMBER, 0..6), change in any::<Option<(Index, u8)>>()) {
        let members = changed(&members.concat(), change);
        invariants::a_signed_header_is_honest_or_refused(&members);
        invariants::a_signed_header_is_honest_or_refused(&changed(&invariants::good_header(), change));
    }

    #[test]
    fn a_key_set_is_read_or_refused(change in any::<Option<(Index, u8)>>(), tail in any::<Vec<u8>>()) {
        let document = changed(&World::offline().issuer.jwks_json(), change);
        invariants::a_key_set_is_read_or_refused(&document);
        invariants::a_key_set_is_read_or_refused(&tail);
    }

    #[test]
    fn a_discovery_document_leads_where_it_may(members in vec(MEMBER, 0..4), change in any::<Option<(Index, u8)>>(), uri in URI, tail in any::<Vec<u8>>()) {
        let good = invariants::good_discovery();
        invariants::a_discovery_document_leads_where_it_may(&changed(&good, change));
        invariants::a_discovery_document_leads_where_it_may(&changed(&members.concat(), change));
        let led = good.replace("https://id.example/keys", &uri);
        invariants::a_discovery_document_leads_where_it_may(led.as_bytes());
        invariants::a_discovery_document_leads_where_it_may(&tail);
    }

    #[test]
    fn bearer_credentials_follow_the_grammar(value in "([Bb][Ee]arer|Basic|B)[ \t=,]{0,2}[a-zA-Z0-9._~+/=, -]{0,12}") {
        invariants::credentials_follow_the_grammar(value.as_bytes());
    }
}

/// A text, with one byte replaced now and then.
fn changed(text: &str, change: Option<(Index, u8)>) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    if let Some((at, byte)) = change.filter(|_| !bytes.is_empty()) {
        let at = at.index(bytes.len());
        bytes[at] = byte;
    }
    bytes
}

/// A member of an object, with a comma in front, as a pattern: now and then malformed.
const MEMBER: &str = r#","(a|b|alg|kid|exp|crit|b64|jku|cnf|x)":(null|true|-?[0-9]{1,3}(\.5)?(e[0-9]{1,3})?|"([a-z]|\\u[0-9a-d]{4}|\\[nt/x]){0,4}"|\[("x"|1|,){0,3}\]|\{("y":[0-9]|,){0,2}\})"#;

/// A URL, or what somebody could take for one, as a pattern.
const URI: &str = r#"(https?|HTTPS|file)?:?/{0,3}([a-z]{1,3}@)?(id\.example|ID\.example|a\.example|localhost|127\.0\.0\.1|10\.1|0x7f\.1|2130706433|\[::1\])\.?(:[0-9]{0,6})?([/?#@][a-z/.%@:]{0,6})?"#;

/// Claims that the gate of [`invariants`] accepts as they are.
static GOOD_CLAIMS: LazyLock<String> = LazyLock::new(invariants::good_claims);

/// Else they would hold for want of anything that is accepted.
#[test]
fn the_invariants_are_tried_on_tokens_that_pass() {
    let header = invariants::good_header();
    assert!(invariants::accepts_header(header.as_bytes()));
    assert!(invariants::accepts_header(header.replace("EdDSA", "Ed25519").as_bytes()));
    let more = br#","x":[1.5e3,{"y":null}]"#;
    assert!(invariants::accepts_header(&invariants::with_members(&header, more)));
    assert!(invariants::accepts_claims(GOOD_CLAIMS.as_bytes()));
    assert!(invariants::accepts_claims(&invariants::with_members(&GOOD_CLAIMS, more)));
    let discovery = invariants::good_discovery();
    assert!(invariants::leads_somewhere(discovery.as_bytes()));
    assert!(invariants::leads_somewhere(&invariants::with_members(&discovery, more)));
}
