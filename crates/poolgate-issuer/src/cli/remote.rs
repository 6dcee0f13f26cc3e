//! A client of the admin API: one request per connection over plain HTTP, which is all that it speaks.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use clap::Args;
use serde_json::Value;

use super::Outcome;

/// Which issuer, and which of its pools.
#[derive(Debug, Args)]
pub(super) struct PoolArgs {
    /// A running issuer
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:9229")]
    server: String,

    /// The id of the user pool; the first of the server unless given
    #[arg(long, value_name = "ID")]
    pool: Option<String>,
}

impl PoolArgs {
    pub(super) fn find(&self) -> Outcome<RemotePool> {
        let server = Remote::new(&self.server)?;
        let id = server.pool_id(self.pool.as_deref())?;
        Ok(RemotePool { server, id })
    }
}

pub(super) struct RemotePool {
    server: Remote,
    id: String,
}

impl RemotePool {
    pub(super) fn get(&self, path: &str) -> Outcome<Value> {
        self.server.get(&self.path(path))
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        self.server.post(&self.path(path), body)
    }

    fn path(&self, rest: &str) -> String {
        format!("/_test/pools/{}/{rest}", self.id)
    }
}

pub(super) struct Remote {
    url: String,
    /// With the port.
    host: String,
}

impl Remote {
    pub(super) fn new(url: &str) -> Outcome<Self> {
        let url = url.trim_end_matches('/');
        let host = url.strip_prefix("http://").filter(|host| is_host(host));
        let host = host.ok_or_else(|| format!("--server {url:?} is not http://host:port"))?;
        let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let host = if has_port { host.to_owned() } else { format!("{host}:80") };
        Ok(Self { url: url.to_owned(), host })
    }

    pub(super) fn get(&self, path: &str) -> Outcome<Value> {
        self.ask("GET", path, "")
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        self.ask("POST", path, &body.to_string())
    }

    fn pool_id(&self, wanted: Option<&str>) -> Outcome<String> {
        let pools = self.get("/_test/pools")?;
        let pools = pools["pools"].as_array().ok_or_else(|| self.stranger())?;
        let ids: Vec<_> = pools.iter().filter_map(|pool| pool["id"].as_str()).collect();
        let found = match wanted {
            Some(wanted) => ids.iter().find(|id| **id == wanted),
            None => ids.first(),
        };
        let missing = || {
            let wanted = wanted.unwrap_or_default();
            format!("no user pool {wanted:?} at {}, only {}", self.url, ids.join(", "))
        };
        Ok(found.ok_or_else(missing)?.to_string())
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Outcome<Value> {
        let request = self.request(method, path, body);
        let answer = self.send(&request).map_err(|error| {
            format!("{}: {error}; is `poolgate-issuer serve` running there?", self.url)
        })?;
        let (status, body) = parse(&answer).ok_or_else(|| self.stranger())?;
        let body: Value = match body {
            [] => Value::Null,
            text => serde_json::from_slice(text).map_err(|_| self.stranger())?,
        };
        match (status, &body["place"], &body["reason"]) {
            (200..300, ..) => Ok(body),
            (_, Value::String(place), Value::String(reason)) => {
                Err(format!("{place}: {reason}").into())
            }
            _ => Err(self.stranger().into()),
        }
    }

    fn request(&self, method: &str, path: &str, body: &str) -> String {
        let (host, length) = (&self.host, body.len());
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    }

    fn send(&self, request: &str) -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(&self.host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.take(LARGEST_ANSWER).read_to_end(&mut answer)?;
        Ok(answer)
    }

    fn stranger(&self) -> String {
        format!("{} does not answer as a poolgate-issuer of this version", self.url)
    }
}

fn is_host(text: &str) -> bool {
    let is_known = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    !text.is_empty() && text.chars().all(is_known)
}

/// The status and the whole body of an answer that says how long it is, or has none.
fn parse(answer: &[u8]) -> Option<(u16, &[u8])> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let (body, mut lines) = (&answer[end + 4..], head.lines());
    let (version, status) = lines.next()?.split_once(' ')?;
    let status = status.get(..3)?.parse().ok()?;
    let mut fields = lines.filter_map(|line| line.split_once(':'));
    let length = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.map_or(Some(0), |(_, value)| value.trim().parse().ok())?;
    (version == "HTTP/1.1" && body.len() == length).then_some((status, body))
}

const PATIENCE: Duration = Duration::from_secs(30);
const LARGEST_ANSWER: u64 = 64 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_plain_http() {
        for (url, host) in [
            ("http://127.0.0.1:9229", "127.0.0.1:9229"),
            ("http://127.0.0.1:9229/", "127.0.0.1:9229"),
            ("http://issuer", "issuer:80"),
            ("http://[::1]", "[::1]:80"),
            ("http://[::1]:1", "[::1]:1"),
        ] {
            assert_eq!(Remote::new(url).unwrap().host, host);
        }
        for url in ["https://x:1", "127.0.0.1:9229", "http://", "http://a/b", "http://a b", ""] {
            assert!(Remote::new(url).is_err(), "{url}");
        }
    }

    #[test]
    fn an_answer_is_whole_or_none() {
        let parse = |text: &str| {
            let parsed = parse(text.as_bytes())?;
            Some((parsed.0, String::from_utf8(parsed.1.to_vec()).unwrap()))
        };

        let good = "HTTP/1.1 200 OK\r\nX: y\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(parse(good), Some((200, "{}".to_owned())));
        assert_eq!(parse("HTTP/1.1 204 No Content\r\n\r\n"), Some((204, String::new())));
        for bad in [
            "",
            "SSH-2.0-OpenSSH\r\n\r\n",
            "HTTP/1.1 2\r\n\r\n",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n{}",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
