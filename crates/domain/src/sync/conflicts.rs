//! Conflicts with the ERP: seen and settled by people.

use serde_json::{Map, Value, json};

use super::inbound::integration_actor;
use super::{Conflict, Outcome, merge};
use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result};
use crate::event::SyncNote;
use crate::ids::{ConflictId, TaskId};
use crate::page::{Page, PageRequest};
use crate::policy::{Action, Facts};
use crate::tasks::status::{Priority, Status};
use crate::tasks::task::{Task, Told};

/// What a person chooses.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    Ours,
    Theirs,
    /// A third value, in the wire's vocabulary.
    Value(Value),
}

/// Conflicts of managed accounts, newest first. `state`: open, resolved (also by policy), any.
pub async fn list_conflicts(ctx: &Ctx, state: Option<&str>, task: Option<TaskId>, page: &PageRequest) -> Result<Page<Conflict>> {
    ctx.read().await?.exchange().list_conflicts(state, task, page).await
}

/// Settles an open conflict: the chosen value becomes the task's and goes to the ERP, unless it is the ERP's own.
pub async fn resolve_conflict(ctx: &Ctx, id: ConflictId, choice: Choice) -> Result<Conflict> {
    let mut tx = ctx.begin().await?;
    let mut conflict = tx.exchange().lock_conflict(id).await?.or_not_found("conflict", id)?;
    ctx.actor.must(Action::Exchange, &Facts { account_id: conflict.account_id, ..Facts::default() })?;
    if conflict.outcome != Outcome::Open {
        return Err(Error::conflict("already-resolved", "this conflict has been settled"));
    }
    let integration =
        tx.exchange().find_integration(conflict.integration_id).await?.or_not_found("integration", conflict.integration_id)?;
    let task = tx.tasks().lock(conflict.task.id).await?.or_not_found("task", conflict.task.id)?;
    let value = match choice {
        Choice::Ours => conflict.ours.clone(),
        Choice::Theirs => conflict.theirs.clone(),
        Choice::Value(value) => value,
    };
    let mut after = task.clone();
    if conflict.field == "external_id" {
        if value == conflict.theirs {
            let external = value.as_str().unwrap_or_default().to_owned();
            if !tx.exchange().map_id(integration.id, "task", &external, task.id.0).await? {
                return Err(Error::conflict("conflict", "this external id belongs to another task"));
            }
            after.external_ids.insert(integration.source.clone(), external);
        }
    } else if value != merge::wire(&task).get(&conflict.field).cloned().unwrap_or_default() {
        set(&mut after, &conflict.field, &value)?;
    }
    // Where the result is not what the ERP has, it is told.
    let told_back = value != conflict.theirs && conflict.field != "external_id";
    let note = SyncNote {
        integration_id: Some(integration.id),
        source: integration.source.clone(),
        kept: if told_back { vec![conflict.field.clone()] } else { vec![] },
        unknown: Map::new(),
        ..SyncNote::default()
    };
    let now = ctx.now();
    if (after != task || told_back)
        && let Some(change) = task.changed(after, now, Told { comment: None, sync: Some(note) })
    {
        tx.tasks().save(change, None).await?;
    }
    conflict.chosen = Some(value);
    conflict.outcome = Outcome::Resolved;
    conflict.resolved_at = Some(now);
    conflict.resolved_by = ctx.actor.user.clone().or_else(|| integration_actor(&integration).user);
    tx.exchange().save_conflict(&conflict).await?;
    ctx.commit(tx, &conflict).await?;
    Ok(conflict)
}

fn set(task: &mut Task, field: &str, value: &Value) -> Result<()> {
    let wrong = || Error::invalid("/value", "value", format!("not a value of {field}"));
    let word = value.as_str();
    match field {
        "name" => {
            task.title = word.filter(|t| !t.trim().is_empty() && t.chars().count() <= crate::text::TITLE_MAX).ok_or_else(wrong)?.to_owned()
        }
        "content" => task.description = word.filter(|t| t.chars().count() <= crate::text::BODY_MAX).ok_or_else(wrong)?.to_owned(),
        "status" => task.status = word.and_then(Status::parse).ok_or_else(wrong)?,
        "priority" => task.priority = word.and_then(|w| w.parse::<Priority>().ok()).ok_or_else(wrong)?,
        "deadline" if value.is_null() => task.due_date = None,
        "deadline" => task.due_date = Some(word.and_then(|t| crate::text::parse_instant(t, chrono_tz::UTC)).ok_or_else(wrong)?),
        _ => return Err(Error::invalid("/value", "value", json!(field).to_string())),
    }
    Ok(())
}
