//! Answers are whole: what their heads say about caches and about their bodies is so.

use crate::{
    World,
    answers::{ORIGIN, metadata},
    raw::{Call, Client, Reply},
};
use poolgate::{Error, ErrorBody, ResourceMetadata};
use std::{collections::BTreeSet, net::SocketAddr};

/// Every answer behind a gate that reads a cookie says that it depends on it, and what it said before.
pub async fn every_answer_varies_with_the_cookie(address: SocketAddr, world: &World) {
    let cookie = format!("__Host-access_token={}", world.issuer.access_token().sign());
    let twice = format!("{cookie}; {cookie}");
    let mut client = Client::connect(address).await;
    for (method, path, headers, status, also) in [
        ("GET", "/", &[("cookie", &*cookie)][..], 200, None),
        ("HEAD", "/", &[("cookie", &*cookie)], 200, None),
        ("POST", "/", &[("cookie", &*cookie), ("origin", ORIGIN)], 405, None),
        ("POST", "/", &[("cookie", &*cookie), ("origin", "https://evil.example")], 403, None),
        ("GET", "/varies", &[("cookie", &*cookie)], 200, Some("accept-language")),
        ("GET", "/group", &[("cookie", &*cookie)], 403, None),
        ("GET", "/error", &[("cookie", &*cookie)], 500, None),
        ("GET", "/unknown", &[("cookie", &*cookie)], 404, None),
        ("GET", "/", &[("cookie", &*twice)], 400, None),
        ("GET", "/", &[], 401, None),
        ("GET", "/unknown", &[], 401, None),
    ] {
        let call = Call::new(method, path);
        let call = headers.iter().fold(call, |call, (name, value)| call.header(name, *value));
        let reply = client.call(&call).await;
        let expected = ["cookie", "origin"].into_iter().chain(also).map(str::to_owned);
        assert_eq!(reply.status, status, "{call:?}");
        assert_eq!(vary(&reply), expected.collect(), "{call:?}: {reply:?}");
    }
}

fn vary(reply: &Reply) -> BTreeSet<String> {
    let names = reply.values("vary").flat_map(|value| value.split(','));
    names.map(|name| name.trim().to_ascii_lowercase()).collect()
}

/// A refusal that was written before the gate wrote another: what its head says is about the second, and the next
/// answer on the connection begins right after it. At `/sized` the first one has a `Content-Length`, at `/long` an
/// answer is compressed, at `/short` nothing is refused.
pub async fn a_rewritten_answer_is_whole(address: SocketAddr, world: &World) {
    let token = world.issuer.access_token().sign();
    let body = ErrorBody::problem_details(&Error::InsufficientGroup);
    let mut client = Client::connect(address).await;
    for encoding in ["identity", "gzip"] {
        let ask = |method, path| {
            Call::new(method, path).token(&*token).header("accept-encoding", encoding)
        };
        for path in ["/handler", "/sized"] {
            let reply = client.call(&ask("GET", path)).await;
            assert_eq!((reply.status, reply.header("content-encoding")), (403, None), "{reply:?}");
            let length = reply.body.len().to_string();
            assert_eq!(reply.header("content-length"), Some(&*length), "{path} {reply:?}");
            assert_eq!(reply.body, body.content(), "{path}");
            let head = client.call(&ask("HEAD", path)).await;
            assert_eq!((head.status, head.header("content-encoding")), (403, None), "{head:?}");
            assert!(head.header("content-length").is_none_or(|it| it == length), "{path} {head:?}");
            let reply = client.call(&Call::get("/short").token(&*token)).await;
            assert_eq!((reply.status, reply.text()), (200, "short"), "after {path}");
        }
        let reply = client.call(&ask("GET", "/long")).await;
        let is_gzip = reply.body.starts_with(&[0x1f, 0x8b]);
        assert_eq!(
            (reply.status, is_gzip),
            (200, encoding == "gzip"),
            "{:?}",
            reply.header("content-length")
        );
    }
}

/// The document that tells clients where to get a token is there without one, where the challenge says.
pub async fn metadata_are_served_to_everybody(address: SocketAddr) {
    let metadata = metadata();
    let path = metadata.path();
    let mut client = Client::connect(address).await;
    let reply = client.call(&Call::get("/anything")).await;
    let challenge = reply.header("www-authenticate").expect("a challenge");
    assert!(
        challenge.contains(&format!(r#"resource_metadata="{}""#, metadata.url())),
        "{challenge}"
    );
    assert!(path.ends_with("/oauth-protected-resource/orders") && metadata.url().ends_with(&path));

    let reply = client.call(&Call::get(&path)).await;
    assert_eq!((reply.status, reply.text()), (200, &*metadata.json()));
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let head = client.call(&Call::new("HEAD", &path)).await;
    assert_eq!((head.status, head.header("content-type")), (200, Some("application/json")));
    assert_eq!(head.header("content-length"), reply.header("content-length"));
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let reply = client.call(&Call::new(method, &path)).await;
        assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
    for other in
        ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/other"]
    {
        assert_eq!(client.call(&Call::get(other)).await.status, 401, "{other} is another path");
    }
}

/// Resources whose paths a router might read in its own way. What [`ResourceMetadata`] refuses need not be served.
pub fn odd_resources() -> impl Iterator<Item = ResourceMetadata> {
    let metadata = |resource| ResourceMetadata::new(resource, ["https://id.example"]).ok();
    [
        "https://api.example.com",
        "https://api.example.com/orders/",
        "https://api.example.com/a/b.c;d+e",
        "https://api.example.com/a:b",
        "https://api.example.com/caf%C3%A9",
        "https://api.example.com/a%20b",
        "https://api.example.com/a%2Fb",
        "https://api.example.com/a/../b",
    ]
    .into_iter()
    .filter_map(metadata)
}

/// The document of one of [`odd_resources`] is where it says.
pub async fn metadata_are_where_they_say(address: SocketAddr, metadata: &ResourceMetadata) {
    let reply = Call::get(&metadata.path()).send(address).await.expect("an answer");
    assert_eq!((reply.status, reply.text()), (200, &*metadata.json()), "{}", metadata.path());
    let other = metadata.path() + "x";
    assert_eq!(Call::get(&other).send(address).await.expect("an answer").status, 404, "{other}");
}

/// A gate that writes no bodies answers all the same, and the next answer begins where this one ends.
pub async fn an_empty_refusal_is_an_answer(address: SocketAddr) {
    let mut client = Client::connect(address).await;
    for method in ["GET", "HEAD", "POST"] {
        let reply = client.call(&Call::new(method, "/")).await;
        assert_eq!((reply.status, reply.header("content-type")), (401, None), "{reply:?}");
        assert!(reply.body.is_empty() && reply.header("transfer-encoding").is_none(), "{reply:?}");
        assert_eq!(reply.header("content-length"), Some("0"), "{method} {reply:?}");
    }
}
