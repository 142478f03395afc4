//! Integrations: seen and set by those who manage the account.

use std::collections::BTreeMap;

use serde_json::{Map, json};

use super::{ConflictPolicy, DeletePolicy, IdMode, Integration, merge};
use crate::change::Change;
use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result};
use crate::event::{Aggregate, EventType, NewEvent, Payload, changes};
use crate::ids::{AccountId, IntegrationId, ProjectId, UserId};
use crate::page::{Page, PageRequest};
use crate::policy::{Action, Facts};
use crate::refs::AccountRef;
use crate::tasks::input::person;
use crate::text::Check;

/// What may be written; absent keeps.
#[derive(Clone, Debug, Default)]
pub struct IntegrationInput {
    pub enabled: Option<bool>,
    pub id_mode: Option<IdMode>,
    pub delete_policy: Option<DeletePolicy>,
    pub conflict_policy: Option<ConflictPolicy>,
    pub field_policies: Option<BTreeMap<String, ConflictPolicy>>,
    pub project_id: Option<ProjectId>,
}

/// A new integration (demo data, CLI).
#[derive(Clone, Debug)]
pub struct NewIntegration {
    pub source: String,
    pub account_id: AccountId,
    pub project_id: ProjectId,
    pub user_id: UserId,
}

impl Integration {
    fn told(self, event_type: EventType, changes: Map<String, serde_json::Value>) -> Change<Self> {
        let event = NewEvent {
            aggregate: Aggregate::Integration,
            aggregate_id: self.id.0,
            event_seq: self.event_seq,
            account_id: Some(self.account.id),
            event_type,
            occurred_at: self.updated_at,
            payload: Payload { changes, snapshot: json!(self), ..Payload::default() },
        };
        Change::new(self, vec![event])
    }
    /// What the policy asks.
    pub fn facts(&self) -> Facts {
        Facts { account_id: self.account.id, ..Facts::default() }
    }
}

/// Visible integrations.
pub async fn list_integrations(ctx: &Ctx, page: &PageRequest) -> Result<Page<Integration>> {
    ctx.read().await?.exchange().list_integrations(page).await
}

/// One integration.
pub async fn get_integration(ctx: &Ctx, id: IntegrationId) -> Result<Integration> {
    ctx.read().await?.exchange().find_integration(id).await?.or_not_found("integration", id)
}

/// Makes one. Its source is unique and never our own name.
pub async fn create_integration(ctx: &Ctx, new: NewIntegration) -> Result<Integration> {
    if new.source == ctx.world.settings.source {
        return Err(Error::conflict("source-taken", "an integration can't have our own source"));
    }
    let mut tx = ctx.begin().await?;
    ctx.actor.must(Action::Exchange, &Facts { account_id: new.account_id, ..Facts::default() })?;
    let account = tx.accounts().find_account(new.account_id).await?.or_not_found("account", new.account_id)?;
    let place = tx.projects().find_place(new.project_id).await?.filter(|place| place.account_id == account.id);
    let place = place.ok_or_else(|| Error::invalid("/project_id", "unknown-reference", "there is no such project in this account"))?;
    let mut check = Check::default();
    let user = person(&mut *tx, account.id, new.user_id, "/user_id", &mut check).await?;
    check.done()?;
    let user = user.or_not_found("user", new.user_id)?;
    let now = ctx.now();
    let integration = Integration {
        id: tx.exchange().next_integration_id().await?,
        source: new.source,
        account: AccountRef { id: account.id, name: account.name },
        project: place.project,
        user,
        enabled: true,
        id_mode: IdMode::Ours,
        delete_policy: DeletePolicy::Archive,
        conflict_policy: ConflictPolicy::NewestWins,
        field_policies: BTreeMap::new(),
        topics_in: vec!["issues-events".to_owned(), "issues-events-1c".to_owned()],
        topic_out: "issues-events".to_owned(),
        language: account.language,
        zone: account.time_zone,
        created_at: now,
        updated_at: now,
        version: 1,
        event_seq: 1,
    };
    let integration = tx.exchange().save_integration(integration.told(EventType::IntegrationUpdated, Map::new())).await?;
    ctx.commit(tx, &integration).await?;
    Ok(integration)
}

/// Sets policies, default project, on and off.
pub async fn update_integration(ctx: &Ctx, id: IntegrationId, input: IntegrationInput) -> Result<Integration> {
    let mut tx = ctx.begin().await?;
    let before = tx.exchange().find_integration(id).await?.or_not_found("integration", id)?;
    ctx.actor.must(Action::Exchange, &before.facts())?;
    if ctx.if_match.is_some_and(|version| version != before.version) {
        return Err(Error::VersionMismatch { current: Box::new(json!(before)) });
    }
    let mut after = before.clone();
    after.enabled = input.enabled.unwrap_or(after.enabled);
    after.id_mode = input.id_mode.unwrap_or(after.id_mode);
    after.delete_policy = input.delete_policy.unwrap_or(after.delete_policy);
    after.conflict_policy = input.conflict_policy.unwrap_or(after.conflict_policy);
    if let Some(policies) = input.field_policies {
        if let Some(field) = policies.keys().find(|f| !merge::FIELDS.contains(&f.as_str())) {
            return Err(Error::invalid("/field_policies", "value", format!("{field} is not a field of the exchange")));
        }
        after.field_policies = policies;
    }
    if let Some(project) = input.project_id {
        let found = tx.projects().find_place(project).await?.filter(|place| place.account_id == before.account.id);
        let found = found.ok_or_else(|| Error::invalid("/project_id", "unknown-reference", "there is no such project in this account"))?;
        after.project = found.project;
    }
    let fields = ["enabled", "id_mode", "delete_policy", "conflict_policy", "field_policies", "project"];
    let changes = changes(&json!(before), &json!(after), &fields);
    if !changes.is_empty() {
        after.version += 1;
        after.event_seq += 1;
        after.updated_at = ctx.now();
        after = tx.exchange().save_integration(after.told(EventType::IntegrationUpdated, changes)).await?;
    }
    ctx.commit(tx, &after).await?;
    Ok(after)
}
