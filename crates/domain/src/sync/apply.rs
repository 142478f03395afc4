//! The effects of inbound messages on tasks, inside the unit of work of [`super::inbound`].

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::inbound::{Failure, Outcome, note_unknown, own_task, zone};
use super::merge::{Decision, FIELDS, decide, wire};
use super::message::{ErpComment, ErpMessage, ErpType, Refusal};
use super::{Conflict, ConflictPolicy, DeletePolicy, IdMode, Integration};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::event::{Aggregate, SyncNote};
use crate::ids::{ConflictId, TaskId, UserId};
use crate::page::PageRequest;
use crate::ports::Tx;
use crate::sync::Outcome as ConflictOutcome;
use crate::tasks::commands::{create_in, say};
use crate::tasks::input::{NewTask, TaskChange};
use crate::tasks::task::{Task, Told};
use crate::text::{instant, parse_instant};

/// A message on its way in.
pub(crate) struct Applying<'a> {
    pub ctx: &'a Ctx,
    pub integration: &'a Integration,
    pub message: &'a ErpMessage,
    pub kind: ErpType,
}

impl Applying<'_> {
    fn note(&self) -> SyncNote {
        SyncNote { integration_id: Some(self.integration.id), source: self.integration.source.clone(), ..SyncNote::default() }
    }
    /// Null, or a timestamp equal to the creation time (older trackers always send that), counts as the time of receipt.
    fn said_at(&self, task: &Task) -> DateTime<Utc> {
        let now = self.ctx.now();
        let Some(at) = self.message.timestamp.as_deref().and_then(|t| parse_instant(t, zone(self.integration))) else { return now };
        let created = self.message.data.get("date_create").and_then(Value::as_str).and_then(|t| parse_instant(t, zone(self.integration)));
        if Some(at) == created || at == task.created_at { now } else { at }
    }
}

/// `created`: a new task with the ERP's id in the map; the same once more is only answered again.
pub(crate) async fn create(applying: &Applying<'_>, tx: &mut dyn Tx) -> Result<Outcome, Failure> {
    let (ctx, integration, message) = (applying.ctx, applying.integration, applying.message);
    let Some(external) = message.their_id().map(str::to_owned) else {
        return Err(Refusal::new("schema", "/issue_id", "created without external_id or issue_id").into());
    };
    let mut note = SyncNote { linked: Some(external.clone()), ..applying.note() };
    if let Some(id) = tx.exchange().internal_id(integration.id, "task", &external).await? {
        let Some(task) = tx.tasks().lock(TaskId(id)).await? else { return Ok(Outcome::Ignored("task_gone")) };
        // Deleted there and created again: the task comes back as it went.
        let mut after = task.clone();
        if note_is_restore(integration, &task) {
            after.archived_at = None;
            after.deleted_at = None;
        }
        let id = task.id;
        if let Some(change) = task.changed(after, ctx.now(), Told { comment: None, sync: Some(note) }) {
            tx.tasks().save(change, None).await?;
        }
        return Ok(Outcome::Applied(id));
    }
    let default = if integration.language == "ru" { "Заявка из 1С" } else { "Issue from ERP" };
    let mut unknown = Map::new();
    let owner_id = owner(applying, tx, "user_id", &mut unknown).await?;
    let supervisor_id = owner(applying, tx, "supervisor_id", &mut unknown).await?;
    let parent_id = parent(applying, tx, &mut unknown).await?;
    for name in ["company_id", "service_id", "database_id", "sprint_id", "applicant_id", "applicant_type"] {
        if let Some(value) = message.reference(name)? {
            unknown.insert(name.to_owned(), json!(value));
        }
    }
    let mut metadata = Map::new();
    note_unknown(&mut metadata, &unknown);
    note.unknown = unknown;
    let at =
        |name: &str| -> Result<Option<Option<String>>, Refusal> { Ok(message.instant(name, zone(integration))?.map(|at| at.map(instant))) };
    let new = NewTask {
        title: message.title()?.unwrap_or_else(|| default.to_owned()),
        project_id: Some(integration.project.id),
        parent_id,
        owner_id,
        collaborator_ids: vec![],
        fields: TaskChange {
            description: message.content()?,
            status: message.status()?,
            priority: message.priority()?,
            due_date: at("deadline")?,
            check_date: at("date_check")?,
            planned_start: at("date_start_plan")?,
            planned_end: at("date_end_plan")?,
            supervisor_id: supervisor_id.map(Some),
            metadata: (!metadata.is_empty()).then_some(metadata),
            ..TaskChange::default()
        },
    };
    let external_ids = BTreeMap::from([(integration.source.clone(), external.clone())]);
    let task = create_in(ctx, tx, &new, Told { comment: None, sync: Some(note) }, external_ids).await?;
    tx.exchange().map_id(integration.id, "task", &external, task.id.0).await?;
    let mut agreed = wire(&task);
    agreed.extend(sequence(applying));
    tx.exchange().set_bases(integration.id, task.id, &agreed, ctx.now()).await?;
    let id = task.id;
    if applying.kind == ErpType::CreatedWithComment
        && let Some(comment) = message.comment()?
    {
        add_comment(applying, tx, task, comment).await?;
    }
    Ok(Outcome::Applied(id))
}

fn note_is_restore(integration: &Integration, task: &Task) -> bool {
    match integration.delete_policy {
        DeletePolicy::Archive => task.archived_at.is_some(),
        DeletePolicy::Delete => task.deleted_at.is_some(),
        DeletePolicy::Ignore => false,
    }
}

/// Everything that is about a task we have, locked.
pub(crate) async fn change(applying: &Applying<'_>, tx: &mut dyn Tx, task: Task) -> Result<Outcome, Failure> {
    let id = task.id;
    if task.deleted_at.is_some() && applying.kind != ErpType::Deleted {
        return Ok(Outcome::Ignored("task_deleted"));
    }
    let fields: &[&str] = match applying.kind {
        ErpType::Updated | ErpType::UpdatedWithComment => &["name", "content", "priority", "deadline"],
        ErpType::StatusChanged | ErpType::StatusChangedWithComment => &["status"],
        _ => &[],
    };
    if !fields.is_empty() || applying.message.sequence.is_some() {
        let bases: Map<String, Value> =
            tx.exchange().bases(applying.integration.id, id).await?.into_iter().map(|b| (b.field, b.value)).collect();
        if applying.kind != ErpType::CommentAdded && stale(applying, &bases) {
            return Ok(Outcome::Ignored("stale"));
        }
        if applying.kind == ErpType::Deleted {
            return delete(applying, tx, task).await;
        }
        if fields == ["status"] && applying.message.status()?.is_none() {
            return Err(Refusal::new("schema", "/data/status", "status_changed without a status").into());
        }
        let task = merge(applying, tx, task, fields, bases).await?;
        return comment(applying, tx, task).await;
    }
    if applying.kind == ErpType::Deleted { delete(applying, tx, task).await } else { comment(applying, tx, task).await }
}

/// The comment that came along, or alone.
async fn comment(applying: &Applying<'_>, tx: &mut dyn Tx, task: Task) -> Result<Outcome, Failure> {
    let id = task.id;
    match (applying.kind, applying.message.comment()?) {
        (ErpType::CommentAdded, None) => return Err(Refusal::new("schema", "/data/comment", "comment_added without a comment").into()),
        (ErpType::Updated | ErpType::StatusChanged, _) | (_, None) => {}
        (_, Some(comment)) => add_comment(applying, tx, task, comment).await?,
    }
    Ok(Outcome::Applied(id))
}

/// With a `sequence` the higher wins; without, the later to arrive.
fn stale(applying: &Applying<'_>, bases: &Map<String, Value>) -> bool {
    let last = bases.get("sequence").and_then(Value::as_i64);
    applying.message.sequence.is_some_and(|sequence| last.is_some_and(|last| last >= sequence))
}

/// The message's `sequence`, kept among the agreed values.
fn sequence(applying: &Applying<'_>) -> Option<(String, Value)> {
    applying.message.sequence.map(|sequence| ("sequence".to_owned(), json!(sequence)))
}

/// Brings the message's fields into the task, each by [`decide`].
async fn merge(
    applying: &Applying<'_>,
    tx: &mut dyn Tx,
    task: Task,
    fields: &[&str],
    mut bases: Map<String, Value>,
) -> Result<Task, Failure> {
    let (ctx, integration) = (applying.ctx, applying.integration);
    let theirs = their_fields(applying, fields)?;
    let ours = wire(&task);
    let mut agreed: Map<String, Value> = sequence(applying).into_iter().collect();
    if !theirs.is_empty() {
        first_agreed(tx, &task, &mut bases, &mut agreed).await?;
    }
    let said_at = applying.said_at(&task);
    let (mut after, mut note, mut conflicts) = (task.clone(), applying.note(), Vec::new());
    let now = ctx.now();
    for (field, value) in &theirs {
        let (our, base) = (ours.get(field).cloned().unwrap_or_default(), bases.get(field).cloned().unwrap_or_default());
        let policy = integration.policy(field);
        let contested = our != base && *value != base && our != *value;
        let ours_at = if contested && policy == ConflictPolicy::NewestWins { changed_at(tx, &task, field).await? } else { task.created_at };
        let decision = decide(&base, &our, value, policy, said_at, ours_at);
        let outcome = match decision {
            Decision::ConflictTaken => Some(ConflictOutcome::Theirs),
            Decision::ConflictKept => Some(ConflictOutcome::Ours),
            Decision::ConflictOpen => Some(ConflictOutcome::Open),
            _ => None,
        };
        if matches!(decision, Decision::Take | Decision::ConflictTaken) {
            take(applying, &mut after, field)?;
        }
        if decision == Decision::ConflictKept {
            note.kept.push(field.clone());
        }
        if decision != Decision::Keep && bases.get(field) != Some(value) {
            agreed.insert(field.clone(), value.clone());
        }
        if let Some(outcome) = outcome {
            let record = Conflict {
                id: ConflictId(0),
                account_id: task.account_id,
                task: task.as_ref(),
                integration_id: integration.id,
                source: integration.source.clone(),
                field: field.clone(),
                base,
                ours: our,
                theirs: value.clone(),
                policy,
                outcome,
                chosen: None,
                created_at: now,
                resolved_at: None,
                resolved_by: None,
            };
            conflicts.push(record);
        }
    }
    note.forced = !task.status.may_become(after.status, true);
    let changes_nothing = after == task && note.kept.is_empty();
    let saved = if changes_nothing {
        task
    } else {
        match task.clone().changed(after, now, Told { comment: None, sync: Some(note) }) {
            Some(change) => tx.tasks().save(change, None).await?,
            None => task,
        }
    };
    if !agreed.is_empty() {
        tx.exchange().set_bases(integration.id, saved.id, &agreed, now).await?;
    }
    for conflict in conflicts {
        tx.exchange().insert_conflict(&conflict).await?;
    }
    Ok(saved)
}

/// The message's values of `fields` on the wire, normalised as ours are.
fn their_fields(applying: &Applying<'_>, fields: &[&str]) -> Result<Map<String, Value>, Refusal> {
    let message = applying.message;
    let mut theirs = Map::new();
    for field in FIELDS.iter().filter(|f| fields.contains(f)) {
        let value = match *field {
            "name" => message.title()?.map(|t| json!(t)),
            "content" => message.content()?.map(|t| json!(t)),
            "status" => message.status()?.map(|s| json!(s)),
            "priority" => message.priority()?.map(|p| json!(p.wire())),
            _ => message.instant("deadline", zone(applying.integration))?.map(|at| at.map_or(Value::Null, |at| json!(instant(at)))),
        };
        if let Some(value) = value {
            theirs.insert((*field).to_owned(), value);
        }
    }
    Ok(theirs)
}

fn take(applying: &Applying<'_>, after: &mut Task, field: &str) -> Result<(), Refusal> {
    let message = applying.message;
    match field {
        "name" => after.title = message.title()?.unwrap_or_else(|| after.title.clone()),
        "content" => after.description = message.content()?.unwrap_or_default(),
        "status" => after.status = message.status()?.unwrap_or(after.status),
        "priority" => after.priority = message.priority()?.unwrap_or(after.priority),
        _ => after.due_date = message.instant("deadline", zone(applying.integration))?.flatten(),
    }
    Ok(())
}

/// Where nothing was agreed yet (a task born here), what its first event told; it goes into `agreed`, too, so that it is looked up once.
async fn first_agreed(tx: &mut dyn Tx, task: &Task, bases: &mut Map<String, Value>, agreed: &mut Map<String, Value>) -> Result<()> {
    if FIELDS.iter().all(|field| bases.contains_key(*field)) {
        return Ok(());
    }
    let first = tx.events().until(Aggregate::Task, task.id.0, task.created_at).await?;
    if let Some(first) = first.last().and_then(|e| serde_json::from_value::<Task>(e.payload.snapshot.clone()).ok()) {
        for (field, value) in wire(&first) {
            if !bases.contains_key(&field) {
                agreed.insert(field.clone(), value.clone());
                bases.insert(field, value);
            }
        }
    }
    Ok(())
}

/// When we changed a field last (within the last 200 events; else at creation).
async fn changed_at(tx: &mut dyn Tx, task: &Task, field: &str) -> Result<DateTime<Utc>> {
    let name = match field {
        "name" => "title",
        "content" => "description",
        "deadline" => "due_date",
        same => same,
    };
    let events = tx.events().history(Aggregate::Task, task.id.0, &PageRequest::first(PageRequest::MAX)).await?.items;
    Ok(events.iter().find(|e| e.payload.changes.contains_key(name)).map_or(task.created_at, |e| e.occurred_at))
}

async fn delete(applying: &Applying<'_>, tx: &mut dyn Tx, task: Task) -> Result<Outcome, Failure> {
    let (mut after, now, id) = (task.clone(), applying.ctx.now(), task.id);
    match applying.integration.delete_policy {
        DeletePolicy::Archive => after.archived_at = task.archived_at.or(Some(now)),
        DeletePolicy::Delete => after.deleted_at = task.deleted_at.or(Some(now)),
        DeletePolicy::Ignore => return Ok(Outcome::Ignored("deleted_ignored")),
    }
    if after != task
        && let Some(change) = task.changed(after, now, Told { comment: None, sync: Some(applying.note()) })
    {
        tx.tasks().save(change, None).await?;
    }
    Ok(Outcome::Applied(id))
}

/// `linked`: the ERP's id of a task born here. A second, different one is a conflict.
pub(crate) async fn link(applying: &Applying<'_>, tx: &mut dyn Tx) -> Result<Outcome, Failure> {
    let (ctx, integration, message) = (applying.ctx, applying.integration, applying.message);
    let (Some(issue), Some(external)) = (&message.issue_id, &message.external_id) else {
        return Err(Refusal::new("schema", "/external_id", "linked needs issue_id and external_id").into());
    };
    let Some(task) = own_task(applying, tx, issue).await? else {
        return Err(Refusal::new("unknown-task", "/issue_id", format!("there is no task {issue}")).into());
    };
    let id = task.id;
    let known = task.external_ids.get(&integration.source).cloned();
    let taken = tx.exchange().internal_id(integration.id, "task", external).await?.is_some_and(|other| other != id.0);
    if known.as_ref() == Some(external) {
        return Ok(Outcome::Applied(id));
    }
    if known.is_some() || taken {
        let conflict = Conflict {
            id: ConflictId(0),
            account_id: task.account_id,
            task: task.as_ref(),
            integration_id: integration.id,
            source: integration.source.clone(),
            field: "external_id".to_owned(),
            base: json!(known),
            ours: json!(known),
            theirs: json!(external),
            policy: ConflictPolicy::Ask,
            outcome: ConflictOutcome::Open,
            chosen: None,
            created_at: ctx.now(),
            resolved_at: None,
            resolved_by: None,
        };
        tx.exchange().insert_conflict(&conflict).await?;
        return Ok(Outcome::Applied(id));
    }
    tx.exchange().map_id(integration.id, "task", external, id.0).await?;
    let mut after = task.clone();
    after.external_ids.insert(integration.source.clone(), external.clone());
    if let Some(change) = task.changed(after, ctx.now(), Told { comment: None, sync: Some(applying.note()) }) {
        tx.tasks().save(change, None).await?;
    }
    Ok(Outcome::Applied(id))
}

/// Adds the comment unless it is here already: by its id, else by date and text. Without both, twice is two.
async fn add_comment(applying: &Applying<'_>, tx: &mut dyn Tx, task: Task, comment: ErpComment) -> Result<(), Failure> {
    let (ctx, integration) = (applying.ctx, applying.integration);
    let key = match (&comment.id, &comment.date_create) {
        (Some(id), _) => Some(id.clone()),
        (None, Some(date)) => {
            let hash: String = Sha256::digest(comment.text.as_bytes()).iter().take(16).map(|b| format!("{b:02x}")).collect();
            Some(format!("{}|{date}|{hash}", task.id))
        }
        (None, None) => None,
    };
    if let Some(key) = &key
        && tx.exchange().internal_id(integration.id, "comment", key).await?.is_some()
    {
        return Ok(());
    }
    let author = match &comment.email {
        Some(email) => tx.people().person_by_email(integration.account.id, email).await?,
        None => None,
    };
    let external_author = if author.is_some() { None } else { comment.email.clone().or(comment.user_name.clone()) };
    let mut ctx = ctx.clone();
    if author.is_some() {
        ctx.actor.user = author;
    }
    let (_, said) = say(&ctx, tx, task, &comment.text, false, external_author, Some(applying.note())).await?;
    if let Some(key) = key {
        tx.exchange().map_id(integration.id, "comment", &key, said.id.0).await?;
    }
    Ok(())
}

/// A person by the id mode: ours within the account, or theirs through the map. Unknown ones are kept as text.
async fn owner(applying: &Applying<'_>, tx: &mut dyn Tx, name: &str, unknown: &mut Map<String, Value>) -> Result<Option<UserId>, Failure> {
    let Some(text) = applying.message.reference(name)? else { return Ok(None) };
    let integration = applying.integration;
    let id = match integration.id_mode {
        IdMode::Ours => text.parse::<i64>().ok(),
        IdMode::Theirs => tx.exchange().internal_id(integration.id, "user", &text).await?,
    };
    let found = match id {
        Some(id) => tx.people().lookup_people(integration.account.id, &[UserId(id)]).await?.pop(),
        None => None,
    };
    if found.is_none() {
        unknown.insert(name.to_owned(), json!(text));
    }
    Ok(found.map(|p| p.id))
}

async fn parent(applying: &Applying<'_>, tx: &mut dyn Tx, unknown: &mut Map<String, Value>) -> Result<Option<TaskId>, Failure> {
    let Some(text) = applying.message.reference("parent_id")? else { return Ok(None) };
    let id = match applying.integration.id_mode {
        IdMode::Ours => text.parse::<i64>().ok(),
        IdMode::Theirs => tx.exchange().internal_id(applying.integration.id, "task", &text).await?,
    };
    let found = match id {
        Some(id) => tx.tasks().find(TaskId(id)).await?.filter(|t| t.account_id == applying.integration.account.id),
        None => None,
    };
    if found.is_none() {
        unknown.insert("parent_id".to_owned(), json!(text));
    }
    Ok(found.map(|t| t.id))
}
