//! What a server has noticed of each call.

use std::time::Duration;
use tokio::{sync::watch, time::timeout};

/// Notes of a server, in order. The first part of a path is the name of the call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(watch::Sender<Vec<Note>>);

#[derive(Debug)]
struct Note {
    call: String,
    what: String,
}

impl Log {
    /// Notes that a handler runs.
    pub(crate) fn handler(&self, path: &str) {
        self.note(path, "handled".to_owned());
    }

    /// Notes an answer; the body of a refusal is the code of the error.
    pub(crate) fn answer(&self, method: &str, path: &str, status: u16, body: &str) {
        let what = match (method, status) {
            ("OPTIONS", _) => "preflight".to_owned(),
            (_, 400..) => format!("{status} {body}"),
            _ => status.to_string(),
        };
        self.note(path, what);
    }

    fn note(&self, path: &str, what: String) {
        let call = path.split('/').nth(1).unwrap_or_default().to_owned();
        self.0.send_modify(|notes| notes.push(Note { call, what }));
    }

    /// What was noticed of a call, after so many notes, or after a long time.
    pub(crate) async fn of(&self, call: usize, count: usize) -> String {
        let call = call.to_string();
        let of_call = |notes: &[Note]| -> Vec<String> {
            notes.iter().filter(|note| note.call == call).map(|note| note.what.clone()).collect()
        };
        let mut notes = self.0.subscribe();
        let _ = timeout(LONG, notes.wait_for(|notes| of_call(notes).len() >= count)).await;
        of_call(&notes.borrow()).join(", ")
    }
}

const LONG: Duration = Duration::from_secs(20);
