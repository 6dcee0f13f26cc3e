//! The clocks of the system, as the standard library reads them.

use super::Now;
use std::{
    sync::LazyLock,
    time::{Instant, SystemTime},
};

pub(super) fn now() -> Now {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Now::new(wall.unwrap_or_default(), START.elapsed())
}
