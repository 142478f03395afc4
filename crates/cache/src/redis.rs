//! Everything shared through Redis, each part with its in-process stand-in.

mod fanout;
mod limiter;
mod link;
mod one_time;
mod presence;

use std::{sync::Arc, time::Duration};

use deadpool_redis::redis::Client;
use tasktrack_domain::{
    error::{Error, Result},
    gateways::{Fanout, Limiter, OneTime, Presence},
};
use uuid::Uuid;

pub use fanout::RedisFanout;
pub use limiter::RedisLimiter;
pub use one_time::RedisOneTime;
pub use presence::RedisPresence;

use link::Link;

/// The Redis back end: one connection for commands, one for signals. Clones share everything.
#[derive(Clone)]
pub struct RedisCache {
    link: Arc<Link>,
    limiter: Arc<RedisLimiter>,
    one_time: Arc<RedisOneTime>,
    fanout: Arc<RedisFanout>,
    presence: Arc<RedisPresence>,
}

impl RedisCache {
    /// See [`crate::Cache::redis_with_patience`]. Fails only if `url` is not understood.
    pub async fn connect(url: &str, prefix: &str, node: Uuid, patience: Duration) -> Result<Self> {
        // The error may repeat the URL and the password in it: its kind must do.
        let client =
            Client::open(url).map_err(|error| Error::internal(format!("the Redis URL is not understood: {}", error.category())))?;
        let link = Link::open(url, prefix, patience)?;
        let fanout = Arc::new(RedisFanout::start(client, Arc::clone(&link), node));
        tokio::join!(link.wait_for_first_look(), fanout.wait_for_first_hearing());
        Ok(Self {
            limiter: Arc::new(RedisLimiter::new(Arc::clone(&link))),
            one_time: Arc::new(RedisOneTime::new(Arc::clone(&link))),
            presence: Arc::new(RedisPresence::new(Arc::clone(&link))),
            fanout,
            link,
        })
    }

    /// Whether Redis answers and signals of other nodes are heard.
    pub fn is_up(&self) -> bool {
        self.link.is_up() && self.fanout.is_hearing()
    }

    /// Signals that other nodes were never sent because too many were waiting.
    pub fn dropped_signals(&self) -> u64 {
        self.fanout.dropped()
    }

    /// Rate limits.
    pub fn limiter(&self) -> Arc<dyn Limiter> {
        Arc::clone(&self.limiter) as _
    }

    /// One-use values.
    pub fn one_time(&self) -> Arc<dyn OneTime> {
        Arc::clone(&self.one_time) as _
    }

    /// Signals between nodes.
    pub fn fanout(&self) -> Arc<dyn Fanout> {
        Arc::clone(&self.fanout) as _
    }

    /// Who looks at which task.
    pub fn presence(&self) -> Arc<dyn Presence> {
        Arc::clone(&self.presence) as _
    }
}
