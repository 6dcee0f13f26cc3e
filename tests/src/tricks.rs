//! Ways to spell a request so that a gate and a handler might read two different ones.
//!
//! A service under test serves [`SECRET`] at `/admin` and below it, to admins; [`ME`] at `/me`, to whoever has a token;
//! and [`OPEN`] at every other path, to everybody.

mod spellings;

use crate::{
    World,
    answers::ORIGIN,
    raw::{Call, Client, Reply},
};
use spellings::{AUTHORIZATIONS, HEADERS, METHODS, TARGETS};
use std::net::SocketAddr;

/// What admins read.
pub const SECRET: &str = "for admins only";
/// What everybody reads who has a token.
pub const ME: &str = "for users only";
/// What everybody reads.
pub const OPEN: &str = "for everybody";

/// Whatever the target, nobody reads more than the token allows.
pub async fn no_target_leads_around_a_gate(address: SocketAddr, world: &World) {
    let user = world.issuer.access_token().sign();
    let admin = world.issuer.access_token().group("Admins").sign();
    let mut read_by_admin = 0;
    for target in TARGETS {
        for method in ["GET", "POST", "HEAD"] {
            for (token, hidden) in [(None, &[SECRET, ME][..]), (Some(&*user), &[SECRET])] {
                let reply = Call::new(method, target).token(token).send(address).await;
                shows_none_of(reply.as_ref(), hidden, &format!("{method} {target} {token:?}"));
            }
        }
        let reply = Call::get(target).token(&*admin).send(address).await;
        read_by_admin += usize::from(reply.is_some_and(|reply| reply.text() == SECRET));
    }
    assert!(read_by_admin > 10, "{read_by_admin} targets lead there at all");
}

/// Whatever the target, a gate around everything answers who has no token.
pub async fn no_target_leads_past_a_gate_around_everything(address: SocketAddr) {
    for target in TARGETS {
        for method in METHODS {
            let reply = Call::new(method, target).send(address).await;
            let status = reply.as_ref().map(|reply| reply.status);
            // The server itself may refuse what is no request.
            assert!(
                matches!(status, None | Some(400 | 401 | 405 | 501)),
                "{method} {target}: {reply:?}"
            );
        }
    }
}

/// Whatever the method, a gate asks for the token.
pub async fn no_method_leads_around_a_gate(address: SocketAddr) {
    for method in METHODS {
        for path in ["/admin", "/admin/users", "/me"] {
            let call = Call::new(method, path).header("origin", "https://evil.example");
            let call = call.header("access-control-request-method", "GET");
            let reply = call.send(address).await;
            shows_none_of(reply.as_ref(), &[SECRET, ME], &format!("{method} {path}"));
            // A server need not know every method; whoever answers, it is no success.
            assert!(
                reply.is_none_or(|reply| (400..502).contains(&reply.status)),
                "{method} {path}"
            );
        }
    }
}

/// No header changes which handler is asked, or who asks it.
pub async fn no_header_leads_around_a_gate(address: SocketAddr, world: &World) {
    let user = world.issuer.access_token().sign();
    for (name, value) in HEADERS {
        for (method, target, token, status, expected) in [
            ("GET", "/open", None, 200, OPEN),
            ("POST", "/open", None, 200, OPEN),
            ("GET", "/me", None, 401, r#"{"error":"unauthorized"}"#),
            ("GET", "/me", Some(&*user), 200, ME),
            ("GET", "/admin", None, 401, r#"{"error":"unauthorized"}"#),
            ("GET", "/admin", Some(&*user), 403, r#"{"error":"insufficient_scope"}"#),
            ("POST", "/admin", Some(&*user), 403, r#"{"error":"insufficient_scope"}"#),
        ] {
            let call = Call::new(method, target).token(token).header(name, value);
            let reply = call.send(address).await.expect("an answer");
            assert_eq!(
                (reply.status, reply.text()),
                (status, expected),
                "{target} {name}: {value}"
            );
        }
    }
}

/// Whatever stands in `Authorization`, byte by byte, only one whole credential is one.
pub async fn no_spelling_of_authorization_is_repaired(address: SocketAddr, world: &World) {
    let token = world.issuer.access_token().group("Admins").sign();
    for lines in AUTHORIZATIONS {
        let lines = lines.replace("{T}", &token);
        let request = format!("GET /admin HTTP/1.1\r\nhost: localhost\r\n{lines}\r\n\r\n");
        let mut client = Client::connect(address).await;
        client.send(request).await;
        let reply = client.reply().await;
        let status = reply.as_ref().map(|reply| reply.status);
        assert!(matches!(status, None | Some(400 | 401)), "{lines:?}: {reply:?}");
    }
}

/// CORS for [`ORIGIN`] stands outside of the gate of one service, and inside of that of the other. Nothing is answered
/// because of its method: a preflight passes only where nobody asks it for a token.
pub async fn only_cors_outside_of_a_gate_answers_a_preflight(
    outside: SocketAddr,
    inside: SocketAddr,
    world: &World,
) {
    let token = world.issuer.access_token().sign();
    let preflight = Call::new("OPTIONS", "/")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization");
    for (what, address, call, status, is_for_the_page) in [
        ("a preflight", outside, preflight.clone(), 200, true),
        ("a request without a token", outside, Call::get("/"), 401, true),
        ("a request with one", outside, Call::get("/").token(&*token), 200, true),
        ("a preflight, CORS inside", inside, preflight, 401, false),
        ("a request without a token, CORS inside", inside, Call::get("/"), 401, false),
        ("a request with one, CORS inside", inside, Call::get("/").token(&*token), 200, true),
    ] {
        let reply = call.header("origin", ORIGIN).send(address).await.expect("an answer");
        assert_eq!(reply.status, status, "{what}: {reply:?}");
        let origin = reply.header("access-control-allow-origin");
        assert_eq!(origin, is_for_the_page.then_some(ORIGIN), "{what}: {reply:?}");
    }
}

fn shows_none_of(reply: Option<&Reply>, hidden: &[&str], what: &str) {
    let text = reply.map_or("", Reply::text);
    assert!(hidden.iter().all(|hidden| !text.contains(hidden)), "{what}: {reply:?}");
}
