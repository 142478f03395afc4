//! The database behind the domain's ports: PostgreSQL and SQLite, one code, chosen by URL.
//!
//! [`connect`] gives a [`DbStore`], [`migrate`] brings its schema up to date; everything else is behind `tasktrack_domain::ports`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod accounts;
mod book;
mod comments;
mod db;
mod error;
mod events;
mod exchange;
mod feeds;
mod idempotency;
mod overview;
mod own;
mod paging;
mod people;
mod projects;
mod readers;
mod refs;
mod relations;
mod rights;
mod search;
mod sequencer;
mod sessions;
mod sql;
mod tags;
mod tasks;
mod templates;
mod tx;
mod views;
mod visible;
mod watchers;

pub use db::{DbStore, connect, migrate};
