//! Tags of an account: a name and a colour.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::change::Change;
use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result};
use crate::event::{Aggregate, EventType, NewEvent, Payload, changes};
use crate::ids::{AccountId, TagId};
use crate::page::{Page, PageRequest};
use crate::policy::{Action, Facts};
use crate::ports::Tx;
use crate::refs::TagRef;
use crate::text::Check;

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    pub id: TagId,
    pub account_id: AccountId,
    pub name: String,
    /// `#RRGGBB`.
    pub color: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
    #[serde(skip)]
    pub event_seq: i64,
}

impl Tag {
    /// As a task shows it.
    pub fn as_ref(&self) -> TagRef {
        TagRef { id: self.id, name: self.name.clone(), color: self.color.clone() }
    }
}

/// What may be written of a tag.
#[derive(Clone, Debug, Default)]
pub struct TagInput {
    pub name: Option<String>,
    pub color: Option<String>,
    /// At creation only; default: the only or first account.
    pub account_id: Option<AccountId>,
}

impl TagInput {
    fn check(&self) -> Result<()> {
        let mut check = Check::default();
        if let Some(name) = &self.name {
            check.text("/name", name, 1, 50);
        }
        if let Some(color) = &self.color {
            check.color("/color", color);
        }
        check.done()
    }
}

/// The account that a new thing of an account goes to: the named one if visible, else the actor's first.
pub(crate) async fn account_for(ctx: &Ctx, tx: &mut dyn Tx, named: Option<AccountId>) -> Result<AccountId> {
    let first = ctx.actor.scope.accounts.keys().next().copied();
    let chosen = match named.or(first) {
        Some(id) => tx.accounts().find_account(id).await?.map(|a| a.id),
        None => tx.accounts().list_accounts(&PageRequest::first(1)).await?.items.first().map(|a| a.id),
    };
    chosen.ok_or_else(|| Error::invalid("/account_id", "unknown-reference", "there is no such account"))
}

fn facts(account_id: AccountId) -> Facts {
    Facts { account_id, ..Facts::default() }
}

/// Tags of visible accounts, by name.
pub async fn list_tags(ctx: &Ctx, accounts: &[AccountId], q: Option<&str>, page: &PageRequest) -> Result<Page<Tag>> {
    ctx.read().await?.tags().list_tags(accounts, q, page).await
}

/// A new tag.
pub async fn create_tag(ctx: &Ctx, input: TagInput) -> Result<Tag> {
    input.check()?;
    let mut tx = ctx.begin().await?;
    let account_id = account_for(ctx, &mut *tx, input.account_id).await?;
    ctx.actor.must(Action::EditTags, &facts(account_id))?;
    let (Some(name), Some(color)) = (input.name, input.color) else {
        return Err(Error::invalid("/name", "required", "a tag needs a name and a colour"));
    };
    let id = tx.tags().next_tag_id().await?;
    let now = ctx.now();
    let tag = Tag { id, account_id, name: name.trim().to_owned(), color, created_at: now, updated_at: now, version: 1, event_seq: 1 };
    let tag = tx.tags().save_tag(tag.told(EventType::TagCreated, Map::new())).await?;
    ctx.commit(tx, &tag).await?;
    Ok(tag)
}

/// Renames or recolours.
pub async fn update_tag(ctx: &Ctx, id: TagId, input: TagInput) -> Result<Tag> {
    input.check()?;
    let mut tx = ctx.begin().await?;
    let before = lock_tag(ctx, &mut *tx, id).await?;
    let mut after = before.clone();
    if let Some(name) = input.name {
        name.trim().clone_into(&mut after.name);
    }
    after.color = input.color.unwrap_or(after.color);
    let changes = changes(&json!(before), &json!(after), &["name", "color"]);
    if !changes.is_empty() {
        after.version += 1;
        after.event_seq += 1;
        after.updated_at = ctx.now();
        after = tx.tags().save_tag(after.told(EventType::TagUpdated, changes)).await?;
    }
    ctx.commit(tx, &after).await?;
    Ok(after)
}

/// Removes a tag, also from tasks.
pub async fn delete_tag(ctx: &Ctx, id: TagId) -> Result<()> {
    let mut tx = ctx.begin().await?;
    let mut tag = lock_tag(ctx, &mut *tx, id).await?;
    tag.event_seq += 1;
    tag.updated_at = ctx.now();
    tx.tags().delete_tag(tag.told(EventType::TagDeleted, Map::new())).await?;
    ctx.commit(tx, &()).await
}

async fn lock_tag(ctx: &Ctx, tx: &mut dyn Tx, id: TagId) -> Result<Tag> {
    let tag = tx.tags().find_tag(id).await?.or_not_found("tag", id)?;
    ctx.actor.must(Action::EditTags, &facts(tag.account_id))?;
    if ctx.if_match.is_some_and(|version| version != tag.version) {
        return Err(Error::VersionMismatch { current: Box::new(json!(tag)) });
    }
    Ok(tag)
}

impl Tag {
    fn told(self, event_type: EventType, changes: Map<String, Value>) -> Change<Self> {
        let event = NewEvent {
            aggregate: Aggregate::Tag,
            aggregate_id: self.id.0,
            event_seq: self.event_seq,
            account_id: Some(self.account_id),
            event_type,
            occurred_at: self.updated_at,
            payload: Payload { changes, snapshot: json!(self), ..Payload::default() },
        };
        Change::new(self, vec![event])
    }
}
