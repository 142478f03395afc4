//! The whole application over HTTP, each case on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod access;
mod activity;
mod bus;
mod comments;
mod contract;
mod exchange;
mod kit;
mod lists;
mod own;
mod projects;
mod relations;
mod requests;
mod sign_in;
mod tasks;
mod undo;
mod views;
mod watchers;
