//! How long a request takes from outside a layer to the handler behind it, measured in the server.

use std::{sync::Mutex, time::Instant};

/// When the request came to the layer.
#[derive(Clone, Copy)]
pub struct Stamp(Instant);

impl Stamp {
    pub fn now() -> Self {
        Self(Instant::now())
    }

    /// The handler is reached.
    pub fn record(self) {
        let nanos = u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX);
        NANOS.lock().expect("nobody panics with it").push(nanos);
    }
}

/// The median since the last call, in nanoseconds.
pub fn take_median() -> String {
    let mut nanos = std::mem::take(&mut *NANOS.lock().expect("nobody panics with it"));
    nanos.sort_unstable();
    nanos.get(nanos.len() / 2).copied().unwrap_or_default().to_string()
}

static NANOS: Mutex<Vec<u64>> = Mutex::new(Vec::new());
