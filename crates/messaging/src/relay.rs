//! The relay: event log to topics, in shards by aggregate.
//!
//! A shard has a lease, a cursor and a `transactional.id`. It reads whole commit groups behind its cursor, encodes them, publishes them
//! in one transaction and moves the cursor, which only the holder of the lease's epoch can. Between the broker's acknowledgement and
//! the cursor a crash may come: then the batch is published again, with the same event ids. Requests never wait for any of it.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tasktrack_domain::Result;
use tasktrack_domain::ctx::World;
use tasktrack_domain::gateways::Signal;
use tokio::sync::broadcast;

use crate::bus::{Bus, BusError, Producer};
use crate::catalogue::Validators;
use crate::commit_group::CommitGroup;
use crate::dialects::encode;
use crate::lease::{Hold, system};
use crate::message::{OutMessage, Record};
use crate::pause::{Backoff, Stop, stopped, wait};
use crate::settings::MessagingSettings;

const POLL: Duration = Duration::from_millis(50);
const POLL_IDLE: Duration = Duration::from_secs(1);
/// Layouts up to this many shards are looked for at a start.
const MAX_SHARDS: i64 = 64;

/// Cursor and lease of shard `k` of `n`. The number of shards is part of it: another number shares the aggregates out differently, and
/// a cursor of one layout says nothing of the shards of another.
pub fn cursor_name(shard: i64, shards: i64) -> String {
    format!("relay:{shard}/{shards}")
}

/// Cursors of all shards, for the status.
pub fn cursor_names(shards: i64) -> Vec<String> {
    (0..shards.max(1)).map(|k| cursor_name(k, shards.max(1))).collect()
}

/// What the relay has done so far, in this process.
#[derive(Debug, Default)]
pub struct RelayStats {
    /// Messages acknowledged by the bus.
    pub published: AtomicU64,
    /// Batches that failed and were begun again.
    pub failed: AtomicU64,
    /// Events that this process saw behind its cursors at the last look.
    pub waiting: AtomicI64,
}

/// What was read for one round.
struct Batch {
    messages: Vec<OutMessage>,
    /// Where the cursor stands after it.
    to: i64,
    /// There may be more.
    more: bool,
}

/// One shard.
pub(crate) struct Shard {
    pub(crate) world: Arc<World>,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) settings: Arc<MessagingSettings>,
    pub(crate) index: i64,
    pub(crate) holder: String,
    pub(crate) stats: Arc<RelayStats>,
    pub(crate) validators: Option<Arc<Validators>>,
    pub(crate) stop: Stop,
}

impl Shard {
    /// Contends for the lease and serves while it holds.
    pub(crate) async fn run(mut self) {
        let name = cursor_name(self.index, self.settings.shards());
        let mut hold = Hold::new(Arc::clone(&self.world), name, self.holder.clone(), self.settings.lease_seconds);
        let contend = Duration::from_millis((u64::try_from(self.settings.lease_seconds).unwrap_or(10) * 200).clamp(100, 1000));
        let mut backoff = Backoff::new(&self.world, Duration::from_millis(200), Duration::from_secs(5));
        while !stopped(&self.stop) {
            match hold.take().await {
                Ok(Some(epoch)) => {
                    backoff.reset();
                    tracing::info!(shard = hold.name, epoch, "relay shard taken");
                    self.serve(&mut hold, epoch).await;
                    hold.give_back().await;
                }
                Ok(None) => wait(&mut self.stop, contend).await,
                Err(error) => {
                    if backoff.failures() == 0 {
                        tracing::warn!(shard = hold.name, %error, "relay: the database does not answer");
                    }
                    backoff.wait(&mut self.stop).await;
                }
            }
        }
    }

    async fn serve(&mut self, hold: &mut Hold, epoch: i64) {
        let mut backoff = Backoff::new(&self.world, Duration::from_millis(100), Duration::from_secs(5));
        let mut producer: Option<Box<dyn Producer>> = None;
        let (mut cursor, mut seen): (Option<i64>, i64) = (None, 0);
        let mut known_topics = HashSet::new();
        let (mut signals, mut woken) = (self.world.fanout.subscribe(), self.world.store.woken());
        let (mut poll, mut moved) = (POLL, Instant::now());
        while !stopped(&self.stop) {
            if !hold.keep().await {
                tracing::warn!(shard = hold.name, "relay shard lost");
                return;
            }
            let round: Result<Option<bool>, String> = async {
                // Fences the former holder before the cursor is read: what it still published is behind the cursor or comes again.
                let producer = match &mut producer {
                    Some(producer) => producer,
                    none => none.insert(hold.during(self.bus.producer(&self.transactional_id())).await.map_err(|e| e.to_string())?),
                };
                let from = match cursor {
                    Some(at) => at,
                    None => *cursor.insert(self.start(&hold.name).await.map_err(|e| e.to_string())?),
                };
                let batch = self.read(from).await.map_err(|e| e.to_string())?;
                seen = from;
                let nothing = batch.messages.is_empty();
                if !nothing {
                    self.publish(hold, producer.as_mut(), batch.messages, &mut known_topics).await.map_err(|e| e.to_string())?;
                } else if batch.to == from || (!batch.more && moved.elapsed() < POLL_IDLE) {
                    // Nothing for this shard: the cursor follows the head once a second, not with every event of others.
                    seen = batch.to;
                    return Ok(Some(batch.more));
                }
                moved = Instant::now();
                if !self.move_cursor(hold, epoch, batch.to).await {
                    return Ok(None);
                }
                cursor = Some(batch.to);
                Ok(Some(batch.more || !nothing))
            }
            .await;
            match round {
                Ok(None) => {
                    tracing::warn!(shard = hold.name, "relay shard taken over by another");
                    return;
                }
                Ok(Some(true)) => {
                    backoff.reset();
                    poll = POLL;
                }
                Ok(Some(false)) => {
                    backoff.reset();
                    idle(&mut signals, &mut woken, &mut self.stop, poll).await;
                    poll = (poll * 2).min(POLL_IDLE);
                }
                Err(error) => {
                    if backoff.failures() == 0 {
                        tracing::warn!(shard = hold.name, error, "relay waits; everything else goes on");
                    }
                    self.stats.failed.fetch_add(1, Ordering::Relaxed);
                    producer = None;
                    let pause = backoff.next();
                    let mut stop = self.stop.clone();
                    hold.during(wait(&mut stop, pause)).await;
                }
            }
        }
        // So that another layout begins where this one ended.
        if cursor.is_some_and(|at| at < seen) && hold.keep().await {
            self.move_cursor(hold, epoch, seen).await;
        }
    }

    fn transactional_id(&self) -> String {
        format!("{}-relay-{}", self.settings.source, self.index)
    }

    /// Where the shard begins. Where another layout has served since, with all its shards past this one's cursor, that is where: what
    /// lies before is out, whichever layout sent it.
    async fn start(&self, name: &str) -> Result<i64> {
        let mut tx = system(&self.world).read().await?;
        let mut start = tx.readers().cursor(name).await?;
        for shards in (1..=MAX_SHARDS).filter(|n| *n != self.settings.shards()) {
            let mut all = i64::MAX;
            for other in cursor_names(shards) {
                all = all.min(tx.readers().cursor(&other).await?);
                if all <= start {
                    break;
                }
            }
            start = start.max(all);
        }
        Ok(start)
    }

    async fn read(&self, from: i64) -> Result<Batch> {
        let mut tx = system(&self.world).read().await?;
        let integrations = tx.exchange().all_integrations().await?;
        // The head first: whatever has a position up to it is then seen below.
        let head = tx.events().head().await?;
        let shard = (self.index, self.settings.shards());
        let events = tx.events().after(from, self.settings.batch, Some(shard)).await?;
        drop(tx);
        self.stats.waiting.store(head - from, Ordering::Relaxed);
        let more = events.len() >= usize::try_from(self.settings.batch).unwrap_or(usize::MAX);
        let last = events.last().and_then(|e| e.position).unwrap_or(from);
        let to = if more { last } else { last.max(head) };
        let mut messages = Vec::new();
        for group in CommitGroup::of(events) {
            messages.extend(encode(&group, &integrations, &self.settings.source));
        }
        Ok(Batch { messages, to, more })
    }

    async fn publish(
        &self,
        hold: &mut Hold,
        producer: &mut dyn Producer,
        messages: Vec<OutMessage>,
        known: &mut HashSet<String>,
    ) -> Result<(), BusError> {
        if let Some(validators) = &self.validators {
            for message in &messages {
                if let Err(error) = validators.check(message) {
                    tracing::error!(message = message.header("schema"), error, "a message breaks its own schema");
                }
            }
        }
        let topics: BTreeSet<&String> = messages.iter().map(|m| &m.topic).filter(|t| !known.contains(*t)).collect();
        if !topics.is_empty() {
            let topics: Vec<String> = topics.into_iter().cloned().collect();
            hold.during(self.bus.ensure_topics(&topics)).await?;
            known.extend(topics);
        }
        let count = messages.len();
        hold.during(producer.publish(messages.into_iter().map(Record::from).collect())).await?;
        self.stats.published.fetch_add(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
        Ok(())
    }

    /// Moves the cursor; tries as long as the lease holds, because the messages are out. False: another has taken over.
    async fn move_cursor(&mut self, hold: &mut Hold, epoch: i64, to: i64) -> bool {
        let mut backoff = Backoff::new(&self.world, Duration::from_millis(100), Duration::from_secs(2));
        loop {
            let moved: Result<bool> = async {
                let mut tx = system(&self.world).begin().await?;
                let moved = tx.readers().move_cursor(&hold.name, to, Some((&hold.name, epoch))).await?;
                tx.commit().await?;
                Ok(moved)
            }
            .await;
            match moved {
                Ok(moved) => return moved,
                Err(_) if stopped(&self.stop) || !hold.keep().await => return false,
                Err(_) => backoff.wait(&mut self.stop).await,
            }
        }
    }
}

/// Until something may have come: a signal of the sequencer, a commit in this process, the poll, the end.
async fn idle(signals: &mut broadcast::Receiver<Signal>, woken: &mut tokio::sync::watch::Receiver<u64>, stop: &mut Stop, poll: Duration) {
    let advanced = async {
        loop {
            match signals.recv().await {
                Ok(Signal::Advanced { .. }) | Err(broadcast::error::RecvError::Lagged(_)) => return,
                Ok(_) => {}
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    };
    let committed = async {
        if woken.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = advanced => {}
        () = committed => {}
        () = wait(stop, poll) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_has_its_own_cursors() {
        assert_eq!(cursor_names(2), ["relay:0/2", "relay:1/2"]);
        assert_eq!(cursor_names(0), ["relay:0/1"]);
    }
}
