//! The binary, run for real.

mod attacks;
mod keys;
mod refusals;
mod serve;
mod tokens;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pool.toml");

/// A running `serve`. It ends with the test.
struct Server {
    process: Child,
    /// What it said up to the first client.
    announcement: String,
    url: String,
}

impl Server {
    fn start(config: &str) -> Self {
        Self::with(&["--config", config])
    }

    fn with(arguments: &[&str]) -> Self {
        Self::by(binary(&["serve", "--listen", "127.0.0.1:0"]).args(arguments))
    }

    fn by(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut announcement = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        while !announcement.contains("discovery") {
            assert_ne!(lines.read_line(&mut announcement).unwrap(), 0, "it ended: {announcement}");
        }
        let line = announcement.lines().find_map(|line| line.strip_prefix("server "));
        let url = line.unwrap().trim().to_owned();
        Self { process, announcement, url }
    }

    fn run(&self, command: &str, arguments: &[&str]) -> Output {
        let arguments = [&[command, "--server", &self.url], arguments].concat();
        binary(&arguments).output().unwrap()
    }

    /// The output of a command that goes well and says nothing else.
    #[track_caller]
    fn good(&self, command: &str, arguments: &[&str]) -> String {
        good(&self.run(command, arguments))
    }

    fn mint(&self, arguments: &[&str]) -> String {
        let text = self.good("mint", arguments);
        let token = text.strip_suffix('\n').unwrap();
        assert_eq!((token.split('.').count(), token.lines().count()), (3, 1), "{token}");
        token.to_owned()
    }

    fn get(&self, path: &str) -> Value {
        let host = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn binary(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolgate-issuer"));
    command.args(arguments);
    command
}

#[track_caller]
fn good(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
fn refuses(arguments: &[&str], code: i32, parts: &[&str]) {
    let output = binary(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(code), 0), "{said}");
    for part in parts {
        assert!(said.contains(part), "{part}\n{said}");
    }
}

/// A file that is gone after the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, text: &str) -> Self {
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let path = directory.join(format!("{}-{name}", std::process::id()));
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_file(&self.0).unwrap();
    }
}
