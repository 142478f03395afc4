//! Kafka: transactional producers, topics, health.
//!
//! Each batch is one transaction of a producer whose `transactional.id` belongs to a relay shard. Taking the id (`init_transactions`)
//! fences whoever had it before and ends what they left open. An error aborts; the producer is thrown away and the relay begins again
//! at its cursor.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::ClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, DeliveryResult, Producer as _, ProducerContext, ThreadedProducer};
use tokio::task::spawn_blocking;

use super::{Bus, BusError, Health, HealthCell, Producer};
use crate::message::Record;

/// Biggest message that we send: a task with a long description, before and after.
const MAX_BYTES: &str = "8388608";
const QUICK: Duration = Duration::from_secs(5);
const COMMIT: Duration = Duration::from_secs(10);

/// Callbacks of a client: keeps the health, and says in the log only what a person should read.
#[derive(Clone)]
pub struct Watch {
    pub(crate) health: Arc<HealthCell>,
}

impl Watch {
    pub(crate) fn note(&self, error: &KafkaError) {
        if matches!(error.rdkafka_error_code(), Some(RDKafkaErrorCode::AllBrokersDown)) {
            self.health.set(Health::Down);
        }
    }
}

impl ClientContext for Watch {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        tracing::debug!(target: "librdkafka", ?level, facility, message);
    }
    fn error(&self, error: KafkaError, reason: &str) {
        self.note(&error);
        tracing::debug!(target: "librdkafka", %error, reason);
    }
}

impl ProducerContext for Watch {
    type DeliveryOpaque = ();
    fn delivery(&self, result: &DeliveryResult<'_>, _: ()) {
        if let Err((error, _)) = result {
            tracing::debug!(%error, "a message was not delivered; its transaction aborts");
        }
    }
}

/// A Kafka cluster.
pub struct KafkaBus {
    bootstrap: String,
    partitions: i32,
    replication: i32,
    health: Arc<HealthCell>,
    monitor: tokio::task::JoinHandle<()>,
}

impl Drop for KafkaBus {
    fn drop(&mut self) {
        self.monitor.abort();
    }
}

impl KafkaBus {
    /// Connects when first used; a task looks every few seconds whether a broker answers. `replication` -1: the broker's default.
    pub fn new(bootstrap: &str, partitions: i32, replication: i32) -> Self {
        let health = Arc::new(HealthCell::new(Health::Down));
        let monitor = tokio::spawn(monitor(bootstrap.to_owned(), Arc::clone(&health)));
        Self { bootstrap: bootstrap.to_owned(), partitions, replication, health, monitor }
    }
    pub(crate) fn health_cell(&self) -> Arc<HealthCell> {
        Arc::clone(&self.health)
    }
}

fn config(bootstrap: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap);
    config.set("client.id", "task-track");
    config.set("reconnect.backoff.max.ms", "2000");
    config.set("topic.metadata.refresh.interval.ms", "10000");
    config
}

/// What every client is configured with.
pub(crate) fn client_config(bootstrap: &str) -> ClientConfig {
    config(bootstrap)
}

async fn monitor(bootstrap: String, health: Arc<HealthCell>) {
    let mut client: Option<Arc<BaseConsumer<rdkafka::consumer::DefaultConsumerContext>>> = None;
    loop {
        let made = match &client {
            Some(client) => Some(Arc::clone(client)),
            None => config(&bootstrap).set_log_level(RDKafkaLogLevel::Emerg).create::<BaseConsumer>().ok().map(Arc::new),
        };
        client.clone_from(&made);
        if let Some(client) = made {
            // Without this the client asks for one topic only, and a broker that refuses others is no worry here.
            let answer = spawn_blocking(move || client.fetch_metadata(Some("issues-events"), Duration::from_secs(3)).is_ok()).await;
            health.set(if matches!(answer, Ok(true)) { Health::Up } else { Health::Down });
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

fn away(error: KafkaError) -> BusError {
    let fenced = match &error {
        KafkaError::Transaction(inner) => {
            matches!(inner.code(), RDKafkaErrorCode::Fenced | RDKafkaErrorCode::ProducerFenced | RDKafkaErrorCode::InvalidProducerEpoch)
        }
        other => matches!(
            other.rdkafka_error_code(),
            Some(RDKafkaErrorCode::Fenced | RDKafkaErrorCode::ProducerFenced | RDKafkaErrorCode::InvalidProducerEpoch)
        ),
    };
    if fenced { BusError::Fenced } else { BusError::Away(error.to_string()) }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, BusError> + Send + 'static) -> Result<T, BusError> {
    spawn_blocking(work).await.unwrap_or_else(|error| Err(BusError::Away(error.to_string())))
}

#[async_trait]
impl Bus for KafkaBus {
    async fn producer(&self, id: &str) -> Result<Box<dyn Producer>, BusError> {
        let mut config = config(&self.bootstrap);
        config
            .set("transactional.id", id)
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("max.in.flight.requests.per.connection", "5")
            .set("compression.type", "zstd")
            .set("partitioner", "murmur2_random")
            .set("linger.ms", "5")
            .set("message.max.bytes", MAX_BYTES)
            .set("message.timeout.ms", "9000")
            .set("transaction.timeout.ms", "10000");
        let watch = Watch { health: Arc::clone(&self.health) };
        let inner = blocking(move || {
            let producer: ThreadedProducer<Watch> = config.create_with_context(watch).map_err(away)?;
            producer.init_transactions(COMMIT).map_err(away)?;
            Ok(producer)
        })
        .await;
        self.health.set(if matches!(inner, Err(BusError::Away(_))) { Health::Down } else { Health::Up });
        Ok(Box::new(KafkaProducer { inner: Some(inner?), health: Arc::clone(&self.health) }))
    }

    async fn ensure_topics(&self, names: &[String]) -> Result<(), BusError> {
        let watch = Watch { health: Arc::clone(&self.health) };
        let admin: AdminClient<Watch> = config(&self.bootstrap).create_with_context(watch).map_err(away)?;
        let topics: Vec<NewTopic<'_>> = names
            .iter()
            .map(|name| NewTopic::new(name, self.partitions, TopicReplication::Fixed(self.replication)).set("max.message.bytes", MAX_BYTES))
            .collect();
        let options = AdminOptions::new().operation_timeout(Some(QUICK)).request_timeout(Some(QUICK));
        let results = admin.create_topics(&topics, &options).await.map_err(away)?;
        // Dropping the client joins its thread.
        let dropped = spawn_blocking(move || drop(admin));
        for result in results {
            match result {
                Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((name, code)) => return Err(BusError::Away(format!("the topic {name} could not be made: {code}"))),
            }
        }
        drop(dropped);
        Ok(())
    }

    fn health(&self) -> Health {
        self.health.get()
    }
    fn kind(&self) -> &'static str {
        "kafka"
    }
}

struct KafkaProducer {
    /// `None` once it is used up.
    inner: Option<ThreadedProducer<Watch>>,
    health: Arc<HealthCell>,
}

impl Drop for KafkaProducer {
    /// Purging and joining take their time: not on a thread of the runtime.
    fn drop(&mut self) {
        if let Some(inner) = self.inner.take() {
            match tokio::runtime::Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn_blocking(move || drop(inner))),
                Err(_) => drop(inner),
            }
        }
    }
}

#[async_trait]
impl Producer for KafkaProducer {
    async fn publish(&mut self, batch: Vec<Record>) -> Result<(), BusError> {
        let Some(inner) = self.inner.clone() else { return Err(BusError::Away("the producer is used up".to_owned())) };
        let done = blocking(move || {
            let done = transaction(&inner, &batch);
            if matches!(done, Err(BusError::Away(_))) {
                // Best effort: the next holder of the id ends it anyway.
                let _ = inner.abort_transaction(QUICK);
            }
            done
        })
        .await;
        match &done {
            Ok(()) => self.health.set(Health::Up),
            Err(error) => {
                if matches!(error, BusError::Away(_)) {
                    self.health.set(Health::Down);
                }
                if let Some(inner) = self.inner.take() {
                    drop(spawn_blocking(move || drop(inner)));
                }
            }
        }
        done
    }
}

fn transaction(producer: &ThreadedProducer<Watch>, batch: &[Record]) -> Result<(), BusError> {
    producer.begin_transaction().map_err(away)?;
    let give_up = Instant::now() + COMMIT;
    for record in batch {
        let mut headers = OwnedHeaders::new_with_capacity(record.headers.len());
        for (key, value) in &record.headers {
            headers = headers.insert(Header { key, value: Some(value) });
        }
        let mut next: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(&record.topic).payload(record.value.as_slice()).headers(headers);
        if let Some(key) = &record.key {
            next = next.key(key.as_slice());
        }
        // A full queue empties as the broker acknowledges.
        while let Err((error, back)) = producer.send(next) {
            if error.rdkafka_error_code() != Some(RDKafkaErrorCode::QueueFull) || Instant::now() > give_up {
                return Err(away(error));
            }
            next = back;
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    producer.commit_transaction(COMMIT).map_err(away)
}
