//! Live: what happens in the log reaches open connections.
//!
//! [`tail`] follows the event log, [`hub`] knows the connections and hands each event to those whose actor may see it, `presence` who looks
//! at what; [`live`] and [`comments`] speak to clients over [`socket`].
//!
//! Invariants: a connection gets events in order of position, each at most once, and none is skipped between the position that its
//! `hello` (or its `resume`) named and now; an event goes out only to an actor that was loaded at most five seconds before; a reader that
//! doesn't keep up is cut, never waited for; every message of a client is decided by the use cases, like a request.

pub mod comments;
pub mod event;
pub mod hub;
pub mod live;
mod presence;
pub mod queue;
pub mod socket;
pub mod tail;
pub mod ticket;

#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
mod wire_tests;

pub use hub::{Hub, HubFigures};
