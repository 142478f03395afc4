//! Rate limits of all nodes together.

use async_trait::async_trait;
use deadpool_redis::redis::Script;
use std::sync::Arc;
use tasktrack_domain::gateways::{Limiter, Quota, Taken};

use super::link::Link;
use crate::{
    gcra::{Rate, refused},
    memory::MemoryLimiter,
};

/// The same arithmetic as [`Rate::take`], by the clock of Redis. Numbers are written with `%.0f`: Lua's own spelling
/// would cut them to 14 digits. Answers: allowed, room left or time to wait, time until full (all in microseconds).
const TAKE: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval = tonumber(ARGV[1])
local capacity = tonumber(ARGV[2]) * interval
local debt = math.max(0, math.min(tonumber(redis.call('GET', KEYS[1]) or 0) - now, capacity))
local after = debt + interval
if after > capacity then
  return {0, after - capacity, debt}
end
redis.call('SET', KEYS[1], string.format('%.0f', now + after), 'PX', string.format('%.0f', math.ceil(after / 1000) + 1))
return {1, capacity - after, after}
";

/// [`Limiter`] in Redis. Without Redis each node counts on by itself, from what Redis last said.
pub struct RedisLimiter {
    link: Arc<Link>,
    take: Script,
    own: MemoryLimiter,
}

impl RedisLimiter {
    pub(crate) fn new(link: Arc<Link>) -> Self {
        Self { link, take: Script::new(TAKE), own: MemoryLimiter::new() }
    }
}

#[async_trait]
impl Limiter for RedisLimiter {
    async fn take(&self, key: &str, quota: Quota) -> Taken {
        let rate = Rate::from(quota);
        let mut take = self.take.prepare_invoke();
        take.key(self.link.key("limit", key)).arg(rate.interval).arg(rate.burst);
        let answer: Option<(bool, u64, u64)> =
            self.link.run(self.link.patience(), |mut redis| async move { take.invoke_async(&mut redis).await }).await;
        let Some((allowed, room_or_wait, debt)) = answer else { return self.own.take_now(key, quota) };
        self.own.learn(key, debt);
        if allowed { rate.allowed(room_or_wait) } else { refused(room_or_wait) }
    }
}
