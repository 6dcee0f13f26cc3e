//! What time it is, read once for each question and handed down as an argument.

pub(crate) mod wall;

use std::{
    fmt,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

/// One reading of a [`Clock`]: the wall time and a time that never goes back.
///
/// `exp`, `nbf` and `iat` are compared with the wall time. The age of keys is the larger of both
/// differences, so that neither a wall clock that is set back nor a machine that was suspended
/// makes keys look younger than they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    wall: Duration,
    monotonic: Duration,
}

impl Now {
    /// A reading: `wall` counts from the Unix epoch, `monotonic` from any fixed point.
    #[must_use]
    pub const fn new(wall: Duration, monotonic: Duration) -> Self {
        Self { wall, monotonic }
    }

    /// The time since the Unix epoch.
    #[must_use]
    pub const fn wall(self) -> Duration {
        self.wall
    }

    /// The time since a fixed point of the clock's own.
    #[must_use]
    pub const fn monotonic(self) -> Duration {
        self.monotonic
    }

    /// Reads the clock, and complains of one that must be wrong.
    pub(crate) fn read(clock: &dyn Clock) -> Self {
        let now = clock.now();
        if !now.is_plausible() {
            let unix_seconds = now.wall().as_secs();
            tracing::error!(unix_seconds, "the wall clock stands before 2026");
        }
        now
    }

    /// How long ago `earlier` was: the larger of the two differences, never negative.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        let wall = self.wall.saturating_sub(earlier.wall);
        wall.max(self.monotonic.saturating_sub(earlier.monotonic))
    }

    /// Whether the wall clock can be right at all: it is not before this code was written.
    ///
    /// A device that starts in 1970 would otherwise accept every token that ever expired.
    pub(crate) fn is_plausible(self) -> bool {
        self.wall >= EARLIEST_WALL
    }
}

/// Where a [`Verifier`](crate::Verifier) reads the time.
///
/// The system's clock serves by default; tests, fuzzers and replays give a [`ManualClock`].
/// A function that reads another clock is one too. A wall time before 2026 fails closed: no token
/// is accepted by a clock that must be wrong.
pub trait Clock: Send + Sync + 'static {
    /// Reads the clock.
    fn now(&self) -> Now;
}

impl<F: Fn() -> Now + Send + Sync + 'static> Clock for F {
    fn now(&self) -> Now {
        self()
    }
}

/// The system's wall clock and its monotonic clock.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Now {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Now::new(wall.unwrap_or_default(), START.elapsed())
    }
}

/// A clock that stands still until it is moved; its clones move together.
///
/// ```
/// use poolgate::{Clock, ManualClock};
/// use std::time::Duration;
///
/// let clock = ManualClock::at(1_800_000_000);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now().wall().as_secs(), 1_800_000_060);
/// ```
#[derive(Clone)]
pub struct ManualClock(Arc<Mutex<Now>>);

impl ManualClock {
    /// A clock that shows `unix_seconds`.
    #[must_use]
    pub fn at(unix_seconds: u64) -> Self {
        let now = Now::new(Duration::from_secs(unix_seconds), Duration::ZERO);
        Self(Arc::new(Mutex::new(now)))
    }

    /// Lets `time` pass: the wall and the monotonic time both go forward.
    pub fn advance(&self, time: Duration) {
        self.change(|now| {
            now.wall = now.wall.saturating_add(time);
            now.monotonic = now.monotonic.saturating_add(time);
        });
    }

    /// Sets the wall time alone, forwards or back, as an administrator or a time server would.
    pub fn set_wall(&self, since_epoch: Duration) {
        self.change(|now| now.wall = since_epoch);
    }

    fn change(&self, change: impl FnOnce(&mut Now)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Now {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ManualClock").field(&self.now()).finish()
    }
}

/// 2026-01-01T00:00:00Z.
const EARLIEST_WALL: Duration = Duration::from_secs(1_767_225_600);

#[cfg(test)]
mod tests {
    use super::*;

    fn now(wall: u64, monotonic: u64) -> Now {
        Now::new(Duration::from_secs(wall), Duration::from_secs(monotonic))
    }

    #[test]
    fn age_is_the_larger_difference() {
        for (name, later, expected) in [
            ("both went on", now(1_010, 15), 10),
            ("wall clock set back", now(500, 15), 10),
            ("machine suspended", now(4_600, 6), 3_600),
            ("both went back", now(500, 1), 0),
        ] {
            let age = later.since(now(1_000, 5));
            assert_eq!(age.as_secs(), expected, "{name}");
        }
    }

    #[test]
    fn a_clock_before_this_code_is_implausible() {
        assert!(!now(0, 0).is_plausible());
        assert!(!now(EARLIEST_WALL.as_secs() - 1, 0).is_plausible());
        assert!(now(EARLIEST_WALL.as_secs(), 0).is_plausible());
        assert!(SystemClock.now().is_plausible());
    }

    #[test]
    fn clones_of_a_manual_clock_move_together() {
        let clock = ManualClock::at(EARLIEST_WALL.as_secs());
        let twin = clock.clone();
        twin.advance(Duration::from_secs(5));
        twin.set_wall(Duration::from_secs(7));
        assert_eq!(clock.now(), now(7, 5));
    }
}
