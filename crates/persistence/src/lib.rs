//! The database behind the domain's ports: PostgreSQL and SQLite, one code, chosen by URL.

mod error;
mod events;
mod refs;
mod sql;
mod tx;
mod visible;
