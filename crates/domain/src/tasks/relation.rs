//! How tasks stand to each other.
//!
//! Invariants: both tasks are of one account; two tasks are related in the same way once; what has a direction (blocks, duplicates) goes
//! in no circle. Whoever may edit a task relates it to any other on which they may at least comment: one's own task is often blocked by
//! that of somebody else. Both tasks are told. The ERP knows nothing of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::commands::lock_live;
use super::queries::{TaskName, task_id};
use super::task::Task;
use crate::ctx::{Ctx, Idempotency};
use crate::error::{Error, OrNotFound, Result};
use crate::event::{EventType, words};
use crate::ids::{RelationId, TaskId};
use crate::policy::Action;
use crate::ports::{NewRelation, Tx};
use crate::refs::{PersonRef, TaskRef};

/// Most relations of a task.
const RELATIONS_MAX: usize = 200;

words! {
    /// How a task stands to another, as it sees it.
    RelationKind { Blocks = "blocks", BlockedBy = "blocked_by", Relates = "relates", Duplicates = "duplicates", DuplicatedBy = "duplicated_by" }
}

impl RelationKind {
    /// The same as the other task sees it.
    pub const fn inverse(self) -> Self {
        match self {
            Self::Blocks => Self::BlockedBy,
            Self::BlockedBy => Self::Blocks,
            Self::Relates => Self::Relates,
            Self::Duplicates => Self::DuplicatedBy,
            Self::DuplicatedBy => Self::Duplicates,
        }
    }
    /// Whether this is the end that tables name it by.
    pub const fn is_stored(self) -> bool {
        matches!(self, Self::Blocks | Self::Relates | Self::Duplicates)
    }
    /// Whether the two ends differ.
    pub const fn has_direction(self) -> bool {
        !matches!(self, Self::Relates)
    }
}

/// The other task of a relation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedTask {
    #[serde(flatten)]
    pub task: TaskRef,
    pub archived: bool,
}

/// A relation as one of its tasks sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    pub id: RelationId,
    pub kind: RelationKind,
    /// The other one.
    pub task: RelatedTask,
    pub created_by: PersonRef,
    pub created_at: DateTime<Utc>,
}

/// Relations of a task to those that the reader sees, oldest first.
pub async fn list_relations(ctx: &Ctx, name: &TaskName) -> Result<Vec<Relation>> {
    let mut tx = ctx.read().await?;
    let id = task_id(&mut *tx, name).await?;
    let task = tx.tasks().find(id).await?.or_not_found("task", id)?;
    tx.relations().list_relations(task.id).await
}

/// Relates a task to another, which `pointer` of the request names; says whether that is new.
pub async fn add_relation(ctx: &Ctx, name: &TaskName, kind: RelationKind, other: &TaskName, pointer: &str) -> Result<(Relation, bool)> {
    let by = ctx.actor.user.clone().ok_or_else(|| Error::internal("a relation needs somebody who made it"))?;
    let unknown = || Error::invalid(pointer, "unknown-reference", "there is no such task in this account");
    let mut tx = ctx.begin().await?;
    let id = task_id(&mut *tx, name).await?;
    let other = task_id(&mut *tx, other).await.map_err(|e| if matches!(e, Error::NotFound { .. }) { unknown() } else { e })?;
    let (task, other) = lock_both(ctx, &mut *tx, id, other).await?;
    ctx.actor.must(Action::Edit, &task.facts())?;
    let other = other.filter(|o| o.account_id == task.account_id).ok_or_else(unknown)?;
    ctx.actor.must(Action::Comment, &other.facts())?;
    if task.id == other.id {
        return Err(Error::invalid(pointer, "cycle", "this is the task itself"));
    }
    let present = tx.relations().list_relations(id).await?;
    if let Some(same) = present.iter().find(|r| r.kind == kind && r.task.task.id == other.id) {
        let known = Ctx { idempotency: ctx.idempotency.clone().map(|i| Idempotency { status: 200, ..i }), ..ctx.clone() };
        known.commit(tx, same).await?;
        return Ok((same.clone(), false));
    }
    if present.len() >= RELATIONS_MAX || tx.relations().list_relations(other.id).await?.len() >= RELATIONS_MAX {
        return Err(Error::invalid(pointer, "too-many", format!("at most {RELATIONS_MAX} relations of a task")));
    }
    let (stored, from, to) = ends(kind, task.id, other.id);
    if kind.has_direction() {
        // Two that are related at once must not close a circle between them.
        tx.tasks().lock_tree(task.account_id).await?;
        if tx.relations().leads_to(stored, to, from).await? {
            return Err(Error::invalid(pointer, "cycle", format!("{} and {} would be related in a circle", task.key, other.key)));
        }
    }
    let created_at = ctx.now();
    let new = NewRelation { account_id: task.account_id, kind: stored, from, to, created_by: by.id, created_at };
    let id = tx.relations().insert_relation(new).await?;
    let relation = Relation { id, kind, task: related(&other), created_by: by, created_at };
    tell(ctx, &mut *tx, EventType::TaskRelationAdded, task, other, &relation).await?;
    ctx.commit(tx, &relation).await?;
    Ok((relation, true))
}

/// Ends a relation: whoever may edit the task.
pub async fn remove_relation(ctx: &Ctx, name: &TaskName, relation: RelationId) -> Result<()> {
    let mut tx = ctx.begin().await?;
    let id = task_id(&mut *tx, name).await?;
    let found = tx.relations().list_relations(id).await?.into_iter().find(|r| r.id == relation);
    let other = found.as_ref().map_or(id, |r| r.task.task.id);
    let (task, other) = lock_both(ctx, &mut *tx, id, other).await?;
    ctx.actor.must(Action::Edit, &task.facts())?;
    let gone = || Error::not_found("relation", relation);
    let (found, other) = found.zip(other).ok_or_else(gone)?;
    if !tx.relations().delete_relation(relation).await? {
        return Err(gone());
    }
    tell(ctx, &mut *tx, EventType::TaskRelationRemoved, task, other, &found).await?;
    ctx.commit(tx, &()).await
}

/// Locks the task as every change does, and the other if it is there and visible; in the order of their ids, as bulk changes do.
async fn lock_both(ctx: &Ctx, tx: &mut dyn Tx, id: TaskId, other: TaskId) -> Result<(Task, Option<Task>)> {
    let unconditional = Ctx { if_match: None, ..ctx.clone() };
    let mut found = None;
    if other < id {
        found = lock_other(&unconditional, tx, other).await?;
    }
    let task = lock_live(ctx, tx, id, false).await?;
    if other > id {
        found = lock_other(&unconditional, tx, other).await?;
    } else if other == id {
        found = Some(task.clone());
    }
    Ok((task, found))
}

async fn lock_other(ctx: &Ctx, tx: &mut dyn Tx, id: TaskId) -> Result<Option<Task>> {
    match lock_live(ctx, tx, id, false).await {
        Ok(task) => Ok(Some(task)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// As tables have it: kind, first and second end.
fn ends(kind: RelationKind, task: TaskId, other: TaskId) -> (RelationKind, TaskId, TaskId) {
    let turned = if kind.has_direction() { !kind.is_stored() } else { other < task };
    if turned { (kind.inverse(), other, task) } else { (kind, task, other) }
}

fn related(task: &Task) -> RelatedTask {
    RelatedTask { task: task.as_ref(), archived: task.archived_at.is_some() }
}

/// An event for each of the two, as it sees the relation.
async fn tell(ctx: &Ctx, tx: &mut dyn Tx, event_type: EventType, task: Task, other: Task, relation: &Relation) -> Result<()> {
    let now = ctx.now();
    let said = |kind: RelationKind, of: &Task| json!({"id": relation.id, "kind": kind, "task": of.as_ref()});
    let (mine, theirs) = (said(relation.kind, &other), said(relation.kind.inverse(), &task));
    for (task, said) in [(task, mine), (other, theirs)] {
        let (from, to) = if event_type == EventType::TaskRelationAdded { (Value::Null, said) } else { (said, Value::Null) };
        tx.tasks().save(task.beside(event_type, "relation", from, to, now), None).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relation_has_one_form_in_tables() {
        let (a, b) = (TaskId(1), TaskId(2));
        for kind in RelationKind::ALL {
            let (stored, from, to) = ends(*kind, a, b);
            assert!(stored.is_stored());
            assert_eq!(ends(kind.inverse(), b, a), (stored, from, to), "{kind}: both ends say the same");
            assert_eq!(kind.inverse().inverse(), *kind);
        }
        assert_eq!(ends(RelationKind::BlockedBy, a, b), (RelationKind::Blocks, b, a));
    }
}
