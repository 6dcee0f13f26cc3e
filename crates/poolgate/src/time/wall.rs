//! Times of tokens as times of this machine's clock.

use std::time::{Duration, SystemTime};

/// A time after 1970, cut at the end of the year 9999, where formats for dates end.
pub(crate) fn system_time(since_epoch: Duration) -> SystemTime {
    let epoch = SystemTime::UNIX_EPOCH;
    epoch.checked_add(since_epoch.min(END_OF_TIME)).unwrap_or(epoch)
}

/// Waits until this time has come, by the clock of this machine.
#[cfg(feature = "tokio")]
pub(crate) async fn wait_until(end: SystemTime) {
    while let Ok(left) = end.duration_since(SystemTime::now()) {
        if left.is_zero() {
            return;
        }
        // A machine that was suspended, or whose clock was set, notices within a minute.
        tokio::time::sleep(left.min(LONGEST_NAP)).await;
    }
}

const LONGEST_NAP: Duration = Duration::from_secs(60);

pub(crate) const END_OF_TIME: Duration = Duration::from_secs(253_402_300_799);
