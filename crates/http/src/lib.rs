//! The REST surface, the live connections and the browser's files, over the use cases of the domain.
//!
//! A request passes the envelope (id, headers, problem documents, panics), finds its handler in [`routes`], becomes a
//! [`caller::Caller`] and a body, and calls one use case. Nothing here decides who may do what.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests"))]

pub mod address;
pub mod app;
pub mod body;
pub mod caller;
pub mod cookies;
pub mod envelope;
pub mod etag;
pub mod health;
pub mod idempotency;
pub mod limits;
pub mod metrics;
pub mod normalise;
pub mod openapi;
pub mod problem;
pub mod query;
pub mod realtime;
mod remembered;
pub mod respond;
pub mod routes;
pub mod schema;
pub mod slices;
pub mod spa;
pub mod state;
pub mod trust;
pub mod viewer;

#[cfg(test)]
mod tests;

pub use app::{Service, app, serve, serve_health};
pub use openapi::openapi_json;
pub use problem::{Answer, Problem};
pub use state::{Bus, Env, Http, HttpSettings};
