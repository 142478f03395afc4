//! Rate limits of this node.

use std::{
    hash::{BuildHasher, RandomState},
    sync::Mutex,
};

use async_trait::async_trait;
use tasktrack_domain::gateways::{Limiter, Quota, Taken};
use tokio::time::Instant;

use super::{lock, micros_since};
use crate::{bounded::Bounded, gcra::Rate};

const SHARDS: usize = 16;
/// How many buckets at most. Beyond, the fullest are forgotten first: they differ least from new ones.
const CAPACITY: usize = 100_000;

/// [`Limiter`] in memory. Exact within the process.
pub struct MemoryLimiter {
    start: Instant,
    hasher: RandomState,
    /// Key to nothing: the end of an entry is the time its bucket is full again, which is all there is to know.
    shards: [Mutex<Bounded<String, ()>>; SHARDS],
    capacity: usize,
}

impl MemoryLimiter {
    /// With room for 100 000 buckets (some 10 MB).
    pub fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    /// With room for `capacity` buckets.
    pub fn with_capacity(capacity: usize) -> Self {
        let capacity = (capacity / SHARDS).max(1);
        let shards = std::array::from_fn(|_| Mutex::new(Bounded::new(capacity)));
        Self { start: Instant::now(), hasher: RandomState::new(), shards, capacity: capacity * SHARDS }
    }

    /// How many buckets at most.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Takes one from the bucket `key`, at once.
    pub fn take_now(&self, key: &str, quota: Quota) -> Taken {
        let now = micros_since(self.start);
        let mut shard = lock(self.shard(key));
        let full_at = shard.end(key).unwrap_or(0);
        let (taken, full_at) = Rate::from(quota).take(full_at, now);
        if full_at > now {
            shard.insert(key.to_owned(), (), full_at, now);
        }
        taken
    }

    /// Takes over what Redis said of a bucket (full again in `debt` microseconds), so that losing Redis gives nobody a
    /// fresh one. Never makes a bucket fuller than it is known to be here.
    pub(crate) fn learn(&self, key: &str, debt: u64) {
        let now = micros_since(self.start);
        let mut shard = lock(self.shard(key));
        let full_at = now.saturating_add(debt);
        if shard.end(key).is_none_or(|known| known < full_at) {
            shard.insert(key.to_owned(), (), full_at, now);
        }
    }

    fn shard(&self, key: &str) -> &Mutex<Bounded<String, ()>> {
        let hash = self.hasher.hash_one(key).to_le_bytes();
        &self.shards[usize::from(hash[0]) % SHARDS]
    }
}

impl Default for MemoryLimiter {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Limiter for MemoryLimiter {
    async fn take(&self, key: &str, quota: Quota) -> Taken {
        self.take_now(key, quota)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const QUOTA: Quota = Quota { burst: 3, per_second: 1.0 };

    #[tokio::test(start_paused = true)]
    async fn refills_with_time() {
        let limiter = MemoryLimiter::new();
        for _ in 0..3 {
            assert!(limiter.take("a", QUOTA).await.allowed);
        }
        let refused = limiter.take("a", QUOTA).await;
        assert_eq!((refused.allowed, refused.retry_after), (false, Duration::from_secs(1)));
        assert!(limiter.take("b", QUOTA).await.allowed, "another bucket");
        tokio::time::advance(refused.retry_after).await;
        assert!(limiter.take("a", QUOTA).await.allowed);
        assert!(!limiter.take("a", QUOTA).await.allowed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_keys_does_not_free_the_worst() {
        let limiter = MemoryLimiter::with_capacity(1600);
        let slow = Quota { burst: 5, per_second: 0.01 };
        while limiter.take("worst", slow).await.allowed {}
        for key in 0..50_000 {
            limiter.take(&format!("flood {key}"), QUOTA).await;
        }
        let held: usize = limiter.shards.iter().map(|shard| lock(shard).len()).sum();
        assert!(held <= limiter.capacity(), "{held}");
        assert!(!limiter.take("worst", slow).await.allowed);
    }

    #[tokio::test(start_paused = true)]
    async fn what_redis_said_counts_on() {
        let limiter = MemoryLimiter::new();
        limiter.learn("a", 3_000_000);
        assert!(!limiter.take("a", QUOTA).await.allowed);
        limiter.learn("a", 0);
        assert!(!limiter.take("a", QUOTA).await.allowed, "never fuller than known");
    }
}
