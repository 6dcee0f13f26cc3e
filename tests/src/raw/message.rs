//! What is sent, and what comes back.

use super::Client;
use std::net::SocketAddr;

/// A request.
#[derive(Clone, Debug)]
pub struct Call<'c> {
    pub(super) method: &'c str,
    target: &'c str,
    headers: Vec<(&'c str, String)>,
    body: &'c str,
}

impl<'c> Call<'c> {
    /// A request without a token. The target goes out as it is written.
    #[must_use]
    pub const fn new(method: &'c str, target: &'c str) -> Self {
        Self { method, target, headers: Vec::new(), body: "" }
    }

    /// `GET`.
    #[must_use]
    pub const fn get(target: &'c str) -> Self {
        Self::new("GET", target)
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &'c str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a bearer token, or none.
    #[must_use]
    pub fn token<'t>(self, token: impl Into<Option<&'t str>>) -> Self {
        match token.into() {
            Some(token) => self.header("authorization", format!("Bearer {token}")),
            None => self,
        }
    }

    /// With this body.
    #[must_use]
    pub const fn body(mut self, body: &'c str) -> Self {
        self.body = body;
        self
    }

    /// The request as it is sent.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\nhost: localhost\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            text += &format!("{name}: {value}\r\n");
        }
        if !self.body.is_empty() {
            text += &format!("content-length: {}\r\n", self.body.len());
        }
        (text + "\r\n" + self.body).into_bytes()
    }

    /// Sends the request over a connection of its own; `None` if the server closes that instead.
    pub async fn send(&self, address: SocketAddr) -> Option<Reply> {
        let mut client = Client::connect(address).await;
        client.send(self.bytes()).await;
        if self.method == "HEAD" { client.reply_to_head().await } else { client.reply().await }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    pub(super) headers: Vec<(String, String)>,
    /// The body, decoded if it came in chunks.
    pub body: Vec<u8>,
}

/// Where a body ends.
pub(super) enum Framing {
    Nothing,
    Length(usize),
    Chunked,
    UntilClose,
}

impl Reply {
    /// The one value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|header| header.0 == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert_eq!(values.next(), None, "{name} comes twice in {self:?}");
        value
    }

    /// Every value of a header.
    pub fn values<'r>(&'r self, name: &'r str) -> impl Iterator<Item = &'r str> {
        self.headers.iter().filter(move |header| header.0 == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    /// RFC 9112 §6.3.
    pub(super) fn framing(&self) -> Framing {
        let length = self.header("content-length").map(|length| length.parse().expect("a number"));
        match (self.status, length, self.header("transfer-encoding")) {
            (100..200 | 204 | 304, None, None) => Framing::Nothing,
            (_, Some(length), None) => Framing::Length(length),
            (_, None, Some("chunked")) => Framing::Chunked,
            (_, None, None) => Framing::UntilClose,
            _ => panic!("nobody can tell where this ends: {self:?}"),
        }
    }
}
