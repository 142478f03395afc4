//! One file per thing: its requests, its handlers.

#![allow(unreachable_pub, reason = "the routing macros make public functions within private ones")]

pub mod accounts;
pub mod activity;
pub mod auth;
pub mod comments;
pub mod exchange;
pub mod favourites;
pub mod live;
pub mod problems;
pub mod projects;
pub mod relations;
pub mod system;
pub mod tags;
pub mod tasks;
pub mod templates;
pub mod undo;
pub mod users;
pub mod views;
pub mod watchers;
