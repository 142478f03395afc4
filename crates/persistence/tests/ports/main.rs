//! The ports on both databases. PostgreSQL is taken from TASKTRACK_TEST_POSTGRES (the URL of somebody who may create databases); without
//! it only SQLite is tested, which is said loudly.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[macro_use]
mod support;

mod connecting;
mod exchange;
mod idempotency;
mod leases;
mod log;
mod names;
mod rights;
mod search;
mod sessions;
mod task_life;
mod tasks;
mod tenants;
