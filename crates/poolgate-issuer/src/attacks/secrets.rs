//! Tokens that are signed with a secret which is none.

use aws_lc_rs::hmac;
use serde_json::json;

use super::{
    attack::{Attack, Attacker::Anyone, Kind},
    forge::{
        access_jwk, access_public_key, decode, pem, published_jwks, signed_by_hmac,
        signed_with_secret,
    },
    kit::Kit,
};
use crate::key_ring::jwks_json;

pub(super) fn attacks(kit: &Kit<'_>) -> Vec<Attack> {
    [public_keys(kit), longer_hashes(kit), guessed(kit), by_kid(kit)].concat()
}

const CONFUSED: Kind = Kind::new("A2", Anyone, "invalid_algorithm");

/// What everybody knows is no secret (CVE-2015-9235). All that has to be guessed is the form in which a library keeps it.
fn public_keys(kit: &Kit<'_>) -> Vec<Attack> {
    let (jwk, jwks) = (access_jwk(kit.issuer()), published_jwks(kit.issuer()));
    let der = access_public_key(kit.issuer());
    let number = jwk["n"].as_str().or_else(|| jwk["x"].as_str()).unwrap_or_default();
    let rows = [
        ("hs256-public-key-pem", PEM, pem(&der).into_bytes()),
        ("hs256-public-key-pem-trimmed", PEM, pem(&der).trim_end().into()),
        ("hs256-public-key-pem-line-first", LOOKS, format!("\n{}", pem(&der)).into_bytes()),
        ("hs256-public-key-pem-one-line", LOOKS, pem(&der).replace('\n', "").into_bytes()),
        ("hs256-public-key-pem-crlf", LOOKS, pem(&der).replace('\n', "\r\n").into_bytes()),
        ("hs256-public-key-der", "The key is kept in DER, and taken for a secret.", der),
        (
            "hs256-jwk",
            "The key is kept as a JWK, whose text is taken for a secret.",
            jwk.to_string().into(),
        ),
        (
            "hs256-jwk-list",
            "The key is kept in a list, whose text is taken for a secret.",
            json!([jwk]).to_string().into(),
        ),
        (
            "hs256-jwks",
            "The text of the key set is taken for a secret.",
            jwks_json(&jwks).into_bytes(),
        ),
        ("hs256-number-text", "A member of the JWK is taken for its `k`.", number.into()),
        ("hs256-number-bytes", "A number of the JWK is taken for its `k`.", decode(number)),
    ];
    let row = |(name, hope, secret): (_, _, Vec<u8>)| {
        CONFUSED.token(name, hope, signed_with_secret(&kit.good(), &secret))
    };
    rows.map(row).into()
}

const PEM: &str = "The header chooses HMAC, and the public key in PEM is its secret.";
const LOOKS: &str =
    "A secret that looks like a public key is refused, and this one looks a bit less so.";

fn longer_hashes(kit: &Kit<'_>) -> Vec<Attack> {
    let secret = pem(&access_public_key(kit.issuer()));
    let rows = [
        ("hs384-public-key-pem", "HS384", hmac::HMAC_SHA384, "Only HS256 is a forbidden name."),
        ("hs512-public-key-pem", "HS512", hmac::HMAC_SHA512, "Only HS256 is a forbidden name."),
    ];
    let row = |(name, alg, algorithm, hope)| {
        let token = signed_by_hmac(&kit.good(), alg, algorithm, secret.as_bytes());
        CONFUSED.token(name, hope, token)
    };
    rows.map(row).into()
}

/// Secrets that are left where nobody set one.
fn guessed(kit: &Kit<'_>) -> Vec<Attack> {
    let (kid, client) = (kit.issuer().access_kid(), kit.issuer().client_id());
    let rows = [
        ("hs256-empty-secret", "A secret that nobody has set is an empty one.", ""),
        ("hs256-common-secret", "The secret is that of the tutorial.", "secret"),
        ("hs256-kid-as-secret", "The name of the key is taken for the key.", &*kid),
        ("hs256-client-id-as-secret", "The name of the client is taken for its secret.", client),
    ];
    let row = |(name, hope, secret): (_, _, &str)| {
        CONFUSED.row("A6").token(name, hope, signed_with_secret(&kit.good(), secret.as_bytes()))
    };
    rows.map(row).into()
}

/// The name of the key leads to something that the attacker knows.
fn by_kid(kit: &Kit<'_>) -> Vec<Attack> {
    let rows = [
        (
            "hs256-unknown-kid",
            "A6",
            "A key that is not found is taken for an empty one.",
            "unknown",
            "",
        ),
        (
            "hs256-kid-of-an-empty-file",
            "D18",
            "The name of the key is the path of a file, and this one is empty.",
            "../../../../../../dev/null",
            "",
        ),
        (
            "hs256-kid-with-sql",
            "D18",
            "The name of the key is put into a query, whose answer the attacker chooses.",
            "x' UNION SELECT 'key' -- ",
            "key",
        ),
        (
            "hs256-kid-with-command",
            "D18",
            "The name of the key is put into a command line.",
            "x; printf key",
            "key",
        ),
    ];
    let row = |(name, row, hope, kid, secret): (_, _, _, &str, &str)| {
        let token = signed_with_secret(&kit.good().kid(kid), secret.as_bytes());
        CONFUSED.row(row).token(name, hope, token)
    };
    rows.map(row).into()
}
