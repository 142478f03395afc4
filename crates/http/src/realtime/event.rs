//! An event as connections get it: written once, filtered for each reader.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tasktrack_domain::activity::{facts_of, member, sees, task_of};
use tasktrack_domain::actor::Actor;
use tasktrack_domain::event::{Aggregate, EventRecord, EventType, Payload};
use tasktrack_domain::ids::{ProjectId, TaskId};
use tasktrack_domain::policy::{Facts, relations};
use tasktrack_domain::refs::PersonRef;
use tasktrack_domain::tasks::queries::is_internal;
use tasktrack_domain::tasks::task::{Children, RowAssignee};
use tasktrack_domain::tasks::{Comment, Task, TaskRow};
use uuid::Uuid;

/// What one reader gets of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// All of it.
    Whole,
    /// A comment that they could read became internal: it is as good as deleted.
    Withdrawn,
    /// They could see the task before this event and can't any more.
    Gone,
    /// Nothing.
    Nothing,
}

/// An event ready to be sent. Keeps neither snapshot nor payload: some 2 kB each.
#[derive(Debug)]
pub struct LiveEvent {
    pub position: i64,
    pub task_id: Option<TaskId>,
    pub event_type: EventType,
    /// For comment events.
    pub comment: Option<Comment>,
    /// Of the task after the event.
    pub facts: Facts,
    /// The record without its body (of a comment only whether it is internal): what `activity::sees` asks.
    head: EventRecord,
    /// Of the task before, where the event changed who sees it.
    before: Option<Facts>,
    /// It made a public comment internal.
    withdraws: bool,
    wire: Arc<str>,
}

#[derive(Serialize)]
struct Frame<'a> {
    r#type: &'static str,
    position: i64,
    event: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    id: Uuid,
    r#type: EventType,
    task_id: Option<TaskId>,
    key: Option<&'a str>,
    project_id: Option<ProjectId>,
    account_id: i64,
    event_seq: i64,
    version: Option<i64>,
    actor: Option<&'a PersonRef>,
    occurred_at: DateTime<Utc>,
    changes: &'a Map<String, Value>,
    task: Option<Value>,
    comment: Option<&'a Value>,
}

impl LiveEvent {
    /// Makes it of a record of the log; `None` for what is nobody's live news (sign-in, people, integrations) and for records without a
    /// position. `withdraws`: it turned a public comment into an internal one.
    pub fn prepare(record: EventRecord, withdraws: bool, now: DateTime<Utc>) -> Option<Self> {
        let position = record.position?;
        if !matches!(record.aggregate, Aggregate::Task | Aggregate::Tag | Aggregate::TaskTemplate | Aggregate::Project | Aggregate::View)
            || is_private(&record)
        {
            return None;
        }
        let account_id = record.account_id?;
        let task = task_of(&record);
        if record.aggregate == Aggregate::Task && task.is_none() {
            tracing::warn!(position, "the snapshot of an event is no task; it is not told live");
            return None;
        }
        let facts = facts_of(&record, task.as_ref());
        let nothing = Map::new();
        let frame = Frame {
            r#type: "event",
            position,
            event: Body {
                id: record.id,
                r#type: record.event_type,
                task_id: task.as_ref().map(|t| t.id),
                key: task.as_ref().map(|t| t.key.as_str()),
                project_id: facts.project_id,
                account_id: account_id.0,
                event_seq: record.event_seq,
                version: task.as_ref().map(|t| t.version).or_else(|| member(&record.payload.snapshot, "version").as_i64()),
                actor: record.payload.actor.as_ref(),
                occurred_at: record.occurred_at,
                // What a view that was taken back is now is not for others.
                changes: if record.aggregate == Aggregate::View { &nothing } else { &record.payload.changes },
                task: task.as_ref().map(|t| row_of(t, now)),
                comment: record.payload.comment.as_ref(),
            },
        };
        let wire = serde_json::to_string(&frame).ok()?;
        let comment = record.payload.comment.as_ref().and_then(|c| serde_json::from_value(c.clone()).ok());
        let internal = is_internal(record.payload.comment.as_ref());
        Some(Self {
            position,
            task_id: task.as_ref().map(|t| t.id),
            event_type: record.event_type,
            comment,
            before: task.as_ref().and_then(|_| facts_before(&facts, &record.payload.changes)),
            facts,
            withdraws,
            wire: wire.into(),
            head: EventRecord { payload: Payload { comment: Some(json!({"internal": internal})), ..Payload::default() }, ..record },
        })
    }

    /// What `actor` gets of it.
    pub fn view(&self, actor: &Actor) -> View {
        if sees(actor, &self.head, &self.facts) {
            return View::Whole;
        }
        let now_hidden = relations(actor, &self.facts).is_empty();
        match &self.before {
            Some(before) if now_hidden && !relations(actor, before).is_empty() => View::Gone,
            _ if self.withdraws && !now_hidden => View::Withdrawn,
            _ => View::Nothing,
        }
    }

    /// The whole event as a text frame.
    pub fn wire(&self) -> &Arc<str> {
        &self.wire
    }

    /// How much room it takes while it waits.
    pub fn size(&self) -> usize {
        self.wire.len()
    }

    /// The frame of a view.
    pub fn frame(&self, view: View) -> Option<Arc<str>> {
        match view {
            View::Whole => Some(self.wire.clone()),
            View::Gone => self.task_id.map(|task_id| json!({"type": "gone", "task_id": task_id}).to_string().into()),
            View::Withdrawn => self.withdrawn(),
            View::Nothing => None,
        }
    }

    /// Nothing of the internal comment but its id, and nobody's name.
    fn withdrawn(&self) -> Option<Arc<str>> {
        let comment = self.comment.as_ref()?;
        let event = json!({
            "id": self.head.id, "type": EventType::CommentDeleted, "task_id": self.task_id, "key": null, "project_id": self.facts.project_id,
            "account_id": self.facts.account_id, "event_seq": self.head.event_seq, "version": null, "actor": null,
            "occurred_at": self.head.occurred_at, "changes": {}, "task": null, "comment": {"id": comment.id, "task_id": comment.task_id},
        });
        Some(json!({"type": "event", "position": self.position, "event": event}).to_string().into())
    }
}

/// The task as lists show it, from the snapshot: without `children` (a snapshot doesn't know them) and without `allowed_actions` (they
/// differ by reader); clients keep what they have.
fn row_of(task: &Task, now: DateTime<Utc>) -> Value {
    let task = task.clone();
    let row = TaskRow {
        overdue: task.is_overdue(now),
        assignees: task.assignees.into_iter().map(|a| RowAssignee { user: a.user, role: a.role }).collect(),
        children: Children::NONE,
        allowed_actions: vec![],
        id: task.id,
        key: task.key,
        account_id: task.account_id,
        project: task.project,
        title: task.title,
        status: task.status,
        priority: task.priority,
        due_date: task.due_date,
        check_date: task.check_date,
        planned_start: task.planned_start,
        planned_end: task.planned_end,
        estimated_hours: task.estimated_hours,
        actual_hours: task.actual_hours,
        created_by: task.created_by,
        supervisor: task.supervisor,
        parent: task.parent,
        tags: task.tags,
        client_visible: task.client_visible,
        rank: task.rank,
        comment_count: task.comment_count,
        archived_at: task.archived_at,
        deleted_at: task.deleted_at,
        started_at: task.started_at,
        completed_at: task.completed_at,
        closed_at: task.closed_at,
        created_at: task.created_at,
        updated_at: task.updated_at,
        version: task.version,
        event_seq: task.event_seq,
    };
    let mut row = serde_json::to_value(row).unwrap_or_default();
    if let Some(members) = row.as_object_mut() {
        members.remove("children");
        members.remove("allowed_actions");
    }
    row
}

/// A view of one person, before the event and after it.
fn is_private(record: &EventRecord) -> bool {
    record.aggregate == Aggregate::View
        && member(&record.payload.snapshot, "shared") != &Value::Bool(true)
        && !record.payload.changes.contains_key("shared")
}

/// Who saw the task before the event: only its project and whether clients see it can take that away.
fn facts_before(after: &Facts, changes: &Map<String, Value>) -> Option<Facts> {
    let from = |field: &str| changes.get(field).map(|change| member(change, "from"));
    let project = from("project").and_then(|p| member(p, "id").as_i64());
    let shared = from("client_visible").and_then(Value::as_bool);
    if project.is_none() && shared.is_none() {
        return None;
    }
    Some(Facts {
        project_id: project.map(ProjectId).or(after.project_id),
        client_visible: shared.unwrap_or(after.client_visible),
        ..after.clone()
    })
}
