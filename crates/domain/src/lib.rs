//! Task Track: types, rules, events, policy, ports and use cases. No I/O: databases, brokers, clocks and randomness come in as traits.
//!
//! A use case is one function: begin a unit of work, load, ask the [`policy`], apply a pure rule, save the
//! [`change::Change`] (which carries its events), commit. REST, WebSocket, Kafka consumer and CLI all call the same one.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod accounts;
pub mod activity;
pub mod actor;
pub mod change;
pub mod clock;
pub mod codes;
pub mod ctx;
pub mod error;
pub mod event;
pub mod gateways;
pub mod identity;
pub mod ids;
pub mod page;
pub mod policy;
pub mod ports;
pub mod projects;
pub mod refs;
pub mod sync;
pub mod tasks;
pub mod text;

pub use error::{Error, OrNotFound, Result, Violation};
