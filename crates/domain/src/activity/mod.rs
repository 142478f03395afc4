//! Reading the event log as a stream: what live connections and projections see of an event.

pub mod feed;

use serde_json::Value;

use crate::actor::Actor;
use crate::event::{Aggregate, EventRecord};
use crate::policy::{Facts, relations};
use crate::tasks::queries::is_internal;
use crate::tasks::task::Task;

/// The task in an event's snapshot.
pub fn task_of(event: &EventRecord) -> Option<Task> {
    (event.aggregate == Aggregate::Task).then(|| serde_json::from_value(event.payload.snapshot.clone()).ok()).flatten()
}

/// What the policy asks of an event: of its task where it has one.
pub fn facts_of(event: &EventRecord, task: Option<&Task>) -> Facts {
    match task {
        Some(task) => task.facts(),
        None => Facts {
            account_id: event.account_id.unwrap_or_default(),
            project_id: (event.aggregate == Aggregate::Project).then_some(crate::ids::ProjectId(event.aggregate_id)),
            ..Facts::default()
        },
    }
}

/// Whether `actor` may see an event live: events of tenants only, of things they see, and internal comments only where they see such.
/// Sign-in and people are nobody's live news.
pub fn sees(actor: &Actor, event: &EventRecord, facts: &Facts) -> bool {
    if event.account_id.is_none() || matches!(event.aggregate, Aggregate::Session | Aggregate::Access | Aggregate::User) {
        return false;
    }
    if event.event_type.names_another() && !actor.scope.reads(facts.account_id) {
        return false;
    }
    let relations = relations(actor, facts);
    !relations.is_empty() && (!is_internal(event.payload.comment.as_ref()) || actor.sees_internal(facts))
}

/// A member of a snapshot, `null` where absent.
pub fn member<'a>(snapshot: &'a Value, name: &str) -> &'a Value {
    snapshot.get(name).unwrap_or(&Value::Null)
}
