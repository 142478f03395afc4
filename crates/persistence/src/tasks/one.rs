//! One task, with its parent and the numbers of what stands around it.

use tasktrack_domain::Result;
use tasktrack_domain::ids::TaskId;
use tasktrack_domain::refs::TaskRef;
use tasktrack_domain::tasks::task::Around;
use tasktrack_domain::tasks::{Status, Task};

use super::row::{Cells, Wanted, Whole, body};
use crate::sql::Sql;
use crate::tx::DbTx;
use crate::visible::{Rows, visible};

impl DbTx {
    /// Begins the question for a visible task; more conditions may follow. `all`: its parent is named even if the reader can't see it, since
    /// a task that is to be saved must not lose it.
    pub(super) fn whole_task(&self, id: TaskId, all: bool) -> Sql {
        let mut sql = self.sql("SELECT ");
        self.task_columns(&mut sql);
        // A subquery and no join: under FOR UPDATE, PostgreSQL answers it for the row as it is once it is locked.
        sql.add(concat!(body!(), ", (SELECT "));
        sql.either("json_build_array(o.id, o.key, o.title, o.status)", "json_array(o.id, o.key, o.title, o.status)");
        sql.add(" FROM task o WHERE o.id = t.parent_id");
        self.if_seen(&mut sql, "o", all);
        if !all {
            // Watchers, whether the reader is one, open tasks that block it.
            sql.add("), (SELECT ").either("json_build_array", "json_array").add("(count(*), count(CASE WHEN w.user_id = ");
            sql.bind(self.scope().user_id.map_or(0, |me| me.0)).add(" THEN 1 END), (SELECT count(*) FROM task_relation r ");
            sql.add(
                "JOIN task b ON b.id = r.from_id WHERE r.to_id = t.id AND r.kind = 'blocks' AND b.status < 4 AND b.archived_at IS NULL ",
            );
            sql.add("AND b.deleted_at IS NULL)) FROM task_watcher w WHERE w.task_id = t.id");
        }
        sql.add(") FROM task t WHERE t.id = ").bind(id.0).add(" AND ");
        visible(&mut sql, Rows::Task, "t", self.scope());
        sql
    }

    pub(super) fn if_seen(&self, sql: &mut Sql, alias: &'static str, all: bool) {
        if !all && !self.scope().everything {
            sql.add(" AND ");
            visible(sql, Rows::Task, alias, self.scope());
        }
    }

    /// The task of such a question, and what stands around it (with `all`: only its sub-tasks).
    pub(super) async fn one_task(&self, sql: Sql, all: bool) -> Result<Option<(Task, Around)>> {
        let Some(row) = self.one(sql).await? else { return Ok(None) };
        let mut cells = Cells::new(&row);
        let whole = Whole::read(&mut cells)?;
        let mut wanted = Wanted::default();
        whole.wants(&mut wanted);
        let mut parent = None;
        if let Some((id, key, title, code)) = cells.json::<(i64, String, String, i16)>()?
            && let Some(status) = Status::from_code(code)
        {
            parent = Some(TaskRef { id: TaskId(id), key, title, status });
        }
        if parent.is_some() || !all {
            wanted.tasks.clear();
        }
        let (watchers, watching, blockers) = if all { (0, 0, 0) } else { cells.json::<(i64, i64, i64)>()?.unwrap_or_default() };
        let around = Around { children: whole.head.children, blocked: blockers > 0, watchers, watching: watching > 0 };
        let mut names = self.names(&wanted, all).await?;
        names.tasks.extend(parent.map(|parent| (parent.id, parent)));
        Ok(Some((whole.task(&names)?, around)))
    }
}
