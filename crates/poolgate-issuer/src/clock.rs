//! A clock that tests move.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// The time by which an issuer stamps its tokens. Clones share one time.
///
/// Let the verifier under test read this clock too, and tokens expire when the test says so.
///
/// ```
/// use std::time::Duration;
/// use poolgate_issuer::{TestClock, TestIssuer};
///
/// let clock = TestClock::at(1_700_000_000);
/// let issuer = TestIssuer::builder().clock(clock.clone()).offline();
/// let token = issuer.access_token().sign(); // expires at 1_700_003_600
///
/// clock.advance(Duration::from_secs(3_601)); // and now it has
/// assert_eq!(issuer.clock().unix_seconds(), 1_700_003_601);
/// ```
#[derive(Clone, Debug)]
pub struct TestClock {
    hands: Arc<Mutex<Hands>>,
}

impl TestClock {
    /// Follows the system's clock, shifted by what [`advance`](Self::advance) and [`rewind`](Self::rewind) add up to.
    pub fn system() -> Self {
        Self::with_base(Base::System(Instant::now()))
    }

    /// Stands still at this Unix time until it is moved.
    pub fn at(unix_seconds: u64) -> Self {
        Self::with_base(Base::Fixed(Duration::from_secs(unix_seconds)))
    }

    /// Moves the time forwards.
    pub fn advance(&self, by: Duration) {
        let mut hands = self.hands();
        hands.advanced = hands.advanced.saturating_add(by);
    }

    /// Moves the time backwards. It never reads earlier than the Unix epoch.
    pub fn rewind(&self, by: Duration) {
        let mut hands = self.hands();
        hands.rewound = hands.rewound.saturating_add(by);
    }

    /// Takes every move back: it shows what it would show if nobody had touched it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use poolgate_issuer::TestClock;
    ///
    /// let clock = TestClock::at(1_700_000_000);
    /// clock.advance(Duration::from_secs(3_600));
    /// clock.reset();
    /// assert_eq!(clock.unix_seconds(), 1_700_000_000);
    /// ```
    pub fn reset(&self) {
        let mut hands = self.hands();
        let farthest = hands.advanced.max(hands.rewound);
        hands.advanced = farthest;
        hands.rewound = farthest;
    }

    /// The wall-clock time.
    ///
    /// # Panics
    /// If the clock was advanced past what a [`SystemTime`] can hold.
    pub fn now(&self) -> SystemTime {
        UNIX_EPOCH
            .checked_add(self.hands().since_epoch())
            .expect("the clock was advanced past the range of SystemTime")
    }

    /// The wall-clock time as whole seconds since the Unix epoch, as tokens carry it.
    pub fn unix_seconds(&self) -> u64 {
        self.hands().since_epoch().as_secs()
    }

    /// A time that never goes back, counted from when the clock was made: it grows with
    /// [`advance`](Self::advance), and on a system clock with real time, while
    /// [`rewind`](Self::rewind) leaves it alone.
    pub fn monotonic(&self) -> Duration {
        self.hands().monotonic()
    }

    fn with_base(base: Base) -> Self {
        let hands = Hands { base, advanced: Duration::ZERO, rewound: Duration::ZERO };
        Self { hands: Arc::new(Mutex::new(hands)) }
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for TestClock {
    /// The system's clock.
    fn default() -> Self {
        Self::system()
    }
}

#[derive(Debug)]
struct Hands {
    base: Base,
    advanced: Duration,
    rewound: Duration,
}

impl Hands {
    fn since_epoch(&self) -> Duration {
        let base = match self.base {
            Base::System(_) => SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            Base::Fixed(at) => at,
        };
        let ahead = self.advanced.saturating_sub(self.rewound);
        let behind = self.rewound.saturating_sub(self.advanced);
        base.saturating_add(ahead).saturating_sub(behind)
    }

    fn monotonic(&self) -> Duration {
        match self.base {
            Base::System(started) => started.elapsed().saturating_add(self.advanced),
            Base::Fixed(_) => self.advanced,
        }
    }
}

#[derive(Debug)]
enum Base {
    System(Instant),
    Fixed(Duration),
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = TestClock::at(1_000);

        clock.advance(MINUTE);
        assert_eq!(clock.unix_seconds(), 1_060);
        clock.rewind(MINUTE * 2);
        assert_eq!(clock.unix_seconds(), 940);
        assert_eq!(clock.now(), UNIX_EPOCH + Duration::from_secs(940));
    }

    #[test]
    fn a_system_clock_is_shifted_from_the_system_time() {
        let clock = TestClock::system();
        clock.advance(MINUTE);

        let ahead = clock.now().duration_since(SystemTime::now()).unwrap();

        assert!(ahead > MINUTE / 2 && ahead <= MINUTE, "{ahead:?}");
    }

    #[test]
    fn clones_share_one_time() {
        let test = TestClock::at(0);
        let verifier = test.clone();
        test.advance(MINUTE);

        assert_eq!(verifier.unix_seconds(), 60);
    }

    #[test]
    fn rewinding_stops_at_the_epoch() {
        let clock = TestClock::at(10);
        clock.rewind(MINUTE);

        assert_eq!(clock.now(), UNIX_EPOCH);
    }

    #[test]
    fn reset_takes_every_move_back_and_never_the_monotonic_time() {
        for (advanced, rewound) in [
            (MINUTE, MINUTE * 5),
            (MINUTE * 5, MINUTE),
            (Duration::MAX, MINUTE),
            (MINUTE, Duration::MAX),
        ] {
            let clock = TestClock::at(1_000);
            clock.advance(advanced);
            clock.rewind(rewound);
            let before = clock.monotonic();

            clock.reset();
            assert_eq!(clock.unix_seconds(), 1_000, "{advanced:?} {rewound:?}");
            assert!(clock.monotonic() >= before, "{advanced:?} {rewound:?}");
        }
    }

    #[test]
    fn the_monotonic_time_ignores_rewinding() {
        let clock = TestClock::at(1_000);
        clock.advance(MINUTE);
        clock.rewind(MINUTE * 5);

        assert_eq!(clock.monotonic(), MINUTE);
    }
}
