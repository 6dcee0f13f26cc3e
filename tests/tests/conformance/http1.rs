//! An HTTP/1.1 client that sends what a case says, byte by byte: doubled headers and bytes that are no UTF-8 included.

use crate::reply::Reply;
use poolgate_issuer::HttpCase;
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Sends a case over a connection of its own.
pub(crate) async fn send(address: SocketAddr, case: &HttpCase) -> io::Result<Reply> {
    let reply = timeout(PATIENCE, exchange(address, &request(case))).await??;
    if case.method() != "HEAD" && !is_whole(&reply) {
        return Err(io::Error::other(format!("not as long as it says: {reply:?}")));
    }
    Ok(reply)
}

async fn exchange(address: SocketAddr, request: &[u8]) -> io::Result<Reply> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    parse(&bytes).ok_or_else(|| io::Error::other(format!("{:?}", String::from_utf8_lossy(&bytes))))
}

fn request(case: &HttpCase) -> Vec<u8> {
    let (method, target, length) = (case.method(), case.target(), case.body().len());
    let start = format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    let mut bytes = start.into_bytes();
    for (name, value) in case.headers() {
        bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    let end = format!("content-length: {length}\r\n\r\n{}", case.body());
    bytes.extend(end.into_bytes());
    bytes
}

fn parse(bytes: &[u8]) -> Option<Reply> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, body) = (bytes.get(..end)?, bytes.get(end + 4..)?);
    let lines = head.split(|byte| *byte == b'\n');
    let mut lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let status = std::str::from_utf8(lines.next()?).ok()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.map(header).collect::<Option<Vec<_>>>()?;
    Some(Reply { status, headers, body: body.to_vec(), grpc_code: None })
}

/// Every answer here is short and says how long it is.
fn is_whole(reply: &Reply) -> bool {
    let mut lengths = reply.headers.iter().filter(|(name, _)| name == "content-length");
    let length = reply.body.len().to_string();
    matches!((lengths.next(), lengths.next()), (Some((_, told)), None) if *told == length.as_bytes())
}

fn header(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = line.split_at_checked(colon)?;
    Some((String::from_utf8(name.to_vec()).ok()?, value.strip_prefix(b": ")?.to_vec()))
}

const PATIENCE: Duration = Duration::from_secs(20);
