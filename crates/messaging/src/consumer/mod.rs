//! Taking messages in, from whichever bus.
//!
//! Each partition has lanes. A message whose key is the task's id in it goes to the lane of that key, every other to the first lane:
//! one after the other within a task, tasks in parallel. A message is done when its effect is committed; only then may its offset be.
//! Where the database is away a lane waits and tries again. A message that we fail at again and again while the database answers becomes
//! a dead letter, so that nothing stands behind it for ever.
//!
//! A partition that is taken away may still be worked on for a moment by its old owner: the inbox makes each effect happen once.

pub(crate) mod kafka;
pub(crate) mod memory;
pub(crate) mod tally;
pub(crate) mod topics;
mod tracker;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tasktrack_domain::ctx::World;
use tasktrack_domain::sync::inbound::receive;
use tasktrack_domain::sync::{NewDeadLetter, RawMessage};
use tasktrack_domain::{Error, Result};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::lease::system;
use crate::pause::{Backoff, Stop, stopped};
use tally::Tally;
use tracker::Tracker;

/// Above this a partition is paused …
const MANY: usize = 512;
const MANY_BYTES: usize = 16 << 20;
/// … until it is below this.
const FEW: usize = 128;
/// How often a message is tried while the database answers.
const TRIES: u32 = 10;

/// Parts of a message as a bus has them.
pub(crate) struct Arrived<'a> {
    pub(crate) cluster: &'a str,
    pub(crate) topic: &'a str,
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    pub(crate) key: Option<&'a [u8]>,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) payload: &'a [u8],
}

impl Arrived<'_> {
    fn raw(&self) -> RawMessage {
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).map_or_else(|_| STANDARD.encode(bytes), str::to_owned);
        let headers: BTreeMap<String, String> = self.headers.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        RawMessage {
            cluster: self.cluster.to_owned(),
            topic: self.topic.to_owned(),
            partition: self.partition,
            offset: self.offset,
            key: self.key.map(text),
            headers,
            payload_base64: STANDARD.encode(self.payload),
        }
    }
    fn is_from(&self, source: &str) -> bool {
        self.headers.iter().any(|(name, value)| name == "source" && value == source.as_bytes())
    }
}

struct Job {
    raw: RawMessage,
    bytes: usize,
}

/// A partition that is ours.
pub(crate) struct Partition {
    pub(crate) tracker: Tracker,
    closed: AtomicBool,
    /// It was paused since its assignment.
    pub(crate) was_paused: AtomicBool,
    pub(crate) paused: AtomicBool,
    lanes: Vec<UnboundedSender<Job>>,
}

impl Partition {
    /// No further message of it is begun.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }
    /// So much is open that no more should be fetched.
    pub(crate) fn is_full(&self) -> bool {
        let (count, bytes) = self.tracker.load();
        count > MANY || bytes > MANY_BYTES
    }
    pub(crate) fn has_room(&self) -> bool {
        let (count, bytes) = self.tracker.load();
        count < FEW && bytes < MANY_BYTES / 2
    }
}

/// Hands messages to lanes.
pub(crate) struct Dispatcher {
    pub(crate) world: Arc<World>,
    pub(crate) group: String,
    pub(crate) source: String,
    pub(crate) lanes: usize,
    pub(crate) tally: Arc<Tally>,
    pub(crate) runtime: tokio::runtime::Handle,
    pub(crate) stop: Stop,
    /// Lanes that have not ended.
    pub(crate) alive: Arc<AtomicUsize>,
}

impl Dispatcher {
    /// Lanes for a partition that has become ours.
    pub(crate) fn open(&self) -> Arc<Partition> {
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..self.lanes.max(1)).map(|_| unbounded_channel()).unzip();
        let flag = || AtomicBool::new(false);
        let partition =
            Arc::new(Partition { tracker: Tracker::default(), closed: flag(), was_paused: flag(), paused: flag(), lanes: senders });
        for jobs in receivers {
            let lane = Lane {
                world: Arc::clone(&self.world),
                group: self.group.clone(),
                partition: Arc::downgrade(&partition),
                stop: self.stop.clone(),
            };
            let alive = Arc::clone(&self.alive);
            alive.fetch_add(1, Ordering::AcqRel);
            self.runtime.spawn(async move {
                lane.run(jobs).await;
                alive.fetch_sub(1, Ordering::AcqRel);
            });
        }
        partition
    }

    /// Takes a message. Our own are passed over by their header, without a row in the inbox: passing over twice is the same as once.
    pub(crate) fn offer(&self, partition: &Partition, message: &Arrived<'_>) {
        let (offset, bytes) = (message.offset, message.payload.len());
        if message.is_from(&self.source) {
            self.tally.echo();
            partition.tracker.passed(offset + 1);
            return;
        }
        partition.tracker.taken(offset, bytes);
        let lane = lane_of(message, partition.lanes.len());
        let sent = partition.lanes.get(lane).map(|lane| lane.send(Job { raw: message.raw(), bytes }).is_ok());
        if sent != Some(true) {
            tracing::debug!(offset, "a message of a partition that has ended; it comes again");
        }
    }

    /// Waits until no lane works any more, for a while.
    pub(crate) async fn ended(&self) {
        for _ in 0..500 {
            if self.alive.load(Ordering::Acquire) == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tracing::warn!("messages were still being worked on at the end; they come again");
    }
}

/// The lane of a message. Only a key that names the message's task may leave the first lane: then all messages of the task that have an
/// order at all (one key, one partition) share a lane.
fn lane_of(message: &Arrived<'_>, lanes: usize) -> usize {
    let Some(key) = message.key.and_then(|key| std::str::from_utf8(key).ok()).filter(|key| !key.is_empty()) else { return 0 };
    if lanes < 2 {
        return 0;
    }
    let Ok(body) = serde_json::from_slice::<Value>(message.payload) else { return 0 };
    let names = |value: Option<&Value>| match value {
        Some(Value::String(text)) => text == key,
        Some(Value::Number(number)) => number.to_string() == key,
        _ => false,
    };
    let data = body.get("data");
    let within = |name: &str| names(body.get(name)) || names(data.and_then(|d| d.get(name)));
    if !within("external_id") && !within("issue_id") {
        return 0;
    }
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    let spread = u64::try_from(lanes - 1).unwrap_or(1);
    1 + usize::try_from(hasher.finish() % spread).unwrap_or(0)
}

struct Lane {
    world: Arc<World>,
    group: String,
    /// Weak: the lane ends when the partition is given up.
    partition: std::sync::Weak<Partition>,
    stop: Stop,
}

impl Lane {
    async fn run(mut self, mut jobs: UnboundedReceiver<Job>) {
        loop {
            let job = tokio::select! {
                job = jobs.recv() => job,
                _ = self.stop.wait_for(|ended| *ended) => None,
            };
            let Some(job) = job else { return };
            let (offset, bytes) = (job.raw.offset, job.bytes);
            if !self.work(job.raw).await {
                return;
            }
            match self.partition.upgrade() {
                Some(partition) => partition.tracker.done(offset, bytes),
                None => return,
            }
        }
    }

    fn over(&self) -> bool {
        stopped(&self.stop) || self.partition.upgrade().is_none_or(|p| p.closed.load(Ordering::Acquire))
    }

    /// False: the end came before the effect.
    async fn work(&mut self, raw: RawMessage) -> bool {
        let mut backoff = Backoff::new(&self.world, Duration::from_millis(50), Duration::from_secs(5));
        let mut tries = 0;
        loop {
            if self.over() {
                return false;
            }
            let error = match receive(&self.world, &self.group, raw.clone()).await {
                Ok(outcome) => {
                    tracing::debug!(topic = raw.topic, partition = raw.partition, offset = raw.offset, ?outcome, "received");
                    return true;
                }
                Err(error) => error,
            };
            if backoff.failures() == 0 {
                tracing::warn!(topic = raw.topic, partition = raw.partition, offset = raw.offset, %error, "a message waits");
            }
            tries += u32::from(!matches!(error, Error::Unavailable(_)));
            if tries >= TRIES && self.world.store.ping().await.is_ok() && self.bury(&raw, &error).await.is_ok() {
                return true;
            }
            backoff.wait(&mut self.stop).await;
        }
    }

    /// A message that we can't digest becomes a dead letter with our error.
    async fn bury(&self, raw: &RawMessage, error: &Error) -> Result<()> {
        let ctx = system(&self.world);
        let mut tx = ctx.begin().await?;
        let letter = NewDeadLetter {
            account_id: None,
            source: None,
            message: raw.clone(),
            code: "internal".to_owned(),
            detail: format!("tried {TRIES} times: {error}"),
            pointer: None,
            created_at: ctx.now(),
        };
        tx.exchange().insert_dead_letter(letter).await?;
        tx.exchange().count_inbound("dead_lettered", 1).await?;
        tx.commit().await?;
        tracing::error!(topic = raw.topic, partition = raw.partition, offset = raw.offset, %error, "a message became a dead letter");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(key: Option<&str>, body: &str) -> usize {
        let message = Arrived {
            cluster: "c",
            topic: "t",
            partition: 0,
            offset: 0,
            key: key.map(str::as_bytes),
            headers: vec![],
            payload: body.as_bytes(),
        };
        lane_of(&message, 4)
    }

    #[test]
    fn only_a_key_that_names_the_task_has_a_lane() {
        let named = lane(Some("А-17"), r#"{"external_id":"А-17"}"#);
        assert!(named > 0);
        assert_eq!(named, lane(Some("А-17"), r#"{"external_id":"А-17","event_type":"updated"}"#));
        assert!(lane(Some("17"), r#"{"issue_id":17}"#) > 0 && lane(Some("17"), r#"{"data":{"issue_id":"17"}}"#) > 0);
        for (key, body) in
            [(None, r#"{"external_id":"17"}"#), (Some("x"), r#"{"external_id":"17"}"#), (Some("17"), "{oops"), (Some(""), "{}")]
        {
            assert_eq!(lane(key, body), 0);
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_kept() {
        let message = Arrived {
            cluster: "c",
            topic: "t",
            partition: 3,
            offset: 9,
            key: Some(b"\xff"),
            headers: vec![("h".into(), b"v".to_vec())],
            payload: b"\xff\x00",
        };
        let raw = message.raw();
        assert_eq!((raw.key.as_deref(), raw.payload()), (Some("/w=="), b"\xff\x00".to_vec()));
    }
}
