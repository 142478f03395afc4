//! Dead letters: seen, corrected, sent again, discarded.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::inbound::{Outcome, effect, visible_counts};
use super::message::decode;
use super::{DeadLetter, LetterState};
use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result, Violation};
use crate::event::{Aggregate, EventType, NewEvent, Payload};
use crate::ids::DeadLetterId;
use crate::page::{Page, PageRequest};
use crate::policy::{Action, Facts};
use crate::ports::Tx;
use crate::text::Check;

/// Dead letters of managed accounts, newest first.
pub async fn list_dead_letters(
    ctx: &Ctx,
    state: Option<&str>,
    code: Option<&str>,
    source: Option<&str>,
    page: &PageRequest,
) -> Result<Page<DeadLetter>> {
    ctx.read().await?.exchange().list_dead_letters(state, code, source, page).await
}

/// One dead letter.
pub async fn get_dead_letter(ctx: &Ctx, id: DeadLetterId) -> Result<DeadLetter> {
    ctx.read().await?.exchange().lock_dead_letter(id).await?.or_not_found("dead letter", id)
}

/// Sends a letter through the consumer's use case again, with other bytes where given. The letter is resent only if it is applied (or
/// ignored with a reason); else it stays open, the try is counted, and the new error is the answer.
pub async fn resend_dead_letter(ctx: &Ctx, id: DeadLetterId, payload: Option<String>) -> Result<DeadLetter> {
    let (mut tx, mut letter) = lock(ctx, id).await?;
    let mut raw = letter.message.clone();
    if let Some(payload) = &payload {
        raw = raw.with_payload(payload.as_bytes());
    }
    letter.attempts += 1;
    let decoded = decode(&raw.payload());
    if let (Ok(message), Some(account)) = (&decoded, letter.account_id)
        && tx.exchange().integration_of(&message.source).await?.is_some_and(|i| i.account.id != account)
    {
        return Err(Error::invalid("/payload", "unknown-source", "the source belongs to another account"));
    }
    if letter.account_id.is_none() && !ctx.actor.scope.everything {
        return Err(Error::not_found("dead letter", id));
    }
    let source = decoded.as_ref().ok().map(|m| m.source.clone());
    // The effect runs as the integration and sees its account whatever the person who resends may see.
    drop(tx);
    let system = ctx.as_system();
    let mut tx = system.begin().await?;
    let current = tx.exchange().lock_dead_letter(id).await?.filter(|l| l.state == LetterState::Open);
    if current.is_none() {
        return Err(Error::conflict("already-resolved", "this letter has been settled"));
    }
    let world = Arc::clone(&ctx.world);
    match effect(&world, &mut *tx, &raw, decoded, true).await? {
        Ok(outcome) => {
            if let Some(source) = source {
                letter.source = Some(source);
            }
            letter.message = raw;
            letter.state = LetterState::Resent;
            settle(ctx, &mut letter, Some(outcome_word(&outcome)));
            tell(ctx, &mut *tx, &letter, EventType::DeadLetterResent).await?;
            tx.exchange().save_dead_letter(&letter).await?;
            system.commit(tx, &letter).await?;
            Ok(letter)
        }
        Err(refusal) => {
            tx.exchange().save_dead_letter(&letter).await?;
            tx.commit().await?;
            let pointer = refusal.pointer.map_or_else(|| "/payload".to_owned(), |p| format!("/payload{p}"));
            Err(Error::Invalid(vec![Violation::new(pointer, refusal.code, refusal.detail)]))
        }
    }
}

fn outcome_word(outcome: &Outcome) -> String {
    outcome.counter().to_owned()
}

/// Gives a letter up, with a reason.
pub async fn discard_dead_letter(ctx: &Ctx, id: DeadLetterId, reason: String) -> Result<DeadLetter> {
    let mut check = Check::default();
    check.text("/reason", &reason, 1, 1000);
    check.done()?;
    let (mut tx, mut letter) = lock(ctx, id).await?;
    letter.state = LetterState::Discarded;
    settle(ctx, &mut letter, Some(reason));
    tell(ctx, &mut *tx, &letter, EventType::DeadLetterDiscarded).await?;
    tx.exchange().save_dead_letter(&letter).await?;
    ctx.commit(tx, &letter).await?;
    Ok(letter)
}

async fn lock(ctx: &Ctx, id: DeadLetterId) -> Result<(Box<dyn Tx>, DeadLetter)> {
    let mut tx = ctx.begin().await?;
    let letter = tx.exchange().lock_dead_letter(id).await?.or_not_found("dead letter", id)?;
    if let Some(account_id) = letter.account_id {
        ctx.actor.must(Action::Exchange, &Facts { account_id, ..Facts::default() })?;
    }
    if letter.state != LetterState::Open {
        return Err(Error::conflict("already-resolved", "this letter has been settled"));
    }
    Ok((tx, letter))
}

fn settle(ctx: &Ctx, letter: &mut DeadLetter, reason: Option<String>) {
    letter.resolved_at = Some(ctx.now());
    letter.resolved_by.clone_from(&ctx.actor.user);
    letter.reason = reason;
}

async fn tell(ctx: &Ctx, tx: &mut dyn Tx, letter: &DeadLetter, event_type: EventType) -> Result<()> {
    let aggregate_id = letter.account_id.map_or(0, |a| a.0);
    let event_seq = tx.events().next_seq(Aggregate::Access, aggregate_id).await?;
    let extra = Map::from_iter([("dead_letter_id".to_owned(), json!(letter.id)), ("reason".to_owned(), json!(letter.reason))]);
    let payload = Payload { extra, ..Payload::default() };
    let event = NewEvent {
        aggregate: Aggregate::Access,
        aggregate_id,
        event_seq,
        account_id: letter.account_id,
        event_type,
        occurred_at: ctx.now(),
        payload,
    };
    tx.events().append(vec![event]).await
}

/// How the exchange stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExchangeStatus {
    pub relay: RelayStatus,
    pub inbound: InboundStatus,
    pub conflicts_open: i64,
}

/// How far the relay is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayStatus {
    /// Slowest shard's cursor; for admins, since it tells how much all tenants do.
    pub position: Option<i64>,
    /// Highest position given; for admins.
    pub head: Option<i64>,
    pub lag: i64,
}

/// What came in, by what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundStatus {
    pub counts: std::collections::BTreeMap<String, i64>,
    pub parked: i64,
    pub dead_letters_open: i64,
}

/// Numbers for the status line. Only those who manage an account see them.
pub async fn exchange_status(ctx: &Ctx, relay_cursors: &[String]) -> Result<ExchangeStatus> {
    if !ctx.actor.scope.everything && !ctx.actor.scope.accounts.values().any(|s| s.manages) {
        return Err(Error::forbidden("you manage no account"));
    }
    let mut own = ctx.read().await?;
    let conflicts_open = own.exchange().count_open_conflicts().await?;
    let dead_letters_open = own.exchange().count_dead_letters().await?;
    let parked = own.exchange().count_parked().await?;
    drop(own);
    let mut tx = ctx.as_system().read().await?;
    let head = tx.events().head().await?;
    let mut position = head;
    for name in relay_cursors {
        position = position.min(tx.readers().cursor(name).await?);
    }
    let counts = visible_counts(tx.exchange().inbound_counts().await?, &ctx.actor.scope);
    let all = ctx.actor.scope.everything;
    Ok(ExchangeStatus {
        relay: RelayStatus { position: all.then_some(position), head: all.then_some(head), lag: head - position },
        inbound: InboundStatus { counts, parked, dead_letters_open },
        conflicts_open,
    })
}
