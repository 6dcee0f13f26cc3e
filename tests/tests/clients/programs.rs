//! Programs, which send what they are told to.

use crate::call::{Call, Seen};
use std::{path::Path, process::Stdio, time::Duration};
use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

/// Makes each call with a curl of its own.
pub(crate) async fn curl(calls: &[Call]) -> Vec<Seen> {
    let mut seen = Vec::new();
    for call in calls {
        seen.push(curl_once(call).await);
    }
    seen
}

async fn curl_once(call: &Call) -> Seen {
    let mut curl = Command::new("curl");
    // Whatever the machine has set up for curl does not count.
    curl.args(["--disable", "--noproxy", "*", "--silent", "--show-error"]);
    curl.args(["--request", call.method]);
    for (name, value) in &call.headers {
        // Its way to write a header without a value.
        let is_empty = value.is_empty();
        let line = if is_empty { format!("{name};") } else { format!("{name}: {value}") };
        curl.arg("--header").arg(line);
    }
    curl.args(["--write-out", "\n%{http_code} %header{www-authenticate}", &call.url]);
    answer(&output(&mut curl, "").await)
}

fn answer(output: &str) -> Seen {
    let (body, line) = output.rsplit_once('\n').expect("a line at the end");
    let (status, challenge) = line.split_once(' ').expect("a status and a challenge");
    Seen::Answer {
        status: status.parse().expect("a status"),
        challenge: Some(challenge).filter(|text| !text.is_empty()).map(str::to_owned),
        body: body.to_owned(),
    }
}

/// Makes all calls with one Node.
pub(crate) async fn node(calls: &[Call]) -> Vec<Seen> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/node.mjs");
    let calls = serde_json::to_string(calls).expect("calls as JSON");
    let seen = output(Command::new("node").arg(script), &calls).await;
    serde_json::from_str(&seen).unwrap_or_else(|error| panic!("{error}: {seen}"))
}

async fn output(command: &mut Command, input: &str) -> String {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let child = command.spawn();
    let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}. {SET_UP}"));
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).await.expect("a reader");
    drop(stdin);
    let output = timeout(LONG, child.wait_with_output()).await;
    let output = output.unwrap_or_else(|_| panic!("{command:?} does not end"));
    let output = output.expect("an output");
    assert!(output.status.success(), "{command:?}: {}", output.status);
    String::from_utf8(output.stdout).expect("text")
}

pub(crate) const SET_UP: &str = "`.ci/run clients` installs what these tests need";

const LONG: Duration = Duration::from_secs(60);
