//! Tokens of the issuer of this repository, verified by libraries that nobody here wrote.

use super::{accepted::ACCEPTED, assert_installed, output, script, tools};
use poolgate_issuer::{Attack, Attacker, HttpRoute, TestIssuer};
use serde::Deserialize;
use serde_json::json;
use std::{collections::BTreeMap, process::Command};

#[tokio::test(flavor = "multi_thread")]
async fn libraries_verify_good_tokens() {
    let issuer = TestIssuer::start().await;
    let access = issuer.access_token().username("alice").group("Admins");
    let id = issuer.id_token().username("alice").email("alice@shop.example");
    let (escaped, access, id) = (access.clone().escaped_slashes().sign(), access.sign(), id.sign());
    for (library, recipes) in [
        (Library::Node, ["aws_access", "aws_id"]),
        (Library::Node, ["jose_access", "jose_id"]),
        (Library::Python, ["pyjwt_access", "pyjwt_id"]),
    ] {
        let [of_access, of_id] = recipes;
        let good = [(of_access, &*access), (of_access, &*escaped), (of_id, &*id)];
        assert_eq!(library.refusals(&issuer, &good), [None, None, None], "{recipes:?}");
        let crossed = library.refusals(&issuer, &[(of_access, &*id), (of_id, &*access)]);
        assert!(crossed.iter().all(Option::is_some), "{recipes:?}: {crossed:?}");
    }
    assert_eq!(issuer.jwks_fetches(), 0, "the keys were given");
}

/// The recipe that most guides print. An access token of Cognito has no `aud`.
#[tokio::test(flavor = "multi_thread")]
async fn an_audience_refuses_every_access_token() {
    for (library, guide, by_hand, reason) in [
        (Library::Node, "jose_guide", "jose_access", r#"missing required "aud" claim"#),
        (Library::Python, "pyjwt_guide", "pyjwt_access", r#"missing the "aud" claim"#),
    ] {
        let issuer = TestIssuer::start().await;
        let tokens = ["alice", "bob"].map(|name| issuer.access_token().username(name).sign());
        let calls = |recipe| tokens.each_ref().map(|token| (recipe, token.as_str()));
        for refusal in library.refusals(&issuer, &calls(guide)) {
            let refusal = refusal.expect("a refusal");
            assert!(refusal.contains(reason), "{guide}: {refusal}");
        }
        assert_eq!(issuer.jwks_fetches(), 2, "{guide} fetches the keys for each request");
        assert_eq!(library.refusals(&issuer, &calls(by_hand)), [None, None], "{by_hand}");

        let other = issuer.access_token().client_id("somebody-else").sign();
        for refusal in library.refusals(&issuer, &[(by_hand, &other)]) {
            let refusal = refusal.expect("a refusal");
            assert!(refusal.ends_with("wrong client_id"), "{by_hand}: {refusal}");
        }
    }
}

/// No door is open to strangers, and nearly all of these need the pool's key. They show what is left to the user of a
/// library.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_tokens_that_libraries_accept() {
    let issuer = TestIssuer::start().await;
    let attacks: Vec<Attack> = issuer.attacks().into_iter().filter(is_for_any_route).collect();
    assert!(attacks.len() > 250, "{} hostile tokens", attacks.len());
    let mut accepted: Vec<_> = attacks.iter().map(|attack| (attack, Vec::new())).collect();
    for (library, recipe, name) in [
        (Library::Node, "aws_access", "aws"),
        (Library::Node, "jose_access", "jose"),
        (Library::Python, "pyjwt_access", "pyjwt"),
    ] {
        let tokens = attacks.iter().filter_map(Attack::token);
        let calls: Vec<_> = tokens.map(|token| (recipe, token)).collect();
        let refusals = library.refusals(&issuer, &calls);
        let count = refusals.iter().filter(|refusal| refusal.is_none()).count();
        println!("{recipe} accepts {count} of {} hostile tokens", attacks.len());
        for ((_, by), _) in accepted.iter_mut().zip(refusals).filter(|(_, it)| it.is_none()) {
            by.push(name);
        }
    }
    accepted.retain(|(_, by)| !by.is_empty());
    for (attack, by) in &accepted {
        println!("  {:4} {} ({}): {by:?}", attack.row(), attack.name(), attack.attacker());
        assert_ne!(attack.attacker(), Attacker::Anyone, "{}", attack.name());
    }
    let accepted: Vec<_> = accepted.iter().map(|(it, by)| (it.name(), by.join(" "))).collect();
    let expected: Vec<_> = ACCEPTED.iter().map(|(name, by)| (*name, (*by).to_owned())).collect();
    assert_eq!(accepted, expected);
    assert_eq!(issuer.jwks_fetches(), 0, "the keys were given");
}

/// Those for a route that asks for a group are good tokens to a verifier.
fn is_for_any_route(attack: &Attack) -> bool {
    attack.token().is_some() && attack.case().route() == HttpRoute::Verified
}

/// What runs a library.
#[derive(Clone, Copy)]
enum Library {
    Node,
    Python,
}

impl Library {
    /// Why each token is refused by its recipe.
    fn refusals(self, issuer: &TestIssuer, calls: &[(&str, &str)]) -> Vec<Option<String>> {
        let calls: Vec<_> =
            calls.iter().map(|(recipe, token)| json!({"recipe": recipe, "token": token})).collect();
        let jwks: serde_json::Value = serde_json::from_str(&issuer.jwks_json()).expect("JSON");
        let input = json!({
            "issuer": issuer.issuer(),
            "user_pool_id": issuer.user_pool_id(),
            "client_id": issuer.client_id(),
            "jwks": jwks,
            "jwks_url": issuer.jwks_url(),
            "calls": calls,
        });
        let report: Report = output(&mut self.command(), &input.to_string());
        println!("{:?}: {} tokens", report.versions, calls.len());
        assert_eq!(report.refusals.len(), calls.len());
        report.refusals
    }

    fn command(self) -> Command {
        match self {
            Self::Node => {
                let node = tools().join("node");
                assert_installed(&node.join("node_modules/aws-jwt-verify"));
                let mut command = Command::new("node");
                command.arg(script("verify.mjs")).arg(node);
                command
            }
            Self::Python => {
                let python = tools().join("venv/bin/python");
                assert_installed(&python);
                let mut command = Command::new(python);
                command.arg(script("verify.py"));
                command
            }
        }
    }
}

#[derive(Deserialize)]
struct Report {
    versions: BTreeMap<String, String>,
    refusals: Vec<Option<String>>,
}
