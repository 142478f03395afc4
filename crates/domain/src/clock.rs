//! The only place that asks for the time or makes a time-ordered id.

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// Time and time-ordered ids as a parameter.
pub trait Clock: Send + Sync {
    /// Now, in whole microseconds (what both databases keep).
    fn now(&self) -> DateTime<Utc>;
    /// A new UUIDv7.
    fn uuid(&self) -> Uuid;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that may ask")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
    #[expect(clippy::disallowed_methods, reason = "the one place that may ask")]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}
