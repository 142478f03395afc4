//! One-use values of this node.

use std::{sync::Mutex, time::Duration};

use async_trait::async_trait;
use tasktrack_domain::gateways::OneTime;
use tokio::time::Instant;

use super::{lock, micros_since};
use crate::bounded::Bounded;

/// How many values at most; beyond, those that end first are forgotten.
const CAPACITY: usize = 10_000;

/// [`OneTime`] in memory.
pub struct MemoryOneTime {
    start: Instant,
    values: Mutex<Bounded<String, String>>,
}

impl MemoryOneTime {
    /// With room for 10 000 values.
    pub fn new() -> Self {
        Self { start: Instant::now(), values: Mutex::new(Bounded::new(CAPACITY)) }
    }

    pub(crate) fn put_now(&self, key: &str, value: String, ttl: Duration) {
        let now = micros_since(self.start);
        let end = now.saturating_add(u64::try_from(ttl.as_micros()).unwrap_or(u64::MAX));
        lock(&self.values).insert(key.to_owned(), value, end, now);
    }

    pub(crate) fn take_now(&self, key: &str) -> Option<String> {
        lock(&self.values).remove(key, micros_since(self.start))
    }
}

impl Default for MemoryOneTime {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl OneTime for MemoryOneTime {
    async fn put(&self, key: &str, value: String, ttl: Duration) {
        self.put_now(key, value, ttl);
    }

    async fn take(&self, key: &str) -> Option<String> {
        self.take_now(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn dies_in_time() {
        let one_time = MemoryOneTime::new();
        for (wait, expected) in [(29, Some("v".to_owned())), (30, None)] {
            one_time.put("k", "v".to_owned(), Duration::from_secs(30)).await;
            tokio::time::advance(Duration::from_secs(wait)).await;
            assert_eq!(one_time.take("k").await, expected);
        }
    }
}
