//! The consumer over Kafka: one group member on a thread of its own, so that callbacks and synchronous commits block nobody else.
//!
//! Offsets are committed by hand, after the effects: asynchronously ten times a second, synchronously when a partition is taken away and
//! at the end. A partition with too much open is paused, and the member stays in its group. Only committed messages of transactions are
//! read; where a partition ends with a transaction's marker, the offset behind it is committed too, so that the lag is 0.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::statistics::Statistics;
use rdkafka::{Offset, TopicPartitionList};
use tokio::sync::watch;

use super::{Arrived, Dispatcher, Partition};
use crate::bus::kafka::{Watch, client_config};
use crate::pause::{Stop, stopped};
use crate::settings::MessagingSettings;

const POLL: Duration = Duration::from_millis(50);
const COMMIT: Duration = Duration::from_millis(100);

/// Partitions that are ours.
#[derive(Default)]
struct Owned(Mutex<HashMap<(String, i32), Arc<Partition>>>);

impl Owned {
    fn map(&self) -> MutexGuard<'_, HashMap<(String, i32), Arc<Partition>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Offsets that may be committed and are not yet.
    fn offsets(&self) -> TopicPartitionList {
        let mut list = TopicPartitionList::new();
        for ((topic, partition), owned) in self.map().iter() {
            if let Some(offset) = owned.tracker.to_commit() {
                let _ = list.add_partition_offset(topic, *partition, Offset::Offset(offset));
            }
        }
        list
    }
    fn uncommitted(&self) {
        for owned in self.map().values() {
            owned.tracker.uncommitted();
        }
    }
}

struct Callbacks {
    watch: Watch,
    owned: Arc<Owned>,
    dispatcher: Arc<Dispatcher>,
}

impl ClientContext for Callbacks {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.watch.log(level, facility, message);
    }
    fn error(&self, error: KafkaError, reason: &str) {
        self.watch.error(error, reason);
    }
    /// A partition whose fetched messages have all been taken stands at its next offset to fetch. Not so after a pause, which throws
    /// fetched messages away.
    fn stats(&self, statistics: Statistics) {
        let owned = self.owned.map();
        for (topic, found) in &statistics.topics {
            for (number, partition) in &found.partitions {
                let idle = partition.fetch_state == "active" && partition.fetchq_cnt == 0 && partition.next_offset > 0;
                if idle
                    && let Some(ours) = owned.get(&(topic.clone(), *number))
                    && !ours.was_paused.load(Ordering::Acquire)
                {
                    ours.tracker.passed(partition.next_offset);
                }
            }
        }
    }
}

impl ConsumerContext for Callbacks {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        let Rebalance::Revoke(list) = rebalance else { return };
        let mut offsets = TopicPartitionList::new();
        {
            let mut owned = self.owned.map();
            for element in list.elements() {
                if let Some(partition) = owned.remove(&(element.topic().to_owned(), element.partition())) {
                    partition.close();
                    if let Some(offset) = partition.tracker.to_commit() {
                        let _ = offsets.add_partition_offset(element.topic(), element.partition(), Offset::Offset(offset));
                    }
                }
            }
        }
        if offsets.count() > 0
            && let Err(error) = consumer.commit(&offsets, CommitMode::Sync)
        {
            tracing::debug!(%error, "offsets of a lost partition were not committed; the inbox knows its messages");
        }
    }
    fn post_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(list) = rebalance {
            let mut owned = self.owned.map();
            for element in list.elements() {
                owned.entry((element.topic().to_owned(), element.partition())).or_insert_with(|| self.dispatcher.open());
            }
        }
    }
    fn commit_callback(&self, result: Result<(), KafkaError>, _: &TopicPartitionList) {
        if result.is_err() {
            self.owned.uncommitted();
        }
    }
}

/// One member of the group.
pub(crate) struct KafkaConsumer {
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) settings: Arc<MessagingSettings>,
    pub(crate) bootstrap: String,
    pub(crate) watch: Watch,
    pub(crate) topics: watch::Receiver<BTreeSet<String>>,
    pub(crate) stop: Stop,
}

impl KafkaConsumer {
    /// Runs until the end, on the calling thread.
    pub(crate) fn run(mut self) {
        while !stopped(&self.stop) {
            let owned = Arc::new(Owned::default());
            match self.connect(&owned) {
                Ok(consumer) => {
                    self.serve(&consumer, &owned);
                    self.end(&consumer, &owned);
                }
                Err(error) => tracing::error!(%error, "the consumer could not be made"),
            }
            if !stopped(&self.stop) {
                std::thread::sleep(Duration::from_secs(1));
            }
        }
    }

    fn connect(&self, owned: &Arc<Owned>) -> Result<BaseConsumer<Callbacks>, KafkaError> {
        let mut config = client_config(&self.bootstrap);
        config
            .set("group.id", &self.settings.group)
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "earliest")
            .set("isolation.level", "read_committed")
            .set("allow.auto.create.topics", "false")
            .set("fetch.wait.max.ms", "100")
            .set("queued.max.messages.kbytes", "16384")
            .set("statistics.interval.ms", "1000")
            .set("heartbeat.interval.ms", "1500")
            .set("session.timeout.ms", if self.settings.instance.is_some() { "6000" } else { "10000" });
        if let Some(instance) = &self.settings.instance {
            config.set("group.instance.id", instance);
        }
        let context = Callbacks { watch: self.watch.clone(), owned: Arc::clone(owned), dispatcher: Arc::clone(&self.dispatcher) };
        config.create_with_context(context)
    }

    /// Returns at the end, or where the member can't go on and must be made anew.
    fn serve(&mut self, consumer: &BaseConsumer<Callbacks>, owned: &Owned) {
        let mut cluster: Option<String> = None;
        let mut subscribed = BTreeSet::new();
        let (mut committed, mut warned) = (Instant::now(), None::<Instant>);
        while !stopped(&self.stop) {
            let wanted = self.topics.borrow_and_update().clone();
            if wanted != subscribed {
                let names: Vec<&str> = wanted.iter().map(String::as_str).collect();
                let done = if names.is_empty() {
                    consumer.unsubscribe();
                    Ok(())
                } else {
                    consumer.subscribe(&names)
                };
                match done {
                    Ok(()) => {
                        tracing::info!(topics = ?names, group = self.settings.group, "listening");
                        subscribed = wanted;
                    }
                    Err(error) => tracing::error!(%error, "could not subscribe"),
                }
            }
            match consumer.poll(POLL) {
                None | Some(Err(KafkaError::PartitionEOF(_))) => {}
                Some(Ok(message)) => {
                    let cluster = cluster.get_or_insert_with(|| self.cluster(consumer));
                    self.take(consumer, owned, cluster, &message);
                }
                Some(Err(error)) => {
                    self.watch.note(&error);
                    let code = error.rdkafka_error_code();
                    if matches!(code, Some(RDKafkaErrorCode::Fatal | RDKafkaErrorCode::FencedInstanceId)) {
                        tracing::error!(%error, "the consumer was put out of its group; it joins anew");
                        return;
                    }
                    if warned.is_none_or(|at| at.elapsed() > Duration::from_secs(30)) {
                        warned = Some(Instant::now());
                        tracing::warn!(%error, "consumer");
                    }
                }
            }
            if committed.elapsed() >= COMMIT {
                committed = Instant::now();
                self.commit(consumer, owned, CommitMode::Async);
                resume(consumer, owned);
            }
        }
    }

    /// Name of the cluster, part of the inbox key of messages without an id.
    fn cluster(&self, consumer: &BaseConsumer<Callbacks>) -> String {
        let tries = (0..3).find_map(|_| consumer.client().fetch_cluster_id(Duration::from_secs(5)));
        tries.unwrap_or_else(|| self.bootstrap.clone())
    }

    fn take(&self, consumer: &BaseConsumer<Callbacks>, owned: &Owned, cluster: &str, message: &BorrowedMessage<'_>) {
        let place = (message.topic().to_owned(), message.partition());
        let partition = Arc::clone(owned.map().entry(place).or_insert_with(|| self.dispatcher.open()));
        let headers = message
            .headers()
            .map_or_else(Vec::new, |headers| headers.iter().map(|h| (h.key.to_owned(), h.value.unwrap_or_default().to_vec())).collect());
        let arrived = Arrived {
            cluster,
            topic: message.topic(),
            partition: message.partition(),
            offset: message.offset(),
            key: message.key(),
            headers,
            payload: message.payload().unwrap_or_default(),
        };
        self.dispatcher.offer(&partition, &arrived);
        if partition.is_full() && !partition.paused.swap(true, Ordering::AcqRel) {
            partition.was_paused.store(true, Ordering::Release);
            let _ = consumer.pause(&list(message.topic(), message.partition()));
        }
    }

    fn commit(&self, consumer: &BaseConsumer<Callbacks>, owned: &Owned, mode: CommitMode) {
        let offsets = owned.offsets();
        if offsets.count() > 0
            && let Err(error) = consumer.commit(&offsets, mode)
        {
            owned.uncommitted();
            tracing::debug!(%error, "offsets were not committed; they are tried again");
        }
    }

    /// What is being worked on is finished, then its offsets are committed.
    fn end(&self, consumer: &BaseConsumer<Callbacks>, owned: &Owned) {
        for partition in owned.map().values() {
            partition.close();
        }
        if stopped(&self.stop) {
            self.dispatcher.runtime.block_on(self.dispatcher.ended());
        }
        self.commit(consumer, owned, CommitMode::Sync);
        owned.map().clear();
    }
}

fn list(topic: &str, partition: i32) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    list.add_partition(topic, partition);
    list
}

fn resume(consumer: &BaseConsumer<Callbacks>, owned: &Owned) {
    for ((topic, number), partition) in owned.map().iter() {
        if partition.paused.load(Ordering::Acquire) && partition.has_room() {
            partition.paused.store(false, Ordering::Release);
            let _ = consumer.resume(&list(topic, *number));
        }
    }
}
