//! Connections that last: bodies that come in parts, and WebSockets (RFC 6455).

use crate::{
    World,
    answers::ORIGIN,
    raw::{Call, Client, Reply},
};
use poolgate::{ManualClock, TokenUse, Verifier};
use poolgate_issuer::TestIssuer;
use std::{
    net::SocketAddr,
    time::{Duration, SystemTime},
};

/// A service at `/echo` sends back each part of a body as it comes: nobody on the way waits for the end, nor when the
/// first request has to wait for keys.
pub async fn bodies_stream_both_ways(address: SocketAddr, world: &World) {
    let token = world.issuer.access_token().sign();
    let call = Call::new("POST", "/echo").token(&*token).header("transfer-encoding", "chunked");
    let mut client = Client::connect(address).await;
    for what in ["keys have to be fetched", "keys are at hand"] {
        client.send(call.bytes()).await;
        client.send("3\r\none\r\n").await;
        let head = client.head().await.expect("an answer");
        assert_eq!(
            (head.status, head.header("transfer-encoding")),
            (200, Some("chunked")),
            "{what}"
        );
        assert_eq!(client.chunk().await, b"one", "{what}");
        client.send("5\r\nother\r\n").await;
        assert_eq!(client.chunk().await, b"other", "{what}");
        client.send("0\r\n\r\n").await;
        assert_eq!(client.chunk().await, b"", "{what}");
    }
}

/// A body that is sent to a gate that refuses is never read as the next request.
pub async fn the_body_of_a_refused_request_is_no_request(address: SocketAddr, world: &World) {
    let token = world.issuer.access_token().username("smuggler").sign();
    let hidden = Call::get("/name").token(&*token).bytes();
    let hidden = String::from_utf8(hidden).expect("text");
    let chunked = format!("{:x}\r\n{hidden}\r\n0\r\n\r\n", hidden.len());
    let mut refused = [
        Call::new("POST", "/echo").body(&hidden).bytes(),
        Call::new("POST", "/echo").header("transfer-encoding", "chunked").bytes(),
    ];
    refused[1].extend(chunked.into_bytes());
    for bytes in refused {
        let mut client = Client::connect(address).await;
        client.send(bytes).await;
        let reply = client.reply().await.expect("an answer");
        assert_eq!(reply.status, 401, "{reply:?}");
        client.send(Call::get("/echo").bytes()).await;
        let next = client.reply().await;
        assert!(next.as_ref().is_none_or(|reply| reply.status == 401), "{next:?}");
    }
}

/// A connection that may become a WebSocket.
#[derive(Debug)]
pub struct WebSocket {
    client: Client,
}

impl WebSocket {
    /// Asks for one, and returns the answer too.
    pub async fn open(address: SocketAddr, call: Call<'_>) -> (Self, Reply) {
        let mut client = Client::connect(address).await;
        let call = call.header("connection", "Upgrade").header("upgrade", "websocket");
        let call = call.header("sec-websocket-version", "13");
        client.send(call.header("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA==").bytes()).await;
        let reply = client.head().await.expect("an answer");
        (Self { client }, reply)
    }

    /// Sends a short text.
    pub async fn say(&mut self, text: &str) {
        let length = u8::try_from(text.len()).expect("a short text");
        // Masked with zeros, as RFC 6455 §5.3 asks for a mask and no more.
        let frame = [&[0x81, 0x80 | length, 0, 0, 0, 0], text.as_bytes()].concat();
        self.client.send(frame).await;
    }

    /// Reads a short text; `None` if the service closes the connection.
    pub async fn hear(&mut self) -> Option<String> {
        let [kind, length] = self.client.take(2).await[..] else { return None };
        let payload = self.client.take(length.into()).await;
        (kind == 0x81).then(|| String::from_utf8(payload).expect("text"))
    }
}

/// A service at `/socket` sends back each message after the name of the token that the connection was opened with.
/// It is behind a gate that reads a cookie too.
pub async fn web_sockets_open_with_a_token_of_a_listed_page(address: SocketAddr, world: &World) {
    let token = world.issuer.access_token().username("alice").sign();
    let cookie = format!("__Host-access_token={token}");
    let get = || Call::get("/socket");
    let with_cookie = || get().header("cookie", &*cookie);
    for (what, call, status) in [
        ("nothing", get(), 401),
        ("no good token", get().token("garbage"), 401),
        ("a token", get().token(&*token), 101),
        (
            "a token, from elsewhere",
            get().token(&*token).header("origin", "https://evil.example"),
            101,
        ),
        ("a cookie, from elsewhere", with_cookie().header("origin", "https://evil.example"), 403),
        ("a cookie, from nowhere", with_cookie().header("origin", "null"), 403),
        ("a cookie, not from a page", with_cookie(), 403),
        ("a cookie", with_cookie().header("origin", ORIGIN), 101),
        ("both", with_cookie().header("origin", ORIGIN).token(&*token), 400),
    ] {
        let (mut socket, reply) = WebSocket::open(address, call).await;
        assert_eq!(reply.status, status, "{what}: {reply:?}");
        let is_varied = reply.values("vary").any(|value| value == "Cookie, Origin");
        assert!(is_varied, "{what}: {reply:?}");
        if status == 101 {
            for message in ["hello", "hello again"] {
                socket.say(message).await;
                assert_eq!(socket.hear().await, Some(format!("alice: {message}")), "{what}");
            }
        }
    }
}

/// A pool of today, and a verifier for whom it stays the same moment, however slow the test is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Today {
    /// The pool.
    pub issuer: TestIssuer,
    now: Duration,
}

impl Today {
    /// A pool on a port of this machine.
    pub async fn start() -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Self { issuer: TestIssuer::start().await, now: now.expect("a time after 1970") }
    }

    /// A verifier of access tokens, whose clock stands still at a time that is over.
    #[must_use]
    pub fn verifier(&self, leeway: Duration) -> Verifier {
        let policy = World::around(self.issuer.clone()).policy(TokenUse::Access).leeway(leeway);
        let clock = ManualClock::at(self.now.as_secs().saturating_sub(5));
        let policy = policy.expect("a leeway within bounds");
        crate::builder(policy).clock(clock).build().expect("a good configuration")
    }

    /// A token that expires so many seconds after now, or before, and when that is.
    #[must_use]
    pub fn expiring(&self, seconds: f64) -> (String, SystemTime) {
        let exp = self.now.as_secs_f64() + seconds;
        let token = self.issuer.access_token().username("alice").claim("exp", exp);
        let token = token.claim("iat", self.now.as_secs() - 5).sign();
        (token, SystemTime::UNIX_EPOCH + Duration::from_secs_f64(exp))
    }
}

/// A service at `/socket` closes the connection when the token that it was opened with has expired, and not before.
pub async fn a_web_socket_ends_with_its_token(address: SocketAddr, today: &Today) {
    let (token, expires_at) = today.expiring(0.4);
    let (mut socket, reply) = WebSocket::open(address, Call::get("/socket").token(&*token)).await;
    assert_eq!(reply.status, 101, "{reply:?}");
    assert_eq!(socket.hear().await, None, "closed");
    assert!(SystemTime::now() >= expires_at, "not before");
}
