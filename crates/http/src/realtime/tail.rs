//! Follows the event log, once per process.
//!
//! Woken by the store, by other nodes' [`Signal::Advanced`](tasktrack_domain::gateways::Signal), and by a poll of 50 to 250 ms while
//! anybody is connected. Only positions count; every wake-up is a hint.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tasktrack_domain::actor::{Actor, Scope};
use tasktrack_domain::ctx::World;
use tasktrack_domain::error::Result;
use tasktrack_domain::event::{Aggregate, Cause, CauseKind, EventRecord};
use tasktrack_domain::ids::{CommentId, UserId};
use tasktrack_domain::ports::{Tx, TxOptions};
use tasktrack_domain::refs::PersonRef;
use tasktrack_domain::tasks::queries::is_internal;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::event::LiveEvent;
use super::hub::Hub;

/// Events read at once.
pub const BATCH: u32 = 500;
/// Events kept for those who come back …
const KEPT: usize = 5000;
/// … of so many bytes together.
const KEPT_BYTES: usize = 12 * 1024 * 1024;
const FASTEST: Duration = Duration::from_millis(50);
const SLOWEST: Duration = Duration::from_millis(250);
/// After a failed read.
const TROUBLED: Duration = Duration::from_secs(1);
/// Two reads are at least so far apart, unless there is more to read: many small commits become one read.
const BREATH: Duration = Duration::from_millis(5);

/// What live connections need of the database.
#[async_trait]
pub trait Source: Send + Sync {
    /// The highest position given.
    async fn head(&self) -> Result<i64>;
    /// Events above `position`, in order.
    async fn after(&self, position: i64, limit: u32) -> Result<Vec<EventRecord>>;
    /// Whether the comment was public just before `event`.
    async fn was_public(&self, event: &EventRecord, comment: CommentId) -> Result<bool>;
    /// The person of a session with their rights of now; `None`: it has ended.
    async fn actor(&self, session: Uuid) -> Result<Option<Actor>>;
    /// A person by id, whoever asks.
    async fn person(&self, id: UserId) -> Result<Option<PersonRef>>;
}

/// The database itself.
pub struct StoreSource(pub Arc<World>);

impl StoreSource {
    async fn read(&self) -> Result<Box<dyn Tx>> {
        self.0
            .store
            .read(TxOptions {
                scope: Arc::new(Scope::system()),
                actor: None,
                cause: Cause::of(CauseKind::Job),
                commit_id: self.0.clock.uuid(),
                clock: self.0.clock.clone(),
            })
            .await
    }
}

#[async_trait]
impl Source for StoreSource {
    async fn head(&self) -> Result<i64> {
        self.read().await?.events().head().await
    }
    async fn after(&self, position: i64, limit: u32) -> Result<Vec<EventRecord>> {
        self.read().await?.events().after(position, limit, None).await
    }
    async fn was_public(&self, event: &EventRecord, comment: CommentId) -> Result<bool> {
        let events = self.read().await?.events().until(Aggregate::Task, event.aggregate_id, event.occurred_at).await?;
        let said = events.iter().rev().filter(|e| e.event_seq < event.event_seq).find_map(|e| {
            let said = e.payload.comment.as_ref()?;
            (said.get("id")?.as_i64()? == comment.0).then_some(said)
        });
        Ok(said.is_some_and(|said| !is_internal(Some(said))))
    }
    async fn actor(&self, session: Uuid) -> Result<Option<Actor>> {
        self.read().await?.people().load_actor(session, self.0.clock.now()).await
    }
    async fn person(&self, id: UserId) -> Result<Option<PersonRef>> {
        Ok(self.read().await?.people().find_user(id).await?.map(|user| user.as_ref()))
    }
}

/// The last events, in order of position.
pub struct Ring {
    events: VecDeque<Arc<LiveEvent>>,
    bytes: usize,
    /// Everything above this position and up to the tail's is here.
    from: i64,
}

impl Ring {
    /// Empty, beginning after `from`.
    pub fn starting_at(from: i64) -> Self {
        Self { events: VecDeque::new(), bytes: 0, from }
    }
    /// Adds the next event.
    pub fn push(&mut self, event: Arc<LiveEvent>) {
        self.bytes += event.size();
        self.events.push_back(event);
        while self.events.len() > KEPT || (self.bytes > KEPT_BYTES && self.events.len() > 1) {
            let Some(old) = self.events.pop_front() else { break };
            self.bytes -= old.size();
            self.from = old.position;
        }
    }
    /// Everything above `position`; `None` where that reaches further back than the ring.
    pub fn after(&self, position: i64) -> Option<Vec<Arc<LiveEvent>>> {
        (position >= self.from).then(|| {
            let start = self.events.partition_point(|e| e.position <= position);
            self.events.range(start..).cloned().collect()
        })
    }
}

/// Runs until the hub is shut down. `woken`: [`Store::woken`](tasktrack_domain::ports::Store::woken).
pub async fn run(hub: Arc<Hub>, mut woken: tokio::sync::watch::Receiver<u64>) {
    let mut pause = FASTEST;
    let mut store_wakes = true;
    // Nobody was connected until now.
    let mut idle = true;
    let mut last_read: Option<Instant> = None;
    loop {
        if hub.is_shut() {
            return;
        }
        if hub.is_empty() {
            idle = true;
            hub.poked().await;
            continue;
        }
        if idle {
            if let Err(error) = hub.skip_to_head().await {
                tracing::warn!(%error, "live: the event log can't be read");
                sleep(TROUBLED).await;
                continue;
            }
            idle = false;
        }
        if let Some(at) = last_read
            && at.elapsed() < BREATH
        {
            sleep(BREATH.saturating_sub(at.elapsed())).await;
        }
        last_read = Some(Instant::now());
        pause = match hub.advance().await {
            Ok(read) if read >= BATCH as usize => {
                last_read = None;
                continue;
            }
            Ok(0) => (pause + pause / 2).min(SLOWEST),
            Ok(_) => FASTEST,
            Err(error) => {
                tracing::warn!(%error, "live: the event log can't be read");
                sleep(TROUBLED).await;
                FASTEST
            }
        };
        let wait = async {
            tokio::select! {
                () = hub.poked() => {}
                gone = woken.changed(), if store_wakes => store_wakes = gone.is_ok(),
            }
        };
        // Running out of time is the poll.
        let _ = timeout(pause, wait).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::realtime::tests::event;

    #[test]
    fn the_ring_knows_how_far_back_it_reaches() {
        let mut ring = Ring::starting_at(10);
        for position in 11..=20 {
            ring.push(event(position, |_| {}));
        }
        let positions = |from| ring.after(from).map(|events| events.iter().map(|e| e.position).collect::<Vec<_>>());
        assert_eq!(positions(18), Some(vec![19, 20]));
        assert_eq!(positions(20), Some(vec![]));
        assert_eq!(positions(10).map(|p| p.len()), Some(10));
        assert_eq!(positions(9), None, "what was before is not here");
    }

    #[test]
    fn the_ring_forgets_the_oldest() {
        let mut ring = Ring::starting_at(0);
        for position in 1..=KEPT as i64 + 3 {
            ring.push(event(position, |_| {}));
        }
        assert!(ring.events.len() <= KEPT && ring.bytes <= KEPT_BYTES);
        assert_eq!(ring.after(ring.from).map(|e| e.len()), Some(ring.events.len()));
        assert!(ring.after(ring.from - 1).is_none());
    }
}
