//! Storing tasks. The only place that writes `task` with what repeats it: assignees, tags, search text, aliases of keys.

use std::collections::HashSet;

use tasktrack_domain::change::Change;
use tasktrack_domain::event::NewEvent;
use tasktrack_domain::ids::{ProjectId, TaskId};
use tasktrack_domain::ports::Reserved;
use tasktrack_domain::tasks::Task;
use tasktrack_domain::{Error, Result};

use super::row::StoredAssignee;
use crate::search::TaskDoc;
use crate::sql::{Get as _, Value, binds, json};
use crate::tx::DbTx;

/// The columns that `save` writes each time: all but texts, JSON and identity..
fn small(task: &Task) -> Vec<Value> {
    binds![
        task.id.0,
        task.status.code(),
        task.priority.code(),
        task.due_date,
        task.check_date,
        task.planned_start,
        task.planned_end,
        task.estimated_hours,
        task.actual_hours,
        task.supervisor.as_ref().map(|p| p.id.0),
        task.parent.as_ref().map(|p| p.id.0),
        task.client_visible,
        task.rank.clone(),
        task.comment_count,
        task.archived_at,
        task.deleted_at,
        task.started_at,
        task.first_answered_at,
        task.completed_at,
        task.closed_at,
        task.updated_at,
        task.version,
        task.event_seq,
    ]
}

const UPDATE: &str = "UPDATE task SET status = $2, priority = $3, due_date = $4, check_date = $5, planned_start = $6, planned_end = $7, \
     estimated_hours = $8, actual_hours = $9, supervisor_id = $10, parent_id = $11, client_visible = $12, rank = $13, comment_count = $14, \
     archived_at = $15, deleted_at = $16, started_at = $17, first_answered_at = $18, completed_at = $19, closed_at = $20, updated_at = $21, \
     version = $22, event_seq = $23";

const INSERT: &str = "INSERT INTO task (id, status, priority, due_date, check_date, planned_start, planned_end, estimated_hours, actual_hours, \
     supervisor_id, parent_id, client_visible, rank, comment_count, archived_at, deleted_at, started_at, first_answered_at, completed_at, \
     closed_at, updated_at, version, event_seq, public_id, account_id, project_id, number, key, title, description, created_by, assignees, \
     tag_ids, metadata, external_ids, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
     $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36)";

impl DbTx {
    pub(super) async fn reserve_task(&self, project: ProjectId) -> Result<Reserved> {
        let missing = || Error::not_found("project", project);
        if self.pg() {
            let sql = self.fixed(
                "UPDATE project_counter SET last_number = last_number + 1 WHERE project_id = $1 \
                 RETURNING last_number, nextval('task_id_seq') AS id",
                binds![project.0],
            );
            let rows = self.returning(sql).await?;
            let row = rows.first().ok_or_else(missing)?;
            return Ok(Reserved { id: row.id("id")?, number: row.get("last_number")? });
        }
        let sql = self.fixed(
            "UPDATE project_counter SET last_number = last_number + 1 WHERE project_id = $1 RETURNING last_number",
            binds![project.0],
        );
        let rows = self.returning(sql).await?;
        let number = rows.first().ok_or_else(missing)?.get("last_number")?;
        Ok(Reserved { id: TaskId(self.next_id("task").await?), number })
    }

    pub(super) async fn insert_task(&self, change: Change<Task>, number: i64) -> Result<Task> {
        let (task, events) = change.into_parts();
        let mut values = small(&task);
        values.extend(binds![
            task.public_id,
            task.account_id.0,
            task.project.id.0,
            number,
            task.key.clone(),
            task.title.clone(),
            task.description.clone(),
            task.created_by.id.0,
            assignees(&task)?,
            tag_ids(&task)?,
            json(&task.metadata)?,
            json(&task.external_ids)?,
            task.created_at,
        ]);
        let doc = TaskDoc::of(&task);
        if self.pg() {
            // Task and search text in one round trip.
            let mut sql = self.fixed("WITH doc AS (", values);
            doc.insert(&mut sql);
            sql.add(") ").add(INSERT);
            self.run(sql).await?;
        } else {
            self.run(self.fixed(INSERT, values)).await?;
            self.put_task_doc(&doc).await?;
        }
        self.write_assignees(&task).await?;
        self.write_tags(&task).await?;
        self.note_description(&task, true).await?;
        self.append_events(events).await?;
        Ok(task)
    }

    pub(super) async fn save_task(&self, change: Change<Task>, number: Option<i64>) -> Result<Task> {
        let (task, events) = change.into_parts();
        let changed = changed_fields(&events);
        let has = |field: &str| changed.contains(field);
        let moved = has("key") || has("project");
        if moved {
            // Read here, not from the event: the old key has to stay good whatever the rule told.
            let old = "INSERT INTO task_key_alias (account_id, key, task_id) SELECT account_id, key, id FROM task WHERE id = $1 AND key <> $2 \
                       ON CONFLICT (account_id, key) DO UPDATE SET task_id = excluded.task_id";
            self.run(self.fixed(old, binds![task.id.0, task.key.clone()])).await?;
        }
        let mut sql = self.fixed(UPDATE, small(&task));
        if has("title") {
            sql.add(", title = ").bind(task.title.clone());
        }
        if has("description") {
            sql.add(", description = ").bind(task.description.clone());
        }
        if has("metadata") {
            sql.add(", metadata = ").bind(json(&task.metadata)?);
        }
        if has("external_ids") {
            sql.add(", external_ids = ").bind(json(&task.external_ids)?);
        }
        if has("assignees") {
            sql.add(", assignees = ").bind(assignees(&task)?);
        }
        if has("tags") {
            sql.add(", tag_ids = ").bind(tag_ids(&task)?);
        }
        if moved {
            sql.add(", project_id = ").bind(task.project.id.0).add(", key = ").bind(task.key.clone());
        }
        if let Some(number) = number {
            sql.add(", number = ").bind(number);
        }
        sql.add(" WHERE id = $1");
        if self.run(sql).await? != 1 {
            return Err(Error::internal(format!("task {} to be saved is not there", task.id)));
        }
        if has("assignees") {
            self.run(self.fixed("DELETE FROM task_assignee WHERE task_id = $1", binds![task.id.0])).await?;
            self.write_assignees(&task).await?;
        }
        if has("tags") {
            self.run(self.fixed("DELETE FROM task_tag WHERE task_id = $1", binds![task.id.0])).await?;
            self.write_tags(&task).await?;
        }
        if moved || has("title") || has("description") {
            self.put_task_doc(&TaskDoc::of(&task)).await?;
        }
        if has("description") {
            self.note_description(&task, false).await?;
        }
        if moved {
            self.move_comment_docs(&task).await?;
        }
        self.append_events(events).await?;
        Ok(task)
    }

    async fn write_assignees(&self, task: &Task) -> Result<()> {
        if task.assignees.is_empty() {
            return Ok(());
        }
        let mut sql = self.sql("INSERT INTO task_assignee (task_id, user_id, account_id, role, assigned_by, assigned_at) VALUES ");
        for (at, a) in task.assignees.iter().enumerate() {
            sql.add(if at == 0 { "(" } else { ", (" }).bind(task.id.0).add(", ").bind(a.user.id.0).add(", ").bind(task.account_id.0);
            sql.add(", ")
                .bind(a.role.as_str())
                .add(", ")
                .bind(a.assigned_by.as_ref().map(|by| by.id.0))
                .add(", ")
                .bind(a.assigned_at)
                .add(")");
        }
        self.run(sql).await.map(|_| ())
    }

    async fn write_tags(&self, task: &Task) -> Result<()> {
        if task.tags.is_empty() {
            return Ok(());
        }
        let mut sql = self.sql("INSERT INTO task_tag (task_id, tag_id, account_id) VALUES ");
        for (at, tag) in task.tags.iter().enumerate() {
            sql.add(if at == 0 { "(" } else { ", (" }).bind(task.id.0).add(", ").bind(tag.id.0).add(", ").bind(task.account_id.0).add(")");
        }
        self.run(sql).await.map(|_| ())
    }
}

fn assignees(task: &Task) -> Result<Value> {
    json(&task.assignees.iter().map(StoredAssignee::from).collect::<Vec<_>>())
}

fn tag_ids(task: &Task) -> Result<Value> {
    json(&task.tags.iter().map(|tag| tag.id).collect::<Vec<_>>())
}

/// Fields that the events say were changed.
fn changed_fields(events: &[NewEvent]) -> HashSet<&str> {
    events.iter().flat_map(|event| event.payload.changes.keys().map(String::as_str)).collect()
}
