//! Numbers of a project.

use chrono::{DateTime, Utc};
use tasktrack_domain::Result;
use tasktrack_domain::ids::{ProjectId, UserId};
use tasktrack_domain::projects::overview::{Flow, Load, SLOT, StatusNumbers};
use tasktrack_domain::tasks::Status;

use crate::refs::status;
use crate::sql::{Get as _, Sql};
use crate::tx::DbTx;
use crate::visible::{Rows, visible};

const LIVING: &str = " AND t.archived_at IS NULL AND t.deleted_at IS NULL AND ";

impl DbTx {
    pub(crate) async fn numbers_by_status(
        &self,
        project: ProjectId,
        now: DateTime<Utc>,
        week_ends: DateTime<Utc>,
    ) -> Result<Vec<(Status, StatusNumbers)>> {
        let mut sql = self.sql("SELECT t.status, count(*) AS tasks, count(CASE WHEN t.status < 4 AND t.due_date < ");
        sql.bind(now).add(" THEN 1 END) AS overdue, count(CASE WHEN t.status < 4 AND t.assignees = '[]' THEN 1 END) AS unassigned, ");
        sql.add("count(CASE WHEN t.status < 4 AND t.due_date >= ").bind(now).add(" AND t.due_date < ").bind(week_ends);
        sql.add(" THEN 1 END) AS week, coalesce(sum(t.estimated_hours), 0.0) AS estimated, coalesce(sum(t.actual_hours), 0.0) AS actual FROM task t");
        sql.add(" WHERE t.project_id = ").bind(project.0).add(LIVING);
        visible(&mut sql, Rows::Task, "t", self.scope());
        sql.add(" GROUP BY t.status");
        let rows = self.all(sql).await?;
        let read = |row: &crate::sql::Row| {
            let numbers = StatusNumbers {
                count: row.get("tasks")?,
                overdue: row.get("overdue")?,
                unassigned: row.get("unassigned")?,
                due_this_week: row.get("week")?,
                estimated_hours: row.get("estimated")?,
                actual_hours: row.get("actual")?,
            };
            Ok((status(row, "status")?, numbers))
        };
        rows.iter().map(read).collect()
    }

    /// The tasks are read once; everything before `since` becomes one slot.
    pub(crate) async fn flow_since(&self, project: ProjectId, since: i64) -> Result<Flow> {
        let mut sql = self.sql("WITH s AS MATERIALIZED (SELECT ");
        self.slot(&mut sql, since, "t.created_at");
        sql.add(" AS created, CASE WHEN t.status >= 4 THEN ");
        self.slot(&mut sql, since, ENDED);
        sql.add(" END AS completed, CASE WHEN t.status >= 4 AND (t.archived_at IS NULL OR t.archived_at >= ").add(ENDED).add(") THEN ");
        self.slot(&mut sql, since, ENDED);
        sql.add(" WHEN t.archived_at IS NOT NULL THEN ");
        self.slot(&mut sql, since, "t.archived_at");
        sql.add(" END AS gone FROM task t WHERE t.project_id = ").bind(project.0).add(" AND t.deleted_at IS NULL AND ");
        visible(&mut sql, Rows::Task, "t", self.scope());
        sql.add(") SELECT CAST(0 AS bigint) AS what, s.created AS slot, count(*) AS tasks FROM s GROUP BY s.created");
        sql.add(" UNION ALL SELECT CAST(1 AS bigint), s.completed, count(*) FROM s WHERE s.completed IS NOT NULL GROUP BY s.completed");
        sql.add(" UNION ALL SELECT CAST(2 AS bigint), s.gone, count(*) FROM s WHERE s.gone IS NOT NULL GROUP BY s.gone");
        let mut flow = Flow::default();
        for row in self.all(sql).await? {
            let entry: (i64, i64) = (row.get("slot")?, row.get("tasks")?);
            match row.get::<i64>("what")? {
                0 => flow.created.push(entry),
                1 => flow.completed.push(entry),
                _ => flow.left.push(entry),
            }
        }
        Ok(flow)
    }

    fn slot(&self, sql: &mut Sql, since: i64, at: &'static str) {
        sql.either("greatest(CAST(floor(extract(epoch FROM ", "max(CAST(strftime('%s', ").add(at);
        sql.either(") / ", ") AS bigint) / ").bind(SLOT).either(") AS bigint), ", ", ").bind(since - 1).add(")");
    }

    pub(crate) async fn loads_of(&self, project: ProjectId, now: DateTime<Utc>, limit: u32) -> Result<Vec<Load>> {
        let mut sql = self.sql("SELECT a.user_id, count(*) AS open, count(CASE WHEN t.due_date < ");
        sql.bind(now).add(" THEN 1 END) AS overdue FROM task t LEFT JOIN task_assignee a ON a.task_id = t.id WHERE t.project_id = ");
        sql.bind(project.0).add(" AND t.status < 4").add(LIVING);
        visible(&mut sql, Rows::Task, "t", self.scope());
        sql.add(" GROUP BY a.user_id ORDER BY open DESC, overdue DESC, a.user_id LIMIT ").bind(i64::from(limit));
        let mut loads: Vec<(Option<UserId>, i64, i64)> = Vec::new();
        for row in self.all(sql).await? {
            loads.push((row.id_opt("user_id")?, row.get("open")?, row.get("overdue")?));
        }
        let people = self.person_refs(loads.iter().filter_map(|(user, ..)| *user)).await?;
        let load =
            |(user, open, overdue): (Option<UserId>, i64, i64)| Load { user: user.and_then(|id| people.get(&id).cloned()), open, overdue };
        Ok(loads.into_iter().map(load).collect())
    }
}

/// When what has ended did: rows written past the rules may lack the first.
const ENDED: &str = "coalesce(t.completed_at, t.closed_at, t.updated_at)";
