//! The signature vectors of Project Wycheproof, through the import of keys and the verification.
//!
//! All files with signatures run, also those for which JWS has no algorithm. Each key is imported
//! for every algorithm that takes it, so that a vector also shows that no other algorithm accepts
//! what is signed with one.

use crate::{
    Algorithm,
    crypto::HAS_P521,
    jwks::{ImportRules, KeySet, Lookup},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wycheproof::{ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};

// The policy: why a verdict may not be the vector's. Every row is a refusal.

const LARGE_KEY: &str = "RSA key above 4096 bits: not imported";
const EXPONENT: &str = "RSA exponent other than 65537: not imported";
const CURVE: &str = "a curve without a JWS algorithm: not imported";
const P521: &str = "P-521 without aws-lc-rs: not imported";
const PARAMETERS: &str = "hash, MGF or salt length without a JWS algorithm: refused";
const DER: &str = "ECDSA signature in DER (RFC 7518 §3.4 has r and s side by side): refused";
const MISSING_NULL: &str = "'acceptable' PKCS #1 v1.5 padding without the NULL: refused";

#[test]
fn every_vector_of_rsa_pkcs1() {
    let names = rsa_pkcs1_verify::TestName::all().into_iter();
    let tally = Tally::of(names.map(|name| (format!("{name:?}"), name.json_data())));
    let explained = [(LARGE_KEY, 776), (EXPONENT, 5), (PARAMETERS, 3_096), (MISSING_NULL, 9)];
    tally.is([24, 6_202, 2_316, 63], &explained);
}

#[test]
fn every_vector_of_rsa_pss() {
    let names = rsa_pss_verify::TestName::all().into_iter();
    let tally = Tally::of(names.map(|name| (format!("{name:?}"), name.json_data())));
    tally.is([26, 3_497, 1_186, 775], &[(PARAMETERS, 2_311)]);
}

#[test]
fn every_vector_of_ecdsa() {
    let names = ecdsa::TestName::all().into_iter();
    let tally = Tally::of(names.map(|name| (format!("{name:?}"), name.json_data())));
    if HAS_P521 {
        tally.is([73, 29_903, 860, 597], &[(CURVE, 20_251), (PARAMETERS, 1_536), (DER, 7_256)]);
    } else {
        let rows = [(CURVE, 20_251), (P521, 2_244), (PARAMETERS, 1_222), (DER, 5_644)];
        tally.is([73, 29_903, 542, 366], &rows);
    }
}

#[test]
fn every_vector_of_eddsa() {
    let names = eddsa::TestName::all().into_iter();
    let tally = Tally::of(names.map(|name| (format!("{name:?}"), name.json_data())));
    tally.is([2, 238, 151, 88], &[(CURVE, 87)]);
}

#[derive(Default)]
struct Tally {
    files: usize,
    vectors: usize,
    /// The verdict is the vector's.
    equal: usize,
    /// How many of the equal ones are accepted.
    accepted: usize,
    /// Explained by a row of the policy.
    explained: BTreeMap<&'static str, usize>,
}

impl Tally {
    fn of(files: impl Iterator<Item = (String, &'static str)>) -> Self {
        let mut tally = Self::default();
        for (name, json) in files {
            tally.add(&name, &serde_json::from_str(json).expect("a file of vectors"));
        }
        tally
    }

    fn add(&mut self, name: &str, file: &File) {
        let (vectors, equal) = (self.vectors, self.equal);
        for group in &file.test_groups {
            let keys = group.keys();
            let is_imported = !matches!(group.meaning(), Err(LARGE_KEY | EXPONENT | CURVE | P521));
            assert_eq!(!keys.is_empty(), is_imported, "{name}: {:?}", group.meaning());
            for vector in &group.tests {
                let accepting = vector.accepting(&keys);
                let expected = group.accepting(vector).filter(|_| is_imported);
                assert_eq!(accepting, Vec::from_iter(expected), "{name}: vector {}", vector.tc_id);
                self.count(group, vector);
            }
        }
        let (vectors, equal) = (self.vectors - vectors, self.equal - equal);
        println!("{name}: {vectors} vectors, {equal} equal, {} explained", vectors - equal);
        assert_eq!(vectors, file.number_of_tests, "{name}");
        self.files += 1;
    }

    fn count(&mut self, group: &Group, vector: &Vector) {
        self.vectors += 1;
        match (group.meaning(), vector.result.as_str()) {
            (Ok(_), "valid") => (self.equal, self.accepted) = (self.equal + 1, self.accepted + 1),
            (Ok(_), "invalid") => self.equal += 1,
            (Ok(_), _) => *self.explained.entry(MISSING_NULL).or_default() += 1,
            (Err(row), _) => *self.explained.entry(row).or_default() += 1,
        }
    }

    /// Compares all numbers, so that no vector is left out unnoticed.
    #[track_caller]
    fn is(&self, [files, vectors, equal, accepted]: [usize; 4], explained: &[(&str, usize)]) {
        let Self { files: f, vectors: v, equal: e, accepted: a, explained: rows } = self;
        println!("{f} files, {v} vectors, {e} equal ({a} of them accepted), explained: {rows:#?}");
        assert_eq!([*f, *v, *e, *a], [files, vectors, equal, accepted]);
        assert_eq!(*rows, BTreeMap::from_iter(explained.iter().copied()));
        assert_eq!(equal + rows.values().sum::<usize>(), vectors);
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    number_of_tests: usize,
    test_groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    #[serde(rename = "type")]
    kind: String,
    public_key: PublicKey,
    #[serde(default)]
    key_size: usize,
    #[serde(default)]
    sha: String,
    #[serde(default)]
    mgf_sha: String,
    #[serde(default)]
    s_len: usize,
    tests: Vec<Vector>,
}

/// The members of a key, of whatever kind.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PublicKey {
    #[serde(deserialize_with = "hex")]
    modulus: Vec<u8>,
    #[serde(deserialize_with = "hex")]
    public_exponent: Vec<u8>,
    curve: String,
    #[serde(deserialize_with = "hex")]
    uncompressed: Vec<u8>,
    #[serde(deserialize_with = "hex")]
    pk: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    tc_id: usize,
    #[serde(default)]
    comment: String,
    #[serde(deserialize_with = "hex")]
    msg: Vec<u8>,
    #[serde(deserialize_with = "hex")]
    sig: Vec<u8>,
    result: String,
    #[serde(default)]
    flags: Vec<String>,
}

impl Group {
    /// The JWS algorithm that the vectors are for, or the row of the policy that explains them.
    fn meaning(&self) -> Result<Algorithm, &'static str> {
        match (self.kind.as_str(), self.public_key.curve.as_str(), self.sha.as_str()) {
            ("EddsaVerify", "edwards25519", _) => Ok(Algorithm::EdDsa),
            ("EcdsaP1363Verify" | "EcdsaVerify", "secp521r1", _) if !HAS_P521 => Err(P521),
            ("EcdsaP1363Verify", "secp256r1", "SHA-256") => Ok(Algorithm::Es256),
            ("EcdsaP1363Verify", "secp384r1", "SHA-384") => Ok(Algorithm::Es384),
            ("EcdsaP1363Verify", "secp521r1", "SHA-512") => Ok(Algorithm::Es512),
            ("EcdsaP1363Verify", "secp256r1" | "secp384r1" | "secp521r1", _) => Err(PARAMETERS),
            ("EcdsaVerify", "secp256r1" | "secp384r1" | "secp521r1", _) => Err(DER),
            ("RsassaPkcs1Verify" | "RsassaPssVerify" | "RsassaPssWithParametersVerify", ..) => {
                self.rsa_meaning()
            }
            _ => Err(CURVE),
        }
    }

    fn rsa_meaning(&self) -> Result<Algorithm, &'static str> {
        let is_pss = self.kind != "RsassaPkcs1Verify";
        match (is_pss, self.sha.as_str(), self.mgf_sha.as_str(), self.s_len) {
            _ if self.key_size > 4_096 => Err(LARGE_KEY),
            _ if self.public_key.public_exponent != [1, 0, 1] => Err(EXPONENT),
            (false, "SHA-256", ..) => Ok(Algorithm::Rs256),
            (false, "SHA-384", ..) => Ok(Algorithm::Rs384),
            (false, "SHA-512", ..) => Ok(Algorithm::Rs512),
            (true, "SHA-256", "SHA-256", 32) => Ok(Algorithm::Ps256),
            (true, "SHA-384", "SHA-384", 48) => Ok(Algorithm::Ps384),
            (true, "SHA-512", "SHA-512", 64) => Ok(Algorithm::Ps512),
            _ => Err(PARAMETERS),
        }
    }

    /// The one algorithm that accepts the vector, if its key can be imported.
    fn accepting(&self, vector: &Vector) -> Option<Algorithm> {
        match (self.meaning(), vector.result.as_str()) {
            (meaning, "valid") => meaning.ok(),
            (meaning, "invalid") => {
                let other = self.made_with(vector);
                assert!(other.is_none() || other != meaning.ok(), "{}", vector.comment);
                other
            }
            (_, result) => {
                assert_eq!((result, &*vector.flags), ("acceptable", &["MissingNull".into()][..]));
                None
            }
        }
    }

    /// The other algorithm that an invalid vector is a good signature of, by its comment.
    fn made_with(&self, vector: &Vector) -> Option<Algorithm> {
        let comment = vector.comment.as_str();
        let hash = comment.strip_prefix("The message is hashed with ");
        let hash = hash.and_then(|rest| rest.split_once(" instead of ")).map(|(hash, _)| hash);
        let hash = hash.or_else(|| comment.strip_prefix("PKCS #1 v1.5 signature with "));
        // Of several PSS signatures in a row, the last has a salt as long as the hash.
        let is_last = self.tests.last().is_some_and(|last| last.tc_id == vector.tc_id);
        match (hash, comment, self.sha.as_str(), self.mgf_sha.as_str()) {
            (Some("SHA-256"), ..) => Some(Algorithm::Rs256),
            (Some("SHA-384"), ..) => Some(Algorithm::Rs384),
            (Some("SHA-512"), ..) => Some(Algorithm::Rs512),
            (_, "RSASSA-PSS signature", "SHA-256", "") if is_last => Some(Algorithm::Ps256),
            (_, "RSASSA-PSS signature", "SHA-384", "") if is_last => Some(Algorithm::Ps384),
            (_, "RSASSA-PSS signature", "SHA-512", "") if is_last => Some(Algorithm::Ps512),
            (_, "s_len changed to 32", "SHA-256", "SHA-256") => Some(Algorithm::Ps256),
            _ => None,
        }
    }

    /// The key, imported once for each algorithm that takes it.
    fn keys(&self) -> KeySet {
        let jwks: Vec<Value> =
            Algorithm::ALL.iter().map(|algorithm| self.jwk(*algorithm)).collect();
        let document = json!({ "keys": jwks }).to_string();
        KeySet::parse(document.as_bytes(), ImportRules::default()).unwrap()
    }

    fn jwk(&self, algorithm: Algorithm) -> Value {
        let key = &self.public_key;
        let (alg, crv) = (algorithm.as_str(), curve_name(&key.curve));
        let (x, y) = key.uncompressed.split_at(key.uncompressed.len().div_ceil(2));
        match self.kind.as_str() {
            "EddsaVerify" => {
                json!({"kty": "OKP", "kid": KID, "alg": alg, "crv": crv, "x": encode(&key.pk)})
            }
            "EcdsaVerify" | "EcdsaP1363Verify" | "EcdsaBitcoinVerify" => json!({
                "kty": "EC", "kid": KID, "alg": alg, "crv": crv,
                "x": encode(x.get(1..).unwrap()), "y": encode(y),
            }),
            _ => json!({
                "kty": "RSA", "kid": KID, "alg": alg,
                "n": encode(trim(&key.modulus)), "e": encode(trim(&key.public_exponent)),
            }),
        }
    }
}

impl Vector {
    /// The algorithms under which the key takes the signature.
    fn accepting(&self, keys: &KeySet) -> Vec<Algorithm> {
        let accepts = |algorithm: &Algorithm| match keys.find(Some(KID), *algorithm) {
            Lookup::Found(key) => key.verifies(&self.msg, &self.sig),
            Lookup::OtherAlgorithm | Lookup::Absent => false,
        };
        Algorithm::ALL.into_iter().filter(accepts).collect()
    }
}

/// The name of a curve in a JWK (RFC 7518 §7.6, RFC 8037 §5).
fn curve_name(name: &str) -> &str {
    match name {
        "secp256r1" => "P-256",
        "secp384r1" => "P-384",
        "secp521r1" => "P-521",
        "edwards25519" => "Ed25519",
        "edwards448" => "Ed448",
        other => other,
    }
}

fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Drops the zero in front that says that a number is not negative.
fn trim(number: &[u8]) -> &[u8] {
    number.strip_prefix(&[0]).unwrap_or(number)
}

fn hex<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text: &str = Deserialize::deserialize(deserializer)?;
    let byte = |at| u8::from_str_radix(text.get(at..at + 2).unwrap_or_default(), 16);
    (0..text.len()).step_by(2).map(byte).collect::<Result<_, _>>().map_err(D::Error::custom)
}

const KID: &str = "wycheproof";
