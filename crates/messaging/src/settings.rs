//! What the operator sets.

use std::time::Duration;

/// Settings of the messaging of one process.
#[derive(Clone, Debug)]
pub struct MessagingSettings {
    /// Kafka's `bootstrap.servers`; without, the bus of this process.
    pub bootstrap: Option<String>,
    /// Our name on the wire: the domain's own setting. Also the prefix of the `transactional.id`s, so that two installations on one
    /// cluster need two names.
    pub source: String,
    /// Consumer group.
    pub group: String,
    /// `group.instance.id`: static membership, with a session of 6 s.
    pub instance: Option<String>,
    /// Name of this node, for people who look at leases.
    pub node: String,
    /// How many shards the relay has. Change it only while no relay runs.
    pub relay_shards: i64,
    /// How long a relay's lease lasts.
    pub lease_seconds: i64,
    /// Events per transaction of the relay.
    pub batch: u32,
    /// Partitions of topics that we make.
    pub partitions: i32,
    /// Their replication; -1: the broker's default.
    pub replication: i32,
    /// Parallel lanes per partition for messages whose key names their task; others go one by one.
    pub lanes: usize,
    /// How often integrations are looked at for new topics.
    pub refresh: Duration,
    /// Checks outbound messages against their schemas in production too.
    pub validate: bool,
}

impl MessagingSettings {
    /// Shards, at least one.
    pub(crate) fn shards(&self) -> i64 {
        self.relay_shards.max(1)
    }
}

impl Default for MessagingSettings {
    fn default() -> Self {
        Self {
            bootstrap: None,
            source: "task-track".to_owned(),
            group: "task-track-erp".to_owned(),
            instance: None,
            node: String::new(),
            relay_shards: 2,
            lease_seconds: 10,
            batch: 1000,
            partitions: 3,
            replication: -1,
            lanes: 4,
            refresh: Duration::from_secs(2),
            validate: false,
        }
    }
}

/// What runs in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessagingRoles {
    /// Gives positions to events.
    pub sequencer: bool,
    /// Publishes.
    pub relay: bool,
    /// Takes messages in.
    pub consumer: bool,
}

impl MessagingRoles {
    /// Everything in one process.
    pub const ALL: Self = Self { sequencer: true, relay: true, consumer: true };
}
