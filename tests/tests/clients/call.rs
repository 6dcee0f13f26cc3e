//! What a client is asked to do, and what it sees.

use serde::{Deserialize, Serialize};

/// A call to the API.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Call {
    way: Way,
    pub(crate) method: &'static str,
    /// The path, until [`Call::at`] completes it.
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Whether a browser sends its cookies along, in the words of `fetch`.
    credentials: &'static str,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    /// What curl and Node do, and a page by `fetch`.
    Fetch,
    /// `fetch` by a page that does not care about the answer.
    NoCors,
    Socket,
    /// The last call of a page, which leaves by it.
    Form,
}

pub(crate) fn get(path: &str) -> Call {
    Call::new(Way::Fetch, "GET", path)
}

pub(crate) fn post(path: &str) -> Call {
    Call::new(Way::Fetch, "POST", path)
}

/// A `POST` whose answer the page does without.
pub(crate) fn blind_post(path: &str) -> Call {
    Call::new(Way::NoCors, "POST", path)
}

/// A WebSocket, which carries the cookies of the browser.
pub(crate) fn socket(path: &str) -> Call {
    Call::new(Way::Socket, "GET", path)
}

/// A form at the top level, which carries the cookies of the browser.
pub(crate) fn form(path: &str) -> Call {
    Call::new(Way::Form, "POST", path)
}

impl Call {
    fn new(way: Way, method: &'static str, path: &str) -> Self {
        Self { way, method, url: path.to_owned(), headers: Vec::new(), credentials: "omit" }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", format!("Bearer {token}"))
    }

    /// With the cookies of the browser.
    pub(crate) fn with_cookies(mut self) -> Self {
        self.credentials = "include";
        self
    }

    /// The call at the API, under the name that the [log](crate::log) knows it by.
    pub(crate) fn at(mut self, base: &str, name: usize) -> Self {
        self.url = format!("{base}/{name}{}", self.url);
        self
    }
}

/// What a client has seen.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Seen {
    Answer {
        status: u16,
        challenge: Option<String>,
        body: String,
    },
    /// That there was an answer.
    Opaque,
    /// The first message of a WebSocket.
    Message(String),
    /// Nothing: the browser kept the answer from the page, or did not even ask.
    Nothing,
}

impl Seen {
    /// The answer of a handler.
    pub(crate) fn body(text: &str) -> Self {
        Self::Answer { status: 200, challenge: None, body: text.to_owned() }
    }

    /// A refusal, whose body is the code of the error.
    pub(crate) fn refusal(status: u16, code: &str, challenge: Option<&str>) -> Self {
        Self::Answer { status, challenge: challenge.map(str::to_owned), body: code.to_owned() }
    }
}
