//! The cache of verified tokens: a hit, a miss, ten thousand tokens in random order, two threads,
//! and a million tokens that pass through.
//!
//! `cargo bench --manifest-path benches/compare/Cargo.toml --bench token_cache`; only in a release
//! build, with `-- --test` each row runs once with few tokens.
//!
//! Rounds run all contenders in short turns; what is printed are medians over the rounds.

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use poolgate::{KeySet, Policy, TokenCache, TokenUse, Verifier, VerifierBuilder};
use poolgate_issuer::{Algorithm, TestIssuer};
use serde_json::Value;
use std::{hint::black_box, sync::Barrier, thread, time::Instant};

fn main() {
    let is_test = std::env::args().any(|arg| arg == "--test");
    let size = if is_test { Size { rounds: 1, tokens: 100, flood: 1_000 } } else { FULL };
    let rsa = TestIssuer::builder().offline();
    let token = rsa.access_token().username("alice").group("Admins").group("Basic");
    let token = token.escaped_slashes().sign();
    let primitive = Primitive::new(&rsa, &token);
    println!("an access token of {} bytes, RS256", token.len());
    one_token(&rsa, &token, &primitive, size);
    many_tokens(&primitive, size);
    flood(size);
}

#[derive(Clone, Copy)]
struct Size {
    rounds: usize,
    tokens: usize,
    flood: usize,
}

const FULL: Size = Size { rounds: 200, tokens: 10_000, flood: 1_000_000 };

/// One hot token; a verification without a cache, and one with a cache that never knows the token.
fn one_token(issuer: &TestIssuer, token: &str, primitive: &Primitive, size: Size) {
    let cold = verifier(issuer, |builder| builder);
    let hot = verifier(issuer, |builder| builder.token_cache(TokenCache::new(10_000, MANY_BYTES)));
    hot.verify_cached(token).unwrap().unwrap();
    // An expired token is looked for, verified, and not kept.
    let expired = issuer.access_token().username("alice").expired().sign();
    let (base, hit, without, looked) = (
        || primitive.verify(token),
        || verify(&hot, token),
        || drop(black_box(cold.verify_cached(black_box(&expired)))),
        || drop(black_box(hot.verify_cached(black_box(&expired)))),
    );
    let rows: [(u32, &dyn Fn()); 4] = [(20, &base), (2_000, &hit), (20, &without), (20, &looked)];
    let [base, hit, without, looked] = medians(rows, size.rounds);
    println!("primitive                      {:9.1} us", base / 1e3);
    println!("a hot token                    {hit:9.1} ns   1/{:.0} of the primitive", base / hit);
    let miss = (looked - without) / base * 100.0;
    println!(
        "a miss adds (noisy)            {:9.1} ns   {miss:.2} % of the primitive",
        looked - without
    );
    let cache =
        verifier(issuer, |builder| builder.token_cache(TokenCache::new(10_000, MANY_BYTES)));
    let garbage = "a.b.c";
    let (with, without) = (
        || drop(black_box(cache.verify_cached(black_box(garbage)))),
        || drop(black_box(cold.verify_cached(black_box(garbage)))),
    );
    let [with, without] = medians([(2_000, &with as &dyn Fn()), (2_000, &without)], size.rounds);
    let share = (with - without) / base * 100.0;
    println!(
        "a miss adds (to a refusal)     {:9.1} ns   {share:.2} % of the primitive",
        with - without
    );
}

/// Distinct tokens in random order, and by two threads. They are signed with Ed25519, which is
/// quickly done; a hit never comes to the signature.
fn many_tokens(primitive: &Primitive, size: Size) {
    let issuer = TestIssuer::builder().algorithm(Algorithm::EdDsa).offline();
    let mint = |n: usize| issuer.access_token().username(format!("user-{n}")).group("Admins");
    // As long as a token of Cognito with its 342 characters of RSA signature.
    let pad = "x".repeat(190);
    let mint = |n| mint(n).claim("pad", pad.as_str()).escaped_slashes().sign();
    let tokens: Vec<String> = (0..size.tokens).map(mint).collect();
    let cached = verifier(&issuer, |builder| {
        builder.token_cache(TokenCache::new(2 * size.tokens, MANY_BYTES))
    });
    tokens.iter().for_each(|token| verify(&cached, token));
    let known = cached.health().token_cache.unwrap();
    println!("{} tokens of {} bytes: {known:?}", tokens.len(), tokens[0].len());
    let order = shuffled(tokens.len());
    // A server reads a token into memory that is warm, whatever the token; that much is taken off.
    let pass = |part: &[usize], look: &dyn Fn(&str)| {
        let (mut buffer, start) = (String::with_capacity(4_096), Instant::now());
        for &at in part {
            buffer.clear();
            buffer.push_str(&tokens[at]);
            look(&buffer);
        }
        start.elapsed().as_secs_f64() * 1e9
    };
    let (find, skip) = (
        |token: &str| verify(&cached, token),
        |token: &str| {
            black_box(token);
        },
    );
    let (half, other) = order.split_at(order.len() / 2);
    let (mut one, mut net, mut gain) = (Vec::new(), Vec::new(), Vec::new());
    // Short turns, so that whatever else runs spoils few of them.
    for turn in order.chunks(TURN).cycle().take(size.rounds * 10) {
        let (found, bare) = (pass(turn, &find), pass(turn, &skip));
        one.push(found / turn.len() as f64);
        net.push((found - bare) / turn.len() as f64);
    }
    for _ in 0..size.rounds.div_ceil(4) {
        let alone = pass(&order, &find);
        let barrier = Barrier::new(2);
        let run = |part| {
            barrier.wait();
            let start = Instant::now();
            for _ in 0..4 {
                black_box(pass(part, &|token| verify(&cached, token)));
            }
            start.elapsed().as_secs_f64() * 1e9
        };
        let both = thread::scope(|scope| {
            let thread = scope.spawn(|| run(half));
            run(other).max(thread.join().unwrap())
        });
        gain.push(4.0 * alone / both);
    }
    let base = primitive.nanoseconds();
    let quiet = |mut values: Vec<f64>, share: usize| {
        values.sort_by(f64::total_cmp);
        values[values.len() * share / 100]
    };
    println!(
        "random order, one thread       {:9.1} ns   {:.1} with the copy of the token, 1/{:.0} of the primitive",
        quiet(net.clone(), 50),
        quiet(one.clone(), 50),
        base / quiet(net.clone(), 50)
    );
    println!(
        "  the quietest tenth           {:9.1} ns   {:.1} with the copy",
        quiet(net, 10),
        quiet(one, 10)
    );
    println!(
        "two threads, distinct tokens   {:9.2} x   the throughput of one; {:.2} x in the quietest tenth",
        quiet(gain.clone(), 50),
        quiet(gain, 90)
    );
}

/// More distinct tokens than there is room for.
fn flood(size: Size) {
    let issuer = TestIssuer::builder().algorithm(Algorithm::EdDsa).offline();
    let cached =
        verifier(&issuer, |builder| builder.token_cache(TokenCache::new(10_000, 32 * 1024 * 1024)));
    let before = resident();
    let mut half = 0;
    for n in 0..size.flood {
        verify(&cached, &issuer.access_token().username(format!("user-{n}")).sign());
        if n == size.flood / 2 {
            half = resident();
        }
    }
    println!(
        "{} tokens through 10000: {:?}; resident {before} KiB before, {half} half way, {} after",
        size.flood,
        cached.health().token_cache.unwrap(),
        resident(),
    );
}

/// The memory of this process, in KiB; 0 where nobody says.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

fn verifier(
    issuer: &TestIssuer,
    edit: impl FnOnce(VerifierBuilder) -> VerifierBuilder,
) -> Verifier {
    let policy = Policy::cognito(issuer.user_pool_id(), issuer.client_id(), TokenUse::Access);
    let keys = KeySet::from_json(issuer.jwks_json()).unwrap();
    let policy = policy.unwrap().static_keys(keys).allow_test_keys();
    edit(Verifier::builder(policy)).build().unwrap()
}

fn verify(verifier: &Verifier, token: &str) {
    black_box(verifier.verify_cached(black_box(token)).unwrap().unwrap());
}

/// The signature alone, decoded, with a parsed key.
struct Primitive {
    key: ParsedPublicKey,
    signature: Vec<u8>,
    signed_len: usize,
    token: String,
}

impl Primitive {
    fn new(issuer: &TestIssuer, token: &str) -> Self {
        let jwks: Value = serde_json::from_str(&issuer.jwks_json()).unwrap();
        let keys = jwks["keys"].as_array().unwrap();
        let jwk = keys.iter().find(|jwk| jwk["kid"] == issuer.access_kid()).unwrap();
        let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        let (n, e) = (bytes(jwk["n"].as_str().unwrap()), bytes(jwk["e"].as_str().unwrap()));
        let components = RsaPublicKeyComponents { n: &n, e: &e };
        let (input, signature) = token.rsplit_once('.').unwrap();
        Self {
            key: components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).unwrap(),
            signature: bytes(signature),
            signed_len: input.len(),
            token: token.to_owned(),
        }
    }

    fn verify(&self, token: &str) {
        let message = &black_box(token).as_bytes()[..self.signed_len];
        self.key.verify_sig(message, black_box(&self.signature)).unwrap();
    }

    fn nanoseconds(&self) -> f64 {
        medians([(20, &|| self.verify(&self.token) as _)], 50)[0]
    }
}

/// The nanoseconds that each takes, in so many turns of each round.
fn medians<const N: usize>(rows: [(u32, &dyn Fn()); N], rounds: usize) -> [f64; N] {
    let mut times: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    for round in 0..rounds {
        for turn in 0..N {
            let at = (round + turn) % N;
            let (turns, run) = rows[at];
            let start = Instant::now();
            (0..turns).for_each(|_| run());
            times[at].push(start.elapsed().as_secs_f64() * 1e9 / f64::from(turns));
        }
    }
    times.map(median)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The same order each time, without any.
fn shuffled(len: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for at in (1..len).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        order.swap(at, usize::try_from(state >> 33).unwrap() % (at + 1));
    }
    order
}

const TURN: usize = 500;

const MANY_BYTES: usize = 256 * 1024 * 1024;
