//! Taking a commit back: a compensating command of the person who made it, soon after.
//!
//! Invariants: a field goes back only if it still has the value that the commit gave it, so nobody's later work is lost; each task goes
//! back under its own savepoint, all in one transaction; it is told as a change of its own whose cause is `undo` with the id of the commit,
//! and can be taken back in its turn. The transition table, open tasks that block, and rights that the commit itself took from its maker
//! are no hindrance: what was so a moment ago was right. Comments, relations, watchers and the move to another project stay.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::bulk::rows_of;
use super::commands::hand_over_children;
use super::rank;
use super::task::{Assignee, Task, TaskRow, Told};
use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result};
use crate::event::{Aggregate, Cause, CauseKind, EventRecord, words};
use crate::ids::{TagId, TaskId, UserId};
use crate::policy::{Action, may};
use crate::ports::Tx;

words! {
    /// What became of a task.
    Outcome { Undone = "undone", Skipped = "skipped" }
}

words! {
    /// Why a task, or a part of it, stayed as it is.
    Reason {
        /// Somebody has changed it since; with `undone`: a part of it.
        ChangedSince = "changed-since",
        /// It is as it was before, or the commit changed nothing that can be taken back.
        Nothing = "nothing",
        /// The right to it is gone, or the task is out of sight.
        Forbidden = "forbidden"
    }
}

/// One task of the commit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UndoItem {
    pub task_id: TaskId,
    pub key: String,
    pub outcome: Outcome,
    pub code: Option<Reason>,
    /// As it is now; `None` where it is out of sight.
    pub task: Option<TaskRow>,
}

/// What was taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UndoResult {
    pub items: Vec<UndoItem>,
}

/// What goes back, with the right that it needs.
const FIELDS: &[(&str, Action)] = &[
    ("title", Action::Edit),
    ("description", Action::Edit),
    ("status", Action::ChangeStatus),
    ("priority", Action::Edit),
    ("due_date", Action::Edit),
    ("check_date", Action::Edit),
    ("planned_start", Action::Edit),
    ("planned_end", Action::Edit),
    ("estimated_hours", Action::Edit),
    ("actual_hours", Action::Edit),
    ("supervisor", Action::Edit),
    ("parent", Action::Edit),
    ("assignees", Action::Assign),
    ("tags", Action::Edit),
    ("metadata", Action::Edit),
    ("client_visible", Action::Edit),
    ("archived_at", Action::Archive),
    ("deleted_at", Action::Restore),
    ("rank", Action::ChangeStatus),
];

/// What a commit did to a task: fields with their values before and after it.
#[derive(Debug, Default)]
struct Part {
    key: String,
    /// The last event before the commit.
    seq_before: i64,
    fields: BTreeMap<&'static str, (Value, Value)>,
}

impl Part {
    fn deletes(&self) -> bool {
        self.fields.get("deleted_at").is_some_and(|(from, _)| from.is_null())
    }
}

/// Takes back what the actor changed in `commit`.
pub async fn undo(ctx: &Ctx, commit: Uuid) -> Result<UndoResult> {
    let ctx = &Ctx { if_match: None, ..ctx.clone() };
    let mut tx = ctx.begin().await?;
    let me = ctx.actor.id().or_not_found("commit", commit)?;
    let mut events = tx.events().of_commit(commit, me).await?;
    // What the ERP sent under this person's name is the ERP's.
    events.retain(|e| matches!(e.cause.kind, CauseKind::Request | CauseKind::Undo));
    let last = events.iter().map(|e| e.occurred_at).max().or_not_found("commit", commit)?;
    let seconds = ctx.world.settings.undo_seconds;
    if ctx.now() - last > Duration::seconds(seconds) {
        return Err(Error::conflict("undo-too-late", format!("a change can be taken back for {seconds} seconds")));
    }
    let cause = Cause { kind: CauseKind::Undo, id: Some(commit.to_string()), ..ctx.cause.clone() };
    tx.act_for(ctx.actor.user.clone(), cause);
    let parts = parts(&events);
    let deleted: BTreeSet<TaskId> = parts.iter().filter(|(_, part)| part.deletes()).map(|(id, _)| *id).collect();
    if parts.values().any(|part| part.fields.contains_key("parent") || part.fields.contains_key("deleted_at")) {
        lock_all(&mut *tx, &parts).await?;
    }
    // Deleted tasks come back before their sub-tasks return to them.
    let (first, then): (Vec<_>, Vec<_>) = parts.iter().partition(|(id, _)| deleted.contains(*id));
    let mut items = Vec::with_capacity(parts.len());
    for (id, part) in first.into_iter().chain(then) {
        tx.savepoint().await?;
        let (outcome, code) = match take_back(ctx, &mut *tx, *id, part, &deleted).await {
            Ok(done) => {
                tx.release(true).await?;
                done
            }
            Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => return Err(error),
            Err(error) => {
                tx.release(false).await?;
                let forbidden = matches!(error, Error::Forbidden { .. } | Error::NotFound { .. });
                (Outcome::Skipped, Some(if forbidden { Reason::Forbidden } else { Reason::ChangedSince }))
            }
        };
        items.push(UndoItem { task_id: *id, key: part.key.clone(), outcome, code, task: None });
    }
    items.sort_by_key(|item| item.task_id);
    let ids: Vec<TaskId> = parts.into_keys().collect();
    let mut rows: BTreeMap<TaskId, TaskRow> = rows_of(ctx, &mut *tx, &ids, true).await?.into_iter().map(|row| (row.id, row)).collect();
    for item in &mut items {
        item.task = rows.remove(&item.task_id);
        if let Some(row) = &item.task {
            item.key.clone_from(&row.key);
        }
    }
    let result = UndoResult { items };
    ctx.commit(tx, &result).await?;
    Ok(result)
}

/// The net change of each task.
fn parts(events: &[EventRecord]) -> BTreeMap<TaskId, Part> {
    let mut parts: BTreeMap<TaskId, Part> = BTreeMap::new();
    let mut moved = BTreeSet::new();
    for event in events {
        let id = TaskId(event.aggregate_id);
        let part = parts.entry(id).or_insert_with(|| Part { seq_before: event.event_seq - 1, ..Part::default() });
        if let Some(key) = event.payload.snapshot.get("key").and_then(Value::as_str) {
            key.clone_into(&mut part.key);
        }
        let changes = &event.payload.changes;
        if changes.contains_key("project") {
            moved.insert(id);
        }
        for (field, _) in FIELDS {
            let Some(change) = changes.get(*field) else { continue };
            let end = |name: &str| change.get(name).cloned().unwrap_or_default();
            part.fields.entry(*field).or_insert_with(|| (end("from"), Value::Null)).1 = end("to");
        }
    }
    for (id, part) in &mut parts {
        part.fields.retain(|field, (from, to)| !same(field, from, to));
        if moved.contains(id) {
            // A place on the board of the project that it left.
            part.fields.remove("rank");
        }
    }
    parts
}

/// Rows in the order of their ids, then the tree: as everybody else takes them.
async fn lock_all(tx: &mut dyn Tx, parts: &BTreeMap<TaskId, Part>) -> Result<()> {
    let mut account = None;
    for id in parts.keys() {
        account = tx.tasks().lock(*id).await?.map(|task| task.account_id).or(account);
    }
    match account {
        Some(account) => tx.tasks().lock_tree(account).await,
        None => Ok(()),
    }
}

async fn take_back(ctx: &Ctx, tx: &mut dyn Tx, id: TaskId, part: &Part, deleted: &BTreeSet<TaskId>) -> Result<(Outcome, Option<Reason>)> {
    let task = tx.tasks().lock(id).await?.or_not_found("task", id)?;
    let present = task.snapshot();
    let (mut after, mut taken, mut left) = (task.clone(), Vec::new(), false);
    for (field, action) in FIELDS {
        let Some((from, to)) = part.fields.get(field) else { continue };
        let now = present.get(*field).unwrap_or(&Value::Null);
        if same(field, now, from) {
            continue;
        }
        if same(field, now, to) && put_back(tx, &task, &mut after, field, from).await? {
            taken.push((*field, *action, from));
        } else {
            left = true;
        }
    }
    // The other of the two may have been changed since.
    if after.planned_start.zip(after.planned_end).is_some_and(|(start, end)| end < start) {
        (after.planned_start, after.planned_end, left) = (task.planned_start, task.planned_end, true);
        taken.retain(|(field, ..)| !field.starts_with("planned_"));
    }
    if taken.is_empty() {
        return Ok((Outcome::Skipped, Some(if left { Reason::ChangedSince } else { Reason::Nothing })));
    }
    if after.deleted_at.is_some() && task.deleted_at.is_some() {
        return Ok((Outcome::Skipped, Some(Reason::ChangedSince)));
    }
    for (field, action, from) in &taken {
        let follows = *field == "parent" && from.get("id").and_then(Value::as_i64).is_some_and(|id| deleted.contains(&TaskId(id)));
        let action = if *field == "deleted_at" && after.deleted_at.is_some() { Action::Delete } else { *action };
        // The right of now, or of the moment before: somebody may have taken themselves off the task by this very commit.
        if !follows && !may(&ctx.actor, action, &task.facts()) && !may(&ctx.actor, action, &after.facts()) {
            return Err(Error::forbidden("the right to this is gone"));
        }
    }
    if taken.iter().any(|(field, ..)| *field == "status") {
        let before = tx.events().snapshot(Aggregate::Task, id.0, part.seq_before).await?.unwrap_or_default();
        let time = |name: &str| before.get(name).and_then(read::<Option<DateTime<Utc>>>).flatten();
        (after.started_at, after.completed_at, after.closed_at) = (time("started_at"), time("completed_at"), time("closed_at"));
    }
    let (gone, to) = (after.deleted_at.is_some(), task.parent.as_ref().map(|p| p.id));
    if let Some(change) = task.returned(after, ctx.now(), Told::default()) {
        tx.tasks().save(change, None).await?;
    }
    if gone {
        hand_over_children(ctx, tx, id, to).await?;
    }
    Ok((Outcome::Undone, left.then_some(Reason::ChangedSince)))
}

/// Writes the former value of a field; false where that can't be any more (somebody left, a tag or the parent is gone).
async fn put_back(tx: &mut dyn Tx, task: &Task, after: &mut Task, field: &str, from: &Value) -> Result<bool> {
    let account = task.account_id;
    match field {
        "title" => Ok(set(&mut after.title, from)),
        "description" => Ok(set(&mut after.description, from)),
        "status" => Ok(set(&mut after.status, from)),
        "priority" => Ok(set(&mut after.priority, from)),
        "due_date" => Ok(set(&mut after.due_date, from)),
        "check_date" => Ok(set(&mut after.check_date, from)),
        "planned_start" => Ok(set(&mut after.planned_start, from)),
        "planned_end" => Ok(set(&mut after.planned_end, from)),
        "estimated_hours" => Ok(set(&mut after.estimated_hours, from)),
        "actual_hours" => Ok(set(&mut after.actual_hours, from)),
        "metadata" => Ok(set(&mut after.metadata, from)),
        "client_visible" => Ok(set(&mut after.client_visible, from)),
        "archived_at" => Ok(set(&mut after.archived_at, from)),
        "deleted_at" => Ok(set(&mut after.deleted_at, from)),
        "supervisor" => {
            after.supervisor = match member(from, "id") {
                None => None,
                Some(id) => match tx.people().lookup_people(account, &[UserId(id)]).await?.pop() {
                    None => return Ok(false),
                    found => found,
                },
            };
            Ok(true)
        }
        "assignees" => {
            let Some(people) = read::<Vec<Assignee>>(from) else { return Ok(false) };
            let ids: Vec<UserId> = people.iter().map(|a| a.user.id).collect();
            let found = if ids.is_empty() { vec![] } else { tx.people().lookup_people(account, &ids).await? };
            let all = ids.iter().all(|id| found.iter().any(|p| p.id == *id));
            if all {
                after.assignees = people;
            }
            Ok(all)
        }
        "tags" => {
            let ids: Vec<TagId> = from.as_array().into_iter().flatten().filter_map(|tag| member(tag, "id")).map(TagId).collect();
            let found = if ids.is_empty() { vec![] } else { tx.tags().lookup_tags(account, &ids).await? };
            let all = found.len() == ids.len();
            if all {
                after.tags = found;
            }
            Ok(all)
        }
        "parent" => {
            after.parent = match member(from, "id").map(TaskId) {
                None => None,
                Some(id) => match tx.tasks().find(id).await? {
                    Some(parent) if parent.id != task.id && !tx.tasks().ancestors(id).await?.contains(&task.id) => Some(parent.as_ref()),
                    _ => return Ok(false),
                },
            };
            Ok(true)
        }
        "rank" => {
            let Some(rank) = from.as_str() else { return Ok(false) };
            let Some(free) = free_rank(tx, task, rank).await? else { return Ok(false) };
            after.rank = free;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// The place on the board, or one just behind it where another task has taken it.
async fn free_rank(tx: &mut dyn Tx, task: &Task, rank: &str) -> Result<Option<String>> {
    let below = tx.tasks().neighbour_rank(task.project.id, rank, true).await?.unwrap_or_default();
    if tx.tasks().neighbour_rank(task.project.id, &below, false).await?.as_deref() != Some(rank) {
        return Ok(Some(rank.to_owned()));
    }
    let above = tx.tasks().neighbour_rank(task.project.id, rank, false).await?;
    Ok(rank::between(Some(rank), above.as_deref()))
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

fn set<T: DeserializeOwned>(target: &mut T, value: &Value) -> bool {
    read(value).map(|value| *target = value).is_some()
}

fn member(value: &Value, name: &str) -> Option<i64> {
    value.get(name).and_then(Value::as_i64)
}

/// Whether two values of a field mean the same: of people, tags and tasks only who they are counts, not how they are called by now.
fn same(field: &str, a: &Value, b: &Value) -> bool {
    meaning(field, a) == meaning(field, b)
}

fn meaning(field: &str, value: &Value) -> Value {
    match field {
        "supervisor" | "parent" => json!(member(value, "id")),
        "estimated_hours" | "actual_hours" => json!(value.as_f64()),
        "tags" => {
            let ids: BTreeSet<Option<i64>> = value.as_array().into_iter().flatten().map(|tag| member(tag, "id")).collect();
            json!(ids)
        }
        "assignees" => {
            let who =
                |a: &Value| (a.get("user").and_then(|user| member(user, "id")), a.get("role").and_then(Value::as_str).map(str::to_owned));
            let people: BTreeSet<_> = value.as_array().into_iter().flatten().map(who).collect();
            json!(people)
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_difference() {
        let person = |id: i64, name: &str| json!({"id": id, "name": name, "avatar_color": "#000000"});
        assert!(same("supervisor", &person(1, "Анна"), &person(1, "Анна Петрова")));
        assert!(!same("supervisor", &person(1, "Анна"), &Value::Null));
        let on = |id: i64, role: &str, at: &str| json!({"user": person(id, "x"), "role": role, "assigned_by": null, "assigned_at": at});
        assert!(same(
            "assignees",
            &json!([on(1, "owner", "a"), on(2, "collaborator", "a")]),
            &json!([on(2, "collaborator", "b"), on(1, "owner", "b")])
        ));
        assert!(!same("assignees", &json!([on(1, "owner", "a")]), &json!([on(1, "collaborator", "a")])));
        assert!(same("tags", &json!([{"id": 1, "name": "a"}, {"id": 2}]), &json!([{"id": 2}, {"id": 1, "name": "b"}])));
        assert!(same("actual_hours", &json!(2), &json!(2.0)) && !same("actual_hours", &json!(2), &Value::Null));
        assert!(!same("title", &json!("a"), &json!("b")));
    }
}
