//! `inspect`: what a token says.

use std::io::{self, Read};

use clap::Args;
use serde_json::{Value, json};

use super::{
    Outcome, print,
    remote::Remote,
    times,
    token_text::{Part, TokenText, visible},
};
use crate::clock::TestClock;

/// Shows what a token says: not whether it is true, unless there is a server to ask
#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// The token, or - to read it from stdin
    token: String,

    /// A running issuer, whose keys verify the signature
    #[arg(long, value_name = "URL")]
    server: Option<String>,
}

impl Inspect {
    pub(super) fn run(self) -> Outcome {
        let token = self.token()?;
        let text = TokenText::read(&token)?;
        let (verdict, now) = match &self.server {
            None => (Verdict::NotVerified, TestClock::system().unix_seconds()),
            Some(url) => ask(&Remote::new(url)?, &token)?,
        };
        print(&format!("{}\n\n{}", verdict.text(), shown(&text, now)))?;
        match verdict {
            Verdict::NotSigned(_) => Err("the signature is not one of the server's".into()),
            Verdict::NotVerified | Verdict::Signed(_) => Ok(()),
        }
    }

    fn token(&self) -> Outcome<String> {
        let mut text = self.token.clone();
        if text == "-" {
            text.clear();
            io::stdin().read_to_string(&mut text)?;
        }
        let text = text.trim();
        Ok(text.strip_prefix("Bearer ").unwrap_or(text).to_owned())
    }
}

enum Verdict {
    NotVerified,
    /// By which pool and key.
    Signed(String),
    NotSigned(String),
}

impl Verdict {
    fn text(&self) -> String {
        match self {
            Self::NotVerified => "NOTHING WAS VERIFIED: anyone can have written this. \
                                  With --server, the keys of a running issuer verify the signature."
                .to_owned(),
            Self::Signed(key) => {
                format!("SIGNED by {key}. Only the signature was verified, none of the claims.")
            }
            Self::NotSigned(reason) => format!("NOT SIGNED by this server: {reason}."),
        }
    }
}

/// The verdict, and the server's time.
fn ask(server: &Remote, token: &str) -> Outcome<(Verdict, u64)> {
    let told = server.post("/_test/verify", &json!({ "token": token }))?;
    let text = |name: &str| told[name].as_str().map(visible).unwrap_or_default();
    let verdict = if told["signed"] == true {
        let hidden = if told["published"] == true { "" } else { " (not published)" };
        Verdict::Signed(format!("{}, key {}{hidden}", text("pool"), text("kid")))
    } else {
        Verdict::NotSigned(text("reason"))
    };
    let clock = server.get("/_test/clock")?;
    let now = clock["unix_seconds"].as_u64().ok_or("the server does not tell its time")?;
    Ok((verdict, now))
}

fn shown(token: &TokenText, now: u64) -> String {
    let times = times::of(&token.claims, now);
    let times = if times.is_empty() { times } else { format!("\ntimes\n{times}") };
    format!("header\n{}\nclaims\n{}{times}", part(&token.header), part(&token.claims))
}

fn part(part: &Part) -> String {
    match part {
        Part::Object(members) => members.iter().map(|(name, value)| member(name, value)).collect(),
        Part::Text(text) => format!("  not a JSON object: {}\n", visible(text)),
        Part::Bytes(reason) => format!("  not a text: {reason}\n"),
    }
}

fn member(name: &str, value: &Value) -> String {
    format!("  {:<24} {}\n", visible(name), visible(&value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Algorithm, TestIssuer};

    #[test]
    fn a_token_is_shown_with_its_times() {
        let issuer = TestIssuer::builder()
            .algorithm(Algorithm::EdDsa)
            .client_id("web")
            .clock(TestClock::at(1_700_000_000))
            .offline();
        let token = issuer.access_token().username("alice").without_claim("auth_time").sign();

        let shown = shown(&TokenText::read(&token).unwrap(), 1_700_000_060);

        for line in [
            "header\n  kid                      \"test-",
            "  alg                      \"EdDSA\"\n\nclaims\n  sub ",
            "  username                 \"alice\"\n\ntimes\n",
            "  exp        Tue, 14 Nov 2023 23:13:20 GMT, in 59 minutes\n",
            "  iat        Tue, 14 Nov 2023 22:13:20 GMT, 60 seconds ago\n",
        ] {
            assert!(shown.contains(line), "{line}\n{shown}");
        }
    }

    #[test]
    fn hostile_tokens_are_shown_as_they_are() {
        let issuer = TestIssuer::builder().algorithm(Algorithm::EdDsa).offline();
        let blank = || issuer.access_token();

        for (token, line) in [
            (
                blank().raw_payload(r#"{"sub":"b","a":1,"sub":"a"}"#),
                "  sub                      \"b\"\n  a ",
            ),
            (blank().raw_payload("[1]"), "claims\n  not a JSON object: [1]\n"),
            (blank().raw_payload([0xff]), "claims\n  not a text: invalid utf-8"),
            (blank().claim("x", "\u{9b}31m\u{7f}\n"), r#""\u{9b}31m\u{7f}\n""#),
            (
                blank().raw_header("\u{1b}[2J"),
                r"header
  not a JSON object: \u{1b}[2J",
            ),
        ] {
            let shown = shown(&TokenText::read(&token.sign()).unwrap(), 0);
            assert!(shown.contains(line), "{line}\n{shown}");
        }
    }
}
