//! Who issued a token, to whom, for what use and for how long.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    case::HttpCase,
    expected::{HttpExpected, allows, refuses},
    route::HttpRoute::{IdToken, Verified},
    tokens::alice,
};
use crate::{issuer::TestIssuer, token::TokenBuilder};

pub(super) fn cases(issuer: &TestIssuer, other: &TestIssuer) -> Vec<HttpCase> {
    [issuers(issuer, other), clients(issuer), uses(issuer), id_tokens(issuer), times(issuer)]
        .concat()
}

/// Compared byte by byte: no normalisation, no prefixes, no patterns.
fn issuers(issuer: &TestIssuer, other: &TestIssuer) -> Vec<HttpCase> {
    let (iss, pool) = (issuer.issuer(), issuer.user_pool_id());
    let look_alikes = [
        ("a slash at the end", format!("{iss}/")),
        ("a blank at the end", format!("{iss} ")),
        ("upper case", iss.to_uppercase()),
        ("another scheme", iss.replacen("http", "ftp", 1)),
        ("one letter less", iss.chars().skip(1).collect()),
        ("a user in front of the host", iss.replacen("://", "://x@", 1)),
        ("another host in front", format!("https://evil.example.com/{pool}")),
        (
            "another host behind",
            iss.replace(&format!("/{pool}"), &format!(".evil.example.com/{pool}")),
        ),
        ("a query", format!("{iss}?")),
        ("a fragment", format!("{iss}#")),
        ("the pool's ID", pool.to_owned()),
        ("nothing", String::new()),
    ];
    // An issuer of a test's own making may have no such part.
    let look_alikes = look_alikes.into_iter().filter(|(_, value)| value != iss);
    let look_alikes = look_alikes.map(|(what, value)| {
        case(&format!("iss: {what}"), refuses("invalid_issuer"), &alice(issuer).claim("iss", value))
    });
    let others = vec![
        case("a token of another pool", refuses("invalid_issuer"), &alice(other)),
        case(
            "a token of another pool under our kid",
            refuses("invalid_issuer"),
            &alice(other).kid(issuer.access_kid()),
        ),
        case(
            "a token of another pool that names us",
            refuses("key_not_found"),
            &alice(other).claim("iss", iss),
        ),
        case("no iss", refuses("missing_claim"), &alice(issuer).without_claim("iss")),
    ];
    look_alikes.chain(others).collect()
}

fn clients(issuer: &TestIssuer) -> Vec<HttpCase> {
    let client = issuer.client_id();
    let to = |client: &str| alice(issuer).client_id(client);
    let aud = |aud: Value| alice(issuer).audience(aud);
    let (other, foreign) = (refuses("invalid_client"), refuses("invalid_audience"));
    vec![
        case("another client of the pool", other.clone(), &to("another")),
        case("a client with one letter more", other.clone(), &to(&format!("{client}a"))),
        case("a client with a blank behind", other.clone(), &to(&format!("{client} "))),
        case("an empty client", other.clone(), &to("")),
        case("another client, ours as aud", other, &to("another").audience(client)),
        case("no client", refuses("missing_claim"), &alice(issuer).without_claim("client_id")),
        case("aud is the client", allows("alice"), &aud(json!(client))),
        case("aud names the client", allows("alice"), &aud(json!(["https://x", client]))),
        case("aud of another service", foreign.clone(), &aud(json!("https://other.example.com"))),
        case("aud is an empty list", foreign.clone(), &aud(json!([]))),
        case("aud is a star", foreign, &aud(json!("*"))),
    ]
}

fn uses(issuer: &TestIssuer) -> Vec<HttpCase> {
    let says = |value: &str| alice(issuer).claim("token_use", value);
    let id = issuer.id_token().username("alice");
    let machine = issuer.client_credentials_token();
    let other = refuses("invalid_token_use");
    vec![
        case("a machine's token", allows("client"), &machine),
        case("an ID token", other.clone(), &id),
        case(
            "an ID token that says access",
            refuses("missing_claim"),
            &id.claim("token_use", "access"),
        ),
        case("an access token that says id", other.clone(), &says("id")),
        case("token_use in upper case", other.clone(), &says("ACCESS")),
        case("token_use with a blank", other.clone(), &says("access ")),
        case("token_use empty", other, &says("")),
        case("no token_use", refuses("missing_claim"), &alice(issuer).without_claim("token_use")),
        case("a user without sub", refuses("missing_claim"), &alice(issuer).without_claim("sub")),
        case("a machine without sub", allows("client"), &machine.without_claim("sub")),
        case(
            "bound to a key",
            refuses("invalid_claim"),
            &alice(issuer).claim("cnf", json!({"jkt": "x"})),
        ),
        case(
            "bound to nothing",
            refuses("invalid_claim"),
            &alice(issuer).claim("cnf", json!(null)),
        ),
    ]
}

/// An ID token is for one client alone (OpenID Connect Core section 3.1.3.7).
fn id_tokens(issuer: &TestIssuer) -> Vec<HttpCase> {
    let client = issuer.client_id();
    let id = issuer.id_token().username("alice");
    let with = |aud: Value| id.clone().audience(aud);
    let (foreign, without) = (refuses("invalid_audience"), id.clone().without_claim("aud"));
    let rows = [
        ("a client in a list", allows("alice"), with(json!([client]))),
        ("two clients", foreign.clone(), with(json!([client, "another"]))),
        ("another client", foreign.clone(), with(json!("another"))),
        ("an empty list", foreign.clone(), with(json!([]))),
        ("another client, ours as azp", foreign, with(json!("another")).claim("azp", client)),
        ("no aud", refuses("missing_claim"), without.clone()),
        ("no aud, but client_id", refuses("missing_claim"), without.claim("client_id", client)),
        ("a machine's token", refuses("invalid_token_use"), issuer.client_credentials_token()),
    ];
    rows.map(|(what, expected, token)| {
        HttpCase::new(IdToken, what, expected).with_bearer(&token.sign())
    })
    .into()
}

/// All of them far from the edges, so that no clock and no leeway matters.
fn times(issuer: &TestIssuer) -> Vec<HttpCase> {
    let now = issuer.clock().unix_seconds();
    let (past, future) = (now.saturating_sub(3_600), now.saturating_add(3_600));
    let with = |claim: &str, value: Value| alice(issuer).claim(claim, value);
    let (expired, early) = (refuses("token_expired"), refuses("token_not_yet_valid"));
    let short = alice(issuer).expires_in(Duration::from_secs(600));
    vec![
        case("ten minutes to live", allows("alice"), &short),
        case("an hour too old", expired.clone(), &alice(issuer).expired()),
        case("exp at the epoch", expired.clone(), &with("exp", json!(0))),
        case("exp with a fraction, past", expired, &with("exp", with_fraction(past))),
        case("exp with a fraction, to come", allows("alice"), &with("exp", with_fraction(future))),
        case("exp of 64 bits", allows("alice"), &with("exp", json!(u64::MAX))),
        case("exp beyond all dates", allows("alice"), &with("exp", json!(1e300))),
        case("no exp", refuses("missing_claim"), &alice(issuer).without_claim("exp")),
        case("nbf past", allows("alice"), &with("nbf", json!(past))),
        case("nbf to come", early.clone(), &with("nbf", json!(future))),
        case("nbf beyond all dates", early.clone(), &with("nbf", json!(1e300))),
        case("iat to come", early, &with("iat", json!(future))),
        case("no iat", allows("alice"), &alice(issuer).without_claim("iat")),
    ]
}

fn with_fraction(seconds: u64) -> Value {
    json!((Duration::from_secs(seconds) + Duration::from_millis(500)).as_secs_f64())
}

fn case(what: &str, expected: HttpExpected, token: &TokenBuilder) -> HttpCase {
    HttpCase::new(Verified, what, expected).with_bearer(&token.sign())
}
