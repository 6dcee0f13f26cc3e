//! Every rule about a token, through the public API: one row a rule, one code an answer.

mod claims;
mod form;
mod header;
mod signature;
mod time;

use poolgate::{KeySet, Policy, TokenUse, Verifier};
use poolgate_issuer::{Algorithm as Signing, TokenBuilder};
use poolgate_tests::{HAS_P521, World};

type Edit = fn(TokenBuilder) -> TokenBuilder;

/// A pool, and a verifier that knows its keys without a network.
struct Gate {
    world: World,
    verifier: Verifier,
}

fn gate_for(token_use: impl AsRef<[TokenUse]>, edit: impl FnOnce(Policy) -> Policy) -> Gate {
    let world = World::offline();
    let issuer = &world.issuer;
    // One key of every algorithm is published once a token was signed with it.
    for algorithm in EVERY_ALGORITHM {
        issuer.access_token().algorithm(algorithm).sign();
    }
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), token_use).unwrap();
    let keys = KeySet::from_json(issuer.jwks_json()).unwrap();
    let policy = edit(policy.static_keys(keys).allow_test_keys());
    let verifier = Verifier::builder(policy).clock(world.clock.clone()).build().unwrap();
    Gate { world, verifier }
}

fn gate() -> Gate {
    gate_for(TokenUse::Access, |policy| policy)
}

impl Gate {
    fn access(&self) -> TokenBuilder {
        self.world.issuer.access_token().username("alice")
    }

    fn id(&self) -> TokenBuilder {
        self.world.issuer.id_token().username("alice")
    }

    fn verdict(&self, token: &str) -> &'static str {
        match self.verifier.verify_cached(token) {
            Some(Ok(_)) => "ok",
            Some(Err(error)) => error.code(),
            None => "wants keys",
        }
    }

    #[track_caller]
    fn says(&self, expected: &str, what: &str, token: &str) {
        assert_eq!(self.verdict(token), expected, "{what}");
    }
}

const EVERY_ALGORITHM: [Signing; 10] = [
    Signing::Rs256,
    Signing::Rs384,
    Signing::Rs512,
    Signing::Ps256,
    Signing::Ps384,
    Signing::Ps512,
    Signing::Es256,
    Signing::Es384,
    Signing::Es512,
    Signing::EdDsa,
];

/// Those whose keys can be used in this build.
fn usable_algorithms() -> impl Iterator<Item = Signing> {
    EVERY_ALGORITHM.into_iter().filter(|algorithm| HAS_P521 || *algorithm != Signing::Es512)
}
