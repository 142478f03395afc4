//! Wire dialects: pure functions from a commit group to messages. Adding one touches nothing else.

pub mod activity;
pub mod erp;

use tasktrack_domain::event::{Aggregate, EventRecord};
use tasktrack_domain::sync::Integration;
use tasktrack_domain::tasks::{Comment, Task};

use crate::catalogue;
use crate::commit_group::CommitGroup;
use crate::message::OutMessage;

/// Version of every message and schema that we publish.
pub const VERSION: &str = "1.0";

/// All messages of a group, dialect by dialect. `integrations`: all enabled ones, of any account.
///
/// What belongs to an account is told only if the account has an enabled integration; people and sessions belong to none and are
/// always told.
pub fn encode(group: &CommitGroup, integrations: &[Integration], source: &str) -> Vec<OutMessage> {
    let Some(first) = group.events.first() else { return Vec::new() };
    let own: Vec<Integration> = integrations.iter().filter(|i| i.enabled && Some(i.account.id) == first.account_id).cloned().collect();
    let mut out = erp::encode(group, &own, source);
    if !own.is_empty() || matches!(first.aggregate, Aggregate::User | Aggregate::Session) {
        out.extend(activity::encode(group, source));
    }
    out
}

/// Headers of every message; `event-id` is equal for all messages of one domain event, in every dialect.
fn headers(event: &EventRecord, dialect: &str, event_type: &str, version: i64, source: &str) -> Vec<(String, String)> {
    let mut headers = vec![
        ("event-id".to_owned(), event.id.to_string()),
        ("event-type".to_owned(), event_type.to_owned()),
        ("schema".to_owned(), catalogue::schema_name(dialect, event_type)),
        ("account".to_owned(), event.account_id.map_or_else(String::new, |id| id.to_string())),
        ("aggregate-id".to_owned(), event.aggregate_id.to_string()),
        ("aggregate-version".to_owned(), version.to_string()),
        ("source".to_owned(), source.to_owned()),
    ];
    if let Some(trace) = &event.cause.trace {
        headers.push(("traceparent".to_owned(), trace.clone()));
    }
    headers.push(("content-type".to_owned(), "application/json".to_owned()));
    headers
}

/// The task after the event. One that can't be read is a defect of ours; it must not stop the log, so it is said loudly and left out.
fn task_of(event: &EventRecord) -> Option<Task> {
    read(event, &event.payload.snapshot)
}

/// The comment of the event.
fn comment_of(event: &EventRecord) -> Option<Comment> {
    read(event, event.payload.comment.as_ref()?)
}

fn read<T: serde::de::DeserializeOwned>(event: &EventRecord, value: &serde_json::Value) -> Option<T> {
    match T::deserialize(value) {
        Ok(read) => Some(read),
        Err(error) => {
            tracing::error!(event = %event.id, kind = %event.event_type, %error, "an event of the log can't be read and is not published");
            None
        }
    }
}
