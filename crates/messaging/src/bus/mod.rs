//! The way to the topics: Kafka, or this process alone.

pub mod kafka;
pub mod memory;

use std::sync::atomic::{AtomicU8, Ordering};

use async_trait::async_trait;

use crate::message::Record;

/// Why nothing was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusError {
    /// Another producer with our id has taken over; we are out.
    Fenced,
    /// The broker does not answer, or refused. Nothing of the batch can be seen by a reader of committed messages.
    Away(String),
}

impl std::fmt::Display for BusError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fenced => f.write_str("another producer has taken over"),
            Self::Away(why) => f.write_str(why),
        }
    }
}

/// How the bus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    Up,
    Down,
}

impl Health {
    /// `up` or `down`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// Health shared between a bus and those who ask.
#[derive(Debug)]
pub struct HealthCell(AtomicU8);

impl HealthCell {
    pub(crate) fn new(health: Health) -> Self {
        Self(AtomicU8::new(u8::from(health == Health::Up)))
    }
    /// As last seen.
    pub fn get(&self) -> Health {
        if self.0.load(Ordering::Relaxed) == 1 { Health::Up } else { Health::Down }
    }
    pub(crate) fn set(&self, health: Health) {
        let new = u8::from(health == Health::Up);
        if self.0.swap(new, Ordering::Relaxed) != new {
            tracing::info!(health = health.as_str(), "bus");
        }
    }
}

/// Topics that can be written to.
#[async_trait]
pub trait Bus: Send + Sync {
    /// A producer named `id`. Of two with one id only the later one can publish.
    async fn producer(&self, id: &str) -> Result<Box<dyn Producer>, BusError>;
    /// Makes the topics that don't exist.
    async fn ensure_topics(&self, names: &[String]) -> Result<(), BusError>;
    /// As last seen.
    fn health(&self) -> Health;
    /// `kafka` or `memory`.
    fn kind(&self) -> &'static str;
}

/// Publishes batches, each whole or not at all.
#[async_trait]
pub trait Producer: Send + Sync {
    /// All of it, in order, acknowledged. After an error the producer is used up: take a new one and begin again at the cursor.
    async fn publish(&mut self, batch: Vec<Record>) -> Result<(), BusError>;
}
