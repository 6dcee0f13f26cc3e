//! Two issuers that share a `kid` never cross, whichever two they are.

use crate::{shapes::SHAPES, support::*};

#[tokio::test]
async fn no_key_of_one_issuer_signs_for_another() {
    let mut pairs = 0;
    for shape in SHAPES.iter() {
        for other in SHAPES.iter().filter(|other| other.name != shape.name) {
            let (web, row) = (Web::default(), format!("{} signs for {}", other.name, shape.name));
            shape.serve(&web);
            other.serve(&web);
            let alone = verifier(&web, [shape.policy()]);
            let both = verifier(&web, [shape.policy(), other.policy()]);
            let turned = verifier(&web, [other.policy(), shape.policy()]);
            let forged = shape.sign_with(&other.signer, &shape.user);
            refuses(&alone, &forged, "invalid_signature", &row).await;
            refuses(&alone, &other.sign(&other.user), "invalid_issuer", &row).await;
            for verifier in [&both, &turned] {
                // Once with no keys at hand, and once with those of both.
                refuses(verifier, &forged, "invalid_signature", &row).await;
                accepts(verifier, &other.sign(&other.user), &row).await;
                accepts(verifier, &shape.sign(&shape.user), &row).await;
                refuses(verifier, &forged, "invalid_signature", &row).await;
            }
            pairs += 1;
        }
    }
    assert_eq!(pairs, 8 * 7);
}

#[tokio::test]
async fn all_issuers_at_one_gate_are_each_held_to_their_own_rules() {
    let web = Web::default();
    SHAPES.iter().for_each(|shape| shape.serve(&web));
    let all = verifier(&web, SHAPES.iter().map(crate::shapes::Shape::policy));
    for shape in SHAPES.iter() {
        let token = accepts(&all, &shape.sign(&shape.user), shape.name).await;
        assert_eq!(token.issuer(), shape.issuer);
    }
    // Whoever else's claims these are, they are held to what the issuer's policy says.
    for shape in SHAPES.iter() {
        for other in SHAPES.iter().filter(|other| other.name != shape.name) {
            let token = shape.sign(&other.user);
            let answer = all.verify(&token).await.map_or_else(|error| error.code(), |_| "accepted");
            let is_refused = ["invalid_token_use", "invalid_audience", "missing_claim"];
            // Both of Auth0's profiles are taken from either domain, and Google knows no kinds.
            let is_like = shape.name.starts_with("Auth0") && other.name.starts_with("Auth0");
            let row = format!("claims of {} in a token of {}", other.name, shape.name);
            assert!(is_like || is_refused.contains(&answer), "{row}: {answer}");
        }
    }
}
