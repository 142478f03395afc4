//! The task and its one rule: a change of fields becomes a new state with exactly one event.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::status::{Priority, Status};
use crate::change::Change;
use crate::error::{Error, Result};
use crate::event::{Aggregate, EventType, NewEvent, Payload, SyncNote, changes, words};
use crate::ids::{AccountId, TaskId, UserId};
use crate::policy::Facts;
use crate::refs::{PersonRef, ProjectRef, TagRef, TaskRef};

words! {
    /// How a person takes part.
    AssigneeRole { Owner = "owner", Collaborator = "collaborator" }
}

/// Somebody who works on a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignee {
    pub user: PersonRef,
    pub role: AssigneeRole,
    /// `None`: the program (random re-assignment by a job).
    pub assigned_by: Option<PersonRef>,
    pub assigned_at: DateTime<Utc>,
}

/// A task with everything of its own. Serialised, it is the snapshot of its events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    pub public_id: Uuid,
    pub key: String,
    pub account_id: AccountId,
    pub project: ProjectRef,
    pub title: String,
    /// Markdown.
    pub description: String,
    pub status: Status,
    pub priority: Priority,
    pub due_date: Option<DateTime<Utc>>,
    pub check_date: Option<DateTime<Utc>>,
    pub planned_start: Option<DateTime<Utc>>,
    pub planned_end: Option<DateTime<Utc>>,
    pub estimated_hours: Option<f64>,
    pub actual_hours: Option<f64>,
    pub created_by: PersonRef,
    pub supervisor: Option<PersonRef>,
    pub parent: Option<TaskRef>,
    /// Owner first, then by time.
    pub assignees: Vec<Assignee>,
    /// By name.
    pub tags: Vec<TagRef>,
    /// Free; `erp` holds references of the ERP that we don't know.
    pub metadata: Map<String, Value>,
    pub client_visible: bool,
    pub rank: String,
    /// Id of the task in each ERP source.
    pub external_ids: BTreeMap<String, String>,
    pub comment_count: i32,
    pub archived_at: Option<DateTime<Utc>>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub started_at: Option<DateTime<Utc>>,
    pub first_answered_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    /// Time of its last event.
    pub updated_at: DateTime<Utc>,
    pub version: i64,
    pub event_seq: i64,
}

/// Sub-tasks of a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Children {
    pub total: i64,
    pub done: i64,
}

/// What stands around a task: its sub-tasks as the reader sees them, those who watch it, and whether an open task blocks it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Around {
    pub children: Children,
    pub blocked: bool,
    pub watchers: i64,
    /// Whether the reader is one of them.
    pub watching: bool,
}

/// An assignee in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowAssignee {
    pub user: PersonRef,
    pub role: AssigneeRole,
}

/// A task in a list: no description, no metadata.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskRow {
    pub id: TaskId,
    pub key: String,
    pub account_id: AccountId,
    pub project: ProjectRef,
    pub title: String,
    pub status: Status,
    pub priority: Priority,
    pub due_date: Option<DateTime<Utc>>,
    pub check_date: Option<DateTime<Utc>>,
    pub planned_start: Option<DateTime<Utc>>,
    pub planned_end: Option<DateTime<Utc>>,
    pub estimated_hours: Option<f64>,
    pub actual_hours: Option<f64>,
    pub created_by: PersonRef,
    pub supervisor: Option<PersonRef>,
    pub parent: Option<TaskRef>,
    pub assignees: Vec<RowAssignee>,
    pub tags: Vec<TagRef>,
    pub client_visible: bool,
    pub rank: String,
    pub overdue: bool,
    pub children: Children,
    pub comment_count: i32,
    pub archived_at: Option<DateTime<Utc>>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub started_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
    pub event_seq: i64,
    /// Filled by the use case from the policy.
    #[serde(default)]
    pub allowed_actions: Vec<crate::policy::Action>,
}

/// A task as its reader gets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskView {
    #[serde(flatten)]
    pub task: Task,
    pub overdue: bool,
    #[serde(flatten)]
    pub around: Around,
    pub allowed_actions: Vec<crate::policy::Action>,
    /// Where the reader may take it now.
    pub next_statuses: Vec<Status>,
    /// Only with `as_of`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<Vec<super::CommentView>>,
}

/// Fields whose change is told in `changes` and makes a new version.
const OWN_FIELDS: &[&str] = &[
    "title",
    "description",
    "status",
    "priority",
    "due_date",
    "check_date",
    "planned_start",
    "planned_end",
    "estimated_hours",
    "actual_hours",
    "supervisor",
    "parent",
    "assignees",
    "tags",
    "metadata",
    "client_visible",
    "archived_at",
    "deleted_at",
    "project",
    "key",
];
/// Fields whose change is told, but makes no new version.
const SIDE_FIELDS: &[&str] = &["rank", "external_ids"];

/// What an event needs besides the new state.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub comment: Option<Value>,
    pub sync: Option<SyncNote>,
}

impl Task {
    /// What the policy asks of a task.
    pub fn facts(&self) -> Facts {
        let mut involved: Vec<UserId> = self.assignees.iter().map(|a| a.user.id).collect();
        involved.push(self.created_by.id);
        involved.extend(self.supervisor.as_ref().map(|s| s.id));
        Facts {
            account_id: self.account_id,
            project_id: Some(self.project.id),
            involved,
            created_by: Some(self.created_by.id),
            client_visible: self.client_visible,
        }
    }
    /// The owner.
    pub fn owner(&self) -> Option<&PersonRef> {
        self.assignees.iter().find(|a| a.role == AssigneeRole::Owner).map(|a| &a.user)
    }
    /// Due before `now` and still open.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.due_date.is_some_and(|due| due < now) && self.status.is_open()
    }
    /// As another task shows it.
    pub fn as_ref(&self) -> TaskRef {
        TaskRef { id: self.id, key: self.key.clone(), title: self.title.clone(), status: self.status }
    }
    /// As an event tells it.
    pub fn snapshot(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The first event of a task; `event_seq` and `version` become 1.
    pub fn created(mut self, told: Told) -> Change<Self> {
        self.version = 1;
        self.event_seq = 1;
        self.stamp_status(None, self.created_at);
        let event = self.event(EventType::TaskCreated, self.created_at, Map::new(), told);
        Change::new(self, vec![event])
    }

    /// `after` in place of `self`, if they differ: times of the status, version, one event that says what changed.
    /// `Ok(None)` where nothing did.
    pub fn changed(self, mut after: Self, now: DateTime<Utc>, told: Told) -> Option<Change<Self>> {
        after.stamp_status(Some(self.status), now.max(self.updated_at));
        self.returned(after, now, told)
    }

    /// The same where the times of the status are those of before (a change is taken back).
    pub fn returned(self, mut after: Self, now: DateTime<Utc>, told: Told) -> Option<Change<Self>> {
        let at = now.max(self.updated_at);
        after.assignees.sort_by_key(|a| (a.role, a.assigned_at, a.user.id));
        after.tags.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        let (old, new) = (self.snapshot(), after.snapshot());
        let mut told_changes = changes(&old, &new, OWN_FIELDS);
        let own = !told_changes.is_empty();
        told_changes.append(&mut changes(&old, &new, SIDE_FIELDS));
        if told_changes.is_empty() && told.sync.is_none() {
            return None;
        }
        let event_type = self.kind_of_change(&after, &told_changes);
        after.version = self.version + i64::from(own);
        after.event_seq = self.event_seq + 1;
        after.updated_at = at;
        let event = after.event(event_type, at, told_changes, told);
        Some(Change::new(after, vec![event]))
    }

    /// The most telling type of a change; `changes` has the rest.
    fn kind_of_change(&self, after: &Self, changes: &Map<String, Value>) -> EventType {
        let changed = |field: &str| changes.contains_key(field);
        if changed("deleted_at") {
            if after.deleted_at.is_some() { EventType::TaskDeleted } else { EventType::TaskRestored }
        } else if changed("archived_at") {
            if after.archived_at.is_some() { EventType::TaskArchived } else { EventType::TaskUnarchived }
        } else if changed("status") {
            EventType::TaskStatusChanged
        } else if changed("project") {
            EventType::TaskMoved
        } else if changed("assignees") {
            let added = after.assignees.iter().any(|a| !self.assignees.iter().any(|b| b.user.id == a.user.id && b.role == a.role));
            if added { EventType::TaskAssigned } else { EventType::TaskUnassigned }
        } else if changes.keys().all(|k| k == "rank") && changed("rank") {
            EventType::TaskRankChanged
        } else if changes.keys().all(|k| k == "external_ids") && changed("external_ids") {
            EventType::TaskLinked
        } else if changes.is_empty() {
            EventType::TaskSyncNoted
        } else {
            EventType::TaskUpdated
        }
    }

    /// A comment event: `event_seq` grows, `version` doesn't. `comment` is its full view; `by_creator` says whether the person who
    /// asked wrote it themselves (then it is no first answer).
    pub fn comment_told(
        mut self,
        event_type: EventType,
        comment: &super::Comment,
        now: DateTime<Utc>,
        sync: Option<SyncNote>,
    ) -> Change<Self> {
        let at = now.max(self.updated_at);
        self.event_seq += 1;
        self.updated_at = at;
        match event_type {
            EventType::CommentAdded => {
                self.comment_count += 1;
                if self.first_answered_at.is_none() && !comment.internal && comment.author.id != self.created_by.id {
                    self.first_answered_at = Some(at);
                }
            }
            EventType::CommentDeleted => self.comment_count -= 1,
            _ => {}
        }
        let told = Told { comment: serde_json::to_value(comment).ok(), sync };
        let event = self.event(event_type, at, Map::new(), told);
        Change::new(self, vec![event])
    }

    /// A change beside the task's own fields (relations, watchers): `event_seq` grows, `version` doesn't.
    pub fn beside(mut self, event_type: EventType, field: &str, from: Value, to: Value, now: DateTime<Utc>) -> Change<Self> {
        let at = now.max(self.updated_at);
        self.event_seq += 1;
        self.updated_at = at;
        let changes = Map::from_iter([(field.to_owned(), serde_json::json!({"from": from, "to": to}))]);
        let event = self.event(event_type, at, changes, Told::default());
        Change::new(self, vec![event])
    }

    /// Makes `owner` the only owner (they stop being a collaborator), or leaves the task without one.
    pub fn set_owner(&mut self, owner: Option<PersonRef>, by: Option<&PersonRef>, now: DateTime<Utc>) {
        if self.owner().map(|o| o.id) == owner.as_ref().map(|o| o.id) {
            return;
        }
        self.assignees.retain(|a| a.role != AssigneeRole::Owner && Some(a.user.id) != owner.as_ref().map(|o| o.id));
        if let Some(user) = owner {
            self.assignees.push(Assignee { user, role: AssigneeRole::Owner, assigned_by: by.cloned(), assigned_at: now });
        }
    }

    /// Adds a collaborator; an owner steps down to one.
    pub fn add_collaborator(&mut self, user: PersonRef, by: Option<&PersonRef>, now: DateTime<Utc>) {
        if self.assignees.iter().any(|a| a.user.id == user.id && a.role == AssigneeRole::Collaborator) {
            return;
        }
        self.assignees.retain(|a| a.user.id != user.id);
        self.assignees.push(Assignee { user, role: AssigneeRole::Collaborator, assigned_by: by.cloned(), assigned_at: now });
    }

    /// Refuses a step that the transition table does not have.
    pub fn check_transition(&self, to: Status, reopen: bool) -> Result<()> {
        if self.status.may_become(to, reopen) {
            return Ok(());
        }
        let detail = if self.status == Status::Closed && to == Status::InProgress {
            "only managers and admins reopen a closed task".to_owned()
        } else {
            format!("a task can't go from {} to {to}", self.status)
        };
        Err(Error::conflict("transition-refused", detail))
    }

    fn stamp_status(&mut self, from: Option<Status>, at: DateTime<Utc>) {
        if from == Some(self.status) {
            return;
        }
        if !matches!(self.status, Status::New | Status::Closed) && self.started_at.is_none() {
            self.started_at = Some(at);
        }
        match self.status {
            Status::Done => {
                self.completed_at = Some(at);
                self.closed_at = None;
            }
            Status::Closed => {
                self.completed_at = self.completed_at.or(Some(at));
                self.closed_at = Some(at);
            }
            _ => {
                self.completed_at = None;
                self.closed_at = None;
            }
        }
    }

    fn event(&self, event_type: EventType, at: DateTime<Utc>, changes: Map<String, Value>, told: Told) -> NewEvent {
        NewEvent {
            aggregate: Aggregate::Task,
            aggregate_id: self.id.0,
            event_seq: self.event_seq,
            account_id: Some(self.account_id),
            event_type,
            occurred_at: at,
            payload: Payload { changes, snapshot: self.snapshot(), comment: told.comment, actor: None, sync: told.sync, extra: Map::new() },
        }
    }
}

impl Children {
    /// None.
    pub const NONE: Self = Self { total: 0, done: 0 };
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ids::{ProjectId, TagId};
    use chrono::TimeZone as _;

    pub(crate) fn person(id: i64) -> PersonRef {
        PersonRef { id: UserId(id), name: format!("Person {id}"), avatar_color: "#2F5D8C".into() }
    }
    pub(crate) fn at(second: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 21, 10, 0, second).unwrap()
    }
    pub(crate) fn task() -> Task {
        let project = ProjectRef { id: ProjectId(2), key: "ERP".into(), name: "ERP".into() };
        let new = Task {
            id: TaskId(1),
            public_id: Uuid::nil(),
            key: "ERP-1".into(),
            account_id: AccountId(1),
            project,
            title: "Закрыть период".into(),
            description: String::new(),
            status: Status::New,
            priority: Priority::Medium,
            due_date: None,
            check_date: None,
            planned_start: None,
            planned_end: None,
            estimated_hours: None,
            actual_hours: None,
            created_by: person(1),
            supervisor: None,
            parent: None,
            assignees: vec![],
            tags: vec![],
            metadata: Map::new(),
            client_visible: false,
            rank: "80".into(),
            external_ids: BTreeMap::new(),
            comment_count: 0,
            archived_at: None,
            deleted_at: None,
            started_at: None,
            first_answered_at: None,
            completed_at: None,
            closed_at: None,
            created_at: at(0),
            updated_at: at(0),
            version: 0,
            event_seq: 0,
        };
        new.created(Told::default()).into_parts().0
    }
    fn change(task: &Task, now: DateTime<Utc>, edit: impl FnOnce(&mut Task)) -> Option<(Task, NewEvent)> {
        let mut after = task.clone();
        edit(&mut after);
        let (task, mut events) = task.clone().changed(after, now, Told::default())?.into_parts();
        assert_eq!(events.len(), 1);
        Some((task, events.remove(0)))
    }

    #[test]
    fn nothing_changed_is_no_event() {
        assert!(change(&task(), at(1), |_| {}).is_none());
    }

    #[test]
    fn one_event_tells_all_fields_and_the_state_after() {
        let (after, event) = change(&task(), at(5), |t| {
            t.status = Status::InProgress;
            t.priority = Priority::Urgent;
        })
        .unwrap();
        assert_eq!((after.version, after.event_seq, after.started_at), (2, 2, Some(at(5))));
        assert_eq!(event.event_type, EventType::TaskStatusChanged);
        assert_eq!(event.payload.changes["priority"], serde_json::json!({"from": "medium", "to": "urgent"}));
        assert_eq!(event.payload.snapshot["status"], "in_progress");
        assert_eq!(event.payload.snapshot["version"], 2);
    }

    #[test]
    fn a_rank_makes_no_version_and_time_never_runs_back() {
        let (after, event) = change(&task(), at(30), |t| t.rank = "81".into()).unwrap();
        assert_eq!((after.version, after.event_seq, event.event_type), (1, 2, EventType::TaskRankChanged));
        let (_, later) = change(&after, at(3), |t| t.title = "x".into()).unwrap();
        assert_eq!(later.occurred_at, at(30));
    }

    #[test]
    fn there_is_one_owner() {
        let mut task = task();
        task.set_owner(Some(person(5)), None, at(1));
        task.add_collaborator(person(6), None, at(1));
        task.set_owner(Some(person(6)), None, at(2));
        assert_eq!(task.owner().map(|o| o.id), Some(UserId(6)));
        assert_eq!(task.assignees.len(), 1, "the new owner is no collaborator, the old one is gone");
        task.add_collaborator(person(6), None, at(3));
        assert_eq!((task.owner(), task.assignees.len()), (None, 1));
    }

    #[test]
    fn done_and_closed_have_their_times() {
        let (done, _) = change(&task(), at(1), |t| t.status = Status::Done).unwrap();
        let (closed, _) = change(&done, at(2), |t| t.status = Status::Closed).unwrap();
        assert_eq!((closed.completed_at, closed.closed_at), (Some(at(1)), Some(at(2))));
        let (again, _) = change(&closed, at(3), |t| t.status = Status::InProgress).unwrap();
        assert_eq!((again.completed_at, again.closed_at, again.started_at), (None, None, Some(at(1))));
    }

    #[test]
    fn assigned_and_unassigned_are_told_apart() {
        let (with, event) = change(&task(), at(1), |t| t.set_owner(Some(person(5)), None, at(1))).unwrap();
        assert_eq!(event.event_type, EventType::TaskAssigned);
        let (_, event) = change(&with, at(2), |t| t.set_owner(None, None, at(2))).unwrap();
        assert_eq!(event.event_type, EventType::TaskUnassigned);
    }

    #[test]
    fn tags_stand_in_order() {
        let tag = |id, name: &str| TagRef { id: TagId(id), name: name.into(), color: "#3B7A57".into() };
        let (after, event) = change(&task(), at(1), |t| t.tags = vec![tag(2, "б"), tag(1, "а")]).unwrap();
        assert_eq!(after.tags[0].name, "а");
        assert_eq!(event.event_type, EventType::TaskUpdated);
    }
}
