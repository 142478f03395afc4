//! Many tasks in one request, and random re-assignment.

use serde::{Deserialize, Serialize};

use super::commands::change_in;
use super::input::TaskChange;
use super::queries::with_actions;
use super::task::{Task, TaskRow, Told};
use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result};
use crate::ids::{ProjectId, TaskId};
use crate::page::PageRequest;
use crate::policy::Action;
use crate::ports::Tx;
use crate::refs::PersonRef;
use crate::tasks::filter::{TaskFilter, TaskSort};

/// Most tasks of one bulk change.
pub const BULK_MAX: usize = 200;

/// What became of one task of a bulk change.
#[derive(Debug)]
pub struct BulkItem {
    pub task_id: TaskId,
    pub result: Result<TaskRow>,
}

/// Changes up to 200 tasks in one transaction, each under its own savepoint: one that fails leaves the others. Rows are locked in the
/// order of their ids, so that two bulk changes never wait for each other in a circle. `render` makes the answer that is stored for a
/// repeated request.
pub async fn bulk_change<A: Serialize + Sync>(
    ctx: &Ctx,
    ids: Vec<TaskId>,
    change: TaskChange,
    render: impl FnOnce(&[BulkItem]) -> A + Send,
) -> Result<A> {
    if ids.is_empty() || ids.len() > BULK_MAX {
        return Err(Error::invalid("/task_ids", "out-of-range", format!("from 1 to {BULK_MAX} tasks")));
    }
    change.check().done()?;
    let mut order = ids.clone();
    order.sort_unstable();
    order.dedup();
    let ctx = &Ctx { if_match: None, ..ctx.clone() };
    let mut tx = ctx.begin().await?;
    let mut failed: Vec<(TaskId, Error)> = Vec::new();
    for id in &order {
        tx.savepoint().await?;
        match change_in(ctx, &mut *tx, *id, &change).await {
            Ok(_) => tx.release(true).await?,
            Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => return Err(error),
            Err(error) => {
                tx.release(false).await?;
                failed.push((*id, error));
            }
        }
    }
    let rows = rows_of(ctx, &mut *tx, &order, change.deleted == Some(true)).await?;
    let mut items = Vec::with_capacity(order.len());
    for id in order {
        let result = match failed.iter().position(|(f, _)| *f == id) {
            Some(at) => Err(failed.swap_remove(at).1),
            None => rows.iter().find(|r| r.id == id).cloned().or_not_found("task", id),
        };
        items.push(BulkItem { task_id: id, result });
    }
    items.sort_by_key(|item| ids.iter().position(|id| *id == item.task_id));
    let answer = render(&items);
    ctx.commit(tx, &answer).await?;
    Ok(answer)
}

/// Rows of those tasks that are visible; with `trash`, also of deleted ones.
pub(crate) async fn rows_of(ctx: &Ctx, tx: &mut dyn Tx, ids: &[TaskId], trash: bool) -> Result<Vec<TaskRow>> {
    let page = PageRequest::first(PageRequest::MAX);
    let mut rows = Vec::with_capacity(ids.len());
    for some in ids.chunks(BULK_MAX) {
        let any = |deleted| TaskFilter { ids: some.to_vec(), archived: super::filter::Archived::Any, deleted, ..TaskFilter::default() };
        let before = rows.len();
        rows.extend(tx.tasks().list(&any(false), &TaskSort::default(), &page, ctx.now()).await?.items);
        if trash && rows.len() - before < some.len() {
            rows.extend(tx.tasks().list(&any(true), &TaskSort::default(), &page, ctx.now()).await?.items);
        }
    }
    Ok(rows.into_iter().map(|row| with_actions(ctx, row)).collect())
}

/// One re-assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reassigned {
    pub task_id: TaskId,
    pub key: String,
    pub from: Option<PersonRef>,
    pub to: PersonRef,
}

/// What random re-assignment did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReassignResult {
    pub items: Vec<Reassigned>,
}

/// Gives every open task of a project to a random worker of it, at once (managers, admins).
pub async fn reassign_project(ctx: &Ctx, project: ProjectId) -> Result<ReassignResult> {
    let mut tx = ctx.begin().await?;
    let found = tx.projects().lock_project(project).await?.or_not_found("project", project)?;
    ctx.actor.must(Action::Reassign, &found.facts())?;
    let workers = tx.projects().workers(project).await?;
    if workers.is_empty() {
        return Err(Error::conflict("no-workers", "the project has nobody to assign to"));
    }
    let mut items = Vec::new();
    for id in tx.tasks().open_in_project(project).await? {
        let Some(task) = tx.tasks().lock(id).await?.filter(|t| t.status.is_open() && t.deleted_at.is_none()) else {
            continue;
        };
        let Some(to) = workers.get(ctx.world.random.below(workers.len())).cloned() else {
            continue;
        };
        let (key, from) = (task.key.clone(), task.owner().cloned());
        let mut after: Task = task.clone();
        after.set_owner(Some(to.clone()), ctx.actor.user.as_ref(), ctx.now());
        if let Some(change) = task.changed(after, ctx.now(), Told::default()) {
            tx.tasks().save(change, None).await?;
        }
        items.push(Reassigned { task_id: id, key, from, to });
    }
    let result = ReassignResult { items };
    ctx.commit(tx, &result).await?;
    Ok(result)
}
