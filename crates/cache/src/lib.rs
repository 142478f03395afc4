//! Limits, one-use tickets, signals between nodes, presence: in this process, or shared through Redis.
//!
//! Invariants: nothing here holds the truth (that is in the database), and nothing here fails: without Redis each part
//! goes on within its node. A Redis that is down costs a request nothing; a background task looks for it each second.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod bounded;
mod gcra;
pub mod memory;
pub mod redis;

use std::{sync::Arc, time::Duration};

use tasktrack_domain::{
    error::Result,
    gateways::{Fanout, Limiter, OneTime, Presence},
};
use uuid::Uuid;

use crate::{
    memory::{MemoryFanout, MemoryLimiter, MemoryOneTime, MemoryPresence},
    redis::RedisCache,
};

/// How long a request waits for Redis before it goes on without.
pub const PATIENCE: Duration = Duration::from_millis(50);

/// The whole of it, for the wiring. Clones share everything.
#[derive(Clone)]
pub struct Cache {
    /// Rate limits.
    pub limiter: Arc<dyn Limiter>,
    /// One-use tickets.
    pub one_time: Arc<dyn OneTime>,
    /// Signals between nodes.
    pub fanout: Arc<dyn Fanout>,
    /// Who looks at which task.
    pub presence: Arc<dyn Presence>,
    redis: Option<RedisCache>,
}

impl Cache {
    /// Everything in this process: one node, no Redis.
    pub fn memory() -> Self {
        Self {
            limiter: Arc::new(MemoryLimiter::new()),
            one_time: Arc::new(MemoryOneTime::new()),
            fanout: Arc::new(MemoryFanout::new()),
            presence: Arc::new(MemoryPresence::new()),
            redis: None,
        }
    }

    /// Shared through the Redis at `url` (`redis://[user:password@]host[:port][/db]`). All keys and channels begin with
    /// `prefix` (normally `tasktrack`). `node` names this process: another one at every start, or nodes deaf to each other.
    ///
    /// Waits at most a second for Redis and does not fail if it is down, only if `url` is not understood. Must be called
    /// within a Tokio runtime; its background tasks end when the last clone is dropped.
    pub async fn redis(url: &str, prefix: &str, node: Uuid) -> Result<Self> {
        Self::redis_with_patience(url, prefix, node, PATIENCE).await
    }

    /// [`Cache::redis`] where a request waits for `patience` instead of [`PATIENCE`] before it goes on without Redis.
    pub async fn redis_with_patience(url: &str, prefix: &str, node: Uuid, patience: Duration) -> Result<Self> {
        let redis = RedisCache::connect(url, prefix, node, patience).await?;
        Ok(Self {
            limiter: redis.limiter(),
            one_time: redis.one_time(),
            fanout: redis.fanout(),
            presence: redis.presence(),
            redis: Some(redis),
        })
    }

    /// Whether everything is shared as it should be: with Redis, whether it answers and signals are heard. Always true in
    /// memory. False is worth a warning, not a restart.
    pub fn is_up(&self) -> bool {
        self.redis.as_ref().is_none_or(RedisCache::is_up)
    }

    /// Signals that were not sent to other nodes because too many were waiting, since the start. 0 in memory.
    pub fn dropped_signals(&self) -> u64 {
        self.redis.as_ref().map_or(0, RedisCache::dropped_signals)
    }
}
