//! Conflicts.

use tasktrack_domain::ids::{ConflictId, TaskId, UserId};
use tasktrack_domain::page::{Page, PageRequest};
use tasktrack_domain::sync::Conflict;
use tasktrack_domain::{Error, Result};

use super::managed;
use crate::paging::{after_number, limit};
use crate::sql::{Get as _, Sql, binds, json, json_opt};
use crate::tx::DbTx;

const SELECT: &str = "SELECT t.id, t.account_id, t.task_id, t.integration_id, t.source, t.field, t.base, t.ours, t.theirs, t.policy, t.outcome, \
     t.chosen, t.created_at, t.resolved_at, t.resolved_by FROM conflict t WHERE ";

impl DbTx {
    async fn conflicts(&self, sql: Sql) -> Result<Vec<Conflict>> {
        let rows = self.all(sql).await?;
        let ids = |column| rows.iter().map(move |row| row.id_opt::<i64>(column)).collect::<Result<Vec<_>>>();
        let tasks = self.task_refs(ids("task_id")?.into_iter().flatten().map(TaskId)).await?;
        let people = self.person_refs(ids("resolved_by")?.into_iter().flatten().map(UserId)).await?;
        rows.iter()
            .map(|row| {
                let (task, resolver): (TaskId, Option<UserId>) = (row.id("task_id")?, row.id_opt("resolved_by")?);
                Ok(Conflict {
                    id: row.id("id")?,
                    account_id: row.id("account_id")?,
                    task: tasks.get(&task).cloned().ok_or_else(|| Error::internal(format!("task {task} of a conflict is missing")))?,
                    integration_id: row.id("integration_id")?,
                    source: row.get("source")?,
                    field: row.get("field")?,
                    base: row.json("base")?,
                    ours: row.json("ours")?,
                    theirs: row.json("theirs")?,
                    policy: row.word("policy")?,
                    outcome: row.word("outcome")?,
                    chosen: row.json_opt("chosen")?,
                    created_at: row.get("created_at")?,
                    resolved_at: row.get("resolved_at")?,
                    resolved_by: resolver.and_then(|id| people.get(&id).cloned()),
                })
            })
            .collect()
    }

    pub(super) async fn store_conflict(&self, conflict: &Conflict) -> Result<Conflict> {
        let sql = self.fixed(
            "INSERT INTO conflict (account_id, task_id, integration_id, source, field, base, ours, theirs, policy, outcome, chosen, created_at, \
             resolved_at, resolved_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
            binds![
                conflict.account_id.0,
                conflict.task.id.0,
                conflict.integration_id.0,
                &*conflict.source,
                &*conflict.field,
                json(&conflict.base)?,
                json(&conflict.ours)?,
                json(&conflict.theirs)?,
                conflict.policy.as_str(),
                conflict.outcome.as_str(),
                json_opt(conflict.chosen.as_ref())?,
                conflict.created_at,
                conflict.resolved_at,
                conflict.resolved_by.as_ref().map(|p| p.id.0),
            ],
        );
        let rows = self.returning(sql).await?;
        let id = rows.first().ok_or_else(|| Error::internal("no id of a conflict"))?.id("id")?;
        Ok(Conflict { id, ..conflict.clone() })
    }

    pub(super) async fn conflict_page(&self, state: Option<&str>, task: Option<TaskId>, page: &PageRequest) -> Result<Page<Conflict>> {
        let fingerprint = format!("conflicts {state:?} {task:?}");
        let after = after_number(page, &fingerprint)?;
        let mut sql = self.sql(SELECT);
        managed(&mut sql, self);
        sql.add(match state {
            Some("open") => " AND t.outcome = 'open'",
            Some("resolved") => " AND t.outcome <> 'open'",
            _ => "",
        });
        if let Some(task) = task {
            sql.add(" AND t.task_id = ").bind(task.0);
        }
        if let Some(after) = after {
            sql.add(" AND t.id < ").bind(after);
        }
        sql.add(" ORDER BY t.id DESC LIMIT ").bind(limit(page));
        let conflicts = self.conflicts(sql).await?;
        Ok(Page::cut(conflicts, page.limit, &fingerprint, |conflict| vec![conflict.id.0.into()]))
    }

    pub(super) async fn locked_conflict(&self, id: ConflictId) -> Result<Option<Conflict>> {
        let mut sql = self.sql(SELECT);
        managed(&mut sql, self);
        sql.add(" AND t.id = ").bind(id.0).add(self.lock());
        Ok(self.conflicts(sql).await?.pop())
    }

    pub(super) async fn update_conflict(&self, conflict: &Conflict) -> Result<()> {
        let sql = self.fixed(
            "UPDATE conflict SET outcome = $2, chosen = $3, resolved_at = $4, resolved_by = $5 WHERE id = $1",
            binds![
                conflict.id.0,
                conflict.outcome.as_str(),
                json_opt(conflict.chosen.as_ref())?,
                conflict.resolved_at,
                conflict.resolved_by.as_ref().map(|p| p.id.0),
            ],
        );
        if self.run(sql).await? == 1 { Ok(()) } else { Err(Error::not_found("conflict", conflict.id)) }
    }
}
