//! Relations of tasks.

use async_trait::async_trait;
use tasktrack_domain::ids::{RelationId, TaskId};
use tasktrack_domain::ports::{NewRelation, Relations};
use tasktrack_domain::refs::{PersonRef, TaskRef};
use tasktrack_domain::tasks::relation::{RelatedTask, Relation, RelationKind};
use tasktrack_domain::{Error, Result};

use crate::refs;
use crate::sql::{Get as _, Row, binds};
use crate::tx::DbTx;
use crate::visible::{Rows, visible};

/// What blocks task `$1`: open, unarchived tasks `t`.
pub(crate) const BLOCKERS: &str = " FROM task_relation r JOIN task t ON t.id = r.from_id WHERE r.to_id = $1 AND r.kind = 'blocks' \
     AND t.status < 4 AND t.archived_at IS NULL AND t.deleted_at IS NULL";

fn other(row: &Row) -> Result<TaskRef> {
    Ok(TaskRef { id: row.id("other_id")?, key: row.get("key")?, title: row.get("title")?, status: refs::status(row, "status")? })
}

fn read(row: &Row, of: TaskId) -> Result<Relation> {
    let (stored, from): (RelationKind, TaskId) = (row.word("kind")?, row.id("from_id")?);
    let archived_at: Option<chrono::DateTime<chrono::Utc>> = row.get("archived_at")?;
    Ok(Relation {
        id: row.id("id")?,
        kind: if from == of { stored } else { stored.inverse() },
        task: RelatedTask { task: other(row)?, archived: archived_at.is_some() },
        created_by: PersonRef { id: row.id("created_by")?, name: row.get("name")?, avatar_color: row.get("avatar_color")? },
        created_at: row.get("created_at")?,
    })
}

#[async_trait]
impl Relations for DbTx {
    async fn list_relations(&mut self, task: TaskId) -> Result<Vec<Relation>> {
        let mut sql = self.fixed(
            "SELECT r.id, r.kind, r.from_id, r.created_by, r.created_at, u.name, u.avatar_color, t.id AS other_id, t.key, t.title, t.status, t.archived_at \
             FROM task_relation r JOIN task t ON t.id = CASE WHEN r.from_id = $1 THEN r.to_id ELSE r.from_id END JOIN users u ON u.id = r.created_by \
             WHERE (r.from_id = $1 OR r.to_id = $1) AND t.deleted_at IS NULL AND ",
            binds![task.0],
        );
        visible(&mut sql, Rows::Task, "t", self.scope());
        sql.add(" ORDER BY r.id");
        self.all(sql).await?.iter().map(|row| read(row, task)).collect()
    }

    async fn insert_relation(&mut self, new: NewRelation) -> Result<RelationId> {
        let sql = self.fixed(
            "INSERT INTO task_relation (account_id, kind, from_id, to_id, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            binds![new.account_id.0, new.kind.as_str(), new.from.0, new.to.0, new.created_by.0, new.created_at],
        );
        let rows = self.returning(sql).await?;
        rows.first().ok_or_else(|| Error::internal("no id of a relation"))?.id("id")
    }

    async fn delete_relation(&mut self, id: RelationId) -> Result<bool> {
        Ok(self.run(self.fixed("DELETE FROM task_relation WHERE id = $1", binds![id.0])).await? == 1)
    }

    async fn leads_to(&mut self, kind: RelationKind, from: TaskId, to: TaskId) -> Result<bool> {
        // Tasks that the actor can't see, and those in the trash, close a circle too.
        let sql = self.fixed(
            "WITH RECURSIVE reached (id) AS (SELECT CAST($1 AS bigint) UNION SELECT r.to_id FROM reached \
             JOIN task_relation r ON r.from_id = reached.id AND r.kind = $2) SELECT id FROM reached WHERE id = $3",
            binds![from.0, kind.as_str(), to.0],
        );
        Ok(self.one(sql).await?.is_some())
    }

    async fn blockers(&mut self, task: TaskId) -> Result<Option<Vec<TaskRef>>> {
        let mut sql = self.fixed("SELECT t.id AS other_id, t.key, t.title, t.status, CASE WHEN ", binds![task.0]);
        visible(&mut sql, Rows::Task, "t", self.scope());
        sql.add(" THEN CAST(1 AS bigint) ELSE CAST(0 AS bigint) END AS seen").add(BLOCKERS).add(" ORDER BY t.id");
        let (mut seen, mut any) = (Vec::new(), false);
        for row in self.all(sql).await? {
            any = true;
            if row.get::<i64>("seen")? == 1 {
                seen.push(other(&row)?);
            }
        }
        Ok(any.then_some(seen))
    }
}
