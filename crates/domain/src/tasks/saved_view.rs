//! Saved views: filter, order and layout of a list under a name, a person's own or shared with the account.
//!
//! Invariants: a private view is its owner's alone (admins don't see it either, and it is nobody's live news); a shared one is edited by its
//! owner and by who manages the account; only the owner shares it or takes it back. Filters are checked by who reads them: the list.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::filter::TaskSort;
use super::tag::account_for;
use crate::change::Change;
use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result};
use crate::event::{Aggregate, EventType, NewEvent, Payload, changes, words};
use crate::ids::{AccountId, ViewId};
use crate::page::{Page, PageRequest};
use crate::policy::{Action, Facts, may};
use crate::ports::Tx;
use crate::refs::{AccountRef, PersonRef};
use crate::text::Check;

/// Longest name, in characters.
const NAME_MAX: usize = 100;
/// Most bytes of a filter and of what is shown.
const JSON_MAX: usize = 8_192;

words! {
    /// How tasks are laid out.
    Layout { Table = "table", Board = "board", Calendar = "calendar", Timeline = "timeline" }
}

/// A parameter of the list of tasks: its value, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FilterValue {
    One(String),
    Many(Vec<String>),
}

/// A view under a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedView {
    pub id: ViewId,
    pub account: AccountRef,
    pub owner: PersonRef,
    pub name: String,
    /// With everyone who reads the account whole.
    pub shared: bool,
    /// Parameters of the list of tasks.
    pub filter: BTreeMap<String, FilterValue>,
    /// As the list takes it.
    pub sort: String,
    pub layout: Layout,
    /// Free JSON of the front end: columns, widths, groups, lanes.
    pub display: Map<String, Value>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
    #[serde(skip)]
    pub event_seq: i64,
}

/// A view as its reader gets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeenView {
    #[serde(flatten)]
    pub view: SavedView,
    /// Among the reader's favourites.
    pub favourite: bool,
    /// `edit`, `delete`, `share_views`.
    pub allowed_actions: Vec<Action>,
}

/// What may be written of a view; absent keeps. `filter` has been read by the list's parser.
#[derive(Clone, Debug, Default)]
pub struct ViewInput {
    pub name: Option<String>,
    pub shared: Option<bool>,
    pub filter: Option<BTreeMap<String, FilterValue>>,
    pub sort: Option<String>,
    pub layout: Option<Layout>,
    pub display: Option<Map<String, Value>>,
    /// At creation only.
    pub account_id: Option<AccountId>,
}

const FIELDS: &[&str] = &["name", "shared", "filter", "sort", "layout", "display"];

impl ViewInput {
    fn fill(self, view: &mut SavedView) -> Result<()> {
        let mut check = Check::default();
        if let Some(name) = self.name {
            check.text("/name", &name, 1, NAME_MAX);
            name.trim().clone_into(&mut view.name);
        }
        if let Some(filter) = self.filter {
            if let Ok(Value::Object(object)) = serde_json::to_value(&filter) {
                check.json("/filter", &object, JSON_MAX);
            }
            view.filter = filter;
        }
        if let Some(sort) = self.sort {
            check.text("/sort", &sort, 0, 200);
            if TaskSort::parse(&sort).is_none() {
                check.add("/sort", "value", "fields like -due_date,id, each once");
            }
            view.sort = sort;
        }
        if let Some(display) = self.display {
            check.json("/display", &display, JSON_MAX);
            view.display = display;
        }
        view.shared = self.shared.unwrap_or(view.shared);
        view.layout = self.layout.unwrap_or(view.layout);
        check.done()
    }
}

impl SavedView {
    fn facts(&self) -> Facts {
        Facts { account_id: self.account.id, ..Facts::default() }
    }
    fn told(self, event_type: EventType, changes: Map<String, Value>) -> Change<Self> {
        let event = NewEvent {
            aggregate: Aggregate::View,
            aggregate_id: self.id.0,
            event_seq: self.event_seq,
            account_id: Some(self.account.id),
            event_type,
            occurred_at: self.updated_at,
            payload: Payload { changes, snapshot: json!(self), ..Payload::default() },
        };
        Change::new(self, vec![event])
    }
}

fn seen(ctx: &Ctx, view: SavedView, favourite: bool) -> SeenView {
    let mut allowed_actions = Vec::new();
    let (mine, facts) = (ctx.actor.id() == Some(view.owner.id), view.facts());
    if mine || may(&ctx.actor, Action::EditViews, &facts) {
        allowed_actions.extend([Action::Edit, Action::Delete]);
    }
    if mine && may(&ctx.actor, Action::ShareViews, &facts) {
        allowed_actions.push(Action::ShareViews);
    }
    SeenView { view, favourite, allowed_actions }
}

/// Own and shared views of visible accounts, by name.
pub async fn list_views(ctx: &Ctx, accounts: &[AccountId], layout: Option<Layout>, page: &PageRequest) -> Result<Page<SeenView>> {
    let found = ctx.read().await?.views().list_views(accounts, layout, page).await?;
    Ok(found.map(|(view, favourite)| seen(ctx, view, favourite)))
}

/// One view.
pub async fn get_view(ctx: &Ctx, id: ViewId) -> Result<SeenView> {
    let (view, favourite) = ctx.read().await?.views().find_view(id).await?.or_not_found("view", id)?;
    Ok(seen(ctx, view, favourite))
}

/// A new view. Everyone who knows the account may keep private ones.
pub async fn create_view(ctx: &Ctx, input: ViewInput) -> Result<SeenView> {
    let owner = ctx.actor.user.clone().ok_or_else(|| Error::internal("a view needs an owner"))?;
    if input.name.is_none() {
        return Err(Error::invalid("/name", "required", "must not be empty"));
    }
    let mut tx = ctx.begin().await?;
    let account_id = account_for(ctx, &mut *tx, input.account_id).await?;
    let account = tx.accounts().find_account(account_id).await?.or_not_found("account", account_id)?;
    let now = ctx.now();
    let mut view = SavedView {
        id: ViewId(0),
        account: AccountRef { id: account.id, name: account.name },
        owner,
        name: String::new(),
        shared: false,
        filter: BTreeMap::new(),
        sort: "-created_at".to_owned(),
        layout: Layout::Table,
        display: Map::new(),
        created_at: now,
        updated_at: now,
        version: 1,
        event_seq: 1,
    };
    input.fill(&mut view)?;
    if view.shared {
        ctx.actor.must(Action::ShareViews, &view.facts())?;
    }
    view.id = tx.views().next_view_id().await?;
    let view = tx.views().save_view(view.told(EventType::ViewCreated, Map::new())).await?;
    let answer = seen(ctx, view, false);
    ctx.commit(tx, &answer).await?;
    Ok(answer)
}

/// Changes a view.
pub async fn update_view(ctx: &Ctx, id: ViewId, input: ViewInput) -> Result<SeenView> {
    let mut tx = ctx.begin().await?;
    let (before, favourite) = lock_view(ctx, &mut *tx, id).await?;
    let mut after = before.clone();
    input.fill(&mut after)?;
    if after.shared != before.shared && ctx.actor.id() != Some(before.owner.id) {
        return Err(Error::forbidden("only its owner shares a view or takes it back"));
    }
    if after.shared && !before.shared {
        ctx.actor.must(Action::ShareViews, &after.facts())?;
    }
    let changes = changes(&json!(before), &json!(after), FIELDS);
    if !changes.is_empty() {
        after.version += 1;
        after.event_seq += 1;
        after.updated_at = ctx.now();
        after = tx.views().save_view(after.told(EventType::ViewUpdated, changes)).await?;
    }
    let answer = seen(ctx, after, favourite);
    ctx.commit(tx, &answer).await?;
    Ok(answer)
}

/// Removes a view.
pub async fn delete_view(ctx: &Ctx, id: ViewId) -> Result<()> {
    let mut tx = ctx.begin().await?;
    let (mut view, _) = lock_view(ctx, &mut *tx, id).await?;
    view.event_seq += 1;
    view.updated_at = ctx.now();
    tx.views().delete_view(view.told(EventType::ViewDeleted, Map::new())).await?;
    ctx.commit(tx, &()).await
}

/// What is private is its owner's to change even where the account has expired, as their preferences are.
async fn lock_view(ctx: &Ctx, tx: &mut dyn Tx, id: ViewId) -> Result<(SavedView, bool)> {
    let (view, favourite) = tx.views().find_view(id).await?.or_not_found("view", id)?;
    let mine = ctx.actor.id() == Some(view.owner.id);
    match (mine, view.shared) {
        (true, false) => {}
        (true, true) => ctx.actor.must(Action::ShareViews, &view.facts())?,
        (false, _) => ctx.actor.must(Action::EditViews, &view.facts())?,
    }
    if ctx.if_match.is_some_and(|version| version != view.version) {
        return Err(Error::VersionMismatch { current: Box::new(json!(seen(ctx, view, favourite))) });
    }
    Ok((view, favourite))
}
