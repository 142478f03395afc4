//! What an inbound message does. One transaction: inbox row, effect, and what is left behind (parked, dead, counted).

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::Duration;
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::apply::{self, Applying};
use super::message::{ErpMessage, ErpType, Refusal, decode};
use super::{IdMode, Integration, NewDeadLetter, Parked, RawMessage};
use crate::actor::{Actor, Role, Scope, Standing};
use crate::ctx::{Ctx, World};
use crate::error::{Error, Result};
use crate::event::{Cause, CauseKind};
use crate::ids::TaskId;
use crate::ports::{InboxKey, Tx};
use crate::tasks::Task;

/// What became of a message. Exactly one of these for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Applied(TaskId),
    /// It was here before.
    Duplicate,
    /// Our own, come back.
    Echo,
    /// Counted under this reason: unknown_type, stale, deleted_ignored, deleted_unknown.
    Ignored(&'static str),
    /// Waits for its task.
    Parked,
    /// Dead letter with this code.
    DeadLettered(&'static str),
}

impl Outcome {
    /// Name of its counter.
    pub fn counter(&self) -> &'static str {
        match self {
            Self::Applied(_) => "applied",
            Self::Duplicate => "duplicate",
            Self::Echo => "echo",
            Self::Ignored(reason) => reason,
            Self::Parked => "parked",
            Self::DeadLettered(_) => "dead_lettered",
        }
    }
}

/// How an effect can fail: the message is at fault (dead letter), or we are (nothing is done, it comes again).
pub(crate) enum Failure {
    Refused(Refusal),
    Broken(Error),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            broken @ (Error::Internal(_) | Error::Unavailable(_) | Error::Limited { .. }) => Self::Broken(broken),
            Error::Invalid(violations) => {
                let detail = violations.iter().map(|v| format!("{}: {}", v.pointer, v.detail)).collect::<Vec<_>>().join("; ");
                Self::Refused(Refusal::new("invalid", "", detail))
            }
            Error::Forbidden { code, detail } => Self::Refused(Refusal::new(code, "", detail)),
            Error::Conflict { code, detail } => Self::Refused(Refusal::new(code, "", detail)),
            other => Self::Refused(Refusal::new("invalid", "", other.to_string())),
        }
    }
}

/// Takes one message in. `Err` only where we are at fault (database away): then nothing was done and the offset must not be committed.
pub async fn receive(world: &Arc<World>, consumer: &str, raw: RawMessage) -> Result<Outcome> {
    let decoded = decode(&raw.payload());
    let key = inbox_key(consumer, &raw, decoded.as_ref().ok());
    let source = decoded.as_ref().map_or_else(|refusal| refusal.source.clone(), |message| Some(message.source.clone()));
    let system = system_ctx(world, &raw, None);
    let Some(mut tx) = enter(&system, &key, &raw).await? else { return Ok(Outcome::Duplicate) };
    let integration = match &source {
        Some(source) => tx.exchange().integration_of(source).await?,
        None => None,
    };
    let account_id = integration.as_ref().map(|i| i.account.id);
    let refusal = match decoded {
        Err(refusal) => refusal,
        Ok(message) => match run(world, &mut *tx, &raw, &message, integration, false).await {
            Ok(outcome) => {
                count(&mut *tx, &raw, account_id, outcome.counter()).await?;
                tx.commit().await?;
                world.store.wake();
                return Ok(outcome);
            }
            Err(Failure::Broken(error)) => return Err(error),
            Err(Failure::Refused(refusal)) => {
                // What was done so far goes; the letter is written by a unit of its own. Refusals are rare, savepoints would not be.
                drop(tx);
                let Some(again) = enter(&system, &key, &raw).await? else { return Ok(Outcome::Duplicate) };
                tx = again;
                Refusal { source, ..refusal }
            }
        },
    };
    let code = refusal.code;
    tx.exchange().insert_dead_letter(letter(&raw, refusal, account_id, system.now())).await?;
    let outcome = Outcome::DeadLettered(code);
    count(&mut *tx, &raw, account_id, outcome.counter()).await?;
    tx.commit().await?;
    world.store.wake();
    Ok(outcome)
}

/// A unit of work in which the message stands in the inbox; `None`: it was here before, and is counted so.
async fn enter(system: &Ctx, key: &InboxKey, raw: &RawMessage) -> Result<Option<Box<dyn Tx>>> {
    let mut tx = system.begin().await?;
    if tx.exchange().enter(key, system.now()).await? {
        return Ok(Some(tx));
    }
    count(&mut *tx, raw, None, "duplicate").await?;
    tx.commit().await?;
    Ok(None)
}

/// The effect under a savepoint: a refused one leaves nothing. `Err` outside: broken. `Err` inside: refused.
pub(crate) async fn effect(
    world: &Arc<World>,
    tx: &mut dyn Tx,
    raw: &RawMessage,
    decoded: Result<ErpMessage, Refusal>,
    again: bool,
) -> Result<Result<Outcome, Refusal>> {
    let message = match decoded {
        Ok(message) => message,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let integration = tx.exchange().integration_of(&message.source).await?;
    tx.savepoint().await?;
    match run(world, tx, raw, &message, integration, again).await {
        Ok(outcome) => {
            tx.release(true).await?;
            Ok(Ok(outcome))
        }
        Err(Failure::Refused(refusal)) => {
            tx.release(false).await?;
            Ok(Err(Refusal { source: Some(message.source), ..refusal }))
        }
        Err(Failure::Broken(error)) => Err(error),
    }
}

async fn run(
    world: &Arc<World>,
    tx: &mut dyn Tx,
    raw: &RawMessage,
    message: &ErpMessage,
    integration: Option<Integration>,
    again: bool,
) -> Result<Outcome, Failure> {
    if message.source == world.settings.source || is_ours(tx, raw, message).await? {
        return Ok(Outcome::Echo);
    }
    let Some(integration) = integration.filter(|i| i.enabled) else {
        return Err(Refusal::new("unknown-source", "/source", format!("no enabled integration has the source {}", message.source)).into());
    };
    let Ok(kind) = message.event_type.clone() else { return Ok(Outcome::Ignored("unknown_type")) };
    let ctx = system_ctx(world, raw, Some(&integration));
    tx.act_for(ctx.actor.user.clone(), ctx.cause.clone());
    let applying = Applying { ctx: &ctx, integration: &integration, message, kind };
    if let Some(id) = message.their_id() {
        tx.exchange().lock_external(integration.id, id).await?;
    }
    match kind {
        ErpType::Created | ErpType::CreatedWithComment => {
            let outcome = apply::create(&applying, tx).await?;
            if let (Outcome::Applied(task), Some(external)) = (&outcome, message.their_id()) {
                release(world, tx, &integration, external, *task).await?;
            }
            Ok(outcome)
        }
        ErpType::Linked => apply::link(&applying, tx).await,
        _ => match find(&applying, tx).await? {
            Found::Task(task) => apply::change(&applying, tx, *task).await,
            Found::Gone => Ok(Outcome::Ignored("task_gone")),
            Found::Unknown if kind == ErpType::Deleted => Ok(Outcome::Ignored("deleted_unknown")),
            Found::Unknown => park(&applying, tx, raw, again).await,
        },
    }
}

/// A message whose event id is in our own log is an echo whatever its source says.
async fn is_ours(tx: &mut dyn Tx, raw: &RawMessage, message: &ErpMessage) -> Result<bool> {
    for id in [message.event_id.as_deref(), raw.headers.get("event-id").map(String::as_str)].into_iter().flatten() {
        if let Ok(id) = uuid::Uuid::try_parse(id)
            && tx.events().knows_event(id).await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a message is about.
enum Found {
    /// Locked.
    Task(Box<Task>),
    /// Its row went after its time in the trash.
    Gone,
    Unknown,
}

/// Which task a message is about: `external_id` through the map, else `issue_id` by the id mode.
async fn find(applying: &Applying<'_>, tx: &mut dyn Tx) -> Result<Found> {
    let (message, integration) = (applying.message, applying.integration);
    let theirs = match (&message.external_id, &message.issue_id) {
        (Some(external), _) => external,
        (None, Some(issue)) if integration.id_mode == IdMode::Ours => {
            return Ok(own_task(applying, tx, issue).await?.map_or(Found::Unknown, |task| Found::Task(Box::new(task))));
        }
        (None, Some(issue)) => issue,
        (None, None) => return Ok(Found::Unknown),
    };
    let Some(id) = tx.exchange().internal_id(integration.id, "task", theirs).await? else { return Ok(Found::Unknown) };
    Ok(tx.tasks().lock(TaskId(id)).await?.map_or(Found::Gone, |task| Found::Task(Box::new(task))))
}

/// A task of the integration's account by our id, locked.
pub(crate) async fn own_task(applying: &Applying<'_>, tx: &mut dyn Tx, id: &str) -> Result<Option<Task>> {
    let Ok(id) = id.parse::<i64>() else { return Ok(None) };
    Ok(tx.tasks().lock(TaskId(id)).await?.filter(|task| task.account_id == applying.integration.account.id))
}

async fn park(applying: &Applying<'_>, tx: &mut dyn Tx, raw: &RawMessage, again: bool) -> Result<Outcome, Failure> {
    let Some(external) = applying.message.their_id() else {
        return Err(Refusal::new("schema", "/issue_id", "the message names no task").into());
    };
    if again {
        return Err(Refusal::new("unknown-task", "/issue_id", format!("there is no task {external}")).into());
    }
    let parked = Parked {
        integration_id: applying.integration.id,
        external_id: external.to_owned(),
        message: raw.clone(),
        parked_at: applying.ctx.now(),
    };
    tx.exchange().park(&parked).await?;
    Ok(Outcome::Parked)
}

/// Applies what waited for a task that has just come, in order. One that is refused becomes a dead letter; the rest goes on.
async fn release(world: &Arc<World>, tx: &mut dyn Tx, integration: &Integration, external: &str, task: TaskId) -> Result<(), Failure> {
    for parked in tx.exchange().unpark(integration.id, external).await? {
        let ctx = system_ctx(world, &parked.message, Some(integration));
        let message = match decode(&parked.message.payload()) {
            Ok(message) => message,
            Err(refusal) => {
                let new = letter(&parked.message, refusal, Some(integration.account.id), ctx.now());
                tx.exchange().insert_dead_letter(new).await?;
                continue;
            }
        };
        let Ok(kind) = message.event_type.clone() else { continue };
        tx.act_for(ctx.actor.user.clone(), ctx.cause.clone());
        tx.savepoint().await?;
        let applying = Applying { ctx: &ctx, integration, message: &message, kind };
        let done = match tx.tasks().lock(task).await? {
            Some(task) => apply::change(&applying, tx, task).await,
            None => Ok(Outcome::Ignored("task_gone")),
        };
        match done {
            Ok(outcome) => {
                tx.release(true).await?;
                count(tx, &parked.message, Some(integration.account.id), outcome.counter()).await?;
            }
            Err(Failure::Refused(refusal)) => {
                tx.release(false).await?;
                let refusal = Refusal { source: Some(message.source.clone()), ..refusal };
                tx.exchange().insert_dead_letter(letter(&parked.message, refusal, Some(integration.account.id), ctx.now())).await?;
                count(tx, &parked.message, Some(integration.account.id), "dead_lettered").await?;
            }
            Err(broken) => return Err(broken),
        }
    }
    Ok(())
}

/// Makes dead letters of messages whose task did not come in time; those of one task together. Says how many.
pub async fn expire_parked(world: &Arc<World>) -> Result<usize> {
    let ctx = Ctx::new(world.clone(), Actor::system(), Cause::of(CauseKind::Job));
    let mut tx = ctx.begin().await?;
    let before = ctx.now() - Duration::hours(world.settings.parked_hours);
    let mut count = 0;
    for (integration, external) in tx.exchange().overdue_parked(before, 100).await? {
        let found = tx.exchange().find_integration(integration).await?;
        for parked in tx.exchange().unpark(integration, &external).await? {
            let refusal = Refusal {
                source: found.as_ref().map(|i| i.source.clone()),
                ..Refusal::new("unknown-task", "/issue_id", format!("no task {external} came within {} h", world.settings.parked_hours))
            };
            let account = found.as_ref().map(|i| i.account.id);
            tx.exchange().insert_dead_letter(letter(&parked.message, refusal, account, ctx.now())).await?;
            count += 1;
        }
    }
    tx.commit().await?;
    Ok(count)
}

/// Rows over which a counter is spread, so that messages worked on side by side do not wait for one row.
const COUNTER_SLOTS: i64 = 16;

/// Counts an outcome for the account it belongs to. Names are `applied@3#11`: counter, account (0: none), slot.
async fn count(tx: &mut dyn Tx, raw: &RawMessage, account: Option<crate::ids::AccountId>, what: &str) -> Result<()> {
    let slot = raw.offset.rem_euclid(COUNTER_SLOTS);
    tx.exchange().count_inbound(&format!("{what}@{}#{slot}", account.unwrap_or_default()), 1).await
}

/// The counters that `scope` may see, summed: those of managed accounts, for admins all.
pub(crate) fn visible_counts(counts: Vec<(String, i64)>, scope: &Scope) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for (name, count) in counts {
        let (what, rest) = name.split_once('@').unwrap_or((&name, "0"));
        let account = rest.split('#').next().and_then(|id| id.parse().ok()).map(crate::ids::AccountId).unwrap_or_default();
        if scope.everything || scope.accounts.get(&account).is_some_and(|s| s.manages) {
            *sums.entry(what.to_owned()).or_insert(0) += count;
        }
    }
    sums
}

pub(crate) fn letter(
    raw: &RawMessage,
    refusal: Refusal,
    account_id: Option<crate::ids::AccountId>,
    now: chrono::DateTime<chrono::Utc>,
) -> NewDeadLetter {
    NewDeadLetter {
        account_id,
        source: refusal.source,
        message: raw.clone(),
        code: refusal.code.to_owned(),
        detail: refusal.detail,
        pointer: refusal.pointer,
        created_at: now,
    }
}

fn inbox_key(consumer: &str, raw: &RawMessage, message: Option<&ErpMessage>) -> InboxKey {
    if let Some(message) = message
        && let Some(event_id) = &message.event_id
    {
        let event_type = match &message.event_type {
            Ok(known) => known.as_str().to_owned(),
            Err(unknown) => unknown.clone(),
        };
        return InboxKey::Event {
            consumer: consumer.to_owned(),
            source: message.source.clone(),
            topic: raw.topic.clone(),
            event_type,
            event_id: event_id.clone(),
        };
    }
    use sha2::Digest as _;
    let hash = sha2::Sha256::digest(raw.payload()).iter().map(|byte| format!("{byte:02x}")).collect();
    InboxKey::Offset {
        consumer: consumer.to_owned(),
        cluster: raw.cluster.clone(),
        topic: raw.topic.clone(),
        partition: raw.partition,
        offset: raw.offset,
        hash,
    }
}

/// The integration acts with all rights in its own account, and sees no other.
fn system_ctx(world: &Arc<World>, raw: &RawMessage, integration: Option<&Integration>) -> Ctx {
    let mut cause = Cause::of(CauseKind::Consumer);
    cause.id = Some(format!("{}/{}/{}", raw.topic, raw.partition, raw.offset));
    let Some(integration) = integration else { return Ctx::new(world.clone(), Actor::system(), cause) };
    cause.source = Some(integration.source.clone());
    Ctx::new(world.clone(), integration_actor(integration), cause)
}

/// The integration's user, confined to the integration's account.
pub fn integration_actor(integration: &Integration) -> Actor {
    let standing = Standing { manages: true, full: true, expired: false, zone: integration.zone };
    let scope = Scope {
        everything: false,
        user_id: Some(integration.user.id),
        accounts: BTreeMap::from([(integration.account.id, standing)]),
        ..Scope::default()
    };
    Actor { user: Some(integration.user.clone()), public_id: None, session: None, role: Role::Manager, scope: Arc::new(scope) }
}

/// Where a message's instants without an offset are.
pub(crate) fn zone(integration: &Integration) -> Tz {
    integration.zone
}

/// Puts unknown references under `metadata.erp`.
pub(crate) fn note_unknown(metadata: &mut Map<String, Value>, unknown: &Map<String, Value>) {
    if unknown.is_empty() {
        return;
    }
    let erp = metadata.entry("erp").or_insert_with(|| json!({}));
    if let Value::Object(members) = erp {
        members.extend(unknown.clone());
    }
}
