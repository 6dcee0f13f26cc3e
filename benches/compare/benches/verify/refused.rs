//! Tokens that are refused: how much of a signature that costs.

use poolgate_compare::{Contender, poolgate};
use poolgate_measure::{
    Algorithm, Asked, Gate, Gates, Kind, Options, Pool, Primitive, Race, Sample,
};
use serde_json::{Map, Value};

pub fn measure(options: Options, gates: &mut Gates) {
    let pool = Pool::new(Algorithm::Rs256);
    let sample = pool.sample(Kind::Access);
    for (name, token, is_before_crypto) in tokens(&pool, &sample) {
        let primitive = Primitive::new(&sample);
        let mut race = Race::new(options).add("primitive", || primitive.verify());
        let (refuse, accept) = contenders(name, &sample, &token);
        for Contender { name, verify } in refuse {
            let token = token.clone();
            race = race.add(name, move || assert!(!verify(&token), "{name} refuses it"));
        }
        let results = race.run();
        results.print(&format!("RS256, refused: {name}"), "poolgate");
        accept.iter().for_each(|contender| println!("  {:<50} accepts it", contender.name));
        if is_before_crypto {
            let measured = results.ratio("poolgate", "primitive");
            let gate = format!("refused, {name}: by primitive");
            gates.add(Gate::new(gate, Asked::AtMost(0.1), measured));
        }
    }
    hostile(options, &pool, &sample, gates);
}

/// Each with its name, and whether nobody needs a signature to see that it is bad.
fn tokens(pool: &Pool, sample: &Sample) -> Vec<(&'static str, String, bool)> {
    let token = || pool.token(Kind::Access);
    vec![
        ("expired", token().expired().sign(), false),
        ("bad signature", sample.with_bad_signature(), false),
        (UNKNOWN_KID, token().kid(other(&sample.kid)).sign(), true),
        ("garbage", "x".repeat(sample.token.len()), true),
        ("four parts", format!("{}.x", sample.token), true),
        ("header with crit", token().header("crit", vec!["exp"]).sign(), true),
        ("another issuer", token().claim("iss", other(&sample.issuer)).sign(), true),
        ("algorithm none", token().header("alg", "none").sign(), true),
        ("too long", "x".repeat(20_000), true),
    ]
}

const UNKNOWN_KID: &str = "unknown kid, inside its window";

/// As long as that, and different at the end.
fn other(text: &str) -> String {
    let mut other = text.to_owned();
    let last = other.pop();
    other.push(if last == Some('0') { '1' } else { '0' });
    other
}

/// Those who refuse the token, and those who do not. An unknown `kid` is a question for key sets
/// that were fetched.
fn contenders(name: &str, sample: &Sample, token: &str) -> (Vec<Contender>, Vec<Contender>) {
    let mut contenders = Contender::with_key_sets(sample);
    if name == UNKNOWN_KID {
        contenders[0].verify = Box::new(poolgate::in_window(sample, token));
    }
    contenders.into_iter().partition(|contender| {
        let refuses = !(contender.verify)(token);
        assert!(refuses || contender.name != "poolgate", "poolgate refuses {name}");
        refuses
    })
}

/// Claims sets that are as much work as 16 KiB can be. None names an issuer, so all are walked
/// to their end and then refused.
fn hostile(options: Options, pool: &Pool, sample: &Sample, gates: &mut Gates) {
    let shapes: [(&str, fn(usize) -> String); 4] = [
        ("many members", members),
        ("members of inner objects", inner_members),
        ("arrays in arrays", arrays),
        ("escapes", escapes),
    ];
    let primitive = Primitive::new(sample);
    let mut race = Race::new(options).add("primitive", || primitive.verify());
    for (name, shape) in shapes {
        for kib in [4, 16] {
            let verify = poolgate::new(sample);
            // What is left for claims beside header and signature.
            let token = pool.token(Kind::Access).raw_payload(shape(kib * 768 - 400)).sign();
            assert!(token.len() <= kib * 1_024 && token.len() > kib * 900, "{} {kib}", token.len());
            race = race.add(format!("{name}, {kib} KiB"), move || assert!(!verify(&token)));
        }
    }
    let results = race.run();
    results.print("RS256, refused: claims that are much work", "primitive");
    let by_size = |name: &str| results.ratio(&format!("{name}, 16 KiB"), &format!("{name}, 4 KiB"));
    let worst = shapes.iter().map(|(name, _)| by_size(name)).fold(0.0, f64::max);
    // Four times as long; a quarter more is for what grows in steps.
    gates.add(Gate::new("worst claims: 16 KiB by 4 KiB", Asked::AtMost(5.0), worst));
}

/// The walk takes a thousand members.
fn members(bytes: usize) -> String {
    let count = (bytes / 8 - 2).min(990);
    let members = (0..count).map(|n| (format!("{n:03}"), Value::from(0))).collect();
    sized(Value::Object(members).to_string(), bytes)
}

fn inner_members(bytes: usize) -> String {
    let inner: Map<String, Value> = (0..30).map(|n| (format!("{n:02}"), Value::from(0))).collect();
    let inner = Value::Object(inner).to_string();
    let inners = vec![inner.as_str(); bytes / (inner.len() + 1) - 1].join(",");
    sized(format!("{{\"a\":[{inners}]}}"), bytes)
}

fn arrays(bytes: usize) -> String {
    let nest = format!("{}{}", "[".repeat(60), "]".repeat(60));
    let nests = vec![nest.as_str(); bytes / (nest.len() + 1) - 1].join(",");
    sized(format!("{{\"a\":[{nests}]}}"), bytes)
}

fn escapes(bytes: usize) -> String {
    sized(format!("{{\"a\":\"{}\"}}", "\\u00e9".repeat(bytes / 6 - 10)), bytes)
}

/// White space is work too.
fn sized(mut text: String, bytes: usize) -> String {
    assert!(text.len() <= bytes, "{} of {bytes}", text.len());
    text.extend(std::iter::repeat_n(' ', bytes - text.len()));
    text
}
