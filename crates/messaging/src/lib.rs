//! Messaging: the event log to topics (relay), topics to the domain (consumer), positions of events (sequencer).
//!
//! Invariants: a message is encoded from the log alone; it is published at least once, per aggregate in order, always with the same
//! event id; an offset is committed only after the effect of its message; a broker that is away delays, and nothing else.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod asyncapi;
pub mod bus;
pub mod catalogue;
pub mod commit_group;
mod consumer;
pub mod dialects;
pub mod dlq;
mod json;
mod lease;
pub mod message;
mod pause;
pub mod relay;
#[cfg(test)]
mod samples;
mod sequencer;
mod service;
mod settings;

pub use asyncapi::asyncapi_json;
pub use catalogue::schemas;
pub use service::Messaging;
pub use settings::{MessagingRoles, MessagingSettings};
