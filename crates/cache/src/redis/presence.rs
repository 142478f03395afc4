//! Who looks at which task, over all nodes: a sorted set per task, members `user:connection`, scores the time of death.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use deadpool_redis::redis::{Script, Value, cmd};
use tasktrack_domain::gateways::Presence;
use uuid::Uuid;

use super::link::Link;
use crate::memory::{LIFE, MemoryPresence};

const SEEN: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
";

const WHO: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], string.format('(%.0f', now), '+inf')
";

/// [`Presence`] in Redis. Without Redis: the people on this node.
pub struct RedisPresence {
    link: Arc<Link>,
    seen: Script,
    who: Script,
    /// Always kept up, so that it is right from the moment Redis is lost.
    own: MemoryPresence,
}

impl RedisPresence {
    pub(crate) fn new(link: Arc<Link>) -> Self {
        Self { link, seen: Script::new(SEEN), who: Script::new(WHO), own: MemoryPresence::new() }
    }
}

#[async_trait]
impl Presence for RedisPresence {
    async fn seen(&self, task_id: i64, user_id: i64, connection: Uuid) {
        self.own.seen_now(task_id, user_id, connection);
        let life = u64::try_from(LIFE.as_millis()).unwrap_or(u64::MAX);
        let mut seen = self.seen.prepare_invoke();
        seen.key(self.link.key("presence", task_id)).arg(member(user_id, connection)).arg(life);
        self.link.run(self.link.patience(), |mut redis| async move { seen.invoke_async::<Value>(&mut redis).await }).await;
    }

    async fn gone(&self, task_id: i64, user_id: i64, connection: Uuid) {
        self.own.gone_now(task_id, user_id, connection);
        let mut gone = cmd("ZREM");
        gone.arg(self.link.key("presence", task_id)).arg(member(user_id, connection));
        self.link.run(self.link.patience(), |mut redis| async move { gone.query_async::<Value>(&mut redis).await }).await;
    }

    async fn who(&self, task_id: i64) -> Vec<i64> {
        let mut who = self.who.prepare_invoke();
        who.key(self.link.key("presence", task_id));
        let members: Option<Vec<String>> =
            self.link.run(self.link.patience(), |mut redis| async move { who.invoke_async(&mut redis).await }).await;
        let Some(members) = members else { return self.own.who_now(task_id) };
        let users: BTreeSet<i64> = members.iter().filter_map(|member| member.split_once(':')?.0.parse().ok()).collect();
        users.into_iter().collect()
    }
}

fn member(user_id: i64, connection: Uuid) -> String {
    format!("{user_id}:{connection}")
}
