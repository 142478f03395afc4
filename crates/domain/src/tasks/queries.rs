//! Reading tasks.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::comment::{Comment, CommentView};
use super::filter::{Group, GroupCount, TaskFilter, TaskSort};
use super::task::{Around, Task, TaskRow, TaskView};
use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result};
use crate::event::{Aggregate, Cause, EventRecord, EventType};
use crate::ids::{AccountId, CommentId, ProjectId, TaskId};
use crate::page::{Page, PageRequest};
use crate::policy::{Action, allowed_actions};
use crate::ports::Tx;
use crate::refs::PersonRef;

/// A task named by id or key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskName {
    Id(TaskId),
    /// `ERP-123`, also a former one.
    Key(String),
}

impl std::str::FromStr for TaskName {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        if let Ok(id) = text.parse::<i64>() {
            return Ok(Self::Id(TaskId(id)));
        }
        let well_formed = text.split_once('-').is_some_and(|(prefix, number)| {
            !prefix.is_empty() && prefix.len() <= 10 && prefix.bytes().all(|b| b.is_ascii_alphanumeric()) && number.parse::<u32>().is_ok()
        });
        if well_formed { Ok(Self::Key(text.to_ascii_uppercase())) } else { Err(Error::not_found("task", text)) }
    }
}

/// A hit of the search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchHit {
    pub task: TaskRow,
    /// Higher is better; comparable within one answer only.
    pub rank: f64,
    /// Title, escaped, hits in `<mark>`.
    pub title_html: String,
    /// Text around the hits, escaped, hits in `<mark>`.
    pub snippet_html: String,
    /// The comment that was hit, where it was one.
    pub comment_id: Option<CommentId>,
}

/// One entry of a task's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    pub id: Uuid,
    /// Equal for all that was changed in one go: what `undo` takes back.
    pub commit_id: Uuid,
    pub event_seq: i64,
    #[serde(rename = "type")]
    pub event_type: EventType,
    pub actor: Option<PersonRef>,
    pub cause: Cause,
    pub occurred_at: DateTime<Utc>,
    /// `{"field": {"from": …, "to": …}}`.
    pub changes: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<Value>,
}

impl HistoryEntry {
    /// As readers get it.
    pub fn of(event: EventRecord) -> Self {
        Self {
            id: event.id,
            commit_id: event.commit_id,
            event_seq: event.event_seq,
            event_type: event.event_type,
            actor: event.payload.actor,
            // Addresses are for the audit view of admins only.
            cause: Cause { address: None, trace: None, ..event.cause },
            occurred_at: event.occurred_at,
            changes: event.payload.changes,
            comment: event.payload.comment,
        }
    }
}

/// Resolves a name to the id of a visible task.
pub async fn task_id(tx: &mut dyn Tx, name: &TaskName) -> Result<TaskId> {
    match name {
        TaskName::Id(id) => Ok(*id),
        TaskName::Key(key) => tx.tasks().id_of_key(key).await?.or_not_found("task", key),
    }
}

/// A task with what its reader may do.
pub async fn view(ctx: &Ctx, tx: &mut dyn Tx, task: Task) -> Result<TaskView> {
    let around = tx.tasks().around(task.id).await?;
    Ok(view_with(ctx, task, around))
}

/// The same where it is known what stands around.
pub fn view_with(ctx: &Ctx, task: Task, around: Around) -> TaskView {
    let mut allowed = task_actions(ctx, &task);
    let reopen = allowed.contains(&Action::Reopen);
    let next_statuses = if allowed.contains(&Action::ChangeStatus) { task.status.next(reopen) } else { vec![] };
    allowed.retain(|a| *a != Action::Reopen);
    TaskView { overdue: task.is_overdue(ctx.now()), around, allowed_actions: allowed, next_statuses, comments: None, task }
}

/// What can be done with a task, of those actions that are about tasks.
fn task_actions(ctx: &Ctx, task: &Task) -> Vec<Action> {
    let mut actions = allowed_actions(&ctx.actor, &task.facts());
    let deleted = task.deleted_at.is_some();
    actions.retain(|a| {
        use Action::*;
        let about_tasks =
            matches!(a, Edit | ChangeStatus | Reopen | Assign | Comment | CommentInternal | Archive | Delete | Restore | Move | Watch);
        about_tasks && (deleted == (*a == Restore))
    });
    actions
}

/// Rows get the same `allowed_actions` as the full view.
pub fn with_actions(ctx: &Ctx, mut row: TaskRow) -> TaskRow {
    let mut involved: Vec<_> = row.assignees.iter().map(|a| a.user.id).collect();
    involved.push(row.created_by.id);
    involved.extend(row.supervisor.as_ref().map(|s| s.id));
    let facts = crate::policy::Facts {
        account_id: row.account_id,
        project_id: Some(row.project.id),
        involved,
        created_by: Some(row.created_by.id),
        client_visible: row.client_visible,
    };
    row.allowed_actions = allowed_actions(&ctx.actor, &facts);
    row.allowed_actions.retain(|a| {
        use Action::*;
        matches!(a, Edit | ChangeStatus | Assign | Comment | Archive | Delete | Restore | Move | Watch)
            && (row.deleted_at.is_some() == (*a == Restore))
    });
    row
}

/// One task.
pub async fn get_task(ctx: &Ctx, name: &TaskName) -> Result<TaskView> {
    let mut tx = ctx.read().await?;
    let id = task_id(&mut *tx, name).await?;
    let task = tx.tasks().find(id).await?.or_not_found("task", id)?;
    view(ctx, &mut *tx, task).await
}

/// A task with its comments as it was at `at`: the snapshot of its last event until then. Deleted tasks can be looked at so, too.
pub async fn get_task_as_of(ctx: &Ctx, name: &TaskName, at: DateTime<Utc>) -> Result<TaskView> {
    let mut tx = ctx.read().await?;
    let id = task_id(&mut *tx, name).await?;
    let events = tx.events().until(Aggregate::Task, id.0, at).await?;
    let last = events.last().or_not_found("task", id)?;
    let task: Task = serde_json::from_value(last.payload.snapshot.clone()).map_err(Error::internal)?;
    ctx.actor.must(Action::Read, &task.facts()).map_err(|_| Error::not_found("task", id))?;
    // Who may see it is decided by today's task where there still is one: what was shared once may not be shared any more.
    if let Some(today) = tx.tasks().find(id).await? {
        ctx.actor.must(Action::Read, &today.facts())?;
    }
    let internal = ctx.actor.sees_internal(&task.facts());
    let mut comments: Vec<Comment> = Vec::new();
    for event in &events {
        let Some(comment) = event.payload.comment.clone().and_then(|c| serde_json::from_value::<Comment>(c).ok()) else {
            continue;
        };
        match event.event_type {
            EventType::CommentDeleted => comments.retain(|c| c.id != comment.id),
            EventType::CommentEdited => comments.iter_mut().filter(|c| c.id == comment.id).for_each(|c| *c = comment.clone()),
            _ => comments.push(comment),
        }
    }
    comments.retain(|c| internal || !c.internal);
    let comments = comments.into_iter().map(|comment| CommentView { comment, allowed_actions: vec![] }).collect();
    let overdue = task.is_overdue(at);
    Ok(TaskView { task, overdue, around: Around::default(), allowed_actions: vec![], next_statuses: vec![], comments: Some(comments) })
}

/// A page of tasks, and how many there are where asked.
pub async fn list_tasks(ctx: &Ctx, filter: &TaskFilter, sort: &TaskSort, page: &PageRequest, count: bool) -> Result<Page<TaskRow>> {
    let mut tx = ctx.read().await?;
    let mut rows = tx.tasks().list(filter, sort, page, ctx.now()).await?;
    if count {
        rows.count = Some(tx.tasks().count(filter).await?);
    }
    Ok(rows.map(|row| with_actions(ctx, row)))
}

/// Numbers by groups in one call, group by group as asked.
pub async fn count_tasks(ctx: &Ctx, filter: &TaskFilter, groups: &[Group]) -> Result<Vec<GroupCount>> {
    use chrono::Offset as _;
    use chrono::TimeZone as _;
    let zone = ctx.actor.scope.accounts.values().next().map_or(chrono_tz::UTC, |s| s.zone);
    let offset = zone.offset_from_utc_datetime(&ctx.now().naive_utc()).fix().local_minus_utc();
    ctx.read().await?.tasks().groups(filter, groups, ctx.now(), offset).await
}

/// Full-text search.
pub async fn search_tasks(
    ctx: &Ctx,
    text: &str,
    accounts: &[AccountId],
    projects: &[ProjectId],
    page: &PageRequest,
) -> Result<Page<SearchHit>> {
    let hits = ctx.read().await?.tasks().search(text, accounts, projects, page, ctx.now()).await?;
    Ok(hits.map(|hit| SearchHit { task: with_actions(ctx, hit.task), ..hit }))
}

/// Every change of a task, newest first. Who does not see internal comments does not see their events.
pub async fn task_history(ctx: &Ctx, name: &TaskName, page: &PageRequest) -> Result<Page<HistoryEntry>> {
    let mut tx = ctx.read().await?;
    let id = task_id(&mut *tx, name).await?;
    let task = tx.tasks().find(id).await?.or_not_found("task", id)?;
    let internal = ctx.actor.sees_internal(&task.facts());
    let mut events = tx.events().history(Aggregate::Task, id.0, page).await?;
    let whole = ctx.actor.scope.reads(task.account_id);
    events.items.retain(|e| (internal || !is_internal(e.payload.comment.as_ref())) && (whole || !e.event_type.names_another()));
    Ok(events.map(HistoryEntry::of))
}

/// Whether a comment in a payload is internal.
pub fn is_internal(comment: Option<&Value>) -> bool {
    comment.and_then(|c| c.get("internal")).and_then(Value::as_bool).unwrap_or(false)
}

/// Comments of a task, oldest first.
pub async fn list_comments(ctx: &Ctx, name: &TaskName, page: &PageRequest) -> Result<Page<CommentView>> {
    let mut tx = ctx.read().await?;
    let id = task_id(&mut *tx, name).await?;
    let facts = tx.tasks().find(id).await?.or_not_found("task", id)?.facts();
    let comments = tx.comments().list_comments(id, ctx.actor.sees_internal(&facts), page).await?;
    Ok(comments.map(|comment| comment.view(&ctx.actor, &facts)))
}
