//! An HTTP/1.1 client that sends what a case says, byte by byte, and reads the status that comes back.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{report::AttackAnswer, target::Target};
use crate::http_cases::HttpCase;

/// Sends a case over a connection of its own.
pub(super) async fn send(target: &Target, case: &HttpCase, patience: Duration) -> AttackAnswer {
    exchange(target, &request(target, case), patience).await
}

fn request(target: &Target, case: &HttpCase) -> Vec<u8> {
    let (method, path) = (target.method_for(case.method()), target.with_query(case.query()));
    let host = target.authority();
    let start = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    let mut bytes = start.into_bytes();
    for (name, value) in case.headers().chain(target.headers()) {
        bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    let body = if method == "HEAD" { "" } else { target.body() };
    if method == "POST" || !body.is_empty() {
        bytes.extend(format!("content-length: {}\r\n", body.len()).into_bytes());
    }
    bytes.extend(format!("\r\n{body}").into_bytes());
    bytes
}

async fn exchange(target: &Target, request: &[u8], patience: Duration) -> AttackAnswer {
    match timeout(patience, status(target, request)).await {
        Ok(Ok(status)) => AttackAnswer::Status(status),
        Ok(Err(error)) => AttackAnswer::Nothing(error.kind()),
        Err(_) => AttackAnswer::Nothing(io::ErrorKind::TimedOut),
    }
}

async fn status(target: &Target, request: &[u8]) -> io::Result<u16> {
    let mut stream = TcpStream::connect(target.address()).await?;
    // Who refuses a long request may answer and close before all of it is sent.
    let sent = stream.write_all(request).await;
    let mut head = Vec::new();
    loop {
        if let Some(status) = final_status(&mut head) {
            return status.ok_or_else(|| io::ErrorKind::InvalidData.into());
        }
        if head.len() > MAX_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if stream.read_buf(&mut head).await? == 0 {
            return Err(sent.err().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()));
        }
    }
}

/// The status of the first answer that is final, if it is one, once its head is complete (RFC 9110 section 15.2).
fn final_status(bytes: &mut Vec<u8>) -> Option<Option<u16>> {
    loop {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        match status_of(bytes) {
            Some(100..200) => drop(bytes.drain(..end + 4)),
            status => return Some(status),
        }
    }
}

/// From a line such as `HTTP/1.1 200 OK`.
fn status_of(head: &[u8]) -> Option<u16> {
    let line = head.strip_prefix(b"HTTP/1.")?;
    std::str::from_utf8(line.get(2..5)?).ok()?.parse().ok()
}

const MAX_HEAD: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_cases::{HttpRoute, refuses};

    fn target() -> Target {
        Target::parse("http://localhost:3000/me?x=1").unwrap()
    }

    #[test]
    fn a_request_is_what_the_case_says() {
        let case = HttpCase::new(HttpRoute::Verified, "a case", refuses("missing_token"))
            .with_query("?token=t")
            .with_authorization(&b"Bearer \xff"[..])
            .with_authorization("Basic x");

        let expected =
            b"GET /me?x=1&token=t HTTP/1.1\r\nhost: localhost:3000\r\nconnection: close\r\n\
            authorization: Bearer \xff\r\nauthorization: Basic x\r\n\r\n";
        assert_eq!(request(&target(), &case), expected);

        let post = request(&target(), &case.with_method("POST"));
        assert!(post.ends_with(b"content-length: 0\r\n\r\n"));
    }

    #[test]
    fn a_request_has_what_the_target_needs() {
        let mut target = target();
        target.set_method("PUT".to_owned()).unwrap();
        target.add_header("x-key".to_owned(), "k".to_owned()).unwrap();
        target.set_body("{}".to_owned());
        let case = HttpCase::new(HttpRoute::Verified, "a case", refuses("missing_token"));

        let put = request(&target, &case);
        let head = request(&target, &case.with_method("HEAD"));

        assert!(put.starts_with(b"PUT /me?x=1 HTTP/1.1\r\n"));
        assert!(put.ends_with(b"x-key: k\r\ncontent-length: 2\r\n\r\n{}"));
        assert!(head.starts_with(b"HEAD /me?x=1 HTTP/1.1\r\n"));
        assert!(head.ends_with(b"x-key: k\r\n\r\n"));
    }

    #[test]
    fn a_status_is_read_once_the_head_is_complete() {
        let status = |text: &str| final_status(&mut text.as_bytes().to_vec());

        assert_eq!(status("HTTP/1.1 200 OK\r\n"), None);
        assert_eq!(status("HTTP/1.1 200 OK\r\na: b\r\n\r\nbody"), Some(Some(200)));
        assert_eq!(status("HTTP/1.0 404\r\n\r\n"), Some(Some(404)));
        assert_eq!(status("SSH-2.0\r\n\r\n"), Some(None));
        assert_eq!(status("HTTP/1.1 100 Continue\r\n\r\n"), None);
        assert_eq!(status("HTTP/1.1 103 x\r\n\r\nHTTP/1.1 401 y\r\n\r\n"), Some(Some(401)));
    }
}
