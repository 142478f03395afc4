//! Task Track as a library: the wiring of all crates, so that the binary and the whole-application tests start the same thing.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod base;
pub mod commands;
pub mod config;
pub mod demo;
pub mod housekeeping;
pub mod logging;
pub mod registry;
