//! An HTTP/1.1 client that sends exactly these bytes and takes no answer that is not well-formed.

mod message;

use message::Framing;
pub use message::{Call, Reply};
use std::{future::Future, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// A connection. Each answer has to end where its head says, or the next one cannot be read.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Client {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> Self {
        let stream = patiently(TcpStream::connect(address)).await.expect("a server listens");
        Self { stream, unread: Vec::new() }
    }

    /// Sends a request and reads the answer to it.
    pub async fn call(&mut self, call: &Call<'_>) -> Reply {
        self.send(call.bytes()).await;
        let reply =
            if call.method == "HEAD" { self.reply_to_head().await } else { self.reply().await };
        reply.unwrap_or_else(|| panic!("no answer to {call:?}"))
    }

    /// Sends bytes. That the other side is gone already shows when the answer is read.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = patiently(self.stream.write_all(bytes.as_ref())).await;
    }

    /// Reads the next answer; `None` if the other side closes instead.
    pub async fn reply(&mut self) -> Option<Reply> {
        let mut reply = self.head().await?;
        reply.body = match reply.framing() {
            Framing::Nothing => Vec::new(),
            Framing::Length(length) => self.take(length).await,
            Framing::Chunked => self.chunks().await,
            Framing::UntilClose => self.rest().await,
        };
        Some(reply)
    }

    /// Reads the answer to `HEAD`, which has no body whatever its head says.
    pub async fn reply_to_head(&mut self) -> Option<Reply> {
        self.head().await
    }

    /// Reads exactly so many bytes, of another protocol perhaps.
    pub async fn take(&mut self, length: usize) -> Vec<u8> {
        while self.unread.len() < length {
            assert!(self.fill().await, "{length} bytes were announced, not {:?}", self.unread);
        }
        self.unread.drain(..length).collect()
    }

    /// Reads one chunk of a body; an empty one is the last.
    pub async fn chunk(&mut self) -> Vec<u8> {
        let size = self.line().await.expect("the size of a chunk");
        let size = usize::from_str_radix(&size, 16).expect("a size in hexadecimal");
        let chunk = self.take(size).await;
        assert_eq!(self.line().await.as_deref(), Some(""), "a chunk ends with its line");
        chunk
    }

    /// Reads until the other side closes.
    pub async fn rest(&mut self) -> Vec<u8> {
        while self.fill().await {}
        std::mem::take(&mut self.unread)
    }

    /// Reads the status line and the headers, and nothing beyond.
    pub async fn head(&mut self) -> Option<Reply> {
        let line = self.line().await?;
        let status = line.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no status line: {line:?}"));
        let mut headers = Vec::new();
        loop {
            let line = self.line().await.expect("a whole head");
            if line.is_empty() {
                return Some(Reply { status, headers, body: Vec::new() });
            }
            let (name, value) = line.split_once(": ").expect("a name and a value");
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
    }

    async fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let chunk = self.chunk().await;
            if chunk.is_empty() {
                return body;
            }
            body.extend(chunk);
        }
    }

    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.unread.windows(2).position(|two| two == b"\r\n") {
                let line: Vec<u8> = self.unread.drain(..end + 2).take(end).collect();
                return Some(String::from_utf8(line).expect("text"));
            }
            if !self.fill().await {
                assert!(self.unread.is_empty(), "half a line: {:?}", self.unread);
                return None;
            }
        }
    }

    /// Whether more bytes came.
    async fn fill(&mut self) -> bool {
        matches!(patiently(self.stream.read_buf(&mut self.unread)).await, Ok(1..))
    }
}

/// Waits, but not for ever.
pub async fn patiently<F: Future>(future: F) -> F::Output {
    timeout(PATIENCE, future).await.expect("it takes far too long")
}

/// Waits until this is so, where nobody can say when.
pub async fn eventually(condition: impl Fn() -> bool) {
    let settled = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    patiently(settled).await;
}

const PATIENCE: Duration = Duration::from_secs(20);
