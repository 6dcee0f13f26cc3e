//! What a gate with every setting answers, whoever has refused behind it.

use crate::{
    World,
    raw::{Call, Client},
};
use poolgate::{Error, ErrorBody, Gate, ResourceMetadata, Source, Verifier};
use std::net::SocketAddr;

/// A gate with a realm, the address of metadata and a way to write bodies.
#[must_use]
pub fn dressed(verifier: Verifier) -> Gate {
    let gate = Gate::new(verifier).realm("orders").expect("a good realm");
    gate.resource_metadata(&metadata()).error_body(ErrorBody::problem_details)
}

/// A gate that looks like [`dressed`] in no point.
#[must_use]
pub fn dressed_otherwise(verifier: Verifier) -> Gate {
    let word = |error: &Error| ErrorBody::new("text/plain", format!("outer: {}", error.status()));
    Gate::new(verifier).realm("outer").expect("a good realm").error_body(word)
}

/// A gate that reads a cookie too.
#[must_use]
pub fn with_cookie(verifier: Verifier) -> Gate {
    let cookie = Source::cookie([ORIGIN]).expect("a good origin");
    let gate = Gate::new(verifier).sources([Source::authorization(), cookie]);
    gate.expect("two places")
}

/// What [`dressed`] tells of the service, whose URL has a path.
#[must_use]
pub fn metadata() -> ResourceMetadata {
    let metadata = ResourceMetadata::new("https://api.example.com/orders", ["https://id.example"]);
    metadata.expect("good metadata")
}

/// The origin whose pages may use the cookie.
pub const ORIGIN: &str = "https://app.example";

/// What a client sends.
#[derive(Clone, Copy, Debug)]
enum Sent {
    Nothing,
    Garbage,
    /// A token without groups and scopes.
    Token,
    Twice,
}

impl Sent {
    fn put<'c>(self, call: Call<'c>, token: &str) -> Call<'c> {
        match self {
            Self::Nothing => call,
            Self::Garbage => call.token("garbage"),
            Self::Token => call.token(token),
            Self::Twice => call.token(token).token(token),
        }
    }
}

/// Who refuses behind [`dressed`] at each path, what is sent there, and the answer: its status, its challenge without
/// what the gate adds, and the word in its body. `/required` is behind the gate, `/optional` behind an optional one.
const REFUSALS: [(&str, Sent, u16, Option<&str>, &str); 16] = [
    ("/required/verified", Sent::Nothing, 401, Some("Bearer "), "unauthorized"),
    ("/required/verified", Sent::Garbage, 401, INVALID_TOKEN, "invalid_token"),
    ("/required/verified", Sent::Twice, 400, INVALID_REQUEST, "invalid_request"),
    ("/required/group", Sent::Token, 403, INSUFFICIENT, "insufficient_scope"),
    ("/required/scope", Sent::Token, 403, INSUFFICIENT_SCOPE, "insufficient_scope"),
    ("/required/odd-claims", Sent::Token, 403, None, "forbidden"),
    ("/required/handler", Sent::Token, 403, INSUFFICIENT, "insufficient_scope"),
    ("/required/service", Sent::Token, 403, INSUFFICIENT, "insufficient_scope"),
    ("/optional/verified", Sent::Nothing, 401, Some("Bearer "), "unauthorized"),
    ("/optional/verified", Sent::Garbage, 401, INVALID_TOKEN, "invalid_token"),
    ("/optional/group", Sent::Nothing, 401, Some("Bearer "), "unauthorized"),
    ("/optional/group", Sent::Token, 403, INSUFFICIENT, "insufficient_scope"),
    ("/optional/odd-claims", Sent::Nothing, 401, Some("Bearer "), "unauthorized"),
    ("/optional/handler", Sent::Token, 403, INSUFFICIENT, "insufficient_scope"),
    ("/optional/service", Sent::Nothing, 401, Some("Bearer "), "unauthorized"),
    ("/optional/service", Sent::Token, 403, INSUFFICIENT, "insufficient_scope"),
];

const INVALID_TOKEN: Option<&str> = Some(r#"Bearer error="invalid_token", "#);
const INVALID_REQUEST: Option<&str> = Some(r#"Bearer error="invalid_request", "#);
const INSUFFICIENT: Option<&str> = Some(r#"Bearer error="insufficient_scope", "#);
const INSUFFICIENT_SCOPE: Option<&str> =
    Some(r#"Bearer error="insufficient_scope", scope="orders/read", "#);

/// Every refusal is answered as the gate says, over one connection.
pub async fn refusals_behind_a_gate_are_answered_as_it_says(address: SocketAddr, world: &World) {
    let token = world.issuer.access_token().sign();
    let added = r#"realm="orders", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/orders""#;
    let mut client = Client::connect(address).await;
    for (path, sent, status, challenge, word) in REFUSALS {
        let reply = client.call(&sent.put(Call::get(path), &token)).await;
        let what = format!("{path} {sent:?}: {reply:?}");
        assert_eq!(reply.status, status, "{what}");
        let challenge = challenge.map(|fixed| format!("{fixed}{added}"));
        assert_eq!(reply.header("www-authenticate"), challenge.as_deref(), "{what}");
        assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{what}");
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{what}");
        let body: serde_json::Value = serde_json::from_str(reply.text()).expect("a JSON text");
        assert_eq!((&body["status"], &body["error"]), (&status.into(), &word.into()), "{what}");
    }
}

/// What inner gates say about a request that [`dressed_otherwise`], optional, has let through around them: at each
/// path the challenge and the body of a 401 to nothing, then those of a 403 of what is behind the inner gate.
const NESTED: [(&str, [(&str, &str); 2]); 3] = [
    (
        "/plain",
        [
            ("Bearer", r#"{"error":"unauthorized"}"#),
            (r#"Bearer error="insufficient_scope""#, r#"{"error":"insufficient_scope"}"#),
        ],
    ),
    (
        "/cookie",
        [
            ("Bearer", r#"{"error":"unauthorized"}"#),
            (r#"Bearer error="insufficient_scope""#, r#"{"error":"insufficient_scope"}"#),
        ],
    ),
    (
        "/realm",
        [
            (r#"Bearer realm="inner""#, r#"{"error":"unauthorized"}"#),
            (
                r#"Bearer error="insufficient_scope", realm="inner""#,
                r#"{"error":"insufficient_scope"}"#,
            ),
        ],
    ),
];

/// The inner gate decides, and answers; the outer one answers only for itself.
pub async fn an_inner_gate_answers_for_what_is_behind_it(address: SocketAddr, world: &World) {
    let token = world.issuer.access_token().sign();
    let mut client = Client::connect(address).await;
    for (path, answers) in NESTED {
        for (token, status, (challenge, body)) in
            [(None, 401, answers[0]), (Some(&*token), 403, answers[1])]
        {
            let reply = client.call(&Call::get(path).token(token)).await;
            let found = (reply.status, reply.header("www-authenticate"), reply.text());
            assert_eq!(found, (status, Some(challenge), body), "{path}");
        }
        let reply = client.call(&Call::get(path).token("garbage")).await;
        assert_eq!((reply.status, reply.text()), (401, "outer: 401"), "{path}");
    }
    let reply = client.call(&Call::get("/none").token(&*token)).await;
    assert_eq!((reply.status, reply.text()), (403, "outer: 403"), "only the outer gate is there");
}
