//! The connection for commands, with a circuit breaker.
//!
//! While the link is up, every request uses one multiplexed connection: one round trip each, and no request ever dials.
//! The first error or time-out takes the link down; from then on every request is told so at once. A background task
//! looks each second: it checks a link that is up and mends one that is down.

use std::{
    future::Future,
    sync::{Arc, PoisonError, RwLock, Weak},
    time::Duration,
};

use deadpool_redis::{
    Connection, Manager, Pool, Runtime,
    redis::{RedisResult, Value, aio::MultiplexedConnection, cmd},
};
use tasktrack_domain::error::{Error, Result};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

/// How often the background task looks, and how long it waits for an answer.
const LOOK: Duration = Duration::from_secs(1);

struct Live {
    /// Told apart, so that a late failure of an old connection does not take down the new one.
    generation: u64,
    /// Checked out of the pool as long as the link is up; requests clone what is inside.
    connection: Connection,
}

pub(crate) struct Link {
    pool: Pool,
    prefix: String,
    patience: Duration,
    live: RwLock<(u64, Option<Live>)>,
    looked: watch::Sender<bool>,
}

impl Link {
    /// Starts the background task. Must be called within a Tokio runtime.
    pub(crate) fn open(url: &str, prefix: &str, patience: Duration) -> Result<Arc<Self>> {
        let manager =
            Manager::new(url).map_err(|error| Error::internal(format!("the Redis URL is not understood: {}", error.category())))?;
        let pool = Pool::builder(manager)
            .max_size(2)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(LOOK))
            .create_timeout(Some(LOOK))
            .recycle_timeout(Some(LOOK))
            .build()
            .map_err(Error::internal)?;
        let link =
            Arc::new(Self { pool, prefix: prefix.to_owned(), patience, live: RwLock::new((0, None)), looked: watch::Sender::new(false) });
        let runtime = tokio::runtime::Handle::try_current().map_err(Error::internal)?;
        runtime.spawn(keep(Arc::downgrade(&link)));
        Ok(link)
    }

    /// `prefix:kind:name`.
    pub(crate) fn key(&self, kind: &str, name: impl std::fmt::Display) -> String {
        format!("{}:{kind}:{name}", self.prefix)
    }

    /// `prefix:name`.
    pub(crate) fn channel(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }

    pub(crate) fn is_up(&self) -> bool {
        self.live.read().unwrap_or_else(PoisonError::into_inner).1.is_some()
    }

    /// Waits until Redis was tried once, at most a second.
    pub(crate) async fn wait_for_first_look(&self) {
        let mut looked = self.looked.subscribe();
        let _ = timeout(LOOK, looked.wait_for(|looked| *looked)).await;
    }

    /// How long a request waits for Redis.
    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }

    /// The answer of Redis within `patience`; `None`, at once, while the link is down. A failure takes it down.
    pub(crate) async fn run<T, F>(&self, patience: Duration, command: impl FnOnce(MultiplexedConnection) -> F) -> Option<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let (generation, connection) = self.connection()?;
        match timeout(patience, command(connection)).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => self.lost(generation, &error.to_string()),
            Err(_) => self.lost(generation, &format!("no answer within {patience:?}")),
        }
        None
    }

    fn connection(&self) -> Option<(u64, MultiplexedConnection)> {
        let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
        live.1.as_ref().map(|live| (live.generation, (*live.connection).clone()))
    }

    fn lost(&self, generation: u64, why: &str) {
        let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
        if live.1.as_ref().is_some_and(|live| live.generation == generation) {
            // Back to the pool, which checks it before it is used again.
            live.1 = None;
            tracing::warn!(why, "Redis is lost; limits, tickets, signals and presence are this node's own until it is back");
        }
    }

    async fn look(&self) {
        let ping = |mut connection: MultiplexedConnection| async move { cmd("PING").query_async::<Value>(&mut connection).await };
        if self.run(LOOK, ping).await.is_some() {
            return;
        }
        match timeout(2 * LOOK, self.dial()).await {
            Ok(Ok(connection)) => {
                let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
                live.0 += 1;
                live.1 = Some(Live { generation: live.0, connection });
                tracing::info!("Redis is up");
            }
            Ok(Err(error)) => tracing::debug!(error, "Redis is down"),
            Err(_) => tracing::debug!("Redis does not answer"),
        }
    }

    /// A connection that can really write: a replica, a full or a loading server is as good as none.
    async fn dial(&self) -> std::result::Result<Connection, String> {
        let mut connection = self.pool.get().await.map_err(|error| error.to_string())?;
        let mut probe = cmd("SET");
        probe.arg(self.channel("probe")).arg(1).arg("PX").arg(1000);
        probe.query_async::<Value>(&mut connection).await.map_err(|error| error.to_string())?;
        Ok(connection)
    }
}

/// Looks after the link until nobody uses it any more.
async fn keep(link: Weak<Link>) {
    while let Some(link) = link.upgrade() {
        link.look().await;
        link.looked.send_replace(true);
        drop(link);
        sleep(LOOK).await;
    }
}
