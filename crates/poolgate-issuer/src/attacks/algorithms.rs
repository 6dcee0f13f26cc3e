//! Headers that name another algorithm than that of the key.

use super::{
    attack::{
        Attack,
        Attacker::{Anyone, KeyHolder},
        Kind,
    },
    forge::{algorithm, signed_as, with_signature},
    kit::Kit,
};
use crate::algorithm::{Algorithm, Scheme};

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    [renamed(kit), signed_by_another(kit), zeros_of_another(kit)].concat()
}

/// The signature is good, and what the header calls it is not.
fn renamed(kit: &Kit<'_>) -> Vec<Attack> {
    let own = algorithm(kit.issuer());
    let lower = own.name().to_lowercase();
    let kind = Kind::new("A4", KeyHolder, "invalid_algorithm");
    let rows = [
        ("alg-rs256", "RS256", NAMED),
        ("alg-rs384", "RS384", NAMED),
        ("alg-rs512", "RS512", NAMED),
        ("alg-ps256", "PS256", NAMED),
        ("alg-es256", "ES256", NAMED),
        ("alg-eddsa", "EdDSA", NAMED),
        ("alg-es256k", "ES256K", NAMED),
        ("alg-rs1", "RS1", "A broken hash is good enough."),
        ("alg-dir", "dir", "An algorithm of encrypted tokens counts as one of signed tokens."),
        (
            "alg-lower-case",
            &lower,
            "Names of algorithms are compared in any case, here and nowhere else.",
        ),
    ];
    let others = rows.into_iter().filter(|(_, alg, _)| *alg != own.name());
    let row = |(name, alg, hope): (_, &str, _)| {
        kind.token(name, hope, kit.good().header("alg", alg).sign())
    };
    others.map(row).collect()
}

const NAMED: &str =
    "The list is checked against the name in the header, the signature under that of the key.";

/// The header is right about the signature, and the key is there for another algorithm.
fn signed_by_another(kit: &Kit<'_>) -> Vec<Attack> {
    let own = algorithm(kit.issuer());
    let kind = Kind::new("A3", KeyHolder, "invalid_algorithm");
    let hope = "The header decides how the key is used, whatever the key is there for.";
    let rows = [("signed-as-rs512", Algorithm::Rs512), ("signed-as-ps256", Algorithm::Ps256)];
    let others = rows.into_iter().filter(|(_, other)| *other != own);
    let row = |(name, other)| Some(kind.token(name, hope, signed_as(&kit.good(), other)?));
    others.filter_map(row).collect()
}

/// Zeros are a signature for whoever leaves out one comparison (CVE-2022-21449), and the header decides who verifies.
fn zeros_of_another(kit: &Kit<'_>) -> Vec<Attack> {
    let other = match algorithm(kit.issuer()).scheme() {
        Scheme::Ecdsa(..) => Algorithm::EdDsa,
        Scheme::Rsa(_) | Scheme::Ed25519 => Algorithm::Es256,
    };
    let kind = Kind::new("A3", Anyone, "invalid_algorithm");
    let token = kit.good().header("alg", other.name()).sign();
    let der = [0x30, 6, 2, 1, 0, 2, 1, 0];
    vec![
        kind.token(
            "zeros-of-another-algorithm",
            "The header decides how the key is used, and zeros are a signature.",
            with_signature(&token, |bytes| *bytes = vec![0; 64]),
        ),
        kind.token(
            "zeros-of-another-algorithm-in-der",
            "The header decides how the key is used, and zeros in DER are a signature.",
            with_signature(&token, |bytes| *bytes = der.to_vec()),
        ),
    ]
}
