//! What the log of the whole table must not hold.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use poolgate_issuer::HttpCase;
use poolgate_tests::Log;
use serde_json::Value;
use std::collections::HashSet;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt::{self, format::FmtSpan},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Everything that is logged in this process from now on.
pub(crate) fn listen() -> Log {
    let log = Log::default();
    let writer = log.clone();
    let lines = fmt::layer().with_span_events(FmtSpan::CLOSE).with_ansi(false);
    let levels = Targets::new()
        .with_default(LevelFilter::DEBUG)
        .with_targets(["poolgate", "actix"].map(|target| (target, LevelFilter::TRACE)));
    tracing_subscriber::registry()
        .with(lines.with_writer(move || writer.clone()))
        .with(levels)
        .init();
    log
}

/// The secrets of all cases that are in `log`, in words for a person: pieces of eight bytes of
/// tokens, and the texts in their headers and claims. `public` is known without any token.
pub(crate) fn find(log: &str, cases: &[HttpCase], public: &[&str]) -> Vec<String> {
    let tokens: HashSet<String> = cases.iter().flat_map(tokens).collect();
    assert!(tokens.len() > 100, "{} tokens", tokens.len());
    let logged: HashSet<&[u8]> = log.as_bytes().windows(PIECE).collect();
    let pieces = tokens.iter().flat_map(|token| token.as_bytes().windows(PIECE));
    let pieces = pieces.filter(|piece| logged.contains(piece));
    let pieces = pieces.map(|piece| format!("piece {}", String::from_utf8_lossy(piece)));
    let texts: HashSet<String> = tokens.iter().flat_map(|token| texts(token)).collect();
    assert!(texts.len() > 100, "{} texts", texts.len());
    let is_secret = |text: &String| {
        let known = public.iter().chain(&WORDS);
        text.len() >= SHORTEST && !known.into_iter().any(|known| known.contains(text.as_str()))
    };
    let texts = texts.into_iter().filter(is_secret).filter(|text| log.contains(text.as_str()));
    let mut found: Vec<String> = pieces.chain(texts.map(|text| format!("text {text}"))).collect();
    found.sort();
    found.dedup();
    found
}

/// A piece of some token, in the midst of other text.
pub(crate) fn a_piece(cases: &[HttpCase]) -> String {
    let token = cases.iter().flat_map(tokens).next().unwrap_or_default();
    format!("kid={}, of", &token[token.len() - PIECE..])
}

/// Everything in a request that is long enough to be a token.
fn tokens(case: &HttpCase) -> Vec<String> {
    let values = case.headers().map(|(_, value)| String::from_utf8_lossy(value).into_owned());
    let is_between = |c: char| !(c.is_ascii_alphanumeric() || "-_.~+/".contains(c));
    let words =
        values.flat_map(|value| value.split(is_between).map(str::to_owned).collect::<Vec<_>>());
    words.filter(|word| word.len() > 64).collect()
}

/// Every text in the header and the claims of a token.
fn texts(token: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in token.split('.').take(2) {
        let json = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        collect(&serde_json::from_slice(&json).unwrap_or_default(), &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => members.values().for_each(|item| collect(item, found)),
        _ => {}
    }
}

const PIECE: usize = 8;

/// Words of our own messages that some tokens hold too.
const WORDS: [&str; 9] = [
    "token_use access is",
    "another",
    "unknown",
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "ES256",
    "EdDSA",
];

/// Shorter texts are words that any log may hold.
const SHORTEST: usize = 5;
