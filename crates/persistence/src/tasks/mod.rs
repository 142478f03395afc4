//! Tasks. Statements for lists and counts are in [`list`] and [`counts`], writing in [`write`]; what is short is here.

mod counts;
mod filter;
mod list;
mod names;
mod one;
mod order;
mod purge;
pub(crate) mod row;
mod write;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tasktrack_domain::Result;
use tasktrack_domain::change::Change;
use tasktrack_domain::ids::{AccountId, ProjectId, TaskId, UserId};
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::ports::{Reserved, Tasks};
use tasktrack_domain::tasks::filter::{Group, GroupCount, TaskFilter, TaskSort};
use tasktrack_domain::tasks::queries::SearchHit;
use tasktrack_domain::tasks::task::{Around, Children};
use tasktrack_domain::tasks::{Task, TaskRow};

use crate::relations::BLOCKERS;
use crate::sql::{Get as _, Sql, binds};
use crate::tx::DbTx;
use crate::visible::{Rows, visible};

/// Deepest tree that is walked; a guard, the rules refuse cycles.
const DEPTH_MAX: i64 = 1000;

impl DbTx {
    async fn task_ids(&self, sql: Sql) -> Result<Vec<TaskId>> {
        self.all(sql).await?.iter().map(|row| row.id("id")).collect()
    }
}

#[async_trait]
impl Tasks for DbTx {
    async fn find(&mut self, id: TaskId) -> Result<Option<Task>> {
        let mut sql = self.whole_task(id, false);
        sql.add(" AND t.deleted_at IS NULL");
        let found = self.one_task(sql, false).await?;
        self.around = found.as_ref().map(|(task, around)| (task.id, *around));
        Ok(found.map(|(task, _)| task))
    }

    async fn id_of_key(&mut self, key: &str) -> Result<Option<TaskId>> {
        if key.contains('\0') {
            return Ok(None);
        }
        // Two accounts may have the same key; the lowest id then. A present key goes before a former one.
        for text in
            ["SELECT t.id FROM task t WHERE t.key = ", "SELECT t.id FROM task_key_alias a JOIN task t ON t.id = a.task_id WHERE a.key = "]
        {
            let mut sql = self.sql(text);
            sql.bind(key).add(" AND ");
            visible(&mut sql, Rows::Task, "t", self.scope());
            sql.add(" ORDER BY t.id LIMIT 1");
            if let Some(row) = self.one(sql).await? {
                return row.id("id").map(Some);
            }
        }
        Ok(None)
    }

    async fn lock(&mut self, id: TaskId) -> Result<Option<Task>> {
        let mut sql = self.whole_task(id, true);
        sql.add(DbTx::lock(self));
        Ok(self.one_task(sql, true).await?.map(|(task, _)| task))
    }

    async fn reserve(&mut self, project: ProjectId) -> Result<Reserved> {
        self.reserve_task(project).await
    }

    async fn insert(&mut self, change: Change<Task>, number: i64) -> Result<Task> {
        self.insert_task(change, number).await
    }

    async fn save(&mut self, change: Change<Task>, number: Option<i64>) -> Result<Task> {
        self.save_task(change, number).await
    }

    async fn children(&mut self, id: TaskId) -> Result<Vec<TaskId>> {
        let mut sql = self.sql("SELECT t.id FROM task t WHERE t.parent_id = ");
        sql.bind(id.0).add(" AND t.deleted_at IS NULL AND ");
        visible(&mut sql, Rows::Task, "t", self.scope());
        sql.add(" ORDER BY t.id");
        self.task_ids(sql).await
    }

    async fn around(&mut self, id: TaskId) -> Result<Around> {
        if let Some((_, around)) = self.around.take().filter(|(found, _)| *found == id && self.only_reads()) {
            return Ok(around);
        }
        let me = self.scope().user_id.map_or(0, |me| me.0);
        let mut sql =
            self.fixed("SELECT count(*) AS total, count(CASE WHEN t.status >= 4 THEN 1 END) AS done, (SELECT count(*)", binds![id.0, me]);
        sql.add(BLOCKERS).add(") AS blockers, (SELECT count(*) FROM task_watcher WHERE task_id = $1) AS watchers, ");
        sql.add("(SELECT count(*) FROM task_watcher WHERE task_id = $1 AND user_id = $2) AS watching ");
        sql.add("FROM task t WHERE t.parent_id = $1 AND t.deleted_at IS NULL AND ");
        visible(&mut sql, Rows::Task, "t", self.scope());
        let Some(row) = self.one(sql).await? else { return Ok(Around::default()) };
        Ok(Around {
            children: Children { total: row.get("total")?, done: row.get("done")? },
            blocked: row.get::<i64>("blockers")? > 0,
            watchers: row.get("watchers")?,
            watching: row.get::<i64>("watching")? > 0,
        })
    }

    async fn ancestors(&mut self, id: TaskId) -> Result<Vec<TaskId>> {
        let sql = self.fixed(
            "WITH RECURSIVE above (id, depth) AS (SELECT parent_id, 1 FROM task WHERE id = $1 UNION ALL \
             SELECT t.parent_id, above.depth + 1 FROM above JOIN task t ON t.id = above.id WHERE above.depth < $2) \
             SELECT id FROM above WHERE id IS NOT NULL ORDER BY depth",
            binds![id.0, DEPTH_MAX],
        );
        self.task_ids(sql).await
    }

    async fn lock_tree(&mut self, account: AccountId) -> Result<()> {
        self.lock_name(&format!("tree {account}")).await
    }

    async fn list(&mut self, filter: &TaskFilter, sort: &TaskSort, page: &PageRequest, now: DateTime<Utc>) -> Result<Page<TaskRow>> {
        self.task_page(filter, sort, page, now).await
    }

    async fn count(&mut self, filter: &TaskFilter) -> Result<i64> {
        self.task_count(filter).await
    }

    async fn groups(
        &mut self,
        filter: &TaskFilter,
        groups: &[Group],
        now: DateTime<Utc>,
        zone_offset_seconds: i32,
    ) -> Result<Vec<GroupCount>> {
        self.task_groups(filter, groups, now, zone_offset_seconds).await
    }

    async fn search(
        &mut self,
        text: &str,
        accounts: &[AccountId],
        projects: &[ProjectId],
        page: &PageRequest,
        now: DateTime<Utc>,
    ) -> Result<Page<SearchHit>> {
        self.search_tasks(text, accounts, projects, page, now).await
    }

    async fn open_in_project(&mut self, project: ProjectId) -> Result<Vec<TaskId>> {
        let mut sql = self.sql("SELECT t.id FROM task t WHERE t.project_id = ");
        sql.bind(project.0).add(" AND t.status < 4 AND t.archived_at IS NULL AND t.deleted_at IS NULL AND ");
        visible(&mut sql, Rows::Task, "t", self.scope());
        sql.add(" ORDER BY t.id");
        self.task_ids(sql).await
    }

    async fn neighbour_rank(&mut self, project: ProjectId, rank: &str, before: bool) -> Result<Option<String>> {
        // Tasks that the mover can't see keep their places too, so no tenant filter: a rank says nothing of its task.
        let mut sql = self.sql("SELECT t.rank FROM task t WHERE t.project_id = ");
        sql.bind(project.0).add(if before { " AND t.rank < " } else { " AND t.rank > " }).bind(rank);
        sql.add(if before { " ORDER BY t.rank DESC LIMIT 1" } else { " ORDER BY t.rank LIMIT 1" });
        self.one(sql).await?.map(|row| row.get("rank")).transpose()
    }

    async fn last_project_of(&mut self, person: UserId) -> Result<Option<ProjectId>> {
        let mut sql = self.sql("SELECT t.project_id FROM task t JOIN project p ON p.id = t.project_id WHERE t.created_by = ");
        sql.bind(person.0).add(" AND p.archived_at IS NULL AND ");
        visible(&mut sql, Rows::Task, "t", self.scope());
        sql.add(" ORDER BY t.created_at DESC LIMIT 1");
        self.one(sql).await?.map(|row| row.id("project_id")).transpose()
    }

    async fn purge_deleted(&mut self, before: DateTime<Utc>, limit: u32) -> Result<u64> {
        self.purge_tasks(before, limit).await
    }

    async fn archived_before(&mut self, before: DateTime<Utc>, limit: u32) -> Result<Vec<TaskId>> {
        let mut sql = self.sql("SELECT t.id FROM task t WHERE t.archived_at < ");
        sql.bind(before).add(" AND t.deleted_at IS NULL AND ");
        visible(&mut sql, Rows::Task, "t", self.scope());
        sql.add(" ORDER BY t.archived_at, t.id LIMIT ").bind(i64::from(limit));
        self.task_ids(sql).await
    }
}
