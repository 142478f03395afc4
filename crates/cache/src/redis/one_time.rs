//! One-use values that any node may take.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use deadpool_redis::redis::{Value, cmd};
use tasktrack_domain::gateways::OneTime;
use tokio::time::{Instant, sleep};

use super::link::Link;
use crate::memory::MemoryOneTime;

/// So many times longer than for limits: tickets are rare, and one that Redis stored too late is at two places for a moment.
const PATIENCE: u32 = 5;

/// [`OneTime`] in Redis. What Redis did not take is kept by this node, which alone can give it out then.
pub struct RedisOneTime {
    link: Arc<Link>,
    own: MemoryOneTime,
}

impl RedisOneTime {
    pub(crate) fn new(link: Arc<Link>) -> Self {
        Self { link, own: MemoryOneTime::new() }
    }

    async fn delete(link: &Link, key: &str) -> bool {
        let mut delete = cmd("DEL");
        delete.arg(link.key("once", key));
        link.run(PATIENCE * link.patience(), |mut redis| async move { delete.query_async::<Value>(&mut redis).await }).await.is_some()
    }
}

#[async_trait]
impl OneTime for RedisOneTime {
    async fn put(&self, key: &str, value: String, ttl: Duration) {
        let was_up = self.link.is_up();
        let mut set = cmd("SET");
        set.arg(self.link.key("once", key)).arg(&value).arg("PX").arg(u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1));
        let stored =
            self.link.run(PATIENCE * self.link.patience(), |mut redis| async move { set.query_async::<Value>(&mut redis).await }).await;
        if stored.is_some() {
            self.own.take_now(key);
            return;
        }
        self.own.put_now(key, value, ttl);
        if was_up {
            // Redis may have stored it after all: then two could take it. It goes there as soon as Redis is back.
            let (link, key, end) = (Arc::downgrade(&self.link), key.to_owned(), Instant::now() + ttl);
            tokio::spawn(async move {
                while let Some(link) = link.upgrade()
                    && Instant::now() < end
                    && !Self::delete(&link, &key).await
                {
                    drop(link);
                    sleep(Duration::from_millis(100)).await;
                }
            });
        }
    }

    async fn take(&self, key: &str) -> Option<String> {
        if let Some(value) = self.own.take_now(key) {
            Self::delete(&self.link, key).await;
            return Some(value);
        }
        let mut take = cmd("GETDEL");
        take.arg(self.link.key("once", key));
        self.link
            .run(PATIENCE * self.link.patience(), |mut redis| async move { take.query_async::<Option<String>>(&mut redis).await })
            .await?
    }
}
