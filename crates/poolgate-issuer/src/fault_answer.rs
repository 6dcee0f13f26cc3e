//! The answers of a JWKS endpoint that misbehaves.

use std::{convert::Infallible, io, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{Response, StatusCode, header},
};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::{
    fault::{Fault, header_value},
    key_ring::jwks_json,
    server::ResetConnection,
};

/// The answer to a fault that only concerns the answer; waiting ones are the endpoint's.
pub(crate) fn answer(fault: Fault, keys: &[Value]) -> Response<Body> {
    let good = jwks_json(keys);
    match fault {
        Fault::Status(code) => empty(code),
        Fault::Delay(_) | Fault::Hang => json(good),
        Fault::Drip(interval) => with_length(good.len(), dripping(good, interval)),
        Fault::Reset => reset(),
        Fault::Truncated => with_length(good.len(), cut_short(&good)),
        Fault::Oversized(size) => with_length(good.len().max(size), padded(good, size)),
        Fault::Endless => with_type("application/json", endless()),
        Fault::Redirect(code, location) => redirect(code, &location),
        Fault::Html => with_type("text/html", Body::from(HTML)),
        Fault::BadJson => json(good[..good.len() / 2].to_owned()),
        Fault::OneBadKey => json(jwks_json(&[&[malformed_key()], keys].concat())),
        Fault::DuplicateKid => json(jwks_json(&[keys, keys].concat())),
        Fault::EmptySet => json(jwks_json(&[])),
        Fault::Body(text) => json(text),
    }
}

pub(crate) fn json(text: String) -> Response<Body> {
    with_type("application/json", Body::from(text))
}

fn with_type(media_type: &str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header_value(media_type));
    response
}

/// An answer that promises this many bytes, whatever its body will do.
fn with_length(length: usize, body: Body) -> Response<Body> {
    let mut response = with_type("application/json", body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length.into());
    response
}

/// In pieces, since the size can be more than there is memory.
fn padded(text: String, size: usize) -> Body {
    let missing = size.saturating_sub(text.len());
    let spaces = stream::repeat(SPACES).take(missing / SPACES.len());
    let rest = SPACES.slice(..missing % SPACES.len());
    let [text, rest] = [Bytes::from(text), rest].map(|bytes| stream::iter([bytes]));
    Body::from_stream(text.chain(spaces).chain(rest).map(Ok::<_, Infallible>))
}

fn empty(code: u16) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(code).expect("checked when the fault was set");
    response
}

fn redirect(code: u16, location: &str) -> Response<Body> {
    let mut response = empty(code);
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, header_value(location));
    response
}

fn reset() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(ResetConnection);
    response
}

fn dripping(text: String, interval: Duration) -> Body {
    let bytes = stream::iter(text.into_bytes()).then(move |byte| async move {
        tokio::time::sleep(interval).await;
        Ok::<_, Infallible>(Bytes::from(vec![byte]))
    });
    Body::from_stream(bytes)
}

fn cut_short(text: &str) -> Body {
    let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
    let failure = stream::once(async {
        // hyper sends what it holds while the body is not ready, and drops it once the body fails.
        tokio::time::sleep(Duration::from_millis(1)).await;
        Err(io::Error::from(io::ErrorKind::UnexpectedEof))
    });
    Body::from_stream(stream::iter([Ok(half)]).chain(failure))
}

fn endless() -> Body {
    let opening = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"{\"keys\":["))]);
    let filling = stream::repeat(SPACES).then(|spaces| async move {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Ok(spaces)
    });
    Body::from_stream(opening.chain(filling))
}

/// `n` is not a string, so that no reader can take it for a key.
fn malformed_key() -> Value {
    json!({"alg": "RS256", "e": "AQAB", "kid": "test-malformed", "kty": "RSA", "n": 42, "use": "sig"})
}

const SPACES: Bytes = Bytes::from_static(&[b' '; 16_384]);

const HTML: &str =
    "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Sign in</body></html>\n";

#[cfg(test)]
mod tests {
    use std::{io::ErrorKind, time::Instant};

    use tokio::io::AsyncReadExt;

    use super::*;
    use crate::{
        Algorithm, TestIssuer,
        test_client::{Answer, get, parse, request},
    };

    async fn start() -> TestIssuer {
        let builder = TestIssuer::builder().algorithm(Algorithm::EdDsa);
        builder.start().await
    }

    async fn answer(fault: Fault) -> (TestIssuer, Answer) {
        let issuer = start().await;
        issuer.fail_jwks(fault);
        let answer = get(issuer.jwks_url()).await.unwrap();
        (issuer, answer)
    }

    fn kids(answer: &Answer) -> Vec<Value> {
        let set: Value = serde_json::from_slice(&answer.body).unwrap();
        let keys = set["keys"].as_array().unwrap();
        keys.iter().map(|key| key["kid"].clone()).collect()
    }

    #[tokio::test]
    async fn drip_sends_a_byte_at_a_time() {
        let issuer = start().await;
        issuer.fail_jwks(Fault::Drip(Duration::from_millis(20)));
        let mut stream = request(issuer.jwks_url()).await.unwrap();

        let mut bytes = Vec::new();
        let started = Instant::now();
        while parse(&bytes).is_none_or(|answer| answer.body.len() < 5) {
            stream.read_buf(&mut bytes).await.unwrap();
        }

        assert!(started.elapsed() >= Duration::from_millis(60));
        let answer = parse(&bytes).unwrap();
        let length = issuer.jwks_json().len().to_string();
        assert_eq!(answer.header("content-length"), Some(length.as_str()));
        assert!(issuer.jwks_json().as_bytes().starts_with(&answer.body));
    }

    #[tokio::test]
    async fn reset_resets_the_connection() {
        let issuer = start().await;
        issuer.fail_jwks(Fault::Reset);

        let error = get(issuer.jwks_url()).await.unwrap_err();

        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }

    #[tokio::test]
    async fn truncated_promises_more_than_it_sends() {
        let (issuer, answer) = answer(Fault::Truncated).await;
        let good = issuer.jwks_json();

        let promised = answer.header("content-length").unwrap();
        assert_eq!(promised, good.len().to_string());
        assert_eq!(answer.body, good.as_bytes()[..good.len() / 2]);
    }

    #[tokio::test]
    async fn oversized_is_good_json_of_that_size() {
        let (issuer, answer) = answer(Fault::Oversized(300_000)).await;

        assert_eq!(answer.header("content-length"), Some("300000"));
        assert_eq!(answer.body.len(), 300_000);
        assert_eq!(kids(&answer), issuer.kids());
    }

    #[tokio::test]
    async fn oversized_can_be_more_than_there_is_memory() {
        let issuer = start().await;
        issuer.fail_jwks(Fault::Oversized(usize::MAX));
        let mut stream = request(issuer.jwks_url()).await.unwrap();

        let mut bytes = vec![0; 1_000_000];
        stream.read_exact(&mut bytes).await.unwrap();

        let head = String::from_utf8_lossy(&bytes[..300]).into_owned();
        assert!(head.contains(&format!("content-length: {}\r\n", usize::MAX)), "{head}");
        issuer.heal_jwks();
        assert_eq!(get(issuer.jwks_url()).await.unwrap().status, 200);
    }

    #[tokio::test]
    async fn endless_goes_on() {
        let issuer = start().await;
        issuer.fail_jwks(Fault::Endless);
        let mut stream = request(issuer.jwks_url()).await.unwrap();

        let mut bytes = Vec::new();
        while bytes.len() < 1_000_000 {
            let read = stream.read_buf(&mut bytes).await.unwrap();
            assert_ne!(read, 0, "it ended");
        }

        let head = parse(&bytes).unwrap();
        assert_eq!(head.header("transfer-encoding"), Some("chunked"));
        assert_eq!(head.header("content-length"), None);
    }

    #[tokio::test]
    async fn redirect_names_its_location() {
        let (_issuer, answer) =
            answer(Fault::Redirect(307, "http://127.0.0.1:1/x".to_owned())).await;

        assert_eq!(answer.status, 307);
        assert_eq!(answer.header("location"), Some("http://127.0.0.1:1/x"));
    }

    #[tokio::test]
    async fn bodies_that_are_no_key_set() {
        for (fault, media_type, start) in [
            (Fault::Html, "text/html", "<!DOCTYPE html>"),
            (Fault::BadJson, "application/json", "{\"keys\":["),
            (Fault::Body("mine".to_owned()), "application/json", "mine"),
        ] {
            let (_issuer, answer) = answer(fault.clone()).await;

            assert_eq!(answer.status, 200, "{fault:?}");
            assert_eq!(answer.header("content-type"), Some(media_type), "{fault:?}");
            assert!(answer.text().starts_with(start), "{fault:?}");
            assert!(serde_json::from_slice::<Value>(&answer.body).is_err(), "{fault:?}");
        }
    }

    #[tokio::test]
    async fn one_bad_key_stands_before_the_good_ones() {
        let (issuer, answer) = answer(Fault::OneBadKey).await;
        let kids = kids(&answer);

        assert_eq!(kids[0], "test-malformed");
        assert_eq!(kids[1..], issuer.kids());
    }

    #[tokio::test]
    async fn duplicate_kid_publishes_each_key_twice() {
        let (issuer, answer) = answer(Fault::DuplicateKid).await;

        assert_eq!(kids(&answer), [issuer.kids(), issuer.kids()].concat());
    }

    #[tokio::test]
    async fn empty_set_has_no_keys() {
        let (_issuer, answer) = answer(Fault::EmptySet).await;

        assert_eq!(answer.text(), r#"{"keys":[]}"#);
    }
}
