//! What each stage of a verification costs: a ladder of tokens, each refused one stage later than the one before.
//!
//! `cargo bench --manifest-path benches/compare/Cargo.toml --bench stages` runs criterion over the rungs. The table at
//! the end has their differences: they are the stages.

use criterion::Criterion;
use poolgate_compare::poolgate;
use poolgate_measure::{ALGORITHMS, Kind, Options, Pool, Race, Sample};
use std::{hint::black_box, time::Duration};

fn main() {
    let is_test = std::env::args().any(|argument| argument == "--test");
    let mut criterion = Criterion::default().configure_from_args();
    for (name, algorithm) in ALGORITHMS {
        let pool = Pool::new(algorithm);
        for kind in [Kind::Access, Kind::Id] {
            let sample = pool.sample(kind);
            let rungs = ladder(&pool, &sample);
            bench(&mut criterion, &format!("stages/{name}/{kind:?}"), &sample, &rungs);
            print(is_test, &format!("{name}, {kind:?}"), &sample, &rungs);
        }
    }
    criterion.final_summary();
}

/// A token that passes everything up to a stage and fails at the next.
struct Rung {
    /// The last stage it passes, or fails when all work is done.
    stage: &'static str,
    code: Option<&'static str>,
    token: String,
}

fn ladder(pool: &Pool, sample: &Sample) -> Vec<Rung> {
    let rung = |stage, code, token| Rung { stage, code: Some(code), token };
    let [header, claims, signature] = parts(&sample.token);
    let (malformed, token) = ("token_malformed", || pool.token(sample.kind));
    // The fault is at the first character, so that nothing of the next stage is done.
    let (bad_claims, bad_signature) =
        (format!("*{}", &claims[1..]), format!("*{}", &signature[1..]));
    let other_issuer = sample.issuer.replace("amazonaws", "amazonawz");
    let other_kid = format!("{}0", &sample.kid[..sample.kid.len() - 1]);
    let mut ladder = vec![
        rung("split", malformed, format!("{}.", sample.token)),
        rung("header", malformed, format!("{header}.{bad_claims}.{signature}")),
        rung("base64 of the claims", malformed, format!("{header}.{claims}.{bad_signature}")),
        rung("base64 of the signature, UTF-8", malformed, {
            format!("{header}.{}.{signature}", not_an_object(claims))
        }),
        rung("walk", "invalid_issuer", token().claim("iss", other_issuer).sign()),
        rung("issuer", "invalid_algorithm", token().header("alg", "PS512").sign()),
        rung("key decision", "key_not_found", token().kid(other_kid).sign()),
        rung("signature", "invalid_signature", sample.with_bad_signature()),
        rung("time", "token_expired", token().expired().sign()),
    ];
    let token = sample.token.clone();
    ladder.push(Rung { stage: "other claims, owned results", code: None, token });
    ladder
}

fn parts(token: &str) -> [&str; 3] {
    let mut parts = token.split('.');
    std::array::from_fn(|_| parts.next().expect("it has three parts"))
}

/// As long, and base64url of UTF-8, but no JSON from its first byte on.
fn not_an_object(claims: &str) -> String {
    format!("f{}", &claims[1..])
}

fn bench(criterion: &mut Criterion, name: &str, sample: &Sample, rungs: &[Rung]) {
    let verifier = poolgate::builder(sample).build().expect("the policy is good");
    let mut group = criterion.benchmark_group(name);
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    for rung in rungs {
        let result = verifier.verify_cached(&rung.token).expect("the keys are at hand");
        assert_eq!(result.err().map(|error| error.code()), rung.code, "{name}: {}", rung.stage);
        group.bench_function(rung.stage, |b| {
            b.iter(|| verifier.verify_cached(black_box(&rung.token)))
        });
    }
    group.finish();
}

/// The ladder climbed in one race, so that differences are those of one moment.
fn print(is_test: bool, name: &str, sample: &Sample, rungs: &[Rung]) {
    let mut options = Options {
        gate: false,
        is_test,
        million: false,
        rounds: 151,
        turn: Duration::from_micros(300),
    };
    if is_test {
        (options.rounds, options.turn) = (1, Duration::ZERO);
    }
    let verifier = poolgate::builder(sample).build().expect("the policy is good");
    let verifier = &verifier;
    let race = rungs.iter().fold(Race::new(options), |race, rung| {
        race.add(rung.stage, move || verifier.verify_cached(&rung.token))
    });
    let results = race.run();
    let whole = rungs.last().expect("there are rungs").stage;
    println!("\nStages of {name}, {} bytes: {:.0} ns", sample.token.len(), results.nanos(whole));
    let below = [None].into_iter().chain(rungs.iter().map(Some));
    for (below, rung) in below.zip(rungs) {
        let nanos = match below {
            None => results.nanos(rung.stage),
            Some(below) => results.difference(rung.stage, below.stage),
        };
        println!("  {:<34} {nanos:>8.0} ns", rung.stage);
    }
}
