//! What may be written of tasks. The domain checks it; here is only its form.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use tasktrack_domain::ids::{ProjectId, TagId, TaskId, UserId};
use tasktrack_domain::tasks::{Priority, Status, TaskChange};
use utoipa::ToSchema;

use crate::body::{clearable, present};
use crate::schema;

/// A status as people and scripts write it: `todo` and `blocked` too.
#[derive(Clone, Copy, Debug)]
pub struct StatusIn(pub Status);

impl<'de> Deserialize<'de> for StatusIn {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        const WORDS: &[&str] = &["new", "in_progress", "waiting", "testing", "done", "closed", "todo", "blocked"];
        let word = String::deserialize(source)?;
        Status::parse(&word).map(Self).ok_or_else(|| serde::de::Error::unknown_variant(&word, WORDS))
    }
}

/// A new task; only the title is required. Bare dates end in the account's zone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Проверить остатки на складе", "project_id": 1, "priority": "high", "due_date": "2026-11-30"}))]
pub struct NewTask {
    #[schema(min_length = 1, max_length = 300)]
    pub title: String,
    /// Default: the parent's, else the last one you created in, else the first visible.
    pub project_id: Option<i64>,
    /// Markdown.
    #[schema(max_length = 100_000)]
    pub description: Option<String>,
    #[schema(value_type = Option<schema::StatusInput>)]
    pub status: Option<StatusIn>,
    #[schema(value_type = Option<schema::Priority>)]
    pub priority: Option<Priority>,
    pub due_date: Option<String>,
    pub check_date: Option<String>,
    pub planned_start: Option<String>,
    pub planned_end: Option<String>,
    #[schema(minimum = 0)]
    pub estimated_hours: Option<f64>,
    #[schema(minimum = 0)]
    pub actual_hours: Option<f64>,
    pub supervisor_id: Option<i64>,
    pub parent_id: Option<i64>,
    pub owner_id: Option<i64>,
    #[schema(max_items = 50)]
    pub collaborator_ids: Option<Vec<i64>>,
    #[schema(max_items = 50)]
    pub tag_ids: Option<Vec<i64>>,
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Map<String, Value>>,
    pub client_visible: Option<bool>,
    /// Said with it, in the same commit.
    #[schema(min_length = 1, max_length = 100_000)]
    pub comment: Option<String>,
}

/// A merge patch of a task: absent keeps, null clears.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, min_length = 1, max_length = 300)]
    pub title: Option<String>,
    /// Moves the task; it gets a new key, the old one still finds it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64)]
    pub project_id: Option<i64>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 100_000)]
    pub description: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schema::StatusInput)]
    pub status: Option<StatusIn>,
    /// Done or closed although an open task blocks it.
    #[serde(default)]
    pub even_if_blocked: bool,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schema::Priority)]
    pub priority: Option<Priority>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>)]
    pub due_date: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>)]
    pub check_date: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>)]
    pub planned_start: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>)]
    pub planned_end: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<f64>, minimum = 0)]
    pub estimated_hours: Option<Option<f64>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<f64>, minimum = 0)]
    pub actual_hours: Option<Option<f64>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<i64>)]
    pub supervisor_id: Option<Option<i64>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<i64>)]
    pub parent_id: Option<Option<i64>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<i64>)]
    pub owner_id: Option<Option<i64>>,
    /// All of them; null: nobody.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<Vec<i64>>, max_items = 50)]
    pub collaborator_ids: Option<Option<Vec<i64>>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<Vec<i64>>, max_items = 50)]
    pub tag_ids: Option<Option<Vec<i64>>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Option<Map<String, Value>>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool)]
    pub client_visible: Option<bool>,
    /// Said with it, in the same commit.
    #[schema(min_length = 1, max_length = 100_000)]
    pub comment: Option<String>,
}

/// A change of many tasks.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schema::StatusInput)]
    pub status: Option<StatusIn>,
    /// Done or closed although an open task blocks it.
    #[serde(default)]
    pub even_if_blocked: bool,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schema::Priority)]
    pub priority: Option<Priority>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>)]
    pub due_date: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<i64>)]
    pub owner_id: Option<Option<i64>>,
    #[schema(max_items = 50)]
    pub add_tag_ids: Option<Vec<i64>>,
    #[schema(max_items = 50)]
    pub remove_tag_ids: Option<Vec<i64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64)]
    pub project_id: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool)]
    pub archived: Option<bool>,
    /// Only true: tasks are restored one by one.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool)]
    pub deleted: Option<bool>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<i64>)]
    pub supervisor_id: Option<Option<i64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool)]
    pub client_visible: Option<bool>,
}

fn tags(ids: Vec<i64>) -> Vec<TagId> {
    ids.into_iter().map(TagId).collect()
}

impl From<NewTask> for tasktrack_domain::tasks::NewTask {
    fn from(new: NewTask) -> Self {
        Self {
            title: new.title,
            project_id: new.project_id.map(ProjectId),
            parent_id: new.parent_id.map(TaskId),
            owner_id: new.owner_id.map(UserId),
            collaborator_ids: new.collaborator_ids.unwrap_or_default().into_iter().map(UserId).collect(),
            fields: TaskChange {
                description: new.description,
                status: new.status.map(|s| s.0),
                priority: new.priority,
                due_date: new.due_date.map(Some),
                check_date: new.check_date.map(Some),
                planned_start: new.planned_start.map(Some),
                planned_end: new.planned_end.map(Some),
                estimated_hours: new.estimated_hours.map(Some),
                actual_hours: new.actual_hours.map(Some),
                supervisor_id: new.supervisor_id.map(|id| Some(UserId(id))),
                tag_ids: new.tag_ids.map(tags),
                metadata: new.metadata,
                client_visible: new.client_visible,
                comment: new.comment,
                ..TaskChange::default()
            },
        }
    }
}

impl From<TaskPatch> for TaskChange {
    fn from(patch: TaskPatch) -> Self {
        Self {
            title: patch.title,
            project_id: patch.project_id.map(ProjectId),
            description: patch.description.map(Option::unwrap_or_default),
            status: patch.status.map(|s| s.0),
            even_if_blocked: patch.even_if_blocked,
            priority: patch.priority,
            due_date: patch.due_date,
            check_date: patch.check_date,
            planned_start: patch.planned_start,
            planned_end: patch.planned_end,
            estimated_hours: patch.estimated_hours,
            actual_hours: patch.actual_hours,
            supervisor_id: patch.supervisor_id.map(|id| id.map(UserId)),
            parent_id: patch.parent_id.map(|id| id.map(TaskId)),
            owner_id: patch.owner_id.map(|id| id.map(UserId)),
            collaborator_ids: patch.collaborator_ids.map(|ids| ids.unwrap_or_default().into_iter().map(UserId).collect()),
            tag_ids: patch.tag_ids.map(|ids| tags(ids.unwrap_or_default())),
            metadata: patch.metadata.map(Option::unwrap_or_default),
            client_visible: patch.client_visible,
            comment: patch.comment,
            ..Self::default()
        }
    }
}

impl From<BulkPatch> for TaskChange {
    fn from(patch: BulkPatch) -> Self {
        Self {
            status: patch.status.map(|s| s.0),
            even_if_blocked: patch.even_if_blocked,
            priority: patch.priority,
            due_date: patch.due_date,
            owner_id: patch.owner_id.map(|id| id.map(UserId)),
            add_tag_ids: tags(patch.add_tag_ids.unwrap_or_default()),
            remove_tag_ids: tags(patch.remove_tag_ids.unwrap_or_default()),
            project_id: patch.project_id.map(ProjectId),
            archived: patch.archived,
            deleted: patch.deleted,
            supervisor_id: patch.supervisor_id.map(|id| id.map(UserId)),
            client_visible: patch.client_visible,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::parse;

    #[test]
    fn words_of_other_vocabularies_are_understood() {
        let change: TaskChange = parse::<TaskPatch>(br#"{"status": "todo", "owner_id": null}"#).unwrap().into();
        assert_eq!((change.status, change.owner_id), (Some(Status::New), Some(None)));
        let problem = parse::<TaskPatch>(br#"{"status": "deleted"}"#).unwrap_err();
        assert!(format!("{:?}", problem.error()).contains("\"/status\", code: \"value\""), "{problem:?}");
    }

    #[test]
    fn nobody_writes_what_is_not_theirs() {
        for member in
            ["id", "account_id", "created_by", "created_by_id", "version", "key", "rank", "archived_at", "role", "is_admin", "event_seq"]
        {
            assert!(parse::<TaskPatch>(format!("{{\"{member}\": 1}}").as_bytes()).is_err(), "{member}");
            assert!(parse::<NewTask>(format!("{{\"title\": \"t\", \"{member}\": 1}}").as_bytes()).is_err(), "{member}");
        }
    }
}
