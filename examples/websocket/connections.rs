//! The client's side: connections as lines for a shell, or made.

use crate::OUR_PAGES;
use futures_util::{SinkExt, StreamExt};
use poolgate_issuer::TestIssuer;
use std::{error::Error, net::SocketAddr, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        self, ClientRequestBuilder, Message,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

/// Prints the connections as `websocat` lines.
pub(crate) fn show(issuer: &TestIssuer, server: SocketAddr) {
    for attempt in attempts(issuer) {
        attempt.show(server);
    }
    // Time to copy the line, and to see how it ends.
    let token = issuer.access_token().username("bob").expires_in(Duration::from_secs(60)).sign();
    Attempt::new(101, "bob, until his token expires in a minute").bearer(&token).show(server);
    println!("# Serving until Ctrl-C. The other tokens are good for an hour.");
}

/// Makes the connections, and says whether each went as expected.
pub(crate) async fn check(issuer: &TestIssuer, server: SocketAddr) -> Result<bool, Box<dyn Error>> {
    let mut all_as_expected = true;
    for attempt in attempts(issuer) {
        all_as_expected &= attempt.make(server).await?;
    }
    Ok(all_as_expected & is_closed_on_expiry(issuer, server).await?)
}

fn attempts(issuer: &TestIssuer) -> Vec<Attempt> {
    let alice = issuer.access_token().username("alice");
    let (good, expired) = (alice.sign(), alice.expired().sign());
    vec![
        Attempt::new(401, "nobody signed in"),
        Attempt::new(101, "alice, from a program of hers").bearer(&good),
        Attempt::new(401, "alice, with an expired token").bearer(&expired),
        Attempt::new(101, "alice, from our page").cookie(&good).origin(OUR_PAGES),
        Attempt::new(403, "alice, lured to another page").cookie(&good).origin(OTHER_PAGES),
        Attempt::new(403, "a cookie that no page has sent").cookie(&good),
        Attempt::new(401, "an expired cookie from our page").cookie(&expired).origin(OUR_PAGES),
        Attempt::new(400, "two tokens at once").cookie(&good).bearer(&good).origin(OUR_PAGES),
    ]
}

/// An attempt to connect, and the status that answers it: 101 if it succeeds.
struct Attempt {
    expected: u16,
    what: &'static str,
    headers: Vec<(&'static str, String)>,
}

impl Attempt {
    fn new(expected: u16, what: &'static str) -> Self {
        Self { expected, what, headers: Vec::new() }
    }

    fn bearer(self, token: &str) -> Self {
        self.header("Authorization", format!("Bearer {token}"))
    }

    fn cookie(self, token: &str) -> Self {
        self.header("Cookie", format!("__Host-access_token={token}"))
    }

    fn origin(self, origin: &str) -> Self {
        self.header("Origin", origin.to_owned())
    }

    fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    fn show(&self, server: SocketAddr) {
        println!("# {} -> {}", self.what, self.expected);
        print!("websocat");
        for (name, value) in &self.headers {
            print!(" -H='{name}: {value}'");
        }
        println!(" ws://{server}/echo\n");
    }

    /// Connects and talks a little, prints what came of it, and says whether that was expected.
    async fn make(&self, server: SocketAddr) -> Result<bool, Box<dyn Error>> {
        let (status, note) = match self.connect(server).await {
            Ok(mut connection) => (101, connection.talk().await?),
            Err(tungstenite::Error::Http(refusal)) => {
                let body = refusal.body().as_deref().unwrap_or_default();
                (refusal.status().as_u16(), String::from_utf8_lossy(body).into_owned())
            }
            Err(error) => return Err(error.into()),
        };
        let is_expected = status == self.expected;
        report(status, is_expected, self.what, &note);
        Ok(is_expected)
    }

    async fn connect(&self, server: SocketAddr) -> Result<Connection, tungstenite::Error> {
        let mut request = ClientRequestBuilder::new(format!("ws://{server}/echo").parse()?);
        for (name, value) in &self.headers {
            request = request.with_header(*name, value);
        }
        let (socket, _) = connect_async(request).await?;
        Ok(Connection(socket))
    }
}

struct Connection(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Connection {
    /// Says something, and returns what comes back.
    async fn talk(&mut self) -> Result<String, Box<dyn Error>> {
        self.0.send(Message::text("hello")).await?;
        match timeout(PATIENCE, self.0.next()).await?.transpose()? {
            Some(Message::Text(text)) => Ok(text.to_string()),
            other => Err(format!("in place of an echo came {other:?}").into()),
        }
    }

    /// Waits for the end, and returns what the server says about it.
    async fn end(&mut self) -> Result<Option<CloseFrame>, Box<dyn Error>> {
        let message = timeout(PATIENCE, self.0.next()).await;
        match message.map_err(|_| "the connection stays open")?.transpose()? {
            Some(Message::Close(frame)) => Ok(frame),
            other => Err(format!("in place of a close came {other:?}").into()),
        }
    }
}

/// Bob's token expires while he is connected, Alice's does not: only he is sent away.
async fn is_closed_on_expiry(
    issuer: &TestIssuer,
    server: SocketAddr,
) -> Result<bool, Box<dyn Error>> {
    let alice = issuer.access_token().username("alice").sign();
    let bob = issuer.access_token().username("bob").expires_in(Duration::from_secs(3)).sign();
    let mut of_alice = Attempt::new(101, "alice").bearer(&alice).connect(server).await?;
    let mut of_bob = Attempt::new(101, "bob").bearer(&bob).connect(server).await?;
    println!("    {}", of_bob.talk().await?);

    let frame = of_bob.end().await?.ok_or("closed without a reason")?;
    let is_expected = frame.code == CloseCode::Policy;
    report(frame.code.into(), is_expected, "bob, whose token has expired", &frame.reason);

    println!("    {}", of_alice.talk().await?);
    Ok(is_expected)
}

fn report(code: u16, is_expected: bool, what: &str, note: &str) {
    let verdict = if is_expected { "as expected" } else { "NOT AS EXPECTED" };
    println!("{code} {verdict}: {what}");
    println!("    {note}");
}

const OTHER_PAGES: &str = "https://evil.example";

const PATIENCE: Duration = Duration::from_secs(10);
