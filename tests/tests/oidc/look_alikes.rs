//! An issuer that looks like another is another, and nobody is asked about it.

use crate::{shapes::SHAPES, support::*};
use serde_json::json;

/// Every issuer that somebody, or some URL parser, could take for this one.
fn look_alikes(issuer: &str) -> Vec<String> {
    let (scheme, rest) = issuer.split_once("://").unwrap();
    let (host, path) = rest
        .split_once('/')
        .map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
    let upper = host.replacen(|c: char| c.is_ascii_lowercase(), &host[..1].to_uppercase(), 1);
    let toggled = issuer.strip_suffix('/').map_or_else(|| format!("{issuer}/"), str::to_owned);
    let all = [
        toggled,
        format!("{issuer}//"),
        format!("HTTPS://{rest}"),
        format!("http://{rest}"),
        format!("{scheme}:{rest}"),
        format!("{scheme}:\\\\{rest}"),
        rest.to_owned(),
        format!("//{rest}"),
        format!("{scheme}://{upper}{path}"),
        format!("{scheme}://evil.{rest}"),
        format!("{scheme}://{host}.evil.example{path}"),
        format!("{scheme}://{host}.{path}"),
        format!("{scheme}://{host}:443{path}"),
        format!("{scheme}://{host}:8443{path}"),
        format!("{scheme}://evil@{rest}"),
        format!("{scheme}://{host}@evil.example{path}"),
        format!("{scheme}://{}{path}", host.replacen('o', "\u{43e}", 1)),
        format!("{scheme}://{}{path}", host.replacen('e', "\u{435}", 1)),
        format!("{scheme}://{}{path}", host.replacen('.', "\u{3002}", 1)),
        format!("{scheme}://{}{path}", host.replacen('.', "%2e", 1)),
        format!("{issuer}?a"),
        format!("{issuer}#a"),
        format!("{issuer}/x/.."),
        format!("{issuer}\u{0}"),
        format!("{issuer} "),
        format!(" {issuer}"),
        format!("{issuer}\n"),
        format!("{issuer}\u{200b}"),
        issuer[..issuer.len() - 1].to_owned(),
        format!("{issuer}a"),
        String::new(),
    ];
    // Not every host has a letter to replace.
    all.into_iter().filter(|other| other != issuer).collect()
}

#[tokio::test]
async fn a_look_alike_issuer_is_another_issuer() {
    for shape in SHAPES.iter() {
        let web = Web::default();
        shape.serve(&web);
        let verifier = verifier(&web, [shape.policy()]);
        accepts(&verifier, &shape.sign(&shape.user), shape.name).await;
        let asked = web.asked().len();
        for issuer in look_alikes(shape.issuer) {
            let mut claims = shape.user.clone();
            claims["iss"] = issuer.clone().into();
            let row = format!("{}: {issuer:?}", shape.name);
            refuses(&verifier, &shape.sign(&claims), "invalid_issuer", &row).await;
        }
        for issuer in [json!([shape.issuer]), json!(null), json!(7), json!({ "a": shape.issuer })] {
            let mut claims = shape.user.clone();
            claims["iss"] = issuer;
            refuses(&verifier, &shape.sign(&claims), "invalid_claim", shape.name).await;
        }
        assert_eq!(web.asked().len(), asked, "nobody is asked about a look-alike");
    }
}
