//! A clock that the demo moves through the last two months.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, SubsecRound, Utc};
use tasktrack_domain::clock::{Clock, SystemClock};
use uuid::Uuid;

pub(crate) struct DemoClock(Mutex<DateTime<Utc>>);

impl DemoClock {
    pub(crate) fn new(at: DateTime<Utc>) -> Self {
        Self(Mutex::new(at))
    }
    pub(crate) fn set(&self, at: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
    pub(crate) fn advance(&self, by: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
    pub(crate) fn is_past(&self, at: DateTime<Utc>) -> bool {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) > at
    }
}

impl Clock for DemoClock {
    /// Each look is a little later, so that events of one day stand in order.
    fn now(&self) -> DateTime<Utc> {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += Duration::milliseconds(40);
        now.trunc_subsecs(6)
    }
    fn uuid(&self) -> Uuid {
        SystemClock.uuid()
    }
}
