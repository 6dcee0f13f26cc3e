//! A verification with keys at hand, beside the bare signature check and beside `jsonwebtoken`.
//!
//! `cargo bench --manifest-path benches/compare/Cargo.toml`, and with `--no-default-features
//! --features rust-crypto --bench verify` on the other library. The primitive is that of aws-lc-rs in both.
//!
//! The last lines are ratios: each round runs all contenders in short turns, and the median over
//! the rounds is what a noisy machine cannot spoil.

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use criterion::Criterion;
use poolgate::{KeySet, Policy, TokenUse, Verifier};
use poolgate_issuer::TestIssuer;
use serde::Deserialize;
use serde_json::Value;
use std::{hint::black_box, time::Instant};

fn main() {
    let issuer = TestIssuer::builder().offline();
    let user = |token: poolgate_issuer::TokenBuilder| {
        token.username("alice").group("Admins").group("Basic").escaped_slashes().sign()
    };
    let access = Bench::new(&issuer, TokenUse::Access, user(issuer.access_token()));
    let id = Bench::new(&issuer, TokenUse::Id, user(issuer.id_token().email("alice@example.com")));

    let mut criterion = Criterion::default().configure_from_args();
    for (name, bench) in [("access", &access), ("id", &id)] {
        let mut group = criterion.benchmark_group(format!("verify/{name}/RS256"));
        group.bench_function("primitive", |b| b.iter(|| bench.primitive()));
        group.bench_function("poolgate", |b| b.iter(|| bench.poolgate()));
        group.bench_function("jsonwebtoken", |b| b.iter(|| bench.jsonwebtoken()));
        group.finish();
    }
    criterion.final_summary();
    for (name, bench) in [("access", &access), ("id", &id)] {
        bench.print_ratios(name);
    }
}

/// One token and all that verifies it.
struct Bench {
    token: String,
    key: ParsedPublicKey,
    signature: Vec<u8>,
    signed_len: usize,
    verifier: Verifier,
    decoding_key: jsonwebtoken::DecodingKey,
    validation: jsonwebtoken::Validation,
    kid: String,
}

/// The claims that the rules look at, as somebody would declare them for `jsonwebtoken`.
#[derive(Deserialize)]
struct Claims {
    #[serde(rename = "sub")]
    _sub: String,
    token_use: String,
    client_id: Option<String>,
    #[serde(rename = "cognito:groups", default)]
    _groups: Vec<String>,
}

impl Bench {
    fn new(issuer: &TestIssuer, token_use: TokenUse, token: String) -> Self {
        let kid = match token_use {
            TokenUse::Id => issuer.id_kid(),
            _ => issuer.access_kid(),
        };
        let jwks: Value = serde_json::from_str(&issuer.jwks_json()).unwrap();
        let keys = jwks["keys"].as_array().unwrap();
        let jwk = keys.iter().find(|jwk| jwk["kid"] == kid).unwrap();
        let member = |name: &str| jwk[name].as_str().unwrap();
        let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        let (n, e) = (bytes(member("n")), bytes(member("e")));
        let components = RsaPublicKeyComponents { n: &n, e: &e };
        let (input, signature) = token.rsplit_once('.').unwrap();

        let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), token_use).unwrap();
        let key_set = KeySet::from_json(issuer.jwks_json()).unwrap();
        let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
        validation.set_issuer(&[issuer.issuer()]);
        match token_use {
            TokenUse::Id => validation.set_audience(&[issuer.client_id()]),
            _ => validation.validate_aud = false,
        }
        Self {
            key: components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).unwrap(),
            signature: bytes(signature),
            signed_len: input.len(),
            verifier: Verifier::new(policy.static_keys(key_set).allow_test_keys()).unwrap(),
            decoding_key: jsonwebtoken::DecodingKey::from_rsa_components(member("n"), member("e"))
                .unwrap(),
            validation,
            kid,
            token,
        }
    }

    /// The limit: the signature alone, decoded, with a parsed key.
    fn primitive(&self) {
        let message = &black_box(&self.token).as_bytes()[..self.signed_len];
        self.key.verify_sig(message, black_box(&self.signature)).unwrap();
    }

    /// Every rule, and owned results.
    fn poolgate(&self) {
        black_box(self.verifier.verify_cached(black_box(&self.token)).unwrap().unwrap());
    }

    /// What its documentation shows: read the header, choose the key, decode, look at the claims.
    fn jsonwebtoken(&self) {
        let header = jsonwebtoken::decode_header(black_box(&self.token)).unwrap();
        assert_eq!(header.kid.as_deref(), Some(&*self.kid));
        let decoded =
            jsonwebtoken::decode::<Claims>(&self.token, &self.decoding_key, &self.validation);
        let claims = decoded.unwrap().claims;
        assert!(claims.token_use == "id" || claims.client_id.is_some());
        black_box(claims);
    }

    fn print_ratios(&self, name: &str) {
        let contenders: [fn(&Self); 3] = [Self::primitive, Self::poolgate, Self::jsonwebtoken];
        let mut rounds: Vec<[f64; 3]> = Vec::new();
        for round in 0..ROUNDS {
            let mut times = [0.0; 3];
            for turn in 0..3 {
                let index = (round + turn) % 3;
                let start = Instant::now();
                (0..TURNS).for_each(|_| contenders[index](self));
                times[index] = start.elapsed().as_secs_f64() / f64::from(TURNS);
            }
            rounds.push(times);
        }
        let median = |value: &dyn Fn(&[f64; 3]) -> f64| {
            let mut values: Vec<f64> = rounds.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        println!(
            "{name} token of {} bytes: primitive {:.1} us, poolgate {:.3} x, jsonwebtoken {:.3} x",
            self.token.len(),
            median(&|times| times[0] * 1e6),
            median(&|times| times[1] / times[0]),
            median(&|times| times[2] / times[0]),
        );
    }
}

const ROUNDS: usize = 200;
const TURNS: u32 = 20;
