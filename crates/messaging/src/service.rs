//! All of it, started and stopped together.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use tasktrack_domain::ctx::World;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::bus::kafka::{KafkaBus, Watch};
use crate::bus::memory::MemoryBus;
use crate::bus::{Bus, Health};
use crate::catalogue::Validators;
use crate::consumer::kafka::KafkaConsumer;
use crate::consumer::tally::Tally;
use crate::consumer::{Dispatcher, memory, topics};
use crate::dialects::activity;
use crate::pause::{Backoff, Stop, stopped};
use crate::relay::{RelayStats, Shard, cursor_names};
use crate::settings::{MessagingRoles, MessagingSettings};
use crate::{dlq, sequencer};

/// How long [`Messaging::stop`] waits for each part.
const PATIENCE: Duration = Duration::from_secs(15);

/// The running messaging of a process.
pub struct Messaging {
    bus: Arc<dyn Bus>,
    memory: Option<MemoryBus>,
    settings: Arc<MessagingSettings>,
    relay: Arc<RelayStats>,
    stop: watch::Sender<bool>,
    tasks: Vec<(&'static str, JoinHandle<()>)>,
}

impl Messaging {
    /// Starts what `roles` name, within a runtime. Returns at once: a broker that is away is waited for in the background. An error is
    /// a defect of the schemas.
    pub fn start(world: Arc<World>, settings: MessagingSettings, roles: MessagingRoles) -> Result<Self, String> {
        let (stop, stopping) = watch::channel(false);
        let settings = Arc::new(settings);
        let kafka = settings.bootstrap.as_deref().map(|b| Arc::new(KafkaBus::new(b, settings.partitions, settings.replication)));
        let memory = kafka.is_none().then(MemoryBus::default);
        let bus: Arc<dyn Bus> = match (&kafka, &memory) {
            (Some(kafka), _) => Arc::clone(kafka) as Arc<dyn Bus>,
            (None, memory) => Arc::new(memory.clone().unwrap_or_default()),
        };
        let mut this = Self { bus, memory, settings, relay: Arc::default(), stop, tasks: Vec::new() };
        if roles.sequencer {
            this.spawn("sequencer", sequencer::run(Arc::clone(&world), stopping.clone()));
        }
        if roles.relay {
            this.start_relay(&world, &stopping)?;
        }
        if roles.consumer {
            this.start_consumer(&world, kafka.as_deref(), &stopping);
        }
        Ok(this)
    }

    fn spawn(&mut self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.push((name, tokio::spawn(work)));
    }

    fn start_relay(&mut self, world: &Arc<World>, stop: &Stop) -> Result<(), String> {
        // Unique for this process: of two nodes with one name only one may hold a lease.
        let holder = format!("{}:{}", self.settings.node, world.clock.uuid());
        let validators = if self.settings.validate { Some(Arc::new(Validators::new()?)) } else { None };
        for index in 0..self.settings.shards() {
            let shard = Shard {
                world: Arc::clone(world),
                bus: Arc::clone(&self.bus),
                settings: Arc::clone(&self.settings),
                index,
                holder: holder.clone(),
                stats: Arc::clone(&self.relay),
                validators: validators.clone(),
                stop: stop.clone(),
            };
            self.spawn("relay", shard.run());
        }
        self.spawn("topics", ensure_topics(Arc::clone(world), Arc::clone(&self.bus), stop.clone()));
        self.spawn("dlq", dlq::run(Arc::clone(world), Arc::clone(&self.bus), Arc::clone(&self.settings), holder, stop.clone()));
        Ok(())
    }

    fn start_consumer(&mut self, world: &Arc<World>, kafka: Option<&KafkaBus>, stop: &Stop) {
        let (wanted, topics) = watch::channel(BTreeSet::new());
        let tally = Arc::new(Tally::default());
        let dispatcher = Arc::new(Dispatcher {
            world: Arc::clone(world),
            group: self.settings.group.clone(),
            source: self.settings.source.clone(),
            lanes: self.settings.lanes,
            tally: Arc::clone(&tally),
            runtime: tokio::runtime::Handle::current(),
            stop: stop.clone(),
            alive: Arc::new(AtomicUsize::new(0)),
        });
        self.spawn("tally", tally.run(Arc::clone(world), stop.clone()));
        self.spawn("integrations", topics::follow(Arc::clone(world), wanted, self.settings.refresh, stop.clone()));
        self.spawn("parked", topics::expire(Arc::clone(world), stop.clone()));
        match (kafka, &self.settings.bootstrap, &self.memory) {
            (Some(kafka), Some(bootstrap), _) => {
                let consumer = KafkaConsumer {
                    dispatcher,
                    settings: Arc::clone(&self.settings),
                    bootstrap: bootstrap.clone(),
                    watch: Watch { health: kafka.health_cell() },
                    topics,
                    stop: stop.clone(),
                };
                self.tasks.push(("consumer", tokio::task::spawn_blocking(move || consumer.run())));
            }
            (_, _, Some(bus)) => {
                let cluster = format!("memory-{}", world.clock.uuid());
                let work = memory::run(dispatcher, bus.clone(), cluster, topics, stop.clone());
                self.spawn("consumer", work);
            }
            _ => {}
        }
    }

    /// Whether the bus answers. The bus of this process always does.
    pub fn health(&self) -> Health {
        self.bus.health()
    }
    /// [`Messaging::health`] for somebody who asks later.
    pub fn health_probe(&self) -> impl Fn() -> Health + Send + Sync + 'static {
        let bus = Arc::clone(&self.bus);
        move || bus.health()
    }
    /// `kafka` or `memory`.
    pub fn kind(&self) -> &'static str {
        self.bus.kind()
    }
    /// The bus of this process, where there is no Kafka.
    pub fn memory(&self) -> Option<&MemoryBus> {
        self.memory.as_ref()
    }
    /// What this process's relay has done.
    pub fn relay_stats(&self) -> Arc<RelayStats> {
        Arc::clone(&self.relay)
    }
    /// Names of the relay's cursors, for the status.
    pub fn relay_cursors(&self) -> Vec<String> {
        cursor_names(self.settings.relay_shards)
    }

    /// Ends everything: what is being worked on is finished, offsets are committed, leases given back, the group left.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for (name, task) in self.tasks {
            if tokio::time::timeout(PATIENCE, task).await.is_err() {
                tracing::warn!(name, "did not end in time");
            }
        }
    }
}

/// Makes the topics that will be needed, so that others can subscribe before the first message.
async fn ensure_topics(world: Arc<World>, bus: Arc<dyn Bus>, mut stop: Stop) {
    let mut backoff = Backoff::new(&world, Duration::from_millis(500), Duration::from_secs(10));
    while !stopped(&stop) {
        let done: Result<(), String> = async {
            let integrations = crate::lease::system(&world).read().await.map_err(|e| e.to_string())?;
            let integrations = { integrations }.exchange().all_integrations().await.map_err(|e| e.to_string())?;
            let mut names: BTreeSet<String> = activity::TOPICS.iter().map(|t| (*t).to_owned()).collect();
            for integration in integrations.into_iter().filter(|i| i.enabled) {
                names.extend(integration.topics_in.iter().map(|topic| dlq::topic(topic)));
                names.extend(integration.topics_in);
                names.insert(integration.topic_out);
            }
            bus.ensure_topics(&names.into_iter().collect::<Vec<_>>()).await.map_err(|e| e.to_string())
        }
        .await;
        match done {
            Ok(()) => return,
            Err(error) => {
                if backoff.failures() == 0 {
                    tracing::warn!(error, "the topics could not be made yet");
                }
                backoff.wait(&mut stop).await;
            }
        }
    }
}
