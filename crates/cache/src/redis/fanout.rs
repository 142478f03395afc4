//! Signals between nodes, over one channel.
//!
//! Own subscribers hear a signal at once, whatever Redis does; the copy that comes back from Redis carries the own node's
//! id and is passed over. Sending is a background task with a bounded queue: while Redis is away the newest signals wait,
//! the oldest are dropped and counted.

use std::{
    collections::VecDeque,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use deadpool_redis::redis::{Client, RedisResult, Value, pipe};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use tasktrack_domain::gateways::{Fanout, Signal};
use tokio::{
    sync::{Notify, broadcast, watch},
    task::JoinHandle,
    time::{interval, sleep, timeout},
};
use uuid::Uuid;

use super::link::Link;
use crate::memory::MemoryFanout;

/// How many signals wait for Redis at most.
const WAITING: usize = 1024;
/// How many are sent in one go.
const BATCH: usize = 64;
/// How long sending a batch may take; nobody waits for it.
const SEND: Duration = Duration::from_millis(500);
/// How often the silent listener asks whether Redis is still there.
const ASK: Duration = Duration::from_secs(5);
/// How long dialling, subscribing or the answer to that question may take.
const ANSWER: Duration = Duration::from_secs(1);
/// Pauses between attempts to listen: doubling from the first to the second.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));

/// What goes over the channel, as JSON.
#[derive(Serialize, Deserialize)]
struct Wire {
    node: Uuid,
    signal: Signal,
}

/// [`Fanout`] over Redis.
pub struct RedisFanout {
    node: Uuid,
    local: Arc<MemoryFanout>,
    outgoing: Arc<Outgoing>,
    hearing: watch::Receiver<bool>,
    tasks: [JoinHandle<()>; 2],
}

impl RedisFanout {
    /// Starts the sender and the listener. Must be called within a Tokio runtime.
    pub(crate) fn start(client: Client, link: Arc<Link>, node: Uuid) -> Self {
        let local = Arc::new(MemoryFanout::new());
        let outgoing = Arc::new(Outgoing::default());
        let (heard, hearing) = watch::channel(false);
        let channel = link.channel("signals");
        let listener = Listener { client, channel: channel.clone(), node, local: Arc::clone(&local), heard };
        let tasks = [tokio::spawn(send(Arc::clone(&outgoing), link, channel)), tokio::spawn(listener.run())];
        Self { node, local, outgoing, hearing, tasks }
    }

    pub(crate) fn is_hearing(&self) -> bool {
        *self.hearing.borrow()
    }

    /// Waits until the listener listens, at most a second.
    pub(crate) async fn wait_for_first_hearing(&self) {
        let mut hearing = self.hearing.clone();
        let _ = timeout(ANSWER, hearing.wait_for(|hearing| *hearing)).await;
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.outgoing.dropped.load(Ordering::Relaxed)
    }
}

impl Drop for RedisFanout {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

#[async_trait]
impl Fanout for RedisFanout {
    async fn publish(&self, signal: Signal) {
        match serde_json::to_string(&Wire { node: self.node, signal: signal.clone() }) {
            Ok(text) => self.outgoing.push(text),
            Err(error) => tracing::error!(%error, "a signal cannot be written"),
        }
        self.local.tell(signal);
    }

    fn subscribe(&self) -> broadcast::Receiver<Signal> {
        self.local.subscribe()
    }
}

/// Signals on their way to Redis.
#[derive(Default)]
struct Outgoing {
    waiting: Mutex<VecDeque<String>>,
    more: Notify,
    dropped: AtomicU64,
}

impl Outgoing {
    fn queue(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, text: String) {
        let mut queue = self.queue();
        if queue.len() >= WAITING {
            queue.pop_front();
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        queue.push_back(text);
        drop(queue);
        self.more.notify_one();
    }

    fn batch(&self) -> Vec<String> {
        let mut queue = self.queue();
        let size = queue.len().min(BATCH);
        queue.drain(..size).collect()
    }

    /// Puts an unsent batch back before what has come since; the oldest give way.
    fn put_back(&self, batch: Vec<String>) {
        let mut queue = self.queue();
        for text in batch.into_iter().rev() {
            if queue.len() < WAITING {
                queue.push_front(text);
            } else {
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

async fn send(outgoing: Arc<Outgoing>, link: Arc<Link>, channel: String) {
    loop {
        let batch = outgoing.batch();
        if batch.is_empty() {
            outgoing.more.notified().await;
            continue;
        }
        let mut pipeline = pipe();
        for text in &batch {
            pipeline.publish(&channel, text).ignore();
        }
        let sent = link.run(SEND, |mut redis| async move { pipeline.query_async::<Value>(&mut redis).await }).await;
        if sent.is_none() {
            outgoing.put_back(batch);
            sleep(BACK_OFF.0).await;
        }
    }
}

struct Listener {
    client: Client,
    channel: String,
    node: Uuid,
    local: Arc<MemoryFanout>,
    heard: watch::Sender<bool>,
}

impl Listener {
    async fn run(self) {
        let mut pause = BACK_OFF.0;
        loop {
            let end = self.listen().await;
            if self.heard.send_replace(false) {
                pause = BACK_OFF.0;
                tracing::warn!("signals of other nodes are no longer heard; polling makes up for them");
            }
            if let Err(error) = end {
                tracing::debug!(%error, "listening for signals failed");
            }
            sleep(pause).await;
            pause = (2 * pause).min(BACK_OFF.1);
        }
    }

    /// Listens until the connection ends.
    async fn listen(&self) -> RedisResult<()> {
        let (mut asking, messages) = answered(self.client.get_async_pubsub()).await?.split();
        answered(asking.subscribe(&self.channel)).await?;
        self.heard.send_replace(true);
        tracing::debug!("listening for signals of other nodes");
        let mut messages = pin!(messages);
        let mut ask = interval(ASK);
        loop {
            tokio::select! {
                message = messages.next() => match message {
                    Some(message) => self.hear(message.get_payload_bytes()),
                    None => return Ok(()),
                },
                // A connection that died silently gives no end of its own.
                _ = ask.tick() => { answered(asking.ping::<Value>()).await?; }
            }
        }
    }

    fn hear(&self, payload: &[u8]) {
        match serde_json::from_slice::<Wire>(payload) {
            Ok(wire) if wire.node == self.node => {}
            Ok(wire) => self.local.tell(wire.signal),
            // Of a newer version, perhaps.
            Err(error) => tracing::debug!(%error, "a signal of another node is not understood"),
        }
    }
}

async fn answered<T>(asked: impl Future<Output = RedisResult<T>>) -> RedisResult<T> {
    timeout(ANSWER, asked).await.unwrap_or_else(|_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_is_bounded_and_drops_the_oldest() {
        let outgoing = Outgoing::default();
        for at in 0..WAITING + 10 {
            outgoing.push(at.to_string());
        }
        assert_eq!(outgoing.queue().len(), WAITING);
        assert_eq!(outgoing.dropped.load(Ordering::Relaxed), 10);
        let batch = outgoing.batch();
        assert_eq!((batch.len(), batch[0].as_str()), (BATCH, "10"));
        for at in 0..BATCH - 1 {
            outgoing.push(format!("new {at}"));
        }
        outgoing.put_back(batch);
        assert_eq!(outgoing.queue().len(), WAITING);
        assert_eq!(outgoing.queue().front().map(String::as_str), Some("73"), "the newest of the batch found room");
    }

    #[test]
    fn the_wire_form_is_stable() {
        let wire = Wire { node: Uuid::from_u128(1), signal: Signal::Advanced { position: 7 } };
        assert_eq!(
            serde_json::to_string(&wire).unwrap(),
            r#"{"node":"00000000-0000-0000-0000-000000000001","signal":{"type":"advanced","position":7}}"#
        );
    }
}
