//! Dialect 1, outbound: the ERP exchange.
//!
//! One request is one message: a change and the comment made with it are `…_with_comment`; a status that changed together with other
//! fields is `status_changed` (its `data` is the whole task). Archiving and its end are `updated`, restoring is `created` again.
//! Rank, links and edited or deleted comments say nothing. Internal comments never go out.
//!
//! What an inbound message caused is not said back, but for `linked` and for values that a conflict kept; those go to the integration
//! that they are about.

use tasktrack_domain::event::{Aggregate, CauseKind, EventRecord, EventType, SyncNote};
use tasktrack_domain::ids::IntegrationId;
use tasktrack_domain::sync::Integration;
use tasktrack_domain::tasks::status::Priority;
use tasktrack_domain::tasks::{Comment, Task};
use uuid::Uuid;

use super::{VERSION, comment_of, headers, task_of};
use crate::commit_group::CommitGroup;
use crate::json::{Json, Object};
use crate::message::OutMessage;

/// Name of the dialect in schema names.
pub const DIALECT: &str = "erp";

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Created,
    Updated,
    StatusChanged { old: Json },
    Deleted,
    CommentAdded,
    Linked { external_id: String },
}

/// Whom a message is for.
#[derive(Clone, Copy, PartialEq)]
enum Whom {
    All,
    Only(IntegrationId),
    /// A person settled a conflict of this integration, which has a message of its own (or has the value already).
    Except(IntegrationId),
}

impl Whom {
    fn has(self, id: IntegrationId) -> bool {
        match self {
            Self::All => true,
            Self::Only(only) => only == id,
            Self::Except(but) => but != id,
        }
    }
}

/// One message, before it is said to each integration.
struct Telling<'a> {
    kind: Kind,
    main: &'a EventRecord,
    task: Task,
    comment: Option<Comment>,
    whom: Whom,
    /// Aggregate version: that of the last event told.
    sequence: i64,
    event_ids: Vec<Uuid>,
}

/// Messages of a group of a task's events to the enabled integrations of its account.
pub fn encode(group: &CommitGroup, integrations: &[Integration], source: &str) -> Vec<OutMessage> {
    if integrations.is_empty() || group.events.first().is_none_or(|e| e.aggregate != Aggregate::Task) {
        return Vec::new();
    }
    let mut out: Vec<OutMessage> = Vec::new();
    for telling in tellings(group) {
        let start = out.len();
        for integration in integrations.iter().filter(|i| telling.whom.has(i.id)) {
            let message = telling.message(integration, source);
            // Integrations that share a topic and have no different id of the task share the message.
            if !out.iter().skip(start).any(|m| m.topic == message.topic && m.value == message.value) {
                out.push(message);
            }
        }
    }
    out
}

fn tellings(group: &CommitGroup) -> Vec<Telling<'_>> {
    let mut out: Vec<Telling<'_>> = Vec::new();
    // Whether the event just before made the last telling, so that a comment may join it.
    let mut joinable = false;
    for event in &group.events {
        let Some(task) = task_of(event) else { continue };
        let note = event.payload.sync.as_ref().and_then(|note| note.integration_id.map(|id| (note, id)));
        if let Some((note, id)) = note {
            answer(event, &task, note, id, &mut out);
            joinable = false;
            if event.cause.kind == CauseKind::Consumer {
                continue;
            }
        }
        let whom = note.map_or(Whom::All, |(_, id)| Whom::Except(id));
        let Some(kind) = own_kind(event) else { continue };
        let comment = if kind == Kind::CommentAdded { comment_of(event) } else { None };
        if kind == Kind::CommentAdded {
            let Some(public) = comment.as_ref().filter(|c| !c.internal) else { continue };
            if joinable && let Some(last) = out.last_mut() {
                last.comment = Some(public.clone());
                last.sequence = event.event_seq;
                last.event_ids.push(event.id);
                joinable = false;
                continue;
            }
        }
        joinable = whom == Whom::All && matches!(kind, Kind::Created | Kind::Updated | Kind::StatusChanged { .. });
        out.push(Telling { kind, main: event, task, comment, whom, sequence: event.event_seq, event_ids: vec![event.id] });
    }
    out
}

/// What one of our own events says to the ERP.
fn own_kind(event: &EventRecord) -> Option<Kind> {
    let changes = &event.payload.changes;
    match event.event_type {
        EventType::TaskCreated | EventType::TaskRestored => Some(Kind::Created),
        EventType::TaskDeleted => Some(Kind::Deleted),
        EventType::CommentAdded => Some(Kind::CommentAdded),
        EventType::TaskUpdated
        | EventType::TaskStatusChanged
        | EventType::TaskAssigned
        | EventType::TaskUnassigned
        | EventType::TaskArchived
        | EventType::TaskUnarchived
        | EventType::TaskMoved => match changes.get("status") {
            Some(change) => Some(Kind::StatusChanged { old: change.get("from").cloned().unwrap_or_default().into() }),
            None => changes.keys().any(|field| field != "rank" && field != "external_ids").then_some(Kind::Updated),
        },
        _ => None,
    }
}

/// What an event that took part in the exchange says back.
fn answer<'a>(event: &'a EventRecord, task: &Task, note: &SyncNote, id: IntegrationId, out: &mut Vec<Telling<'a>>) {
    let mut push = |kind: Kind| {
        let whom = Whom::Only(id);
        out.push(Telling {
            kind,
            main: event,
            task: task.clone(),
            comment: None,
            whom,
            sequence: event.event_seq,
            event_ids: vec![event.id],
        });
    };
    if let Some(external_id) = &note.linked {
        push(Kind::Linked { external_id: external_id.clone() });
    }
    if note.kept.iter().any(|field| field == "status") {
        let old = event.payload.changes.get("status").and_then(|c| c.get("from")).cloned();
        push(Kind::StatusChanged { old: old.map_or_else(|| task.status.as_str().into(), Json::from) });
    }
    if note.kept.iter().any(|field| field != "status") {
        push(Kind::Updated);
    }
}

impl Telling<'_> {
    fn event_type(&self) -> &'static str {
        match (&self.kind, self.comment.is_some()) {
            (Kind::Created, false) => "created",
            (Kind::Created, true) => "created_with_comment",
            (Kind::Updated, false) => "updated",
            (Kind::Updated, true) => "updated_with_comment",
            (Kind::StatusChanged { .. }, false) => "status_changed",
            (Kind::StatusChanged { .. }, true) => "status_changed_with_comment",
            (Kind::Deleted, _) => "deleted",
            (Kind::CommentAdded, _) => "comment_added",
            (Kind::Linked { .. }, _) => "linked",
        }
    }

    fn data(&self) -> Object {
        let task = &self.task;
        match &self.kind {
            Kind::Deleted => Object::new().with("id", task.id.0).with("name", task.title.as_str()),
            Kind::Linked { external_id } => Object::new().with("issue_id", task.id.0).with("external_id", external_id.as_str()),
            Kind::CommentAdded => {
                let data = Object::new().with("issue_id", task.id.0);
                match &self.comment {
                    Some(comment) => comment_members(data, comment),
                    None => data,
                }
            }
            kind => {
                let mut data = fields(task);
                if let Kind::StatusChanged { old } = kind {
                    data = data.with("old_status", old.clone()).with("new_status", task.status.as_str());
                }
                if let Some(comment) = &self.comment {
                    data = data.with("comment", comment_members(Object::new(), comment));
                }
                if task.priority == Priority::Urgent { data.with("urgent", true) } else { data }
            }
        }
    }

    fn message(&self, integration: &Integration, source: &str) -> OutMessage {
        let event_type = self.event_type();
        let external_id = match &self.kind {
            Kind::Linked { external_id } => Some(external_id.clone()),
            _ => self.task.external_ids.get(&integration.source).cloned(),
        };
        let body = Object::new()
            .with("event_type", event_type)
            .with("issue_id", self.task.id.0)
            .with("timestamp", self.main.occurred_at)
            .with("data", self.data())
            .with("source", source)
            .with("version", VERSION)
            .with("event_id", self.main.id.to_string())
            .with("sequence", self.sequence)
            .with("external_id", external_id);
        OutMessage {
            topic: integration.topic_out.clone(),
            key: self.task.id.to_string(),
            headers: headers(self.main, DIALECT, event_type, self.sequence, source),
            value: body.text(),
            event_ids: self.event_ids.clone(),
        }
    }
}

/// `data` of created and updated. References to things that we don't have yet are null.
fn fields(task: &Task) -> Object {
    Object::new()
        .with("id", task.id.0)
        .with("name", task.title.as_str())
        .with("content", task.description.as_str())
        .with("status", task.status.as_str())
        .with("priority", task.priority.wire())
        .with("deadline", task.due_date)
        .with("date_create", task.created_at)
        .with("date_check", task.check_date)
        .with("date_start_plan", task.planned_start)
        .with("date_end_plan", task.planned_end)
        .with("company_id", None::<i64>)
        .with("service_id", None::<i64>)
        .with("database_id", None::<i64>)
        .with("user_id", task.owner().map(|owner| owner.id.0))
        .with("supervisor_id", task.supervisor.as_ref().map(|s| s.id.0))
        .with("applicant_type", None::<&str>)
        .with("applicant_id", None::<i64>)
        .with("sprint_id", None::<i64>)
        .with("parent_id", task.parent.as_ref().map(|p| p.id.0))
}

fn comment_members(into: Object, comment: &Comment) -> Object {
    into.with("comment_id", comment.id.0)
        .with("comment", comment.body.as_str())
        .with("user_id", comment.author.id.0)
        .with("user_name", comment.author.name.as_str())
        .with("date_create", comment.created_at)
}

#[cfg(test)]
#[path = "erp_tests.rs"]
mod tests;
