//! Names behind ids, in batches: one statement per kind, none where there are no ids. No filter: what refers to a thing was filtered.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use tasktrack_domain::Result;
use tasktrack_domain::ids::{ProjectId, TagId, TaskId, UserId};
use tasktrack_domain::refs::{PersonRef, ProjectRef, TagRef, TaskRef};
use tasktrack_domain::tasks::Status;

use crate::sql::{Get as _, Row};
use crate::tx::DbTx;

/// A person out of columns `id`, `name`, `avatar_color`.
pub(crate) fn person(row: &Row) -> Result<PersonRef> {
    Ok(PersonRef { id: row.id("id")?, name: row.get("name")?, avatar_color: row.get("avatar_color")? })
}

/// A project out of columns `id`, `key`, `name`.
pub(crate) fn project(row: &Row) -> Result<ProjectRef> {
    Ok(ProjectRef { id: row.id("id")?, key: row.get("key")?, name: row.get("name")? })
}

/// A tag out of columns `id`, `name`, `color`.
pub(crate) fn tag(row: &Row) -> Result<TagRef> {
    Ok(TagRef { id: row.id("id")?, name: row.get("name")?, color: row.get("color")? })
}

fn task(row: &Row) -> Result<TaskRef> {
    Ok(TaskRef { id: row.id("id")?, key: row.get("key")?, title: row.get("title")?, status: status(row, "status")? })
}

/// A status column.
pub(crate) fn status(row: &Row, column: &str) -> Result<Status> {
    let code: i16 = row.get(column)?;
    Status::from_code(code).ok_or_else(|| tasktrack_domain::Error::internal(format!("status {code}")))
}

impl DbTx {
    /// People.
    pub(crate) async fn person_refs(&self, ids: impl IntoIterator<Item = UserId>) -> Result<HashMap<UserId, PersonRef>> {
        self.batch("SELECT id, name, avatar_color FROM users WHERE id ", ids, person, |p| p.id).await
    }
    /// Projects.
    pub(crate) async fn project_refs(&self, ids: impl IntoIterator<Item = ProjectId>) -> Result<HashMap<ProjectId, ProjectRef>> {
        self.batch("SELECT id, key, name FROM project WHERE id ", ids, project, |p| p.id).await
    }
    /// Tags.
    pub(crate) async fn tag_refs(&self, ids: impl IntoIterator<Item = TagId>) -> Result<HashMap<TagId, TagRef>> {
        self.batch("SELECT id, name, color FROM tag WHERE id ", ids, tag, |t| t.id).await
    }
    /// Tasks, deleted ones too.
    pub(crate) async fn task_refs(&self, ids: impl IntoIterator<Item = TaskId>) -> Result<HashMap<TaskId, TaskRef>> {
        self.batch("SELECT id, key, title, status FROM task WHERE id ", ids, task, |t| t.id).await
    }

    async fn batch<I: Copy + Ord + Hash + Into<i64>, T>(
        &self,
        text: &'static str,
        ids: impl IntoIterator<Item = I>,
        read: impl Fn(&Row) -> Result<T>,
        id: impl Fn(&T) -> I,
    ) -> Result<HashMap<I, T>> {
        let ids: BTreeSet<I> = ids.into_iter().collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut sql = self.sql(text);
        sql.any(ids);
        let rows = self.all(sql).await?;
        rows.iter().map(|row| read(row).map(|found| (id(&found), found))).collect()
    }
}
