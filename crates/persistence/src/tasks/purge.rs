//! The end of deleted tasks: their rows go, their events stay.

use chrono::{DateTime, Utc};
use tasktrack_domain::Result;
use tasktrack_domain::ids::TaskId;

use crate::tx::DbTx;

/// What refers to a task without a foreign key, with a condition on its id.
const TRACES: [&str; 5] = [
    "DELETE FROM task_key_alias WHERE task_id ",
    "DELETE FROM sync_base WHERE task_id ",
    "DELETE FROM external_ref WHERE kind = 'task' AND internal_id ",
    "DELETE FROM favourite WHERE kind = 'task' AND thing_id ",
    "UPDATE task SET parent_id = NULL WHERE deleted_at IS NOT NULL AND parent_id ",
];

impl DbTx {
    pub(super) async fn purge_tasks(&self, before: DateTime<Utc>, limit: u32) -> Result<u64> {
        // A task that still has a living sub-task stays: that can only be one restored meanwhile.
        let mut sql = self.sql("SELECT t.id FROM task t WHERE t.deleted_at < ");
        sql.bind(before).add(" AND NOT EXISTS (SELECT 1 FROM task c WHERE c.parent_id = t.id AND c.deleted_at IS NULL)");
        sql.add(" ORDER BY t.deleted_at, t.id LIMIT ").bind(i64::from(limit)).add(DbTx::lock(self));
        let ids = self.task_ids(sql).await?;
        if ids.is_empty() {
            return Ok(0);
        }
        for text in TRACES {
            let mut sql = self.sql(text);
            sql.any(ids.iter().copied());
            self.run(sql).await?;
        }
        self.drop_docs(&ids).await?;
        let mut sql = self.sql("DELETE FROM task WHERE id ");
        sql.any(ids.iter().copied());
        self.run(sql).await
    }

    /// Nobody else who takes the same name goes on until this unit ends. On SQLite a writing unit is alone anyway.
    pub(crate) async fn lock_name(&self, name: &str) -> Result<()> {
        if self.pg() {
            self.one(self.fixed("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", crate::sql::binds![name])).await?;
        }
        Ok(())
    }

    async fn drop_docs(&self, ids: &[TaskId]) -> Result<()> {
        if !self.pg() {
            let mut sql = self.sql("DELETE FROM search_doc WHERE rowid IN (SELECT id * 2 + 1 FROM comment WHERE task_id ");
            sql.any(ids.iter().copied()).add(") OR rowid IN (SELECT id * 2 FROM task WHERE id ").any(ids.iter().copied()).add(")");
            return self.run(sql).await.map(|_| ());
        }
        let mut sql = self.sql("DELETE FROM search_doc WHERE task_id ");
        sql.any(ids.iter().copied());
        self.run(sql).await.map(|_| ())
    }
}
