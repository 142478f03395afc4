//! Changing one task. Every use case: lock, ask the policy about the task as it is (and about where it goes), apply, save, commit.

use std::collections::BTreeMap;

use serde_json::Map;

use super::comment::{Comment, CommentView};
use super::input::{NewTask, TaskChange, mentioned, person};
use super::queries::{TaskName, task_id, view, view_with};
use super::rank;
use super::status::{Priority, Status};
use super::task::{Around, AssigneeRole, Task, TaskView, Told};
use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result};
use crate::event::EventType;
use crate::ids::{AccountId, CommentId, ProjectId, TaskId, UserId};
use crate::policy::{Action, Facts};
use crate::ports::{NewComment, Tx};
use crate::refs::ProjectRef;
use crate::text::{BODY_MAX, Check};

/// Creates a task, with a comment in the same commit where one is given.
pub async fn create_task(ctx: &Ctx, new: NewTask) -> Result<TaskView> {
    let mut tx = ctx.begin().await?;
    let task = create_in(ctx, &mut *tx, &new, Told::default(), BTreeMap::new()).await?;
    let view = view_with(ctx, task, Around::default());
    ctx.commit(tx, &view).await?;
    Ok(view)
}

/// The same inside a unit of work (templates, the ERP).
pub(crate) async fn create_in(
    ctx: &Ctx,
    tx: &mut dyn Tx,
    new: &NewTask,
    told: Told,
    external_ids: BTreeMap<String, String>,
) -> Result<Task> {
    let mut check = new.check();
    let parent = match new.parent_id {
        None => None,
        Some(id) => {
            let found = tx.tasks().find(id).await?;
            if found.is_none() {
                check.add("/parent_id", "unknown-reference", format!("there is no task {id}"));
            }
            found
        }
    };
    let (account_id, project) = match project_for(ctx, tx, new.project_id, parent.as_ref()).await? {
        Some(found) => found,
        None => {
            check.add("/project_id", "unknown-reference", "there is no such project");
            return Err(Error::Invalid(check.0));
        }
    };
    if parent.as_ref().is_some_and(|p| p.account_id != account_id) {
        check.add("/parent_id", "unknown-reference", "the parent belongs to another account");
    }
    let facts = Facts { account_id, project_id: Some(project.id), client_visible: true, ..Facts::default() };
    ctx.actor.must(Action::CreateTask, &facts).map_err(|e| hide_as(e, &mut check, "/project_id"))?;
    let client = !ctx.actor.sees_internal(&facts);
    let now = ctx.now();
    let creator = ctx.actor.user.clone().ok_or_else(|| Error::internal("a task needs a creator"))?;
    let mut task = Task {
        id: TaskId(0),
        public_id: ctx.world.clock.uuid(),
        key: String::new(),
        account_id,
        project,
        title: new.title.trim().to_owned(),
        description: String::new(),
        status: new.fields.status.unwrap_or(Status::New),
        priority: Priority::Medium,
        due_date: None,
        check_date: None,
        planned_start: None,
        planned_end: None,
        estimated_hours: None,
        actual_hours: None,
        created_by: creator,
        supervisor: None,
        parent: parent.as_ref().map(Task::as_ref),
        assignees: vec![],
        tags: vec![],
        metadata: Map::new(),
        // What a client writes is for clients.
        client_visible: client,
        rank: String::new(),
        external_ids,
        comment_count: 0,
        archived_at: None,
        deleted_at: None,
        started_at: None,
        first_answered_at: None,
        completed_at: None,
        closed_at: None,
        created_at: now,
        updated_at: now,
        version: 0,
        event_seq: 0,
    };
    new.fields.fill(ctx, tx, &mut task, &mut check).await?;
    new.people(ctx, tx, &mut task, &mut check).await?;
    check.done()?;
    task.assignees.sort_by_key(|a| (a.role, a.assigned_at, a.user.id));
    task.tags.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
    let reserved = tx.tasks().reserve(task.project.id).await?;
    task.id = reserved.id;
    task.key = format!("{}-{}", task.project.key, reserved.number);
    task.rank = rank::initial(reserved.number);
    let mut task = tx.tasks().insert(task.created(told), reserved.number).await?;
    if let Some(body) = &new.fields.comment {
        task = say(ctx, tx, task, body, new.fields.comment_internal, None, None).await?.0;
    }
    Ok(task)
}

/// Merges a patch into a task.
pub async fn update_task(ctx: &Ctx, name: &TaskName, change: TaskChange) -> Result<TaskView> {
    change.check().done()?;
    let mut tx = ctx.begin().await?;
    let id = task_id(&mut *tx, name).await?;
    let task = change_in(ctx, &mut *tx, id, &change).await?;
    let view = view(ctx, &mut *tx, task).await?;
    ctx.commit(tx, &view).await?;
    Ok(view)
}

/// The same inside a unit of work: one item of a bulk change is exactly this.
pub(crate) async fn change_in(ctx: &Ctx, tx: &mut dyn Tx, id: TaskId, change: &TaskChange) -> Result<Task> {
    let task = lock_live(ctx, tx, id, change.deleted == Some(false)).await?;
    let facts = task.facts();
    for (named, action) in [
        (change.names_content(), Action::Edit),
        (change.status.is_some_and(|s| s != task.status), Action::ChangeStatus),
        (change.owner_id.is_some() || change.collaborator_ids.is_some(), Action::Assign),
        (change.archived.is_some(), Action::Archive),
        (change.deleted == Some(true), Action::Delete),
        (change.deleted == Some(false), Action::Restore),
        (change.comment.is_some(), if change.comment_internal { Action::CommentInternal } else { Action::Comment }),
    ] {
        if named {
            ctx.actor.must(action, &facts)?;
        }
    }
    if let Some(status) = change.status {
        task.check_transition(status, crate::policy::may(&ctx.actor, Action::Reopen, &facts))?;
        if status != task.status
            && !status.is_open()
            && !change.even_if_blocked
            && let Some(by) = tx.relations().blockers(id).await?
        {
            return Err(Error::Blocked(by));
        }
    }
    let mut check = Check::default();
    let mut after = task.clone();
    let number = move_to(ctx, tx, &mut after, change.project_id, &mut check).await?;
    change.fill(ctx, tx, &mut after, &mut check).await?;
    set_parent(tx, &mut after, change.parent_id, &mut check).await?;
    check.done()?;
    after.status = change.status.unwrap_or(task.status);
    let now = ctx.now();
    after.archived_at = match change.archived {
        Some(true) => task.archived_at.or(Some(now)),
        Some(false) => None,
        None => task.archived_at,
    };
    after.deleted_at = match change.deleted {
        Some(true) => task.deleted_at.or(Some(now)),
        Some(false) => None,
        None => task.deleted_at,
    };
    let deleted_now = after.deleted_at.is_some() && task.deleted_at.is_none();
    let grandparent = task.parent.as_ref().map(|p| p.id);
    let mut task = store(tx, task, after, now, number).await?;
    if deleted_now {
        hand_over_children(ctx, tx, task.id, grandparent).await?;
    }
    if let Some(body) = &change.comment {
        task = say(ctx, tx, task, body, change.comment_internal, None, None).await?.0;
    }
    Ok(task)
}

/// Locks a task that is not deleted (`trash`: that is deleted), and holds `If-Match` against it. Not visible or not there: 404.
pub(crate) async fn lock_live(ctx: &Ctx, tx: &mut dyn Tx, id: TaskId, trash: bool) -> Result<Task> {
    let task = tx.tasks().lock(id).await?.filter(|t| t.deleted_at.is_some() == trash).or_not_found("task", id)?;
    ctx.actor.must(Action::Read, &task.facts()).map_err(|_| Error::not_found("task", id))?;
    if let Some(version) = ctx.if_match
        && version != task.version
    {
        let current = view(ctx, tx, task).await?;
        return Err(Error::VersionMismatch { current: Box::new(serde_json::to_value(current).map_err(Error::internal)?) });
    }
    Ok(task)
}

async fn store(tx: &mut dyn Tx, before: Task, after: Task, now: chrono::DateTime<chrono::Utc>, number: Option<i64>) -> Result<Task> {
    match before.clone().changed(after, now, Told::default()) {
        Some(change) => tx.tasks().save(change, number).await,
        None => Ok(before),
    }
}

/// Moves to another project of the same account: both ends are asked, a new number is taken.
async fn move_to(ctx: &Ctx, tx: &mut dyn Tx, task: &mut Task, to: Option<ProjectId>, check: &mut Check) -> Result<Option<i64>> {
    let Some(to) = to.filter(|to| *to != task.project.id) else {
        return Ok(None);
    };
    ctx.actor.must(Action::Move, &task.facts())?;
    let target = tx.projects().find_place(to).await?.filter(|place| place.account_id == task.account_id);
    let Some(target) = target else {
        check.add("/project_id", "unknown-reference", format!("there is no project {to} in this account"));
        return Ok(None);
    };
    if target.archived {
        check.add("/project_id", "archived", "the project is archived");
        return Ok(None);
    }
    ctx.actor.must(Action::CreateTask, &target.facts())?;
    let reserved = tx.tasks().reserve(to).await?;
    task.project = target.project;
    task.key = format!("{}-{}", task.project.key, reserved.number);
    task.rank = rank::initial(reserved.number);
    Ok(Some(reserved.number))
}

async fn set_parent(tx: &mut dyn Tx, task: &mut Task, parent: Option<Option<TaskId>>, check: &mut Check) -> Result<()> {
    match parent {
        None => {}
        Some(None) => task.parent = None,
        Some(Some(id)) if task.parent.as_ref().map(|p| p.id) == Some(id) => {}
        Some(Some(id)) => {
            tx.tasks().lock_tree(task.account_id).await?;
            match tx.tasks().find(id).await?.filter(|p| p.account_id == task.account_id) {
                None => check.add("/parent_id", "unknown-reference", format!("there is no task {id} in this account")),
                Some(parent) if parent.id == task.id || tx.tasks().ancestors(id).await?.contains(&task.id) => {
                    check.add("/parent_id", "cycle", format!("{} is the task itself or one of its sub-tasks", parent.key));
                }
                Some(parent) => task.parent = Some(parent.as_ref()),
            }
        }
    }
    Ok(())
}

/// Sub-tasks of a deleted task go to its parent.
pub(crate) async fn hand_over_children(ctx: &Ctx, tx: &mut dyn Tx, id: TaskId, to: Option<TaskId>) -> Result<()> {
    let children = tx.tasks().children(id).await?;
    if children.is_empty() {
        return Ok(());
    }
    let parent = match to {
        Some(to) => tx.tasks().find(to).await?.map(|t| t.as_ref()),
        None => None,
    };
    for child in children {
        if let Some(child) = tx.tasks().lock(child).await? {
            let mut after = child.clone();
            after.parent.clone_from(&parent);
            store(tx, child, after, ctx.now(), None).await?;
        }
    }
    Ok(())
}

/// Changes the status alone, with a comment where one is given.
pub async fn change_status(ctx: &Ctx, name: &TaskName, to: Status, comment: Option<String>, even_if_blocked: bool) -> Result<TaskView> {
    update_task(ctx, name, TaskChange { status: Some(to), comment, even_if_blocked, ..TaskChange::default() }).await
}

/// Puts a person on a task.
pub async fn assign_task(ctx: &Ctx, name: &TaskName, user: UserId, role: AssigneeRole) -> Result<TaskView> {
    edit_people(ctx, name, Some((user, role)), None).await
}

/// Takes a person off a task.
pub async fn unassign_task(ctx: &Ctx, name: &TaskName, user: UserId) -> Result<TaskView> {
    edit_people(ctx, name, None, Some(user)).await
}

async fn edit_people(ctx: &Ctx, name: &TaskName, add: Option<(UserId, AssigneeRole)>, remove: Option<UserId>) -> Result<TaskView> {
    let mut tx = ctx.begin().await?;
    let id = task_id(&mut *tx, name).await?;
    let task = lock_live(ctx, &mut *tx, id, false).await?;
    ctx.actor.must(Action::Assign, &task.facts())?;
    let (mut after, mut check, now) = (task.clone(), Check::default(), ctx.now());
    if let Some((user, role)) = add
        && let Some(person) = person(&mut *tx, task.account_id, user, "/user_id", &mut check).await?
    {
        match role {
            AssigneeRole::Owner => after.set_owner(Some(person), ctx.actor.user.as_ref(), now),
            AssigneeRole::Collaborator => after.add_collaborator(person, ctx.actor.user.as_ref(), now),
        }
    }
    check.done()?;
    if let Some(user) = remove {
        if !after.assignees.iter().any(|a| a.user.id == user) {
            return Err(Error::not_found("assignee", user));
        }
        after.assignees.retain(|a| a.user.id != user);
    }
    let task = store(&mut *tx, task, after, now, None).await?;
    let view = view(ctx, &mut *tx, task).await?;
    ctx.commit(tx, &view).await?;
    Ok(view)
}

/// Puts a task before or after another on the board of its project.
pub async fn rank_task(ctx: &Ctx, name: &TaskName, before: Option<TaskId>, after: Option<TaskId>) -> Result<TaskView> {
    let pointer = if before.is_some() { "/before_id" } else { "/after_id" };
    let anchor = match (before, after) {
        (Some(id), None) | (None, Some(id)) => id,
        _ => return Err(Error::invalid("", "one-of", "exactly one of before_id and after_id")),
    };
    let mut tx = ctx.begin().await?;
    let id = task_id(&mut *tx, name).await?;
    let task = lock_live(ctx, &mut *tx, id, false).await?;
    ctx.actor.must(Action::ChangeStatus, &task.facts())?;
    let anchor = tx.tasks().find(anchor).await?.filter(|a| a.project.id == task.project.id && a.id != task.id);
    let anchor = anchor.ok_or_else(|| Error::invalid(pointer, "unknown-reference", "not a task of the same project"))?;
    let mut changed = task.clone();
    let neighbour = tx.tasks().neighbour_rank(task.project.id, &anchor.rank, before.is_some()).await?;
    let (low, high) = if before.is_some() { (neighbour, Some(anchor.rank)) } else { (Some(anchor.rank), neighbour) };
    changed.rank = rank::between(low.as_deref(), high.as_deref())
        .ok_or_else(|| Error::conflict("rank-taken", "two tasks share one place; move one of them first"))?;
    let task = store(&mut *tx, task, changed, ctx.now(), None).await?;
    let view = view(ctx, &mut *tx, task).await?;
    ctx.commit(tx, &view).await?;
    Ok(view)
}

/// Deletes a task; it can be restored for 30 days.
pub async fn delete_task(ctx: &Ctx, name: &TaskName) -> Result<()> {
    let mut tx = ctx.begin().await?;
    let id = task_id(&mut *tx, name).await?;
    change_in(ctx, &mut *tx, id, &TaskChange { deleted: Some(true), ..TaskChange::default() }).await?;
    ctx.commit(tx, &()).await
}

/// Adds a comment.
pub async fn add_comment(ctx: &Ctx, name: &TaskName, body: &str, internal: bool) -> Result<CommentView> {
    let mut check = Check::default();
    check.text("/body", body, 1, BODY_MAX);
    check.done()?;
    let ctx = &Ctx { if_match: None, ..ctx.clone() };
    let mut tx = ctx.begin().await?;
    let id = task_id(&mut *tx, name).await?;
    let task = lock_live(ctx, &mut *tx, id, false).await?;
    let facts = task.facts();
    ctx.actor.must(if internal { Action::CommentInternal } else { Action::Comment }, &facts)?;
    let (_, comment) = say(ctx, &mut *tx, task, body, internal, None, None).await?;
    let view = comment.view(&ctx.actor, &facts);
    ctx.commit(tx, &view).await?;
    Ok(view)
}

/// Stores a comment and its event. `external_author`: who wrote it at the ERP.
pub(crate) async fn say(
    ctx: &Ctx,
    tx: &mut dyn Tx,
    task: Task,
    body: &str,
    internal: bool,
    external_author: Option<String>,
    sync: Option<crate::event::SyncNote>,
) -> Result<(Task, Comment)> {
    let author = ctx.actor.user.clone().ok_or_else(|| Error::internal("a comment needs an author"))?;
    let mentions = mentioned(tx, task.account_id, body).await?;
    let now = ctx.now();
    let new = NewComment {
        task_id: task.id,
        account_id: task.account_id,
        author,
        body: body.to_owned(),
        internal,
        mentions,
        external_author,
        created_at: now.max(task.updated_at),
    };
    let comment = tx.comments().insert_comment(new).await?;
    let task = tx.tasks().save(task.comment_told(EventType::CommentAdded, &comment, now, sync), None).await?;
    Ok((task, comment))
}

/// Edits an own comment.
pub async fn edit_comment(ctx: &Ctx, name: &TaskName, id: CommentId, body: Option<String>, internal: Option<bool>) -> Result<CommentView> {
    let mut check = Check::default();
    if let Some(body) = &body {
        check.text("/body", body, 1, BODY_MAX);
    }
    check.done()?;
    let (mut tx, task, mut comment) = lock_comment(ctx, name, id).await?;
    let facts = task.facts();
    if !comment.may_edit(&ctx.actor, &facts) {
        return Err(Error::forbidden("only its author edits a comment"));
    }
    if internal == Some(true) {
        ctx.actor.must(Action::CommentInternal, &facts)?;
    }
    let before = comment.clone();
    if let Some(body) = body {
        comment.mentions = mentioned(&mut *tx, task.account_id, &body).await?;
        comment.body = body;
    }
    comment.internal = internal.unwrap_or(comment.internal);
    if comment != before {
        comment.edited_at = Some(ctx.now().max(task.updated_at));
        comment.version += 1;
        tx.comments().update_comment(&comment).await?;
        tx.tasks().save(task.comment_told(EventType::CommentEdited, &comment, ctx.now(), None), None).await?;
    }
    let view = comment.view(&ctx.actor, &facts);
    ctx.commit(tx, &view).await?;
    Ok(view)
}

/// Deletes a comment: its author, the task's creator, a manager.
pub async fn delete_comment(ctx: &Ctx, name: &TaskName, id: CommentId) -> Result<()> {
    let (mut tx, task, comment) = lock_comment(ctx, name, id).await?;
    if !comment.may_delete(&ctx.actor, &task.facts()) {
        return Err(Error::forbidden("a comment is deleted by its author, the task's creator or a manager"));
    }
    tx.comments().delete_comment(id).await?;
    tx.tasks().save(task.comment_told(EventType::CommentDeleted, &comment, ctx.now(), None), None).await?;
    ctx.commit(tx, &()).await
}

async fn lock_comment(ctx: &Ctx, name: &TaskName, id: CommentId) -> Result<(Box<dyn Tx>, Task, Comment)> {
    let mut tx = ctx.begin().await?;
    let task = task_id(&mut *tx, name).await?;
    let unconditional = Ctx { if_match: None, ..ctx.clone() };
    let task = lock_live(&unconditional, &mut *tx, task, false).await?;
    let comment = tx.comments().find_comment(task.id, id).await?.or_not_found("comment", id)?;
    if comment.internal && !ctx.actor.sees_internal(&task.facts()) {
        return Err(Error::not_found("comment", id));
    }
    if let Some(version) = ctx.if_match
        && version != comment.version
    {
        let current = serde_json::to_value(comment.view(&ctx.actor, &task.facts())).map_err(Error::internal)?;
        return Err(Error::VersionMismatch { current: Box::new(current) });
    }
    Ok((tx, task, comment))
}

/// The project a new task goes to, with its account. A named one must be visible and not archived.
async fn project_for(
    ctx: &Ctx,
    tx: &mut dyn Tx,
    named: Option<ProjectId>,
    parent: Option<&Task>,
) -> Result<Option<(AccountId, ProjectRef)>> {
    if named.is_none()
        && let Some(parent) = parent
    {
        return Ok(Some((parent.account_id, parent.project.clone())));
    }
    let last = match (named, ctx.actor.id()) {
        (None, Some(me)) => tx.tasks().last_project_of(me).await?,
        _ => None,
    };
    let chosen = match named.or(last) {
        Some(id) => tx.projects().find_place(id).await?.filter(|place| !place.archived),
        None => None,
    };
    let chosen = match chosen {
        None if named.is_none() => tx.projects().first_project().await?,
        chosen => chosen,
    };
    Ok(chosen.map(|place| (place.account_id, place.project)))
}

/// A project that can't be seen is an unknown reference, not a 404 of the request.
fn hide_as(error: Error, check: &mut Check, pointer: &str) -> Error {
    match error {
        Error::NotFound { .. } => {
            check.add(pointer, "unknown-reference", "there is no such project");
            Error::Invalid(std::mem::take(&mut check.0))
        }
        other => other,
    }
}
