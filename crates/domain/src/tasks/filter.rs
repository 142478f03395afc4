//! What lists can be narrowed by and ordered by.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::status::{Priority, Status};
use crate::event::words;
use crate::ids::{AccountId, ProjectId, TagId, TaskId, UserId};

/// Which of archived tasks a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
pub enum Archived {
    #[default]
    No,
    Only,
    Any,
}

/// Narrowing by assignee.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize)]
pub struct AssigneeFilter {
    /// Any of these people, in any role.
    pub users: Vec<UserId>,
    /// Tasks of nobody too.
    pub none: bool,
}

/// Narrowing by parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ParentFilter {
    Of(TaskId),
    /// Only tasks without one.
    None,
}

/// A list's filter: all given conditions hold; several values of one mean "any of". `Debug` of it is the cursor's fingerprint.
#[derive(Clone, Debug, PartialEq, Default, Serialize)]
pub struct TaskFilter {
    pub accounts: Vec<AccountId>,
    pub projects: Vec<ProjectId>,
    pub statuses: Vec<Status>,
    pub priorities: Vec<Priority>,
    pub assignee: Option<AssigneeFilter>,
    pub created_by: Vec<UserId>,
    pub supervisors: Vec<UserId>,
    pub watchers: Vec<UserId>,
    pub tags: Vec<TagId>,
    pub parent: Option<ParentFilter>,
    pub ids: Vec<TaskId>,
    pub keys: Vec<String>,
    /// Due before this instant and open (`overdue=true` with now).
    pub overdue_at: Option<DateTime<Utc>>,
    pub due_from: Option<DateTime<Utc>>,
    /// Inclusive.
    pub due_to: Option<DateTime<Utc>>,
    /// Only tasks without a due date.
    pub due_none: bool,
    pub created_from: Option<DateTime<Utc>>,
    pub created_to: Option<DateTime<Utc>>,
    pub updated_from: Option<DateTime<Utc>>,
    /// What is planned (where nothing is: the due date) lies at or after this instant, in part at least.
    pub planned_from: Option<DateTime<Utc>>,
    /// The same, at or before.
    pub planned_to: Option<DateTime<Utc>>,
    pub archived: Archived,
    /// The trash instead of what lives.
    pub deleted: bool,
    /// Owner, collaborator, creator or supervisor.
    pub mine_of: Option<UserId>,
    /// Words in title or key, case-insensitive, all of them.
    pub text: Option<String>,
}

words! {
    /// What lists are ordered by.
    SortField { DueDate = "due_date", CreatedAt = "created_at", UpdatedAt = "updated_at", Priority = "priority", Status = "status", Title = "title",
        Key = "key", Rank = "rank", Id = "id" }
}

/// One or more fields with a direction each; `id` always ends it, so that the order is total. Empty values come last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskSort(pub Vec<(SortField, bool)>);

impl TaskSort {
    /// Reads `-due_date,id` (minus = descending); `None` where a field is unknown or named twice.
    pub fn parse(text: &str) -> Option<Self> {
        let mut fields: Vec<(SortField, bool)> = Vec::new();
        for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            let (name, descending) = part.strip_prefix('-').map_or((part, false), |rest| (rest, true));
            let field: SortField = name.parse().ok()?;
            if fields.iter().any(|(f, _)| *f == field) {
                return None;
            }
            fields.push((field, descending));
        }
        if fields.is_empty() {
            return Some(Self::default());
        }
        if !fields.iter().any(|(f, _)| *f == SortField::Id) {
            let descending = fields.last().is_some_and(|(_, d)| *d);
            fields.push((SortField::Id, descending));
        }
        Some(Self(fields))
    }
}

impl Default for TaskSort {
    /// Newest first.
    fn default() -> Self {
        Self(vec![(SortField::CreatedAt, true), (SortField::Id, true)])
    }
}

words! {
    /// What counts are grouped by.
    Group { Status = "status", Priority = "priority", Assignee = "assignee", Project = "project", Due = "due" }
}

/// One group of a count. `due` groups: overdue, today, week (next seven days), later, none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct GroupCount {
    pub group: Group,
    /// Status, priority, person id, project id, due group; `none` for nobody.
    pub value: String,
    /// Name of a person or project; else the value.
    pub label: String,
    pub count: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_total() {
        let sort = TaskSort::parse("-due_date").unwrap();
        assert_eq!(sort.0, vec![(SortField::DueDate, true), (SortField::Id, true)]);
        assert_eq!(TaskSort::parse("due_date,-id").unwrap().0.len(), 2);
        assert_eq!(TaskSort::parse("password"), None);
        assert_eq!(TaskSort::parse("id,id"), None);
    }
}
