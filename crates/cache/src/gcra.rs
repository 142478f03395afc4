//! The arithmetic of GCRA (a leaky bucket in one number), in whole microseconds, for both back ends.
//!
//! A bucket is one time: when it will be full again (`full_at`). Each one taken moves it on by `interval`; taking is
//! allowed while it stays within `burst * interval` of now. A bucket that is full already and one never seen are the same.

use std::time::Duration;

use tasktrack_domain::gateways::{Quota, Taken};

/// Slowest refill: one a day. Also what "none per second" means.
const MAX_INTERVAL: u64 = 86_400_000_000;
/// Longest time a bucket may take to fill (142 years): larger bursts are cut to it. Lua counts exactly up to 2^53.
const MAX_CAPACITY: u64 = 1 << 52;

/// A [`Quota`] in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// Time for one to come back, in microseconds; at least 1.
    pub(crate) interval: u64,
    /// How many at once.
    pub(crate) burst: u32,
}

impl From<Quota> for Rate {
    fn from(quota: Quota) -> Self {
        let interval = Duration::try_from_secs_f64(1.0 / quota.per_second)
            .ok()
            .and_then(|interval| u64::try_from(interval.as_micros()).ok())
            .unwrap_or(MAX_INTERVAL)
            .clamp(1, MAX_INTERVAL);
        let most = u32::try_from(MAX_CAPACITY / interval).unwrap_or(u32::MAX);
        Self { interval, burst: quota.burst.min(most) }
    }
}

impl Rate {
    fn capacity(self) -> u64 {
        u64::from(self.burst) * self.interval
    }

    /// Takes one at `now` from a bucket full again at `full_at` (microseconds of any clock): the answer and the new `full_at`.
    pub(crate) fn take(self, full_at: u64, now: u64) -> (Taken, u64) {
        // Never further away than a whole bucket: the clock may have been set back, or the quota made smaller.
        let debt = full_at.saturating_sub(now).min(self.capacity());
        let after = debt + self.interval;
        match self.capacity().checked_sub(after) {
            Some(room) => (self.allowed(room), now + after),
            None => (refused(after - self.capacity()), now + debt),
        }
    }

    pub(crate) fn allowed(self, room: u64) -> Taken {
        let remaining = u32::try_from(room / self.interval).unwrap_or(u32::MAX);
        Taken { allowed: true, remaining, retry_after: Duration::ZERO }
    }
}

/// Come again in `wait` microseconds.
pub(crate) fn refused(wait: u64) -> Taken {
    Taken { allowed: false, remaining: 0, retry_after: Duration::from_micros(wait) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000;

    fn rate(burst: u32, per_second: f64) -> Rate {
        Quota { burst, per_second }.into()
    }

    #[test]
    fn exactly_the_burst_then_one_per_interval() {
        let rate = rate(5, 0.5);
        let (mut full_at, start) = (0, 100 * S);
        for left in (0..5).rev() {
            let (taken, next) = rate.take(full_at, start);
            assert!(taken.allowed);
            assert_eq!(taken.remaining, left);
            full_at = next;
        }
        let (taken, next) = rate.take(full_at, start);
        assert_eq!(taken, refused(2 * S));
        assert_eq!(next, full_at, "a refused one costs nothing");
        assert!(!rate.take(full_at, start + 2 * S - 1).0.allowed);
        assert!(rate.take(full_at, start + 2 * S).0.allowed, "exactly when it was told to come again");
        assert_eq!(rate.take(full_at, start + 10 * S).0.remaining, 4, "full again after five intervals");
        assert_eq!(rate.take(full_at, start + 1000 * S).0.remaining, 4, "and never fuller");
    }

    #[test]
    fn over_an_hour_no_more_than_promised() {
        let rate = rate(30, 0.5);
        let (mut full_at, mut passed) = (0, 0);
        for tenth in 0..36_000 {
            let (taken, next) = rate.take(full_at, tenth * S / 10);
            full_at = next;
            passed += u32::from(taken.allowed);
        }
        assert_eq!(passed, 30 + 1799);
    }

    #[test]
    fn odd_quotas_do_no_harm() {
        assert_eq!(rate(3, 0.0).interval, MAX_INTERVAL);
        assert_eq!(rate(3, -1.0).interval, MAX_INTERVAL);
        assert_eq!(rate(3, f64::NAN).interval, MAX_INTERVAL);
        assert_eq!(rate(3, f64::INFINITY).interval, 1);
        assert_eq!(rate(3, 1e-300).interval, MAX_INTERVAL);
        assert_eq!(rate(3, 0.0008).interval, 1_250 * S);
        assert!(!rate(0, 1.0).take(0, S).0.allowed, "a burst of nothing lets nothing pass");
        assert_eq!(rate(u32::MAX, 0.0).take(0, S).0.remaining, 52_123, "cut to what can be counted");
        assert_eq!(rate(u32::MAX, 1e9).take(0, S).0.remaining, u32::MAX - 1);
    }

    #[test]
    fn a_clock_set_back_or_a_smaller_quota_locks_nobody_out() {
        let rate = rate(5, 1.0);
        let (taken, full_at) = rate.take(1_000_000 * S, 100 * S);
        assert_eq!(taken.retry_after, Duration::from_secs(1));
        assert_eq!(full_at, 105 * S);
    }
}
