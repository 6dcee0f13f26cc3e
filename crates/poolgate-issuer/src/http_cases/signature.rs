//! Algorithms and signatures: tokens that somebody else could have made.

use super::{
    case::HttpCase,
    expected::{allows, refuses},
    route::HttpRoute::Verified,
    tokens::{
        access_jwk, access_public_key, admin, algorithm, alice, parts, parts_before_signature, pem,
        published_jwks, signed_with_secret, with_signature,
    },
};
use crate::{issuer::TestIssuer, key_ring::jwks_json};

pub(super) fn cases(issuer: &TestIssuer, forger: &TestIssuer) -> Vec<HttpCase> {
    [unsigned(issuer), algorithms(issuer), secrets(issuer), forged(issuer, forger), broken(issuer)]
        .concat()
}

/// `none` in every spelling, with and without a signature behind it.
fn unsigned(issuer: &TestIssuer) -> Vec<HttpCase> {
    let spellings = ["none", "None", "NONE", "nOnE"].into_iter().flat_map(|alg| {
        let signed = alice(issuer).header("alg", alg).sign();
        let (unsigned, _) = parts_before_signature(&signed);
        [
            case(&format!("alg {alg}, unsigned"), "invalid_algorithm", &format!("{unsigned}.")),
            case(&format!("alg {alg}, signed"), "invalid_algorithm", &signed),
        ]
    });
    spellings.collect()
}

/// A key has one algorithm, and no token chooses another.
fn algorithms(issuer: &TestIssuer) -> Vec<HttpCase> {
    let own = algorithm(issuer).name();
    let lower = own.to_lowercase();
    let names = [
        "RS256", "RS384", "RS512", "PS256", "ES256", "EdDSA", "ES256K", "RS1", "HS384", "HS512",
        "dir", "", &lower,
    ];
    let others = names.into_iter().filter(|name| *name != own);
    let case = |alg: &str| {
        let token = alice(issuer).header("alg", alg).sign();
        case(&format!("alg {alg:?} for a key of another"), "invalid_algorithm", &token)
    };
    others.map(case).collect()
}

/// What everybody knows is no secret (CVE-2015-9235).
fn secrets(issuer: &TestIssuer) -> Vec<HttpCase> {
    let (jwk, jwks) = (access_jwk(issuer), published_jwks(issuer));
    let der = access_public_key(issuer);
    let rows = [
        ("the public key in PEM", pem(&der).into_bytes()),
        ("the public key in PEM, without the last line end", pem(&der).trim_end().into()),
        ("the public key in DER", der),
        ("the JWK", jwk.to_string().into_bytes()),
        ("the key set", jwks_json(&jwks).into_bytes()),
        ("the kid", issuer.access_kid().into_bytes()),
        ("the client's ID", issuer.client_id().into()),
        ("an empty secret", Vec::new()),
    ];
    let row = |(what, secret): (&str, Vec<u8>)| {
        let token = signed_with_secret(&alice(issuer), &secret);
        case(&format!("HS256 with {what}"), "invalid_algorithm", &token)
    };
    rows.map(row).into()
}

fn forged(issuer: &TestIssuer, forger: &TestIssuer) -> Vec<HttpCase> {
    let (alice, admin) = (alice(issuer), admin(issuer));
    let ([header, _, signature], token) = (parts(&alice.sign()).map(str::to_owned), admin.sign());
    let [_, claims, _] = parts(&token);
    let escalated = format!("{header}.{claims}.{signature}");
    vec![
        case("signed by another key", "invalid_signature", &alice.clone().signed_by(forger).sign()),
        case(
            "kid of the pool's other key",
            "invalid_signature",
            &alice.clone().kid(issuer.id_kid()).sign(),
        ),
        case("claims of another token", "invalid_signature", &escalated),
        case(
            "expired and signed by another key",
            "invalid_signature",
            &alice.clone().expired().signed_by(forger).sign(),
        ),
        case(
            "kid and key of a forger",
            "key_not_found",
            &alice.clone().kid(forger.access_kid()).signed_by(forger).sign(),
        ),
        HttpCase::new(Verified, "slashes escaped, as Cognito does", allows("alice"))
            .with_bearer(&alice.escaped_slashes().sign()),
    ]
}

fn broken(issuer: &TestIssuer) -> Vec<HttpCase> {
    let token = alice(issuer).sign();
    let edited = |edit: fn(&mut Vec<u8>)| with_signature(&token, edit);
    let flipped = |place: fn(usize) -> usize| {
        with_signature(&token, |bytes| {
            let at = place(bytes.len());
            bytes[at] ^= 1;
        })
    };
    let rows = [
        ("nothing", edited(Vec::clear)),
        ("a bit of the first byte flipped", flipped(|_| 0)),
        ("a bit in the middle flipped", flipped(|length| length / 2)),
        ("the last bit flipped", flipped(|length| length - 1)),
        ("only zeros", edited(|bytes| bytes.fill(0))),
        ("only ones", edited(|bytes| bytes.fill(0xff))),
        ("one byte less", edited(|bytes| bytes.truncate(bytes.len() - 1))),
        ("one byte more", edited(|bytes| bytes.push(0))),
        ("a zero in front", edited(|bytes| bytes.insert(0, 0))),
        ("twice in a row", edited(|bytes| bytes.extend_from_within(..))),
        ("back to front", edited(|bytes| bytes.reverse())),
    ];
    let row = |(what, token): (&str, String)| {
        case(&format!("signature: {what}"), "invalid_signature", &token)
    };
    rows.map(row).into()
}

fn case(what: &str, code: &'static str, token: &str) -> HttpCase {
    HttpCase::new(Verified, what, refuses(code)).with_bearer(token)
}
