//! From rows to tasks: columns, reading them by position, and the names behind their ids.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::TryGetable;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tasktrack_domain::ids::{AccountId, ProjectId, TagId, TaskId, UserId};
use tasktrack_domain::refs::{PersonRef, ProjectRef, TagRef, TaskRef};
use tasktrack_domain::tasks::task::{Children, RowAssignee};
use tasktrack_domain::tasks::{Assignee, AssigneeRole, Priority, Status, Task, TaskRow};
use tasktrack_domain::{Error, Result};
use uuid::Uuid;

use crate::book::Known;
use crate::error::translate;
use crate::sql::Row;

/// Columns of a list. [`Cells`] reads them in this order.
macro_rules! head {
    () => {
        "t.id, t.key, t.account_id, t.project_id, t.title, t.status, t.priority, t.due_date, t.check_date, t.planned_start, t.planned_end, \
         t.estimated_hours, t.actual_hours, t.created_by, t.supervisor_id, t.parent_id, t.assignees, t.tag_ids, t.client_visible, t.rank, \
         t.comment_count, t.archived_at, t.deleted_at, t.started_at, t.completed_at, t.closed_at, t.created_at, t.updated_at, t.version, t.event_seq"
    };
}
/// Columns that only the whole task has; after those of a list.
macro_rules! body {
    () => {
        ", t.public_id, t.description, t.metadata, t.external_ids, t.first_answered_at"
    };
}
pub(super) use body;
pub(crate) use head;

/// A task's sub-tasks, all and done, come as one number: all times this, and done.
pub(super) const CHILDREN: i64 = 1_000_000;

/// An assignee in the column `assignees`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredAssignee {
    user: UserId,
    role: AssigneeRole,
    by: Option<UserId>,
    at: DateTime<Utc>,
}

impl From<&Assignee> for StoredAssignee {
    fn from(a: &Assignee) -> Self {
        Self { user: a.user.id, role: a.role, by: a.assigned_by.as_ref().map(|b| b.id), at: a.assigned_at }
    }
}

/// Reads a row's columns one after the other. By position: a name would be looked up for each of the 1500 values of a page.
pub(crate) struct Cells<'a> {
    row: &'a Row,
    at: usize,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(row: &'a Row) -> Self {
        Self { row, at: 0 }
    }
    /// The next column.
    pub(crate) fn next<T: TryGetable>(&mut self) -> Result<T> {
        let value = self.row.try_get_by(self.at).map_err(translate);
        self.at += 1;
        value
    }
    /// The next column as JSON; NULL is `None`.
    pub(crate) fn json<T: DeserializeOwned + Send + Sync + Unpin + 'static>(&mut self) -> Result<Option<T>> {
        use sqlx::Row as _;
        use sqlx::types::Json;
        let read = if let Some(row) = self.row.try_as_pg_row() {
            row.try_get::<Option<Json<T>>, _>(self.at)
        } else if let Some(row) = self.row.try_as_sqlite_row() {
            row.try_get::<Option<Json<T>>, _>(self.at)
        } else {
            return Err(Error::internal("a row of neither database"));
        };
        self.at += 1;
        read.map(|value| value.map(|json| json.0)).map_err(Error::internal)
    }
    /// Both numbers of a task's sub-tasks.
    fn children(&mut self) -> Result<Children> {
        let both: i64 = self.next()?;
        Ok(Children { total: both / CHILDREN, done: both % CHILDREN })
    }
    fn status(&mut self) -> Result<Status> {
        let code: i16 = self.next()?;
        Status::from_code(code).ok_or_else(|| Error::internal(format!("status {code}")))
    }
    fn priority(&mut self) -> Result<Priority> {
        let code: i16 = self.next()?;
        Priority::from_code(code).ok_or_else(|| Error::internal(format!("priority {code}")))
    }
}

/// A row of a list before names are known.
pub(crate) struct Head {
    pub(crate) id: TaskId,
    key: String,
    account_id: AccountId,
    project_id: ProjectId,
    title: String,
    status: Status,
    priority: Priority,
    due_date: Option<DateTime<Utc>>,
    check_date: Option<DateTime<Utc>>,
    planned_start: Option<DateTime<Utc>>,
    planned_end: Option<DateTime<Utc>>,
    estimated_hours: Option<f64>,
    actual_hours: Option<f64>,
    created_by: UserId,
    supervisor_id: Option<UserId>,
    parent_id: Option<TaskId>,
    assignees: Vec<StoredAssignee>,
    tag_ids: Vec<TagId>,
    client_visible: bool,
    rank: String,
    comment_count: i32,
    archived_at: Option<DateTime<Utc>>,
    deleted_at: Option<DateTime<Utc>>,
    started_at: Option<DateTime<Utc>>,
    completed_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
    event_seq: i64,
    pub(super) children: Children,
}

impl Head {
    /// Reads the columns of [`head`] and the number of [`DbTx::children_column`](crate::tx::DbTx::children_column).
    pub(crate) fn read(c: &mut Cells<'_>) -> Result<Self> {
        Ok(Self {
            id: TaskId(c.next()?),
            key: c.next()?,
            account_id: AccountId(c.next()?),
            project_id: ProjectId(c.next()?),
            title: c.next()?,
            status: c.status()?,
            priority: c.priority()?,
            due_date: c.next()?,
            check_date: c.next()?,
            planned_start: c.next()?,
            planned_end: c.next()?,
            estimated_hours: c.next()?,
            actual_hours: c.next()?,
            created_by: UserId(c.next()?),
            supervisor_id: c.next::<Option<i64>>()?.map(UserId),
            parent_id: c.next::<Option<i64>>()?.map(TaskId),
            assignees: c.json()?.unwrap_or_default(),
            tag_ids: c.json()?.unwrap_or_default(),
            client_visible: c.next()?,
            rank: c.next()?,
            comment_count: c.next()?,
            archived_at: c.next()?,
            deleted_at: c.next()?,
            started_at: c.next()?,
            completed_at: c.next()?,
            closed_at: c.next()?,
            created_at: c.next()?,
            updated_at: c.next()?,
            version: c.next()?,
            event_seq: c.next()?,
            children: c.children()?,
        })
    }

    /// Adds what it refers to.
    pub(crate) fn wants(&self, wanted: &mut Wanted) {
        wanted.people.insert(self.created_by.0);
        wanted.people.extend(self.supervisor_id.map(|id| id.0));
        wanted.people.extend(self.assignees.iter().map(|a| a.user.0));
        wanted.projects.insert(self.project_id.0);
        wanted.tags.extend(self.tag_ids.iter().map(|id| id.0));
        wanted.tasks.extend(self.parent_id.map(|id| id.0));
    }

    /// A row of a list.
    pub(crate) fn row(self, names: &Names, now: DateTime<Utc>) -> Result<TaskRow> {
        Ok(TaskRow {
            project: names.project(self.project_id)?,
            created_by: names.person(self.created_by)?,
            supervisor: self.supervisor_id.map(|id| names.person(id)).transpose()?,
            parent: self.parent_id.and_then(|id| names.tasks.get(&id).cloned()),
            assignees: self
                .assignees
                .iter()
                .map(|a| Ok(RowAssignee { user: names.person(a.user)?, role: a.role }))
                .collect::<Result<_>>()?,
            tags: names.tags(&self.tag_ids),
            overdue: self.status.is_open() && self.due_date.is_some_and(|due| due < now),
            children: self.children,
            id: self.id,
            key: self.key,
            account_id: self.account_id,
            title: self.title,
            status: self.status,
            priority: self.priority,
            due_date: self.due_date,
            check_date: self.check_date,
            planned_start: self.planned_start,
            planned_end: self.planned_end,
            estimated_hours: self.estimated_hours,
            actual_hours: self.actual_hours,
            client_visible: self.client_visible,
            rank: self.rank,
            comment_count: self.comment_count,
            archived_at: self.archived_at,
            deleted_at: self.deleted_at,
            started_at: self.started_at,
            completed_at: self.completed_at,
            closed_at: self.closed_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
            event_seq: self.event_seq,
            allowed_actions: Vec::new(),
        })
    }
}

/// The whole task before names are known.
pub(super) struct Whole {
    pub(super) head: Head,
    public_id: Uuid,
    description: String,
    metadata: Map<String, Value>,
    external_ids: BTreeMap<String, String>,
    first_answered_at: Option<DateTime<Utc>>,
}

impl Whole {
    pub(super) fn read(c: &mut Cells<'_>) -> Result<Self> {
        Ok(Self {
            head: Head::read(c)?,
            public_id: c.next()?,
            description: c.next()?,
            metadata: c.json()?.unwrap_or_default(),
            external_ids: c.json()?.unwrap_or_default(),
            first_answered_at: c.next()?,
        })
    }

    pub(super) fn wants(&self, wanted: &mut Wanted) {
        self.head.wants(wanted);
        wanted.people.extend(self.head.assignees.iter().filter_map(|a| a.by).map(|by| by.0));
    }

    pub(super) fn task(self, names: &Names) -> Result<Task> {
        let head = self.head;
        let assignee = |a: &StoredAssignee| {
            Ok(Assignee {
                user: names.person(a.user)?,
                role: a.role,
                assigned_by: a.by.map(|by| names.person(by)).transpose()?,
                assigned_at: a.at,
            })
        };
        Ok(Task {
            project: names.project(head.project_id)?,
            created_by: names.person(head.created_by)?,
            supervisor: head.supervisor_id.map(|id| names.person(id)).transpose()?,
            parent: head.parent_id.and_then(|id| names.tasks.get(&id).cloned()),
            assignees: head.assignees.iter().map(assignee).collect::<Result<_>>()?,
            tags: names.tags(&head.tag_ids),
            id: head.id,
            public_id: self.public_id,
            key: head.key,
            account_id: head.account_id,
            title: head.title,
            description: self.description,
            status: head.status,
            priority: head.priority,
            due_date: head.due_date,
            check_date: head.check_date,
            planned_start: head.planned_start,
            planned_end: head.planned_end,
            estimated_hours: head.estimated_hours,
            actual_hours: head.actual_hours,
            metadata: self.metadata,
            client_visible: head.client_visible,
            rank: head.rank,
            external_ids: self.external_ids,
            comment_count: head.comment_count,
            archived_at: head.archived_at,
            deleted_at: head.deleted_at,
            started_at: head.started_at,
            first_answered_at: self.first_answered_at,
            completed_at: head.completed_at,
            closed_at: head.closed_at,
            created_at: head.created_at,
            updated_at: head.updated_at,
            version: head.version,
            event_seq: head.event_seq,
        })
    }
}

/// Ids whose names a page needs.
#[derive(Default)]
pub(crate) struct Wanted {
    pub(super) people: HashSet<i64>,
    pub(super) projects: HashSet<i64>,
    pub(super) tags: HashSet<i64>,
    /// Parents.
    pub(super) tasks: HashSet<i64>,
}

impl Wanted {
    pub(super) fn is_nothing(&self) -> bool {
        [&self.people, &self.projects, &self.tags, &self.tasks].iter().all(|ids| ids.is_empty())
    }
}

/// Names behind ids.
#[derive(Default)]
pub(crate) struct Names {
    known: Known,
    pub(super) tasks: HashMap<TaskId, TaskRef>,
}

impl Names {
    /// Copies what is wanted.
    pub(super) fn take(&mut self, wanted: &Wanted, from: &Known) {
        self.known
            .people
            .extend(wanted.people.iter().filter_map(|id| from.people.get_key_value(&UserId(*id))).map(|(id, p)| (*id, p.clone())));
        self.known
            .projects
            .extend(wanted.projects.iter().filter_map(|id| from.projects.get_key_value(&ProjectId(*id))).map(|(id, p)| (*id, p.clone())));
        self.known.tags.extend(wanted.tags.iter().filter_map(|id| from.tags.get_key_value(&TagId(*id))).map(|(id, t)| (*id, t.clone())));
    }
    /// What is wanted and not here.
    pub(super) fn missing(&self, wanted: &Wanted) -> Wanted {
        let not = |ids: &HashSet<i64>, here: &dyn Fn(i64) -> bool| ids.iter().copied().filter(|id| !here(*id)).collect();
        Wanted {
            people: not(&wanted.people, &|id| self.known.people.contains_key(&UserId(id))),
            projects: not(&wanted.projects, &|id| self.known.projects.contains_key(&ProjectId(id))),
            tags: not(&wanted.tags, &|id| self.known.tags.contains_key(&TagId(id))),
            tasks: not(&wanted.tasks, &|id| self.tasks.contains_key(&TaskId(id))),
        }
    }
    fn person(&self, id: UserId) -> Result<PersonRef> {
        self.known.people.get(&id).cloned().ok_or_else(|| Error::internal(format!("person {id} of a task is missing")))
    }
    fn project(&self, id: ProjectId) -> Result<ProjectRef> {
        self.known.projects.get(&id).cloned().ok_or_else(|| Error::internal(format!("project {id} of a task is missing")))
    }
    /// By name. A tag that is just being deleted is left out.
    fn tags(&self, ids: &[TagId]) -> Vec<TagRef> {
        let mut tags: Vec<TagRef> = ids.iter().filter_map(|id| self.known.tags.get(id).cloned()).collect();
        tags.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        tags
    }
}
