//! ID tokens, for a gate that takes them.

use serde_json::{Value, json};

use super::{
    case::HttpCase,
    expected::{allows, refuses},
    route::HttpRoute::IdToken,
};
use crate::issuer::TestIssuer;

/// An ID token is for one client alone (OpenID Connect Core section 3.1.3.7).
pub(super) fn cases(issuer: &TestIssuer) -> Vec<HttpCase> {
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
