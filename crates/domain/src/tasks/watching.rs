//! Who wants to know of a task without working on it.
//!
//! Everybody who sees a task may watch it; whoever may edit it may also have others watch it, as far as they see it. The ERP knows nothing
//! of it.

use serde_json::{Value, json};

use super::commands::lock_live;
use super::queries::{TaskName, task_id};
use super::task::Task;
use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result};
use crate::event::EventType;
use crate::ids::UserId;
use crate::policy::{Action, relations};
use crate::ports::Tx;
use crate::refs::PersonRef;

/// Most people who watch a task.
const WATCHERS_MAX: usize = 500;

/// Who watches, by name.
pub async fn list_watchers(ctx: &Ctx, name: &TaskName) -> Result<Vec<PersonRef>> {
    let mut tx = ctx.read().await?;
    let id = task_id(&mut *tx, name).await?;
    let task = tx.tasks().find(id).await?.or_not_found("task", id)?;
    tx.watchers().list_watchers(task.id).await
}

/// Has somebody watch a task (`on`), or no longer. What is so already is left so.
pub async fn watch(ctx: &Ctx, name: &TaskName, user: UserId, on: bool) -> Result<()> {
    let mut tx = ctx.begin().await?;
    let id = task_id(&mut *tx, name).await?;
    let task = lock_live(ctx, &mut *tx, id, false).await?;
    let facts = task.facts();
    let oneself = ctx.actor.id() == Some(user);
    ctx.actor.must(if oneself { Action::Watch } else { Action::Edit }, &facts)?;
    let watchers = tx.watchers().list_watchers(id).await?;
    let known = watchers.iter().find(|w| w.id == user).cloned();
    match (known, on) {
        (None, true) => {
            if watchers.len() >= WATCHERS_MAX {
                return Err(Error::invalid("/user_id", "too-many", format!("at most {WATCHERS_MAX} people watch a task")));
            }
            let person = match &ctx.actor.user {
                Some(me) if oneself => Some(me.clone()),
                _ => somebody(ctx, &mut *tx, &task, user).await?,
            };
            let unknown = || Error::invalid("/user_id", "unknown-reference", format!("there is no person {user} who sees this task"));
            let person = person.ok_or_else(unknown)?;
            tx.watchers().add_watcher(task.account_id, id, user, ctx.now()).await?;
            let change = task.beside(EventType::TaskWatcherAdded, "watcher", Value::Null, json!(person), ctx.now());
            tx.tasks().save(change, None).await?;
        }
        (Some(person), false) => {
            tx.watchers().remove_watcher(id, user).await?;
            let change = task.beside(EventType::TaskWatcherRemoved, "watcher", json!(person), Value::Null, ctx.now());
            tx.tasks().save(change, None).await?;
        }
        (Some(_), true) | (None, false) => {}
    }
    ctx.commit(tx, &()).await
}

/// A person of the task's account who sees it: nobody else may be told of it.
async fn somebody(ctx: &Ctx, tx: &mut dyn Tx, task: &Task, user: UserId) -> Result<Option<PersonRef>> {
    let Some(person) = tx.people().lookup_people(task.account_id, &[user]).await?.pop() else { return Ok(None) };
    let actor = tx.people().load_actor_of(user, ctx.now()).await?;
    Ok(actor.filter(|actor| !relations(actor, &task.facts()).is_empty()).map(|_| person))
}
