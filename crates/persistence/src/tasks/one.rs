//! One task with all its names in one statement: a round trip costs more than looking them up.

use tasktrack_domain::Result;
use tasktrack_domain::ids::{ProjectId, TagId, TaskId, UserId};
use tasktrack_domain::refs::{PersonRef, ProjectRef, TagRef, TaskRef};
use tasktrack_domain::tasks::task::{Around, Children};
use tasktrack_domain::tasks::{Status, Task};

use super::row::{Cells, Names, Wanted, Whole, body, head};
use crate::sql::Sql;
use crate::tx::DbTx;
use crate::visible::{Rows, visible};

/// Id and two texts.
type Triple = (i64, String, String);

impl DbTx {
    /// Begins the question for a visible task; more conditions may follow. `all`: its parent is named even if the reader can't see it, since
    /// a task that is to be saved must not lose it.
    pub(super) fn whole_task(&self, id: TaskId, all: bool) -> Sql {
        let mut sql = self.sql(concat!("SELECT ", head!(), body!(), ", (SELECT "));
        // Subqueries and no joins: under FOR UPDATE, PostgreSQL answers them for the row as it is once it is locked.
        sql.either(
            "json_agg(json_build_array(u.id, u.name, u.avatar_color))",
            "json_group_array(json_array(u.id, u.name, u.avatar_color))",
        );
        sql.add(" FROM users u WHERE u.id IN (SELECT t.created_by UNION ALL SELECT t.supervisor_id UNION ALL SELECT a.user_id FROM task_assignee a");
        sql.add(" WHERE a.task_id = t.id UNION ALL SELECT a.assigned_by FROM task_assignee a WHERE a.task_id = t.id)), (SELECT ");
        sql.either("json_build_array(p.id, p.key, p.name)", "json_array(p.id, p.key, p.name)")
            .add(" FROM project p WHERE p.id = t.project_id), (SELECT ");
        sql.either("json_agg(json_build_array(g.id, g.name, g.color))", "json_group_array(json_array(g.id, g.name, g.color))");
        sql.add(" FROM task_tag x JOIN tag g ON g.id = x.tag_id WHERE x.task_id = t.id), (SELECT ");
        sql.either("json_build_array(o.id, o.key, o.title, o.status)", "json_array(o.id, o.key, o.title, o.status)");
        sql.add(" FROM task o WHERE o.id = t.parent_id");
        self.if_seen(&mut sql, "o", all);
        sql.add("), (SELECT ");
        let counts = "(count(*), count(CASE WHEN s.status >= 4 THEN 1 END))";
        sql.either("json_build_array", "json_array").add(counts).add(" FROM task s WHERE s.parent_id = t.id AND s.deleted_at IS NULL");
        self.if_seen(&mut sql, "s", false);
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

    fn if_seen(&self, sql: &mut Sql, alias: &'static str, all: bool) {
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
        let mut names = Names::default();
        for (id, name, avatar_color) in cells.json::<Vec<Triple>>()?.unwrap_or_default() {
            names.people.insert(UserId(id), PersonRef { id: UserId(id), name, avatar_color });
        }
        if let Some((id, key, name)) = cells.json::<Triple>()? {
            names.projects.insert(ProjectId(id), ProjectRef { id: ProjectId(id), key, name });
        }
        for (id, name, color) in cells.json::<Vec<Triple>>()?.unwrap_or_default() {
            names.tags.insert(TagId(id), TagRef { id: TagId(id), name, color });
        }
        if let Some((id, key, title, code)) = cells.json::<(i64, String, String, i16)>()?
            && let Some(status) = Status::from_code(code)
        {
            names.tasks.insert(TaskId(id), TaskRef { id: TaskId(id), key, title, status });
        }
        let (total, done) = cells.json::<(i64, i64)>()?.unwrap_or_default();
        let (watchers, watching, blockers) = if all { (0, 0, 0) } else { cells.json::<(i64, i64, i64)>()?.unwrap_or_default() };
        let around = Around { children: Children { total, done }, blocked: blockers > 0, watchers, watching: watching > 0 };
        let mut wanted = Wanted::default();
        whole.wants(&mut wanted);
        if !names.answer(&wanted, all) {
            // The row was changed while its lock was waited for: its assignees are new, the rest of the answer is old.
            names = self.names(&wanted, all).await?;
        }
        Ok(Some((whole.task(&names)?, around)))
    }
}
