//! Lines of the log that anybody with a made-up issuer can cause.

use crate::time::Now;
use std::sync::atomic::{AtomicU64, Ordering};

/// When the log was last told of a lookup that went wrong.
#[derive(Default)]
pub(super) struct Complaints {
    /// In seconds of the monotonic clock, and one more; 0 if there was none yet.
    last: AtomicU64,
}

impl Complaints {
    /// Whether it is time for the next line.
    pub(super) fn is_due(&self, now: Now) -> bool {
        let now = now.monotonic().as_secs().saturating_add(1);
        let last = self.last.load(Ordering::Relaxed);
        let is_due = last == 0 || now.saturating_sub(last) >= INTERVAL;
        if is_due {
            self.last.store(now, Ordering::Relaxed);
        }
        is_due
    }
}

/// The seconds between two lines.
const INTERVAL: u64 = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_log_is_told_every_ten_seconds() {
        let complaints = Complaints::default();
        let is_due = |seconds| {
            let time = Duration::from_secs(seconds);
            complaints.is_due(Now::new(time, time))
        };
        for (seconds, expected) in [(0, true), (0, false), (9, false), (10, true), (11, false)] {
            assert_eq!(is_due(seconds), expected, "after {seconds} s");
        }
    }
}
